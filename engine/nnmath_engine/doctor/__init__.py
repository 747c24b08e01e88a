"""The doctor: what is wrong with a training, in numbers, and one thing to try for each fault.

`examine` looks at a snapshot and is silent when there is nothing. Every threshold lies between what
was measured on runs that do well (all built-in presets and the healthy half of each lesson below,
over several seeds) and on runs that do not; beside each stands what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from nnmath_engine.doctor.case import Case, open_case
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.fitting import overfitting
from nnmath_engine.doctor.inputs import unscaled
from nnmath_engine.doctor.layers import dead_layer, saturated_layer, stepped_layer, twins
from nnmath_engine.doctor.rates import diverged, overshooting, restless
from nnmath_engine.doctor.signals import exploding, fading, vanishing
from nnmath_engine.doctor.standstill import collapsed, stuck
from nnmath_engine.snapshot import Snapshot

__all__ = ["Finding", "examine"]

Check: TypeAlias = Callable[[Case], Finding | None]

# In each row the first that finds something speaks for the others: they would be its consequences.
_CHECKS: tuple[tuple[Check, ...], ...] = (
    (
        stepped_layer,
        dead_layer,
        collapsed,
        twins,
        unscaled,
        overshooting,
        saturated_layer,
        vanishing,
        fading,
        exploding,
        restless,
    ),
    (overfitting,),
)


def examine(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Every fault of the network at this moment, the most serious first; usually none."""
    with np.errstate(all="ignore"):
        if snapshot.status == "diverged" and snapshot.diagnosis is not None:
            return (diverged(snapshot, snapshot.diagnosis),)
        case = open_case(snapshot)
        found = [finding for row in _CHECKS if (finding := _first(row, case)) is not None]
        if not found and (finding := stuck(case)) is not None:
            found.append(finding)
    return tuple(found)


def _first(checks: Sequence[Check], case: Case) -> Finding | None:
    return next((finding for check in checks if (finding := check(case)) is not None), None)
