"""Everything that a session needs to go on to the very same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint, initial_parameters, initial_slots
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import History
from nnmath_engine.network import Parameters
from nnmath_engine.places import Place
from nnmath_engine.schedules import Plateau
from nnmath_engine.streams import Stream

Status = Literal["ready", "diverged", "stopped"]

NO_ORDER: npt.NDArray[np.intp] = np.arange(0)
"""The order of the rows between two epochs."""


class StateMismatch(ValueError):
    """A state that belongs to a network or to rows of other sizes; the message says which."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something done from outside, or early stopping: after which epoch, and what."""

    epoch: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The optimizer's slots as the plan keeps them: `units` times the reference's, to the last bit.

    values: (slots * parameters,), one slot after the other, each in the order of the layers.
    """

    units: tuple[float, ...]
    values: Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counters:
    """Where a training stands, and everything else of it that is not one of its many numbers.

    `order` is the shuffled order of the rows of the epoch that is under way, of which `position`
    rows are done; between epochs it is empty. `generator` is the state of the random generator
    that shuffles and drops out, as NumPy's bit generator gives it. `optimizer_steps` counts the
    steps since the optimizer was last changed, `steps` all of them. `frozen` are the weights and
    biases that training leaves as they are. `hand_set` are those set by hand before the first
    step: with the experiment they say how the training began, wherever it is now.
    """

    epoch: int = 0
    steps: int = 0
    optimizer_steps: int = 0
    order: npt.NDArray[np.intp] = field(default_factory=lambda: NO_ORDER)
    position: int = 0
    generator: Mapping[str, Any]
    plateau: Plateau = field(default_factory=Plateau)
    patience: Patience = field(default_factory=Patience)
    status: Status = "ready"
    diagnosis: Diagnosis | None = None
    marks: tuple[Mark, ...] = ()
    frozen: frozenset[Place] = frozenset()
    hand_set: Mapping[Place, float] = field(default_factory=dict)

    @property
    def counters(self) -> dict[str, Any]:
        """All of them by name."""
        return {name: getattr(self, name) for name in _COUNTERS}


_COUNTERS = tuple(counter.name for counter in fields(Counters))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class State(Counters):
    """A session's numbers between two batches; the experiment stands beside it.

    `gradients` is the objective's gradient as the optimizer last saw it, `before` the parameters
    that its step started from. `slots` is what the optimizer remembers, in the units of
    `optimizers`; `memory` is the same in the plan's, if it is known: what is computed in one unit
    and kept in another would not go on to the very same bits.
    """

    parameters: Parameters
    slots: tuple[Parameters, ...]
    memory: Memory | None = None
    gradients: Parameters
    before: Parameters
    history: Array


def first_state(experiment: Experiment, network: Blueprint) -> State:
    """Before the first step: weights just drawn, nothing recorded."""
    parameters = initial_parameters(experiment, network)
    return State(
        parameters=parameters,
        slots=initial_slots(experiment, parameters),
        gradients=parameters.map(np.zeros_like),
        before=parameters,
        generator=Stream.TRAINING.generator(experiment.training.seed).bit_generator.state,
        history=History(layers=len(network.sizes) - 1).view().table,
    )
