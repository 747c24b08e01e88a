"""What is exported: a trained network, the experiment that it came from, and its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint, initial_parameters
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Parameters
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.conventions.subject import Subject

EXAMPLES = 3
"""Rows that a script answers when it is given none."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A network at some epoch. `first` are the weights that its training began with."""

    experiment: Experiment
    blueprint: Blueprint
    dataset: Dataset
    parameters: Parameters
    epoch: int

    @classmethod
    def of(cls, snapshot: Snapshot) -> Source:
        return cls(
            snapshot.experiment,
            snapshot.blueprint,
            snapshot.dataset,
            snapshot.parameters,
            snapshot.epoch,
        )

    @property
    def subject(self) -> Subject:
        """The experiment with its options' defaults filled in."""
        return Subject(self.experiment, self.blueprint, self.dataset)

    @property
    def first(self) -> Parameters:
        return initial_parameters(self.experiment, self.blueprint)

    @property
    def activations(self) -> tuple[str, ...]:
        """The name of each layer's activation, the output's last."""
        return tuple(activation.name for activation in self.blueprint.activations)

    @property
    def examples(self) -> Array:
        """A few raw rows that it was tested on, or else trained (rows, d0)."""
        dataset = self.dataset
        rows: Array = (dataset.test if len(dataset.test) else dataset.train).raw[:EXAMPLES]
        return rows

    @property
    def watched(self) -> Split | None:
        """The rows whose loss decides about the rate or the end, if others than those trained on.

        None also where no loss decides.
        """
        training, rows = self.experiment.training, self.dataset.validation
        decides = training.schedule == "plateau" or training.early_stopping > 0
        return rows if decides and len(rows) else None

    def predict(self, raw: npt.ArrayLike) -> Array:
        """The prediction (n, k) for raw inputs (n, d0), by the engine."""
        from nnmath_engine.evaluation import outputs

        X = self.dataset.prepare(np.asarray(raw)).astype(self.experiment.training.dtype)
        return outputs(self.parameters, self.blueprint.activations, X)[1]
