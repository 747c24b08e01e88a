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


class StateMismatch(ValueError):
    """A state that belongs to a network or to rows of other sizes; the message says which."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A control that changed during training: after which epoch, and from what to what."""

    epoch: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The optimizer's slots as the plan keeps them: `units` times the reference's, to the last bit.

    values: (slots * parameters,), one slot after the other, each in the order of the layers.
    """

    units: tuple[float, ...]
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A session's numbers between two batches; the experiment stands beside it.

    `gradients` is the objective's gradient as the optimizer last saw it, `before` the parameters
    that its step started from. `slots` is what the optimizer remembers, in the units of
    `optimizers`; `memory` is the same in the plan's, if it is known: what is computed in one unit
    and kept in another would not go on to the very same bits.

    `order` is the shuffled order of the rows of the epoch that is under way, of which `position`
    rows are done; between epochs it is empty. `generator` is the state of the random generator
    that shuffles and drops out, as NumPy's bit generator gives it. `optimizer_steps` counts the
    steps since the optimizer was last changed, `steps` all of them.
    """

    parameters: Parameters
    slots: tuple[Parameters, ...]
    memory: Memory | None
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
