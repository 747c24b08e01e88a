"""What the lesson pane says: the words for every goal as it stands, for hints and the solution."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nnmath_presets.preset import Attempt, Goal, Lesson, Preset

from nnmath_tui.drawing.lesson import GoalText, LessonText, Mark
from nnmath_tui.drawing.numbers import short
from nnmath_tui.standing import LOSSES, Standing, needs_trial
from nnmath_tui.tutor import Tutor
from nnmath_tui.views.setting_words import named, setting_words
from nnmath_tui.views.settings import in_words

PRAISE = "All goals are met."


@dataclass(frozen=True, slots=True)
class Entering:
    """What is being typed or picked for a goal: text with a cursor, or the choice marked."""

    goal: int
    text: str = ""
    cursor: int = 0
    choice: int | None = None
    refusal: str = ""


def lesson_text(
    tutor: Tutor,
    entering: Entering | None = None,
    *,
    chapter: str = "",
    beside: tuple[str | None, str | None] = (None, None),
    problems: Sequence[str] = (),
) -> LessonText:
    """The page of the open lesson.

    chapter: where it stands in the course; beside: the titles of the lessons before and after.
    """
    preset, lesson = tutor.preset, tutor.lesson
    if preset is None or lesson is None:
        return LessonText(
            title=preset.title if preset is not None else "",
            about="This preset has no lesson.",
            text=preset.summary if preset is not None else "",
            foot=tuple(_around(beside)),
            problems=tuple(problems),
        )
    goals = tuple(
        _goal(number, goal, standing, tutor, entering)
        for number, (goal, standing) in enumerate(zip(lesson.goals, tutor.standings, strict=True))
    )
    left = len(lesson.hints) - tutor.hints
    return LessonText(
        title=preset.title,
        about=" · ".join(part for part in (chapter, preset.difficulty) if part),
        text=lesson.text,
        goals=goals,
        hints=lesson.hints[: tutor.hints],
        hints_left=left,
        solution=tuple(solution_words(preset, lesson)) if tutor.solution_shown else (),
        praise=PRAISE if tutor.done else "",
        code=tutor.code,
        foot=tuple(_foot(tutor, lesson, left, beside)),
        problems=tuple(problems),
    )


def _foot(
    tutor: Tutor, lesson: Lesson, left: int, beside: tuple[str | None, str | None]
) -> Iterator[str]:
    if left and not tutor.done:
        yield f"h gives a hint ({left} left)"
    if lesson.goals and lesson.show_solution and not tutor.solution_shown:
        yield "S shows the solution"
    yield from _around(beside, done=tutor.done)


def _around(beside: tuple[str | None, str | None], *, done: bool = False) -> Iterator[str]:
    before, after = beside
    if after:
        yield f"{'enter or ' if done else ''}) next: {after}"
    if before:
        yield f"( before: {before}"


def _goal(
    number: int, goal: Goal, standing: Standing, tutor: Tutor, entering: Entering | None
) -> GoalText:
    mine = entering if entering is not None and entering.goal == number else None
    return GoalText(
        say=goal.say,
        mark=_mark(goal, standing),
        question=goal.question,
        choices=goal.choices,
        picked=mine.choice if mine is not None else _given(goal, standing),
        field=(mine.text, mine.cursor) if mine is not None and mine.choice is None else None,
        share=standing.share,
        notes=tuple(_notes(goal, _said(goal, standing, tutor), mine)),
    )


def _said(goal: Goal, standing: Standing, tutor: Tutor) -> Standing:
    """The standing as it may be told: a loss that another goal asks for is not."""
    if tutor.hides_loss and goal.metric in LOSSES and not standing.met:
        return replace(standing, verdict=None)
    return standing


def _given(goal: Goal, standing: Standing) -> int | None:
    answer = standing.answer
    return goal.choices.index(answer) if standing.met and answer in goal.choices else None


def _mark(goal: Goal, standing: Standing) -> Mark:
    if standing.met:
        return "met"
    if standing.verdict is not None and standing.verdict.met:
        return "near"
    return "missed" if goal.is_typed and standing.tries else "open"


def _notes(goal: Goal, standing: Standing, entering: Entering | None) -> Iterator[str]:
    if entering is not None and entering.refusal:
        yield entering.refusal
    if standing.trouble:
        yield standing.trouble
    if goal.is_typed:
        yield from _answer_notes(goal, standing, entering)
    elif goal.kind == "gradient_check":
        if standing.met:
            return
        worst = standing.verdict.value if standing.verdict is not None else math.nan
        if not math.isnan(worst):
            yield f"the worst error is {short(worst, 8, digits=3)}"
        yield "k checks the gradient"
    else:
        yield from _run_notes(goal, standing)


def _answer_notes(goal: Goal, standing: Standing, entering: Entering | None) -> Iterator[str]:
    if standing.met:
        if isinstance(standing.right, float):
            yield f"you said {in_digits(standing.answer)}; it is {in_digits(standing.right)}"
        elif isinstance(standing.answer, float):
            yield f"you said {in_digits(standing.answer)}"
    elif entering is not None:
        yield "enter answers, escape leaves it" if entering.choice is None else "enter picks"
    else:
        if standing.tries:
            tries = f"{standing.tries} {'try' if standing.tries == 1 else 'tries'}"
            said = f"{in_digits(standing.answer)}: " if standing.answer is not None else ""
            yield f"{said}not yet ({tries})"
        yield "enter, then pick one" if goal.choices else "enter, then type a number"


def _run_notes(goal: Goal, standing: Standing) -> Iterator[str]:
    verdict, tally = standing.verdict, standing.tally
    if standing.met:
        if tally is not None:
            yield str(tally)
        elif verdict is not None and verdict.epoch is not None:
            yield f"met at epoch {verdict.epoch:,}"
        if standing.lone:
            yield "by changes on the way: for a code, make them first, then run from the start (r)"
        return
    if verdict is not None:
        yield from _verdict_notes(goal, verdict.met, verdict.value, verdict.epoch, verdict.note)
    if standing.share is not None:
        yield "escape stops it"
    elif tally is not None:
        yield named(tally.note) or f"{tally}; {tally.needed} are needed"
    if needs_trial(goal) and standing.share is None:
        yield (
            f"enter tries it on {goal.seeds} seeds" if goal.seeds > 1 else "enter compares the runs"
        )


def _verdict_notes(
    goal: Goal, met: bool, value: float, epoch: int | None, note: str
) -> Iterator[str]:
    name = "inputs at zero" if goal.kind == "zeros" else _metric_words(goal.metric)
    now = "" if math.isnan(value) else f"{name} {short(value, 8, digits=4)}"
    if note and goal.kind != "faster":
        yield named(note)
    elif epoch is not None and needs_trial(goal):
        yield f"this run is there at epoch {epoch:,}" + (f", {now}" if now else "")
    elif now:
        yield f"{now} now"


def _metric_words(metric: str) -> str:
    return metric.replace("_", " ").replace("r2", "R²")


def in_digits(value: float | str | None) -> str:
    """An answer in print."""
    return value if isinstance(value, str) else "" if value is None else f"{value:.6g}"


def solution_words(preset: Preset, lesson: Lesson) -> Iterator[str]:
    """What the file says that solves its lesson: settings, numbers, answers."""
    solution = lesson.solution
    if not any(solution.runs) and not solution.answers:
        yield "Nothing needs to be changed: train it."
        return
    several = len(solution.runs) > 1
    for number, run in enumerate(solution.runs, start=1):
        words = ", ".join(attempt_words(run))
        if words:
            yield f"Run {number}: {words}." if several else f"Set {words}."
    answers: Mapping[Goal, float | str] = lesson.answers()
    for number, goal in enumerate(lesson.goals, start=1):
        if goal in answers:
            yield f"Goal {number}: {in_digits(answers[goal])}."
    if any(solution.runs):
        yield "S again sets the first of it." if several else "S again sets it."


def attempt_words(run: Attempt) -> Iterator[str]:
    """A run's settings and numbers, each in a few words."""
    for path, value in run.settings.items():
        if isinstance(value, dict):
            for name, item in value.items():
                yield f"{name.replace('_', ' ')} to `{in_words(item)}`"
        else:
            shown = in_words(tuple(value) if isinstance(value, list) else value)
            yield f"{setting_words(path)} to `{shown}`"
    for place, number in run.edits.items():
        yield f"{place} to `{number:g}`"
