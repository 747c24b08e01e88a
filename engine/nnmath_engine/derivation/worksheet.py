"""Everything that one step computes, to be opened number by number.

A worksheet belongs to the step that training is about to make: the very batch, the dropout masks,
the learning rate, and what the parameters and the optimizer's memory will be after it. What lies
in between (weighted sums, deltas, gradients) is the reference's on the same batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.derivation.cells import KINDS, Cell, CellError, Sample
from nnmath_engine.descent import add_penalties
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Backward, Parameters, Tape, backward, forward
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.places import Place, put
from nnmath_engine.schedules import Progress

Masks = Sequence[Array | None] | None

_SPLITS = {"train": "training", "eval": "training", "test": "test"}


@dataclass(frozen=True, eq=False)
class Worksheet:
    """One step from all sides.

    rows: the training rows of the batch, in its order (n,). masks: dropout's factors, one entry
    for each layer. t: the number of the step since the optimizer's start, from 1. `before` and
    `slots_before` are what the step starts from, `gradient` is what the optimizer sees, `after`
    and `slots_after` what the step leads to: the engine's own numbers. frozen: the parameters that
    the step leaves as they are; their gradient counts as 0.
    """

    experiment: Experiment
    dataset: Dataset = field(repr=False)
    blueprint: Blueprint = field(repr=False)
    rows: npt.NDArray[np.intp] = field(repr=False)
    masks: Masks = field(repr=False)
    progress: Progress
    learning_rate: float
    t: int
    before: Parameters = field(repr=False)
    slots_before: tuple[Parameters, ...] = field(repr=False)
    gradient: Parameters = field(repr=False)
    after: Parameters = field(repr=False)
    slots_after: tuple[Parameters, ...] = field(repr=False)
    frozen: frozenset[Place] = frozenset()

    # What the step computes

    @cached_property
    def tape(self) -> Tape:
        """The forward pass over the batch."""
        with np.errstate(all="ignore"):
            return forward(self.before, self.X, self.blueprint.activations, self.masks)

    @cached_property
    def back(self) -> Backward:
        """The backward pass over the batch; its deltas are those of the mean loss."""
        with np.errstate(all="ignore"):
            return backward(
                self.tape, self.before, self.blueprint.activations, self.blueprint.loss, self.Y
            )

    @cached_property
    def full_gradient(self) -> Parameters:
        """The gradient of the objective, before clipping."""
        with np.errstate(all="ignore"):
            full = add_penalties(self.back.gradients, self.before, self.experiment.training)
        return put(full, dict.fromkeys(self.frozen, 0.0))

    def is_frozen(self, cell: Cell) -> bool:
        """Whether the step leaves the parameter that a cell belongs to as it is."""
        row = cell.index[0] if len(cell.index) == 2 else None
        return Place(cell.layer, row, cell.index[-1]) in self.frozen

    @cached_property
    def X(self) -> Array:
        """The inputs of the batch (n, d)."""
        return self._typed(self.dataset.train.X[self.rows])

    @cached_property
    def Y(self) -> Array:
        """The targets of the batch (n, k)."""
        return self._typed(self.dataset.train.Y[self.rows])

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """The optimizer's options in force."""
        training = self.experiment.training
        return OPTIMIZERS[training.optimizer].defaults() | dict(training.optimizer_options)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {int(row): place for place, row in enumerate(self.rows)}

    def _typed(self, array: Array) -> Array:
        return array.astype(self.experiment.training.dtype)

    # What one sample computes

    @property
    def first_sample(self) -> Sample:
        """The sample that is meant where none is named: the first of the batch."""
        return Sample("train", int(self.rows[0]))

    def trained_on(self, sample: Sample) -> bool:
        """Whether the sample is in the batch: with dropout, its numbers are those of the step."""
        return sample.split == "train" and sample.row in self._places

    def split(self, sample: Sample) -> Split:
        """The rows that the sample is one of."""
        return self.dataset.test if sample.split == "test" else self.dataset.train

    def run(self, sample: Sample) -> Run:
        """The forward and the backward pass of one sample."""
        if sample not in self._runs:
            if len(self._runs) > 64:
                self._runs.clear()
            self._runs[sample] = self._run(sample)
        return self._runs[sample]

    @cached_property
    def _runs(self) -> dict[Sample, Run]:
        return {}

    def _run(self, sample: Sample) -> Run:
        if self.trained_on(sample):
            row = self._places[sample.row]
            deltas = tuple(delta[row] * len(self.rows) for delta in self.back.deltas)
            masks = tuple(None if mask is None else mask[row] for mask in self.tape.masks)
            tape, Y = self.tape, self.Y
        else:
            split, row = self.split(sample), 0
            X, Y = (self._typed(a[sample.row : sample.row + 1]) for a in (split.X, split.Y))
            with np.errstate(all="ignore"):
                tape = forward(self.before, X, self.blueprint.activations)
                back = backward(
                    tape, self.before, self.blueprint.activations, self.blueprint.loss, Y
                )
            deltas = tuple(delta[0] for delta in back.deltas)
            masks = (None,) * len(tape.z)
        return Run(
            x=tape.X[row],
            y=Y[row],
            z=tuple(z[row] for z in tape.z),
            a=tuple(a[row] for a in tape.a),
            masks=masks,
            deltas=deltas,
        )

    # Which numbers there are

    def settle(self, cell: Cell) -> Cell:
        """The cell with its sample named, `yhat` as the last layer's activation it stands for.

        Raises:
            CellError: this network has no such number; the message says what it has.
        """
        kind, sizes = KINDS[cell.kind], self.blueprint.sizes
        layers = len(sizes) - 1
        if kind.shape in ("neuron", "weight", "parameter"):
            if not 1 <= cell.layer <= layers:
                raise CellError(f"{cell}: this network has layers 1 to {layers}")
            shape = sizes[cell.layer - 1 : cell.layer + 1][-len(cell.index) :]
            _check(cell, shape)
        elif kind.shape in ("input", "output"):
            wide = sizes[-1] if kind.shape == "output" else sizes[0]
            wide = len(self.dataset.raw_names) if cell.kind == "raw" else wide
            _check(cell, (wide,))
        self._check_optimizer(cell)
        if kind.of_sample:
            sample = cell.sample or self.first_sample
            if sample.row >= len(self.split(sample)):
                rows = len(self.split(sample))
                has = f"has rows 0 to {rows - 1}" if rows else "has no rows"
                raise CellError(f"{cell}: the {_SPLITS[sample.split]} data {has}")
            return Cell(cell.kind, cell.layer, cell.index, sample)
        return cell

    def _check_optimizer(self, cell: Cell) -> None:
        name = self.experiment.training.optimizer
        slots = OPTIMIZERS[name].slots
        asked = cell.kind.removesuffix("_before").removesuffix("_hat")
        if KINDS[cell.kind].shape != "parameter" or asked not in ("m", "v", "s"):
            return
        corrects = "m" in slots and self.options["bias_correction"]
        if asked not in slots or (cell.kind.endswith("_hat") and not corrects):
            has = " and ".join(slots) or "nothing"
            more = " and corrects neither" if cell.kind.endswith("_hat") and asked in slots else ""
            raise CellError(f"{cell}: {name} remembers {has}{more}")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What one sample made of the network: x (d,), y (k,), and for each layer its neurons' numbers.

    `a` is after dropout; `deltas` are ∂Lᵢ/∂z, of this sample's loss alone.
    """

    x: Array
    y: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    masks: tuple[Array | None, ...]
    deltas: tuple[Array, ...]


def _check(cell: Cell, shape: Sequence[int]) -> None:
    for place, size in zip(cell.index, shape, strict=True):
        if place >= size:
            raise CellError(f"{cell}: {place} is not between 0 and {size - 1}")
