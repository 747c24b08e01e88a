"""How training moves: running freely, in steps or in slow motion, and the pictures in between.

Training goes on in slices, each in a thread; between two of them commands are obeyed and, now and
then, a snapshot is posted to the screen. A session belongs to the event loop except while a slice
is awaited, so there are no locks; nobody else holds it.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from nnmath_engine.session import Session, StepSize
from nnmath_engine.snapshot import Snapshot
from textual.message import Message

from nnmath_tui.frame_rate import FrameRate
from nnmath_tui.messages import Answered, SnapshotReady
from nnmath_tui.obeying import Command, Obeying
from nnmath_tui.share import Share
from nnmath_tui.slices import Slices
from nnmath_tui.speed import Speed

if TYPE_CHECKING:
    from nnmath_engine.derivation.worksheet import Worksheet

PACES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, None)
"""Epochs a second of slow motion; None is as fast as it goes."""

NO_MEMORY = "there is not enough memory for it"

BATCHES_BELOW = 1.0
"""Epochs a second below which the batches in between are shown."""


async def _at_once() -> None:
    """Nobody draws."""


class Motion(Obeying):
    """Runs, pauses and steps a session, and tells `post` how it looks."""

    def __init__(
        self,
        post: Callable[[Message], object],
        fps: float,
        drawn: Callable[[], Awaitable[object]] = _at_once,
        clock: Callable[[], float] = time.monotonic,
        input_waits: Callable[[], bool] = lambda: False,
        terminal_ready: Callable[[], bool] = lambda: True,
        share: Share | None = None,
    ) -> None:
        """Take messages to `post`, and while training at full speed at most `fps` a second.

        Args:
            drawn: waits until what was posted last is on the screen. Training waits too: drawing
                and training at the same time would only make each other late.
            input_waits: whether a person has done something that nobody knows of yet.
            terminal_ready: whether what was drawn last has reached the person's eyes.
            share: of the processor, where others train as well.
        """
        super().__init__()
        self._post_message, self._drawn, self._clock = post, drawn, clock
        self._fps = fps
        self._waited = 0.0  # seconds that training has waited for pictures
        self._frames = FrameRate(fps, clock, lambda: self._waited, terminal_ready, self._part)
        self._session: Session | None = None
        self._speed = Speed(clock)
        self._slices = Slices(input_waits)
        self._share = share
        self._tick = 0.0  # when slow motion may go on
        self._running = False
        self._steps: deque[StepSize] = deque()  # single steps that are asked for, or under way
        self._step_to: int | None = None  # the epoch that the first of them is on its way to
        self._limit: int | None = None  # the epoch that running stops at
        self._pace: float | None = None
        self._batches = 1  # in an epoch, as of the last picture
        self._opens = False  # whether pictures come with the worksheet of the next step

    def _part(self) -> float:
        """The share of a processor that training takes."""
        return 1.0 if self._share is None else self._share.part

    @property
    def running(self) -> bool:
        """Whether it trains on until told otherwise."""
        return self._running

    @property
    def pace(self) -> float | None:
        """Epochs a second of slow motion, or None."""
        return self._pace

    def toggle(self) -> None:
        """Run, or pause. A run ends by itself at the experiment's last epoch; the next goes on."""
        self._command(self._toggle)

    def begin(self, pace: float) -> None:
        """Run in slow motion, unless somebody has begun to train or chosen a pace already."""
        self._command(partial(self._begin_running, pace))

    def step(self, size: StepSize) -> None:
        """Train on one batch, or to the end of the epoch under way, and pause.

        Steps add up: a key pressed three times makes three, however long one takes.
        """
        self._command(partial(self._step, size))

    def set_pace(self, pace: float | None) -> None:
        """Slow motion of so many epochs a second, or None for full speed."""
        self._command(partial(self._set_pace, pace))

    def open_numbers(self, wanted: bool) -> None:
        """Let pictures come with the worksheet of the next step, or no longer."""
        if wanted and not self._opens:
            self._command(self._show_again)
        self._opens = wanted

    async def _show_again(self) -> None:
        if self._session is not None:
            self._show()

    def give_way(self) -> None:
        """Let no slice begin until `go_on` is called: the loop has something urgent to do."""
        self._slices.hold()

    def go_on(self) -> None:
        """The urgent thing of one `give_way` is done."""
        self._slices.release()
        self.wake()

    def _command(self, command: Command) -> None:
        self._slices.cut()
        super()._command(command)

    def _pause(self) -> float | None:
        if self._slices.held or self._session is None or not (self._running or self._steps):
            return None
        if self._steps:
            return 0.0  # somebody has asked for it
        tick = 0.0 if self._pace is None else self._tick - self._clock()
        return tick if self._share is None else max(tick, self._share.wait)

    async def _work(self) -> None:
        """Train on, and leave others their share of the processor."""
        assert self._session is not None
        if self._share is not None:
            self._share.begin()
        await self._advance(self._session)
        if self._share is not None:
            self._share.end()

    def _give_up(self) -> None:
        self._post_message(Answered("not done:", NO_MEMORY, refused=True))
        with suppress(MemoryError):  # not even for a picture
            self._halt()

    async def _advance(self, session: Session) -> None:
        """Train for one slice, and post what has come of it if it is time to."""
        if self._steps:
            await self._take_step(session, self._steps[0])
        elif self._pace is not None and self._pace < BATCHES_BELOW:
            await self._go_slowly(session, self._pace)
        else:
            await self._run_slice(session)

    async def _run_slice(self, session: Session) -> None:
        stop = limit = self._limit
        if self._pace is not None:
            stop = session.epoch + 1 if limit is None else min(limit, session.epoch + 1)
        await self._slices.run(session, stop, self._frames.wait)
        if session.status != "ready" or (limit is not None and session.epoch >= limit):
            self._halt()
        elif stop is not None and session.epoch >= stop:
            self._tick = max(self._tick + 1 / (self._pace or 1), self._clock())
            self._show()
        elif self._pace is None and self._frames.wait <= 0:
            await self._show_and_wait()

    async def _go_slowly(self, session: Session, pace: float) -> None:
        """A batch, or as many as there would be in the time of one picture."""
        a_second = self._batches * pace
        count = max(1, math.ceil(a_second / self._fps))
        limit = self._limit
        done = await asyncio.to_thread(_steps_within_epoch, session, count)
        if session.status != "ready" or (limit is not None and session.epoch >= limit):
            self._halt()
        else:
            self._tick = max(self._tick + done / a_second, self._clock())
            self._show()

    async def _take_step(self, session: Session, size: StepSize) -> None:
        """Train on the batch that was asked for, or for one slice of the epoch."""
        if size == "batch":
            await asyncio.to_thread(session.step, size)
            done = True
        else:
            if self._step_to is None:
                self._step_to = session.epoch + 1
                self._frames.drawn()
            await self._slices.run(session, self._step_to, self._frames.wait)
            done = session.epoch >= self._step_to
        if session.status != "ready":
            self._halt()
        elif done:
            self._steps.popleft()
            self._step_to = None
            self._show()
        elif self._frames.wait <= 0:
            await self._show_and_wait()

    def _halt(self) -> None:
        self._running = False
        self._forget_steps()
        self._show()

    def _forget_steps(self) -> None:
        self._steps.clear()
        self._step_to = None

    def _show(self) -> None:
        """Post a snapshot of this moment."""
        assert self._session is not None
        snapshot = self._session.snapshot()
        self._batches = max(1, snapshot.batches)
        running = self._running or bool(self._steps)
        speed = self._speed.observe(snapshot.epoch + snapshot.batch / self._batches)
        self._frames.drawn()
        self._picture(snapshot, running, speed if self._running else 0.0)

    def _picture(self, snapshot: Snapshot, running: bool, speed: float) -> None:
        """Tell the screen how training looks."""
        sheet = self._sheet(self._session)
        self._post_message(SnapshotReady(snapshot, running, speed, sheet=sheet))

    def _sheet(self, session: Session | None) -> Worksheet | None:
        return session.worksheet() if self._opens and session is not None else None

    async def _show_and_wait(self) -> None:
        """Post a snapshot, and train on when it is on the screen."""
        start = self._clock()
        self._show()
        await self._drawn()
        self._waited += self._clock() - start

    async def _toggle(self) -> None:
        if self._session is None:
            return
        await self._before_training()
        self._running = not (self._running or self._steps)
        self._forget_steps()
        self._tick = self._clock()
        self._set_limit(self._session)
        self._speed.restart()
        self._frames.restart()
        self._show()

    async def _begin_running(self, pace: float) -> None:
        session = self._session
        if session is None or self._running or self._steps or session.snapshot().step:
            return
        if self._pace is None:
            await self._set_pace(pace)
        await self._toggle()

    async def _before_training(self) -> None:
        """Called before steps or a run begin."""

    def _set_limit(self, session: Session) -> None:
        """Stop when the planned epochs are done, and past them after as many more."""
        epochs = session.experiment.training.epochs
        self._limit = (session.epoch // epochs + 1) * epochs if epochs else None

    async def _step(self, size: StepSize) -> None:
        if self._session is None:
            return
        await self._before_training()
        self._running = False
        self._steps.append(size)

    async def _set_pace(self, pace: float | None) -> None:
        self._pace = pace
        self._tick = self._clock()
        self._speed.restart()

    def _settle(self, session: Session) -> None:
        """After the session has changed under a run: aim and measure anew, and show it at once."""
        self._forget_steps()
        self._set_limit(session)
        self._speed.restart()
        self._show()


def _steps_within_epoch(session: Session, count: int) -> int:
    """Train on up to `count` batches, but not beyond the epoch; returns how many it were."""
    epoch, done = session.epoch, 0
    while done < count and session.epoch == epoch and session.status == "ready":
        session.step("batch")
        done += 1
    return done
