"""Does the solution of a lesson meet its goals, and does the lesson as it starts not?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nnmath_presets.answering import right_answer
from nnmath_presets.gradient_goals import check_attempt
from nnmath_presets.judging import Verdict, judge_answer
from nnmath_presets.preset import Attempt, Goal, Lesson, Preset
from nnmath_presets.trial import Tally, Trial, compared

_SLICE = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a goal was met, and how, in a few words.

    seeds: for a goal that is met by training, on how many seeds it was met, and of how many.
    """

    goal: Goal
    met: bool
    how: str
    seeds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How a lesson did with its solution and as it starts, goal by goal."""

    preset: Preset
    solved: tuple[Outcome, ...]
    start: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether the solution meets all goals, and the start leaves something to do."""
        return all(o.met for o in self.solved) and not all(o.met for o in self.start)


Pause = Callable[[], object]
"""Called several times a second; may raise to cancel."""


def verify(
    preset: Preset,
    goals: Sequence[Goal] | None = None,
    pause: Pause = lambda: None,
    *,
    start: bool = True,
) -> Report:
    """Try a lesson's solution and its start; goals: those to look at, by default all.

    The start is the preset as it is, trained if the solution changes something; if the solution
    is to train it, the start is the network before. Nothing is answered and nothing is checked.

    Raises:
        DataError, ExperimentError: the solution does not fit the preset.
    """
    lesson = preset.lesson or Lesson()
    chosen = [goal for goal in lesson.goals if goals is None or goal in goals]
    runs = lesson.solution.runs
    trained = [goal for goal in chosen if goal.is_trained]
    with_solution = _train(preset, runs, trained, True, pause)
    solved = tuple(_solved(preset, lesson, goal, with_solution) for goal in chosen)
    if not start:
        return Report(preset, solved, ())
    as_it_is = _train(preset, (Attempt(),), trained, any(runs), pause)
    at_start = tuple(
        _of_tally(goal, as_it_is[goal]) if goal in as_it_is else Outcome(goal, False, "not done")
        for goal in chosen
    )
    return Report(preset, solved, at_start)


def _solved(preset: Preset, lesson: Lesson, goal: Goal, tallies: dict[Goal, Tally]) -> Outcome:
    if goal in tallies:
        return _of_tally(goal, tallies[goal])
    if goal.kind == "gradient_check":
        return _checked(preset, lesson.solution.runs, goal)
    right = right_answer(preset, goal)
    answer = lesson.answers().get(goal, right)
    verdict = judge_answer(goal, answer, right)
    if verdict.met:
        return Outcome(goal, True, _written(answer))
    return Outcome(goal, False, f"{_written(answer)}, but {_written(right)} is right")


def _checked(preset: Preset, runs: Sequence[Attempt], goal: Goal) -> Outcome:
    """What the gradient check comes to under the first of the runs that passes it, or the last."""
    verdict = Verdict(False)
    for run in runs:
        verdict = check_attempt(preset, run, goal)
        if verdict.met:
            break
    return Outcome(goal, verdict.met, verdict.note or f"worst error {verdict.value:.1e}")


def _of_tally(goal: Goal, tally: Tally) -> Outcome:
    return Outcome(goal, tally.met, str(tally), (len(tally.epochs), tally.seeds))


def _written(answer: float | str) -> str:
    return answer if isinstance(answer, str) else f"{answer:.6g}"


def _train(
    preset: Preset, runs: Sequence[Attempt], goals: Sequence[Goal], train: bool, pause: Pause
) -> dict[Goal, Tally]:
    """For each goal the best that one of the runs came to."""
    best: dict[Goal, Tally] = {}
    for run in runs if goals else ():
        wanted = [goal for goal in goals if goal not in best or not best[goal].met]
        if not wanted:
            break
        trial = Trial(preset, run, wanted, train=train)
        for goal, tally in _finished(trial, pause).items():
            if goal.kind == "faster":
                tally = _faster(preset, goal, tally, pause)
            if goal not in best or len(tally.epochs) > len(best[goal].epochs):
                best[goal] = tally
    return best


def _faster(preset: Preset, goal: Goal, fast: Tally, pause: Pause) -> Tally:
    if not fast.epochs:
        return fast
    slow = _finished(Trial.to_compare(preset, goal), pause)[goal]
    within = goal.within_epochs
    most = preset.experiment.training.epochs if within is None else within
    return compared(fast, slow, goal, most)


def _finished(trial: Trial, pause: Pause) -> dict[Goal, Tally]:
    while not trial.is_done:
        trial.run(_SLICE)
        pause()
    return trial.tallies
