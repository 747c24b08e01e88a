"""Saves a session every few seconds, in a thread, and never more than a hundredth of the time.

`offer` is called between two slices of training. It copies the state, which is all that training
waits for; packing, hashing and writing happen beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any

from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import Moment
from nnmath_engine.dataset import Dataset
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset

from nnmath_tui.autosave.lock import Taken
from nnmath_tui.autosave.notes import notes
from nnmath_tui.autosave.store import Store

EVERY = 5.0
"""Seconds between two saves, if they are cheap."""

SHARE = 0.01
"""The most of the program's processor time that saving may take: what is dearer is done less often,
also where many share the processors."""

LONGEST = 60.0
"""Seconds between two saves while training, however dear, and between two tries that fail."""

BREATH = 0.1
"""Seconds until one looks again."""

LAST = 0.7
"""Seconds that the last save, at the end, waits for one that is under way."""


class Saver:
    """Keeps one session at a time; what goes wrong is told once, and training goes on."""

    def __init__(
        self,
        tell: Callable[[str], object],
        wake: Callable[[float], object] = lambda seconds: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Tell troubles, and that they are over, in a sentence to `tell`, from any thread.

        Args:
            wake: asks for an `offer` in so many seconds, though nothing may happen until then.
        """
        self._tell, self._wake, self._clock = tell, wake, clock
        self._store: Store | None = None
        self._refused = False
        self._trouble = ""
        # The next save is due at a time, when the program has used so much of a processor; or else
        # at a later time.
        self._due = self._spent = self._late = 0.0
        self._woken_for = -1.0
        self._writing: Thread | None = None
        self._kept: tuple[object, ...] | None = None  # what is on the disk
        self._data: tuple[Dataset, Mapping[str, str]] | None = None
        self.copying = self.writing = 0.0
        """Seconds of processor time that saving has taken: in the loop, and beside it."""
        self.count = self.bytes = 0
        """How many saves there were, and how large the last one was."""

    @property
    def refused(self) -> bool:
        """Whether another process saves, so that this one does not."""
        return self._refused

    @property
    def sitting(self) -> int:
        """The number of this sitting, 0 as long as nothing can be saved."""
        return self._store.sitting if self._store is not None else 0

    def begin(self) -> None:
        """Get the right to save; where that fails, it is told and tried again later."""
        try:
            self._store = Store()
        except Taken as taken:
            self._refused = True
            who = f"process {taken.pid}" if taken.pid else "another process"
            self._tell(f"nnmath-tui is open elsewhere ({who}): what you do here is not saved")
        except OSError as error:
            self._complain(error)

    def offer(
        self, session: Session, preset: Preset, view: Callable[[], Mapping[str, Any]], resting: bool
    ) -> None:
        """Save if it is time to and there is something new. `resting`: nothing is being trained."""
        now = self._clock()
        if self._refused:
            return
        if self._is_writing:
            if resting:
                self._wake(BREATH)
            return
        if now < self._due or not (resting or self._is_earned or now >= self._late):
            if resting and self._woken_for != self._due:
                self._woken_for = self._due
                self._wake(self._due - now + BREATH)
            return
        start = time.thread_time()
        moment = checkpoint.capture(session)
        mark = _mark(moment)
        if mark == self._kept or not _is_worth_it(moment):
            self._due = now + EVERY
            return
        about = notes(moment, preset, view())
        self.copying += time.thread_time() - start
        self._due = now + EVERY
        self._writing = Thread(
            target=self._write, args=(moment, about, mark), name="saving", daemon=True
        )
        self._writing.start()

    def leave(self, session: Session, preset: Preset, view: Mapping[str, Any]) -> None:
        """Save a session that gives way to another preset's, and begin a sitting for that one."""
        if self._refused:
            return
        try:
            moment = checkpoint.capture(session)
        except RuntimeError:
            return  # amid a change that takes long: the last save is what there is
        mark, before = _mark(moment), self._writing
        is_new = mark != self._kept and _is_worth_it(moment)
        about = notes(moment, preset, view) if is_new else {}

        def write() -> None:
            if before is not None:
                before.join()
            if is_new:
                self._write(moment, about, mark)
            if self._store is not None:
                self._store.part()

        self._writing = Thread(target=write, name="saving", daemon=True)
        self._writing.start()

    def finish(self, session: Session, preset: Preset, view: Mapping[str, Any]) -> None:
        """Save at the end, here and now, and let others save."""
        if self._writing is not None:
            self._writing.join(LAST)
        if not (self._refused or self._is_writing):
            try:
                moment = checkpoint.capture(session)
            except RuntimeError:
                return  # amid a change that takes long: the last save is what there is
            if _is_worth_it(moment):
                self._write(moment, notes(moment, preset, view), _mark(moment))
        self.close()

    def close(self) -> None:
        """Let others save."""
        if self._store is not None and not self._is_writing:
            self._store.close()
            self._store = None

    @property
    def _is_earned(self) -> bool:
        """Whether training has used enough of the processor since the last save."""
        return time.process_time() >= self._spent

    @property
    def _is_writing(self) -> bool:
        return self._writing is not None and self._writing.is_alive()

    def _write(self, moment: Moment, about: Mapping[str, Any], mark: tuple[object, ...]) -> None:
        start = time.thread_time()
        try:
            if self._store is None:
                self._store = Store()
            path = self._store.save(moment, about, self._digests(moment))
            self.bytes = path.stat().st_size
        except OSError as error:
            self._due = self._clock() + LONGEST
            self._complain(error)
            return
        except Taken:
            self._refused = True
            return
        self._kept = mark
        self.count += 1
        took = time.thread_time() - start
        self.writing += took
        self._spent = time.process_time() + took / SHARE
        self._late = self._clock() + LONGEST
        if self._trouble:
            self._trouble = ""
            self._tell("It is saved again")

    def _digests(self, moment: Moment) -> Mapping[str, str]:
        """Those of the data, which are the same until there are other data."""
        if self._data is None or self._data[0] is not moment.dataset:
            digests = checkpoint.digests(moment.dataset, moment.experiment)
            self._data = moment.dataset, digests
        return self._data[1]

    def _complain(self, error: OSError) -> None:
        why = error.strerror or str(error)
        if why != self._trouble:
            self._trouble = why
            self._tell(f"Not saved: {why[:1].lower()}{why[1:]}. Training goes on")


def _mark(moment: Moment) -> tuple[object, ...]:
    """What is another whenever the state is."""
    state = moment.state
    shape = state.history.shape
    return moment.experiment, state.steps, len(state.marks), shape, state.frozen, state.epoch


def _is_worth_it(moment: Moment) -> bool:
    """Whether the experiment alone would not lead here at once."""
    return moment.state.steps > 0 or bool(moment.state.marks)
