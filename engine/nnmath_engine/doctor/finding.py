"""What the doctor says: a fault, the number that shows it, and one thing to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One fault.

    `label` names the first offending number as the command line does (`z2[1]@17` is z of neuron 1
    of layer 2 on training row 17), `value` is that number and `formula` says where it comes from.
    `evidence` is what was measured. `changes` are the settings to try, `advice` says it in words;
    with `afresh` it helps only a network that starts anew.
    """

    name: str
    title: str
    label: str
    value: float
    formula: str
    evidence: str
    changes: Mapping[str, Any]
    advice: str
    afresh: bool = False
