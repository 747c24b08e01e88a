"""Is a goal met? Pure functions of what there is to see: a picture of a run, an answer, a report.

The screen asks at every picture, the checks without a screen at every epoch; both get a `Verdict`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nnmath_engine.experiment import OPTION_TABLES, Experiment
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot

from nnmath_presets.measures import Moment, measure, zeros
from nnmath_presets.metrics import RECORDED
from nnmath_presets.preset import ZEROS, Bound, Goal, Preset
from nnmath_presets.reaching import is_recorded, reached, values

SEED = "training.seed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a goal so far.

    value: the number that decides, NaN if there is none. epoch: when a run first met the goal.
    note: why a run does not count, in words for the learner.
    """

    met: bool
    value: float = math.nan
    epoch: int | None = None
    note: str = ""


def changed_settings(start: Experiment, now: Experiment) -> tuple[str, ...]:
    """The paths of the settings that differ, the seed aside; options go with their choice."""
    old, new = start.values(), now.values()
    changed = [path for path in old if path != SEED and old[path] != new[path]]
    return tuple(
        path
        for path in changed
        if path not in OPTION_TABLES or OPTION_TABLES[path][0] not in changed
    )


def objection(preset: Preset, goal: Goal, experiment: Experiment, parameters: int) -> str:
    """Why a run under `experiment` does not count for a goal; empty if it does.

    parameters: how many weights and biases its network has.
    """
    changed = changed_settings(preset.experiment, experiment)
    locked = [path for path in changed if preset.lesson and preset.lesson.locks(path)]
    if locked:
        return f"{locked[0]} is locked in this lesson"
    hidden = experiment.network.hidden
    for most, number, words in (
        (goal.max_neurons, sum(hidden), "hidden neurons"),
        (goal.max_layers, len(hidden), "hidden layers"),
        (goal.max_parameters, parameters, "weights and biases"),
        (goal.max_changes, len(changed), "changed settings"),
    ):
        if most is not None and number > most:
            return f"at most {most:,} {words} are allowed, here are {number:,}"
    return _broken_rule(goal, experiment.values())


def _broken_rule(goal: Goal, settings: Mapping[str, Any]) -> str:
    for rule in goal.where:
        value = settings[rule.setting]
        if rule.one_of and value not in rule.one_of:
            return f"{rule.setting} must be {' or '.join(rule.one_of)}"
        if rule.at_least is not None and value < rule.at_least:
            return f"{rule.setting} must be at least {rule.at_least:g}"
        if rule.at_most is not None and value > rule.at_most:
            return f"{rule.setting} must be at most {rule.at_most:g}"
    return ""


def metric_at(metric: str, snapshot: Snapshot) -> float:
    """A metric at the moment of a snapshot."""
    if metric in RECORDED:
        return float(values(snapshot.history, metric)[-1])
    return measure(metric, Moment.of(snapshot))


def judge_run(
    preset: Preset, goal: Goal, snapshot: Snapshot, baseline: int | None = None
) -> Verdict:
    """What a run of one seed has come to, for a goal that is met by training or by hand.

    baseline: for a goal of the kind "faster" the epochs that the other run took.
    """
    moment = Moment.of(snapshot)
    value = _value(goal, goal.bounds[0], lambda: moment, snapshot.history)
    note = objection(preset, goal, snapshot.experiment, snapshot.parameters.count)
    if note:
        return Verdict(False, value, note=note)
    planned = preset.experiment.training.epochs
    stopped = snapshot.status == "stopped"
    epoch = met_at(goal, snapshot.history, planned, stopped, lambda: moment)
    if epoch is None or goal.kind != "faster":
        return Verdict(epoch is not None, value, epoch)
    if baseline is None:
        return Verdict(False, value, epoch, "the other run is not trained yet")
    times = baseline / max(1, epoch)
    enough = times >= (goal.times or 0)
    note = "" if enough else f"{times:.1f} times fewer epochs than {baseline:,}"
    return Verdict(enough, value, epoch, note)


def met_at(
    goal: Goal,
    history: HistoryView,
    planned: int,
    stopped: bool,
    moment: Callable[[], Moment],
) -> int | None:
    """The first epoch at which a run met the goal; of what no history keeps, only now can tell.

    moment: gives the network of the last epoch in the history; called only if it is needed.
    """
    if is_recorded(goal):
        return reached(history, goal, planned, stopped)
    epoch = int(history.epoch[-1])
    end = goal.within_epochs if goal.within_epochs is not None else planned
    if epoch > end or (goal.at_end and epoch < end and not stopped):
        return None
    for bound in sorted(goal.bounds, key=lambda bound: bound.metric not in RECORDED):
        if not bound.holds(_value(goal, bound, moment, history)):
            return None
    return epoch


def judge_answer(goal: Goal, answer: float | str | None, right: float | str) -> Verdict:
    """Whether what was typed or picked is right; see `answering.right_answer`."""
    if answer is None:
        return Verdict(False)
    value = answer if isinstance(answer, float | int) else math.nan
    return Verdict(is_right(goal, answer, right), float(value))


def is_right(goal: Goal, answer: float | str, right: float | str) -> bool:
    """Whether `answer` is near enough to the right one."""
    if isinstance(answer, str) or isinstance(right, str):
        return answer == right
    allowed = max(goal.tolerance or 0.0, (goal.relative_tolerance or 0.0) * abs(right))
    # A tolerance of 0.001 allows what is 0.001 away in print.
    return abs(answer - right) <= allowed * (1 + 1e-9) + 1e-12 * abs(right)


def judge_check(goal: Goal, report: GradientReport | None) -> Verdict:
    """Whether the gradient check that was run came out well."""
    if report is None:
        return Verdict(False)
    error = 1e-6 if goal.at_most is None else goal.at_most
    return Verdict(report.passed and report.worst <= error, report.worst)


def _value(goal: Goal, bound: Bound, moment: Callable[[], Moment], history: HistoryView) -> float:
    if bound.metric == ZEROS:
        return zeros(moment(), goal.inputs, goal.keep, goal.layer)
    if bound.metric in RECORDED:
        return float(values(history, bound.metric)[-1])
    return measure(bound.metric, moment())
