"""How every number of a step came about: `derive(worksheet, cell)`.

A `Worksheet` holds one step from all sides, a `Cell` names one of its numbers, a `Derivation` says
by which `Equation` it came about; the numbers in that are cells again, down to data and settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from nnmath_engine.derivation import (
    backward_cells,
    forward_cells,
    loss_cells,
    schedule_cells,
    step_cells,
)
from nnmath_engine.derivation.cells import KINDS, Cell, CellError, Sample, parse_cell, parse_sample
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, Printed
from nnmath_engine.derivation.worksheet import Worksheet

__all__ = [
    "KINDS",
    "Cell",
    "CellError",
    "Derivation",
    "Equation",
    "Printed",
    "Sample",
    "Worksheet",
    "derive",
    "parse_cell",
    "parse_sample",
]

_MAKERS: Mapping[str, Callable[[Worksheet, Cell], Derivation]] = {
    "raw": forward_cells.raw,
    "x": forward_cells.feature,
    "y": forward_cells.target,
    "w": step_cells.parameter,
    "b": step_cells.parameter,
    "z": forward_cells.weighted_sum,
    "a": forward_cells.activation,
    "yhat": forward_cells.prediction,
    "mask": forward_cells.mask,
    "slope": forward_cells.slope,
    "sample_loss": loss_cells.sample_loss,
    "dyhat": backward_cells.loss_slope,
    "delta": backward_cells.delta,
    "loss": loss_cells.batch_loss,
    "penalty": loss_cells.penalty,
    "objective": loss_cells.objective,
    "data_grad": backward_cells.data_gradient,
    "full_grad": step_cells.full_gradient,
    "clipped": step_cells.clipped,
    "grad": step_cells.gradient,
    "norm": step_cells.norm,
    "lr": schedule_cells.learning_rate,
    **step_cells.MEMORY,
    "step": step_cells.step,
    "moved": step_cells.moved,
    "next": step_cells.new_value,
    "train_loss": loss_cells.split_loss,
    "test_loss": loss_cells.split_loss,
    "train_accuracy": loss_cells.split_score,
    "test_accuracy": loss_cells.split_score,
    "train_r2": loss_cells.split_score,
    "test_r2": loss_cells.split_score,
}


def derive(sheet: Worksheet, cell: Cell) -> Derivation:
    """How the number in a cell came about.

    Raises:
        CellError: this network has no such number; the message says what it has.
    """
    settled = sheet.settle(cell)
    with np.errstate(all="ignore"):  # what overflows is shown as it is
        return _MAKERS[settled.kind](sheet, settled)
