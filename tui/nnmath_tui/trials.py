"""Runs beside the one on the screen, for the goals of a lesson.

Goals on several seeds, and those that compare two runs, are tried when they are asked for. What has
met a goal on the screen goes into the code once it has met it again from its seed without a screen:
so every code that is given out can be verified.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import ExperimentError
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from nnmath_presets.settling import attempt_of

from nnmath_tui.lesson_record import LessonRecord
from nnmath_tui.motion import NO_MEMORY
from nnmath_tui.rerunning import settled
from nnmath_tui.standing import needs_trial
from nnmath_tui.views.setting_words import named


class Trials(LessonRecord):
    """A lesson whose goals are tried in threads of their own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.trial: int | None = None
        """The goal that is being tried on its seeds."""
        self._task: asyncio.Task[None] | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    def open(self, preset: Preset) -> None:
        """Take up a lesson where it was left."""
        self.cancel()
        super().open(preset)

    def end(self) -> None:
        """Nothing goes on without a screen to tell."""
        self.cancel()
        for job in self._jobs:
            job.cancel()

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

    def try_from_start(self, number: int, now: Snapshot) -> None:
        """Try how `now` began, from epoch 0, on all seeds that a goal asks for."""
        if self._task is not None or not needs_trial(self.goals[number]):
            return
        self.trial = number
        self._put(number, share=0.0, tally=None, trouble="")
        self._task = asyncio.get_running_loop().create_task(self._try(number, now))

    async def _try(self, number: int, now: Snapshot) -> None:
        preset, goal = self.preset, self.goals[number]
        assert preset is not None
        attempt = attempt_of(preset, now)
        try:
            # Once the goal is known to be met on seeds, it is met for good.
            tally = await settled(
                preset, goal, attempt, lambda share: self._put(number, share=share)
            )
        except (DataError, ExperimentError) as error:
            self._put(number, share=None, trouble=str(error))
        except MemoryError:
            self._put(number, share=None, trouble=NO_MEMORY)
        else:
            self._put(number, share=None, tally=tally)
            if tally.met and preset is self.preset:
                self.claim = self.claim.with_run(number, attempt)
                self._meet(number)
            elif preset is self.preset:
                self._tell("not yet:", f"{tally}; {tally.needed} are needed" if not tally.note
                           else named(tally.note))  # fmt: skip
        finally:
            if self._task is asyncio.current_task():
                self._task = self.trial = None
                self._changed()

    async def _confirm(self, number: int, now: Snapshot) -> None:
        """Let what has met a goal meet it again from its seed, so that it can go into the code."""
        preset, goal = self.preset, self.goals[number]
        assert preset is not None
        attempt = attempt_of(preset, now)
        try:
            again = (await settled(preset, goal, attempt, lambda share: None)).met
        except (DataError, ExperimentError, MemoryError):
            again = False
        if preset is not self.preset:
            return
        if again:
            self.claim = self.claim.with_run(number, attempt)
            self._save()
            self._changed()
        self._put(number, lone=not again)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
