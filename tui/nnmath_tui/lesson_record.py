"""What is known of the open lesson: how its goals stand, what met them, which help was taken.

It is written down at each news, and found again when the lesson is opened the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from nnmath_engine.derivation import Cell
from nnmath_presets.answering import secret_values
from nnmath_presets.codes import Claim, CodeError, decode, encode
from nnmath_presets.preset import Goal, Lesson, Preset

from nnmath_tui import learning
from nnmath_tui.learning import Entry
from nnmath_tui.standing import Standing, hidden_cells, hides_loss


class LessonRecord:
    """Keeps one lesson at a time; `changed` is called whenever there is news."""

    def __init__(
        self, changed: Callable[[], object], tell: Callable[[str, str], object], learner: str = ""
    ) -> None:
        self._changed, self._tell, self._learner = changed, tell, learner
        self.preset: Preset | None = None
        self.standings: tuple[Standing, ...] = ()
        self.hints = 0
        """How many hints are shown."""
        self.solution_shown = False
        self.claim = Claim(learner=learner)
        self._secrets: dict[Goal, float] = {}

    @property
    def lesson(self) -> Lesson | None:
        """That of the open preset, if it has one."""
        return self.preset.lesson if self.preset is not None else None

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Those of the lesson, in their order."""
        return self.lesson.goals if self.lesson is not None else ()

    @property
    def done(self) -> bool:
        """Whether all goals are met."""
        return bool(self.standings) and all(standing.met for standing in self.standings)

    @property
    def code(self) -> str:
        """The completion code of what is met so far, empty if nothing can be verified yet."""
        if self.preset is None or not self.claim.goals:
            return ""
        return encode(self.preset, self.claim)

    @property
    def hidden(self) -> tuple[Cell, ...]:
        """The numbers at the start of the lesson that are asked for and not answered yet."""
        return hidden_cells(self.goals, self.standings)

    @property
    def hidden_values(self) -> tuple[float, ...]:
        """The values of the numbers that are asked for and not answered yet."""
        pairs = zip(self.goals, self.standings, strict=True)
        open_goals = [goal for goal, standing in pairs if not standing.met]
        return tuple(self._secrets[goal] for goal in open_goals if goal in self._secrets)

    @property
    def hides_loss(self) -> bool:
        """Whether the loss at the start is asked for and not answered yet."""
        return hides_loss(self.goals, self.standings)

    def open(self, preset: Preset) -> None:
        """Take up a lesson where it was left."""
        self.preset, self._secrets = preset, secret_values(preset)
        entry = learning.load(self._learner).get(learning.key(preset))
        goals = preset.lesson.goals if preset.lesson else ()
        self.claim, self.hints = Claim(learner=self._learner), 0
        standings = [Standing() for _ in goals]
        if entry is not None:
            self.hints = min(entry.hints, len(preset.lesson.hints) if preset.lesson else 0)
            with suppress(CodeError):
                claim = decode(entry.code, [preset])[1]
                self.claim = replace(claim, learner=self._learner)
            for number, standing in enumerate(standings):
                standings[number] = replace(
                    standing,
                    met=number in entry.met,
                    tries=entry.tries.get(number, 0),
                    answer=self.claim.answers.get(number),
                )
        self.solution_shown = entry is not None and entry.solution
        self.standings = tuple(standings)
        self._changed()

    # Help

    def next_hint(self) -> bool:
        """Show one more hint, if there is one."""
        lesson = self.lesson
        if lesson is None or self.hints >= len(lesson.hints):
            return False
        self.hints += 1
        self._save()
        self._changed()
        return True

    def show_solution(self) -> None:
        """Say what solves the lesson, if its file allows that."""
        if self.lesson is not None and self.lesson.show_solution:
            self.solution_shown = True
            self._save()
            self._changed()

    # Keeping

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Tell once of all that changes meanwhile, if anything does."""
        before, changed = self.standings, self._changed
        self._changed = lambda: None
        try:
            yield
        finally:
            self._changed = changed
        if self.standings != before:
            changed()

    def _put(self, number: int, **news: object) -> None:
        before = self.standings[number]
        after = replace(before, **news)  # type: ignore[arg-type]
        if after != before:
            standings = list(self.standings)
            standings[number] = after
            self.standings = tuple(standings)
            self._changed()

    def _meet(self, number: int) -> None:
        self._put(number, met=True)
        self._save()
        self._tell("lesson done:" if self.done else "goal met:", self.goals[number].say)

    def _save(self) -> None:
        preset = self.preset
        if preset is None or preset.lesson is None:
            return
        met = frozenset(n for n, standing in enumerate(self.standings) if standing.met)
        entry = Entry(
            lesson=preset.name,
            title=preset.title,
            goals=len(self.goals),
            met=met,
            tries={n: s.tries for n, s in enumerate(self.standings) if s.tries},
            hints=self.hints,
            solution=self.solution_shown,
            code=self.code,
        )
        try:
            learning.save(self._learner, learning.key(preset), entry)
        except (OSError, RuntimeError) as error:
            self._tell("progress is not kept:", str(error))
