"""What no single key of a preset can know: settings, data and goals that do not go together."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from nnmath_engine import limits
from nnmath_engine.datasets import DATASETS, DataError
from nnmath_engine.experiment import DataSpec, Experiment
from nnmath_engine.fields import FIELDS
from nnmath_engine.formulas import parse_formula
from nnmath_engine.losses import LOSSES

from nnmath_presets.files import NO_FILE, file_fault
from nnmath_presets.findings import suggestion
from nnmath_presets.metrics import METRICS, RECORDED
from nnmath_presets.preset import Bound, Goal, Rule

Complaint = tuple[str, str]
"""The key (of a goal) or the path (of a setting) that is wrong, and the words."""


def experiment_complaints(experiment: Experiment, base: Path | None) -> list[Complaint]:
    """What is wrong with an experiment, as far as it shows without making or loading the data.

    base: the folder that a relative CSV path starts from.
    """
    complaints = _source_complaints(experiment.data, base)
    parameters = sum((i + 1) * o for i, o in pairwise(experiment.network.hidden))
    if parameters > limits.PARAMETERS:
        complaints.append(
            (
                "network.hidden",
                f"makes at least {parameters:,} parameters; "
                f"at most {limits.PARAMETERS:,} are allowed",
            )
        )
    network = experiment.network
    for name, given in (("weights", network.weights), ("biases", network.biases)):
        if not isinstance(given, tuple) or not all(isinstance(layer, tuple) for layer in given):
            complaints.append((f"network.{name}", "must be a list with one list for each layer"))
    task, loss = task_of(experiment), experiment.training.loss
    if task and loss in LOSSES and task not in LOSSES[loss].tasks:
        fitting = ", ".join(name for name, entry in LOSSES.items() if task in entry.tasks)
        source = experiment.data.source
        complaints.append(
            ("training.loss", f"{loss} does not fit {source}, a {task}; allowed: auto, {fitting}")
        )
    return complaints


def task_of(experiment: Experiment) -> str:
    """ "classification", "regression", or "" where only the data itself can tell."""
    if experiment.data.source in DATASETS:
        return DATASETS[experiment.data.source].task
    return "" if experiment.data.task == "auto" else experiment.data.task


def goal_complaints(goal: Goal, experiment: Experiment | None) -> list[Complaint]:
    """What is wrong with a goal in itself and, if there is an experiment, together with it."""
    complaints = _order_complaints(goal, "at_least")
    low = goal.at_least
    if goal.pass_seeds > goal.seeds:
        complaints.append(
            ("pass_seeds", f"is {goal.pass_seeds}, more than seeds, which is {goal.seeds}")
        )
    if goal.choices and goal.answer not in goal.choices:
        complaints.append(("answer", f"must be one of the choices: {', '.join(goal.choices)}"))
    if goal.layer is not None and goal.inputs:
        complaints.append(("layer", "and inputs are both there; keep one"))
    elif goal.kind == "zeros" and goal.inputs and (low or 0) > len(goal.inputs):
        complaints.append(("at_least", f"is {low:g}, more than the {len(goal.inputs)} inputs"))
    unseen = [bound.metric for bound in goal.bounds if bound.metric not in RECORDED]
    if goal.hold_epochs > 1 and goal.is_trained and unseen:
        what = unseen[0].replace("_", " ") if goal.kind == "zeros" else unseen[0]
        complaints.append(
            ("hold_epochs", f"must be 1: {what} is not kept in the history, epoch by epoch")
        )
    for kept in goal.keep:
        if kept in goal.inputs:
            complaints.append(("keep", f"{kept[:60]!r} is among the inputs to count as well"))
    given = [
        key
        for key, value in (("answer", goal.answer), ("cell", goal.cell), ("metric", goal.metric))
        if value not in (None, "")
    ]
    if goal.kind == "answer":
        if len(given) > 1:
            complaints.append((given[1], f"and {given[0]} are both there; keep one"))
        complaints.extend(_cell_complaints(goal))
    if goal.metric:
        complaints.extend(_metric_complaints(goal, experiment))
    for bound in goal.also:
        complaints.extend(("also", words) for _, words in _order_complaints(bound, ""))
        complaints.extend(
            ("also", words if key == "metric" else f"{key} {words}")
            for key, words in _metric_complaints(bound, experiment)
        )
    for rule in goal.where:
        complaints.extend(("where", words) for words in _rule_complaints(rule))
    return complaints


def _order_complaints(bound: Goal | Bound | Rule, key: str) -> list[Complaint]:
    low, high = bound.at_least, bound.at_most
    if low is not None and high is not None and low > high:
        at_least = "" if key else "at_least "
        return [(key, f"{at_least}is {low:g}, above at_most, which is {high:g}")]
    return []


def _cell_complaints(goal: Goal) -> list[Complaint]:
    cells = [("cell", goal.cell), ("over", "" if goal.over in METRICS else goal.over)]
    if not any(text for _, text in cells):
        return []
    # Not at the top: derivations take 40 ms to import, and only lessons like these need them.
    from nnmath_engine.derivation.cells import CellError, parse_cell

    complaints = []
    for key, text in cells:
        if text:
            try:
                parse_cell(text)
            except CellError as error:
                complaints.append((key, str(error)))
    return complaints


def _rule_complaints(rule: Rule) -> list[str]:
    field = FIELDS[rule.setting]
    numeric = field.kind in ("integer", "number")
    if rule.one_of and numeric:
        return [f"{rule.setting} is a number; at_least and at_most bound it"]
    if not rule.one_of and not numeric:
        return [f"{rule.setting} is no number; one_of names what it may be"]
    wrong = [name for name in rule.one_of if field.choices and name not in field.choices]
    if wrong:
        return [f"{wrong[0][:60]!r} is no {rule.setting}; {suggestion(wrong[0], field.choices)}"]
    return [words for _, words in _order_complaints(rule, "")]


def _source_complaints(data: DataSpec, base: Path | None) -> list[Complaint]:
    source = data.source
    if source in DATASETS:
        return []
    if source == "formula":
        try:
            parse_formula(data.formula)
        except DataError as error:
            return [
                ("data.formula", problem.removeprefix("data.formula: "))
                for problem in error.problems
            ]
        return []
    if "." not in source and "/" not in source:
        hint = suggestion(source, [*DATASETS, "formula"])
        return [("data.source", f"{source!r} is no data set and no CSV file; {hint}")]
    fault = file_fault((base or Path()) / source)
    if fault == NO_FILE:
        return [("data.source", f"there is no file {source!r}")]
    return [("data.source", f"{source!r} {fault}")] if fault else []


def _metric_complaints(goal: Goal | Bound, experiment: Experiment | None) -> list[Complaint]:
    metric = METRICS[goal.metric]
    complaints = []
    if goal.at_least is not None and goal.at_least > metric.high:
        complaints.append(
            ("at_least", f"is out of reach: {metric.name} is at most {metric.high:g}")
        )
    if goal.at_most is not None and goal.at_most < metric.low:
        message = f"is out of reach: {metric.name} is at least {metric.low:g}"
        complaints.append(("at_most", message))
    if experiment is None:
        return complaints
    task, data = task_of(experiment), experiment.data
    if metric.task and task and metric.task != task:
        complaints.append(
            ("metric", f"{metric.name} exists only for a {metric.task}, not a {task}")
        )
    is_table = data.source in DATASETS and DATASETS[data.source].table
    fraction = {"test": data.test_fraction, "validation": data.validation_fraction}
    if metric.rows in fraction and (is_table or fraction[metric.rows] == 0):
        why = f"{data.source} is never split" if is_table else f"data.{metric.rows}_fraction is 0"
        complaints.append(("metric", f"{metric.name} needs {metric.rows} rows, but {why}"))
    return complaints
