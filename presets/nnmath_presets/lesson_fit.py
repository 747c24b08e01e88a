"""Whether a lesson fits its network: the cells that goals ask for, the numbers a solution sets.

Like `fit`, of which it is a part, this makes or loads the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from nnmath_engine.blueprint import blueprint
from nnmath_engine.dataset import DataError, Dataset, build_dataset
from nnmath_engine.experiment import Experiment, ExperimentError

from nnmath_presets.findings import suggestion
from nnmath_presets.lines import Place
from nnmath_presets.preset import Attempt, Goal, Lesson, Preset

Fault: TypeAlias = tuple[Place, str]

MOST_WORK = 3_000_000
"""Rows times parameters up to which answers are computed, to see that they can be."""


def lesson_faults(preset: Preset) -> Iterator[Fault]:
    """Where the lesson does not fit, and the words."""
    lesson = preset.lesson or Lesson()
    dataset = build_dataset(preset.experiment.data, preset.experiment.training.loss, preset.base)
    inputs = set(dataset.inputs)
    for index, run in enumerate(lesson.solution.runs):
        here = index if len(lesson.solution.runs) > 1 else None
        yield from _of_run(preset, dataset, run, here, inputs)
    sizes = blueprint(preset.experiment, dataset).sizes
    work = len(dataset.train) * sum((n + 1) * m for n, m in pairwise(sizes))
    for index, goal in enumerate(lesson.goals):
        place: Place = ("lesson", "goal", index)
        if goal.kind == "answer" and goal.answer is None and work <= MOST_WORK:
            yield from _of_answer(preset, goal, place)
        for key, names in (("inputs", goal.inputs), ("keep", goal.keep)):
            for name in names:
                if name not in inputs:
                    hint = suggestion(name, sorted(inputs))
                    yield (*place, key), f"{name[:60]!r} is no input of the network; {hint}"


def _of_run(
    preset: Preset, dataset: Dataset, run: Attempt, index: int | None, inputs: set[str]
) -> Iterator[Fault]:
    """What is wrong with a run; the inputs that it has are added to `inputs`."""
    place: Place = ("lesson", "solution")
    place = place if index is None else (*place, "run", index)
    try:
        experiment = preset.experiment.with_values(run.settings)
        if _is_reloaded(preset.experiment, experiment):
            dataset = build_dataset(experiment.data, experiment.training.loss, preset.base)
        sizes = blueprint(experiment, dataset).sizes
    except ExperimentError as error:
        yield from (((*place, *p.path.split(".")), p.message) for p in error.problems)
        return
    except DataError as error:
        yield place, f"its data cannot be used: {error.problems[0]}"
        return
    inputs.update(dataset.inputs)
    for parameter in run.edits:
        try:
            parameter.check(sizes)
        except ValueError as error:
            yield (*place, "edits", str(parameter)), str(error)


def _of_answer(preset: Preset, goal: Goal, place: Place) -> Iterator[Fault]:
    # Not at the top: derivations take 40 ms to import.
    from nnmath_engine.derivation import CellError

    from nnmath_presets.answering import right_answer

    try:
        right = right_answer(preset, goal)
    except CellError as error:
        key = "over" if goal.over and goal.over in str(error) else "cell"
        yield (*place, key), str(error)
    except (DataError, ExperimentError) as error:
        yield (*place, "changes"), str(error).splitlines()[0]
    else:
        if isinstance(right, float) and not abs(right) < float("inf"):
            yield place, f"the right answer is {right}, which nobody can type"


def _is_reloaded(before: Experiment, after: Experiment) -> bool:
    return before.data != after.data or before.training.loss != after.training.loss
