"""A picture of a session at one moment: what crosses from the engine to whoever looks.

Everything in it is frozen or read-only, so it may be kept, compared and drawn while the session
goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.dataset import Dataset
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import HistoryView
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, Tape, forward
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.places import Place
from nnmath_engine.state import Mark, Status
from nnmath_engine.training import Training


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The state of a session after `step` steps.

    `epoch` counts finished passes over the training rows, `batch` the batches done since, of
    `batches` in the whole pass. `gradients` is the objective's gradient as the optimizer last saw
    it (zeros before the first step), `before` the parameters that its step started from.
    `frozen` are the weights and biases that training leaves as they are.
    """

    experiment: Experiment
    dataset: Dataset = field(repr=False)
    blueprint: Blueprint = field(repr=False)
    epoch: int
    batch: int
    batches: int
    step: int
    status: Status
    diagnosis: Diagnosis | None
    learning_rate: float
    parameters: Parameters = field(repr=False)
    gradients: Parameters = field(repr=False)
    before: Parameters = field(repr=False)
    slots: Mapping[str, Parameters] = field(repr=False)
    history: HistoryView = field(repr=False)
    marks: tuple[Mark, ...]
    frozen: frozenset[Place] = frozenset()
    hand_set: Mapping[Place, float] = field(default_factory=dict)

    @property
    def updates(self) -> Parameters:
        """How far the last step moved each parameter; zeros before the first step."""
        pairs = zip(self.parameters.arrays(), self.before.arrays(), strict=True)
        return Parameters.of([after - before for after, before in pairs])

    @property
    def activations(self) -> tuple[Activation, ...]:
        """One for each layer, the output's last."""
        return self.blueprint.activations

    @property
    def loss(self) -> Loss:
        """The loss in force, "auto" settled."""
        return self.blueprint.loss

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """(d, h1, ..., k)."""
        return self.blueprint.sizes

    def forward(self, X: Array) -> Tape:
        """Run prepared inputs X (n, d) through the network, without dropout."""
        with np.errstate(all="ignore"):  # the last weights before a divergence may overflow
            return forward(self.parameters, X, self.activations)

    def predict(self, X: Array) -> Array:
        """The prediction yhat (n, k) for prepared inputs X (n, d)."""
        return self.forward(X).yhat


def snapshot_of(training: Training) -> Snapshot:
    """A picture of a training at this moment."""
    numbers = training.numbers
    batch, batches = training.batches
    names = OPTIMIZERS[training.experiment.training.optimizer].slots
    return Snapshot(
        experiment=training.experiment,
        dataset=training.dataset,
        blueprint=training.blueprint,
        epoch=training.epoch,
        batch=batch,
        batches=batches,
        step=training.steps,
        status=training.status,
        diagnosis=training.diagnosis,
        learning_rate=training.learning_rate,
        parameters=numbers.parameters,
        gradients=numbers.gradients,
        before=numbers.before,
        slots=dict(zip(names, numbers.slots, strict=True)),
        history=training.history.view(),
        marks=training.marks,
        frozen=training.frozen,
        hand_set=training.hand_set,
    )
