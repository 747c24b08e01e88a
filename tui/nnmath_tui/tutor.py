"""Looks on while somebody works on a lesson, and says which goals are met.

Goals on one seed are looked at with the snapshots that the screen gets, in less than a hundredth of
the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.answering import right_answer
from nnmath_presets.judging import Verdict, judge_answer, judge_check, judge_run, objection
from nnmath_presets.preset import Goal, Preset

from nnmath_tui.background import in_background
from nnmath_tui.standing import needs_trial
from nnmath_tui.trials import Trials

SHARE = 0.005
"""The part of the time that looking at goals may take while training runs. A hundredth is what they
may cost in all, and a look may take longer than the one before it."""


class Tutor(Trials):
    """Keeps one lesson at a time; `changed` is called on the event loop whenever it has news."""

    def __init__(
        self,
        changed: Callable[[], object],
        tell: Callable[[str, str], object],
        learner: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(changed, tell, learner)
        self._clock = clock
        self._now: Snapshot | None = None
        self._due = 0.0
        self.spent = 0.0
        """Seconds that looking at goals has taken so far."""

    def open(self, preset: Preset) -> None:
        """Take up a lesson where it was left."""
        self._now, self._due = None, 0.0
        super().open(preset)

    # Goals that are met by training or by hand

    def see(self, snapshot: Snapshot, running: bool) -> None:
        """Here is a snapshot: look at the open goals, unless that would take training's time."""
        self._now = snapshot
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
            self._spawn(self._confirm(number, snapshot))

    def checked(self, report: GradientReport, snapshot: Snapshot) -> None:
        """A gradient check has come out."""
        for number, goal in enumerate(self.goals):
            if goal.kind != "gradient_check" or self.standings[number].met:
                continue
            assert self.preset is not None
            note = objection(self.preset, goal, snapshot.experiment, snapshot.parameters.count)
            verdict = Verdict(False, note=note) if note else judge_check(goal, report)
            self._put(number, verdict=verdict)
            if verdict.met:
                self._meet(number)
                self._spawn(self._confirm(number, snapshot))

    def try_seeds(self, number: int) -> None:
        """Try the settings on the screen, from epoch 0, on all seeds that a goal asks for."""
        if self._now is not None:
            self.try_from_start(number, self._now)

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
