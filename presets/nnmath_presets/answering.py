"""Typed answers: which is the right one."""

from __future__ import annotations

import math
from pathlib import Path

from nnmath_engine.derivation import Cell, derive, parse_cell
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session

from nnmath_presets.judging import metric_at
from nnmath_presets.metrics import METRICS
from nnmath_presets.preset import Goal, Preset


def right_answer(preset: Preset, goal: Goal) -> float | str:
    """What a goal of the kind "answer" or "choice" wants to hear.

    A cell or a metric is that of the preset as it starts, with the goal's changes; `over` is one
    of the preset as it starts, without them.

    Raises:
        CellError: the preset's network has no such cell.
        DataError, ExperimentError: the changes do not fit the preset.
    """
    if goal.answer is not None:
        return goal.answer
    changed = preset.experiment.with_values(goal.changes)
    number = _number(goal.cell or goal.metric, changed, preset.base)
    if goal.over:
        below = _number(goal.over, preset.experiment, preset.base)
        number = number / below if below else math.nan
    return abs(number) if goal.absolute else number


def hidden_cells(preset: Preset) -> tuple[Cell, ...]:
    """The numbers that are asked for: a screen shows them only once they are answered."""
    goals = preset.lesson.goals if preset.lesson else ()
    return tuple(parse_cell(goal.cell) for goal in goals if goal.cell and not goal.changes)


def _number(name: str, experiment: Experiment, base: Path | None) -> float:
    session = Session(experiment, base=base)
    if name in METRICS:
        return metric_at(name, session.snapshot())
    return derive(session.worksheet(), parse_cell(name)).value
