"""What becomes of a lesson while somebody works on it: goals met, answers, hints, the code.

Goals on one seed are looked at with the snapshots that the screen gets, in less than a hundredth of
the time; goals on several seeds, and those that compare two runs, are tried when they are asked
for, in a thread of their own. What has met a goal goes into the code once it has met it again from
its seed without a screen: so every code that is given out can be verified.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from nnmath_engine.dataset import DataError
from nnmath_engine.derivation import Cell
from nnmath_engine.experiment import ExperimentError
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.answering import right_answer
from nnmath_presets.codes import Claim, CodeError, decode, encode
from nnmath_presets.judging import judge_answer, judge_check, judge_run
from nnmath_presets.preset import Goal, Lesson, Preset

from nnmath_tui import learning
from nnmath_tui.background import in_background
from nnmath_tui.learning import Entry
from nnmath_tui.rerunning import attempt_from, settled
from nnmath_tui.standing import Standing, hidden_cells, hides_loss, needs_trial

SHARE = 0.005
"""The part of the time that looking at goals may take while training runs. A hundredth is what they
may cost in all, and a look may take longer than the one before it."""


class Tutor:
    """Keeps one lesson at a time; `changed` is called on the event loop whenever it has news."""

    def __init__(
        self,
        changed: Callable[[], object],
        tell: Callable[[str, str], object],
        learner: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._changed, self._tell, self._learner, self._clock = changed, tell, learner, clock
        self.preset: Preset | None = None
        self.standings: tuple[Standing, ...] = ()
        self.hints = 0
        """How many hints are shown."""
        self.solution_shown = False
        self.claim = Claim(learner=learner)
        self.trial: int | None = None
        """The goal that is being tried on its seeds."""
        self._task: asyncio.Task[None] | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._begun: Snapshot | None = None
        self._now: Snapshot | None = None
        self._due = 0.0
        self.spent = 0.0
        """Seconds that looking at goals has taken so far."""

    # What there is

    @property
    def lesson(self) -> Lesson | None:
        """That of the open preset, if it has one."""
        return self.preset.lesson if self.preset is not None else None

    @property
    def goals(self) -> tuple[Goal, ...]:
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
    def hides_loss(self) -> bool:
        """Whether the loss at the start is asked for and not answered yet."""
        return hides_loss(self.goals, self.standings)

    def open(self, preset: Preset) -> None:
        """Take up a lesson where it was left."""
        self.cancel()
        self.preset = preset
        self._begun = self._now = None
        self._due = 0.0
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

    def end(self) -> None:
        """Nothing goes on without a screen to tell."""
        self.cancel()
        for job in self._jobs:
            job.cancel()

    # Goals that are met by training or by hand

    def see(self, snapshot: Snapshot, running: bool) -> None:
        """Here is a snapshot: look at the open goals, unless that would take training's time."""
        self._now = snapshot
        if snapshot.step == 0:
            self._begun = snapshot
        start = self._clock()
        if not self.standings or (running and start < self._due):
            return
        # All of its news at once: to draw them takes time, too, and counts like the rest.
        with self._together():
            for number, (goal, standing) in enumerate(zip(self.goals, self.standings, strict=True)):
                if goal.is_trained and not standing.met:
                    self._judge(number, goal, snapshot)
        took = self._clock() - start
        self.spent += took
        self._due = start + took / SHARE

    def _judge(self, number: int, goal: Goal, snapshot: Snapshot) -> None:
        assert self.preset is not None
        with np.errstate(all="ignore"):
            verdict = judge_run(self.preset, goal, snapshot)
        self._put(number, verdict=verdict)
        if verdict.met and not needs_trial(goal):
            self._meet(number)
            self._spawn(self._confirm(number, snapshot, self._begun))

    def checked(self, report: GradientReport, snapshot: Snapshot) -> None:
        """A gradient check has come out."""
        for number, goal in enumerate(self.goals):
            if goal.kind == "gradient_check" and not self.standings[number].met:
                verdict = judge_check(goal, report)
                self._put(number, verdict=verdict)
                if verdict.met:
                    self._meet(number)
                    self._spawn(self._confirm(number, snapshot, self._begun))

    def try_seeds(self, number: int) -> None:
        """Try the settings on the screen, from epoch 0, on all seeds that a goal asks for."""
        if self._now is None or self._task is not None or not needs_trial(self.goals[number]):
            return
        self.trial = number
        self._put(number, share=0.0, tally=None, trouble="")
        self._task = asyncio.get_running_loop().create_task(
            self._try(number, self._now, self._begun)
        )

    def cancel(self) -> bool:
        """Give the trial up; whether there was one."""
        if self._task is None:
            return False
        self._task.cancel()
        self._task = None
        if self.trial is not None:
            self._put(self.trial, share=None)
        self.trial = None
        return True

    async def _try(self, number: int, now: Snapshot, begun: Snapshot | None) -> None:
        preset, goal = self.preset, self.goals[number]
        assert preset is not None
        try:
            attempt = await in_background(partial(attempt_from, preset, now, begun))
            # Once the goal is known to be met on seeds, it is met for good.
            tally = await settled(
                preset, goal, attempt, lambda share: self._put(number, share=share)
            )
        except (DataError, ExperimentError) as error:
            self._put(number, share=None, trouble=str(error))
        else:
            self._put(number, share=None, tally=tally)
            if tally.met and preset is self.preset:
                self.claim = self.claim.with_run(number, attempt)
                self._meet(number)
            elif preset is self.preset:
                self._tell("not yet:", f"{tally}; {tally.needed} are needed" if not tally.note
                           else tally.note)  # fmt: skip
        finally:
            if self._task is asyncio.current_task():
                self._task = self.trial = None
                self._changed()

    async def _confirm(self, number: int, now: Snapshot, begun: Snapshot | None) -> None:
        """Let what has met a goal meet it again from its seed, so that it can go into the code."""
        preset, goal = self.preset, self.goals[number]
        assert preset is not None
        try:
            attempt = await in_background(partial(attempt_from, preset, now, begun))
            again = (
                goal.kind == "gradient_check"
                or (await settled(preset, goal, attempt, lambda share: None)).met
            )
        except (DataError, ExperimentError):
            again = False
        if preset is not self.preset:
            return
        if again:
            self.claim = self.claim.with_run(number, attempt)
            self._save()
            self._changed()
        self._put(number, lone=not again)

    def _note_share(self, number: int, share: float) -> None:
        self._put(number, share=share)

    # Answers

    def answer(self, number: int, answer: float | str) -> None:
        """Somebody says what they think."""
        self._spawn(self._compare(number, answer))

    async def _compare(self, number: int, answer: float | str) -> None:
        preset, goal = self.preset, self.goals[number]
        assert preset is not None
        try:
            right = await in_background(partial(right_answer, preset, goal))
        except ValueError as error:
            self._put(number, trouble=str(error))
            return
        if preset is not self.preset or self.standings[number].met:
            return
        tries = self.standings[number].tries + 1
        if judge_answer(goal, answer, right).met:
            self._put(number, answer=answer, right=right, tries=tries)
            self.claim = self.claim.with_answer(number, answer)
            self._meet(number)
        else:
            self._put(number, answer=answer, tries=tries)
            self._save()

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

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
