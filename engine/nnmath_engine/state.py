"""Everything that a session needs to go on to the very same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.early_stopping import Patience
from nnmath_engine.network import Parameters
from nnmath_engine.schedules import Plateau

Status = Literal["ready", "diverged", "stopped"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A control that changed during training: after which epoch, and from what to what."""

    epoch: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A session's numbers between two batches; the experiment stands beside it.

    `gradients` is the objective's gradient as the optimizer last saw it, `before` the parameters
    that its step started from.

    `order` is the shuffled order of the rows of the epoch that is under way, of which `position`
    rows are done; between epochs it is empty. `generator` is the state of the random generator
    that shuffles and drops out, as NumPy's bit generator gives it. `optimizer_steps` counts the
    steps since the optimizer was last changed, `steps` all of them.
    """

    parameters: Parameters
    slots: tuple[Parameters, ...]
    gradients: Parameters
    before: Parameters
    epoch: int
    steps: int
    optimizer_steps: int
    order: npt.NDArray[np.intp]
    position: int
    generator: Mapping[str, Any]
    plateau: Plateau
    patience: Patience
    status: Status
    diagnosis: Diagnosis | None
    marks: tuple[Mark, ...]
    history: Array
