"""A sitting: the runs that there have been, and the past of the present one.

Each run is a session of its own, and so is the past that is looked at: to go back is to take up
another session, just as it was left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from nnmath_engine.experiment import ExperimentError
from nnmath_engine.history import HistoryView
from nnmath_engine.samples import DataError
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_engine.timeline import GivenUp
from nnmath_presets.preset import Preset

from nnmath_tui.background import in_background
from nnmath_tui.ledger import Ledger, Overlay, Run
from nnmath_tui.messages import Answered, EpochAwaited, PresetOpened, RunsChanged, SnapshotReady
from nnmath_tui.motion import Motion
from nnmath_tui.undo import Step, UndoStack
from nnmath_tui.views.runs import RunRow, outcome

PATIENCE = 0.2
"""Seconds on the way to an epoch after which it is said, and a newer wish is obeyed at once."""


LONGEST_DRAWING = 0.5
"""Seconds after which a picture that nobody has drawn is not waited for any more."""


class Keep(Protocol):
    """Saves a session that is on its way, if it is time to."""

    def __call__(self, session: Session, preset: Preset, /, *, resting: bool) -> None: ...


@dataclass(eq=False)
class Journey:
    """A wish to see an epoch: `by` so many before or after `to`, or where one is."""

    travel: Callable[[Journey], Any]
    to: int | None
    by: int = 0

    async def __call__(self) -> None:
        await self.travel(self)

    def from_(self, epoch: int) -> int:
        """Where the wish leads to."""
        return (epoch if self.to is None else self.to) + self.by


class Sitting(Motion):
    """Goes back in time and to earlier runs, and begins new ones."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ledger = Ledger()
        self._undo = UndoStack()
        self._past: Session | None = None  # what is looked at, if it is not the present
        self._newest: Snapshot | None = None  # the present, while the past is looked at
        self.keep: Keep | None = None
        """Called between slices, to keep the present session."""
        self.leave: Callable[[Session, Preset], object] = lambda session, preset: None
        """Called when a session gives way to that of another preset."""

    @property
    def present(self) -> tuple[Session, Preset] | None:
        """The session that is trained, or will be, and where it comes from."""
        run = self._ledger.current
        return None if run is None or self._session is None else (self._session, run.preset)

    def _between(self) -> None:
        if self.keep is not None and self.present is not None:
            self.keep(*self.present, resting=not (self._running or self._steps))

    @property
    def runs(self) -> tuple[RunRow, ...]:
        """The ledger as it is now."""
        return self._ledger.rows()

    def go_to(self, epoch: int) -> None:
        """Look at the end of an epoch; beyond the newest one is the present."""
        self._command(Journey(self._travel, to=epoch))

    def go_by(self, epochs: int) -> None:
        """Look at an epoch so many before (less than 0) or after the one that is looked at."""
        self._command(Journey(self._travel, to=None, by=epochs))

    def go_to_run(self, number: int) -> None:
        """Take up an earlier run where it was left."""
        self._command(partial(self._go_to_run, number))

    def overlay(self, number: int) -> None:
        """Draw a run's curve behind the present one, or no longer."""
        self._edit_run(number, lambda run: setattr(run, "overlay", _other_overlay(run)))

    def rename(self, number: int, name: str) -> None:
        """Give a run a name, or take it away."""
        self._edit_run(number, lambda run: setattr(run, "name", name.strip()))

    def delete(self, number: int) -> None:
        """Forget a run; the present one stays."""
        if self._ledger.delete(number):
            self._tell_runs()

    # Runs

    def _edit_run(self, number: int, edit: Callable[[Run], None]) -> None:
        run = self._ledger.find(number)
        if run is not None:
            edit(run)
            self._tell_runs()

    def _tell_runs(self) -> None:
        self._post_message(RunsChanged(self.runs))

    @property
    def _run(self) -> Run:
        run = self._ledger.current
        assert run is not None
        return run

    def _take(self, run: Run) -> None:
        """Go on with the network of another run."""
        assert run.session is not None
        before = self._ledger.current
        self._note_present()
        if before is not None and before.preset is not run.preset and self._session is not None:
            self.leave(self._session, before.preset)
        self._ledger.take(run)
        self._session, self._past, self._newest = run.session, None, None
        if before is not None and before.preset is not run.preset:
            self._post_message(PresetOpened(run.preset))
        self._tell_runs()

    def _begin(self, session: Session, origin: str, *, begins: int = 0) -> None:
        """Go on with `session` as a run of its own, which can be undone."""
        self._note_present()
        before, past = self._run, self._past
        run = Run(session, before.preset, origin, begins, outcome(session.snapshot()))
        step = Step(origin, before, run, past=None if past is None else past.epoch)
        self._ledger.draw_behind(before)
        self._take(run)
        self._undo.push(step)
        kept = f"; run {before.number} is kept" if before.number else ""
        self._answer("new run:", f"{step.words}{kept}")

    async def _go_to_run(self, number: int) -> None:
        before, run = self._ledger.current, self._ledger.find(number)
        if before is None or run is None:
            return
        self._running = False
        if run is before:
            await self._travel(Journey(self._travel, to=run.outcome.epoch + 1))
        elif await self._revive(run):
            past = None if self._past is None else self._past.epoch
            self._take(run)
            self._undo.push(Step(f"going to run {number}", before, run, past=past))
            self._settle(self._seen)

    async def _revive(self, run: Run) -> bool:
        """See to it that the network of a run is there, if that is still possible."""
        if run.session is None and run.untouched:
            make = partial(Session, run.outcome.experiment, base=run.preset.base)
            try:
                run.session = await in_background(make)
            except (DataError, ExperimentError):
                return False
        return run.session is not None

    # The past

    @property
    def _seen(self) -> Session:
        """The session that is on the screen."""
        assert self._session is not None
        return self._past or self._session

    async def _travel(self, wish: Journey) -> None:
        session = self._session
        if session is None:
            return
        self._running = False
        self._forget_steps()
        if self._past is None:
            self._newest = session.snapshot()
            self._note(self._newest)
        newest = self._newest
        assert newest is not None
        # To be amid an epoch is to be beyond the end of the one before.
        present = newest.epoch + (newest.batch > 0)
        first = session.span[0]
        here = present if self._past is None else self._past.epoch
        while True:
            here = min(max(wish.from_(here), min(first, present)), present)
            if self._commands and isinstance(self._commands[0], Journey):
                wish = self._commands.popleft()  # type: ignore[assignment]
            elif await self._arrive(session, here, present):
                break
        self._settle(self._seen)
        # Wishes that come faster than pictures become one.
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_DRAWING):
                await self._drawn()

    async def _arrive(self, session: Session, epoch: int, present: int) -> bool:
        """Get to an epoch, unless a newer wish comes when that takes long."""
        if epoch == present:
            self._past = self._newest = None
            return True
        if self._past is None:
            self._past = await in_background(session.branch)
        begin = self._clock()

        def unwanted() -> bool:
            late = self._clock() - begin > PATIENCE
            return late and bool(self._commands) and isinstance(self._commands[0], Journey)

        way = asyncio.ensure_future(in_background(partial(self._past.rewind, epoch, unwanted)))
        await asyncio.wait([way], timeout=PATIENCE)
        if not way.done():
            self._post_message(EpochAwaited(epoch))
        try:
            await way
        except GivenUp:
            return False
        return True

    async def _before_training(self) -> None:
        """To train on from the past is to begin another run there."""
        past = self._past
        if past is not None:
            self._branch(past, past.epoch)

    def _branch(self, session: Session, epoch: int, change: str = "") -> None:
        """Let the run go another way from an epoch on; what had come after it stays a run."""
        number = self._run.number
        origin = f"branch at {epoch}" + (f" of run {number}" if number else "")
        origin += f", {change}" if change else ""
        self._begin(session, origin, begins=epoch)

    # What the screen is told

    def _show(self) -> None:
        if self._past is None:
            super()._show()
            return
        assert self._newest is not None
        snapshot = self._past.snapshot()
        table = self._newest.history.table
        ahead = HistoryView(table[:, self._newest.history.epoch > snapshot.epoch])
        sheet = self._sheet(self._past)
        self._post_message(SnapshotReady(snapshot, False, 0.0, ahead, sheet))

    def _picture(self, snapshot: Snapshot, running: bool, speed: float) -> None:
        self._note(snapshot)
        super()._picture(snapshot, running, speed)

    def _note_present(self) -> None:
        """Before a run is left: since the last picture it may have gone on."""
        if self._session is not None:
            self._note(self._session.snapshot())

    def _note(self, snapshot: Snapshot) -> None:
        """Take down how far the present run is."""
        if self._ledger.note(snapshot):
            self._tell_runs()

    def _answer(self, title: str, text: str, refused: bool = False) -> None:
        self._post_message(Answered(title, text, refused))


def _other_overlay(run: Run) -> Overlay:
    return "asked" if run.overlay == "no" else "no"
