"""Typed answers: which is the right one."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

from nnmath_engine.derivation import derive, parse_cell
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session

from nnmath_presets.judging import metric_at
from nnmath_presets.metrics import METRICS, RECORDED
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


def secret_values(preset: Preset) -> dict[Goal, float]:
    """The number that a goal asks for, a cell or a loss, where it asks: at the start, as changed.

    Whatever goes by another name but has this value is the answer all the same. Goals whose
    network has no such cell are left out.
    """
    goals = preset.lesson.goals if preset.lesson else ()
    found = {}
    for goal in goals:
        if goal.cell or (goal.is_typed and goal.metric in RECORDED):
            with suppress(ValueError):
                changed = preset.experiment.with_values(goal.changes)
                found[goal] = _number(goal.cell or goal.metric, changed, preset.base)
    return found


def _number(name: str, experiment: Experiment, base: Path | None) -> float:
    session = Session(experiment, base=base)
    if name in METRICS:
        return metric_at(name, session.snapshot())
    return derive(session.worksheet(), parse_cell(name)).value
