"""The proof lamp: is backpropagation right, for these very weights? It shines while that holds.

A check works on a snapshot, which nobody changes, in a thread of its own; training goes on
meanwhile. What it has found belongs to the parameters, the data and the objective of that
snapshot: when one of them changes the lamp goes grey, and when they come back, as after going back
in time, it shines again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.snapshot import Snapshot

from nnmath_tui import checking
from nnmath_tui.background import in_background
from nnmath_tui.drawing.numbers import plain_powers

Light = Literal["off", "checking", "proved", "failed", "stale"]
Check = Callable[[Snapshot, Callable[[int, int], None]], GradientReport]

PROGRESS_SHOWN = 0.1
"""Seconds between two looks at how far a check is."""

_BREATH = 0.002
"""Seconds that a check keeps the interpreter before it lets the screen have it."""


class _Given(Exception):
    """The check was given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What a check of a snapshot has found."""

    snapshot: Snapshot
    report: GradientReport

    def holds_for(self, snapshot: Snapshot) -> bool:
        """Whether the same derivatives of the same objective would be checked there."""
        return _objective(self.snapshot) == _objective(snapshot) and (
            self.snapshot.parameters is snapshot.parameters
            or all(
                np.array_equal(ours, theirs)
                for ours, theirs in zip(
                    self.snapshot.parameters.arrays(), snapshot.parameters.arrays(), strict=True
                )
            )
        )

    def in_words(self) -> str:
        """The outcome in one line."""
        report, count = self.report, self.snapshot.parameters.count
        if report.checked == 0:
            return f"nothing to compare: all {report.kinks:,} parameters are at a kink"
        agree = "agree" if report.passed else "were compared"
        looked_at = report.checked + report.kinks
        words = f"{report.checked:,} of {looked_at:,} derivatives {agree}"
        words += f", worst {report.worst:.2g} at {report.where}"
        if not report.passed:
            words += f": backpropagation {report.analytic:.6g}, difference {report.numeric:.6g}"
        if report.kinks:
            words += f"; {report.kinks:,} at a kink skipped"
        if report.sampled:
            words += f"; a seeded sample of {count:,}"
        rows, used = len(self.snapshot.dataset.train), checking.rows_checked(self.snapshot)
        if used < rows:
            words += f"; on {used:,} of {rows:,} rows"
        if self.snapshot.experiment.network.dropout:
            words += "; without dropout"
        return plain_powers(words)


class Lamp:
    """Runs one check at a time and remembers what the last one found."""

    def __init__(self, changed: Callable[[], object], check: Check = checking.check) -> None:
        """Call `changed` on the event loop when there is progress, an outcome, or a giving up."""
        self._changed, self._check = changed, check
        self._task: asyncio.Task[None] | None = None
        self._checked: Snapshot | None = None
        self.proof: Proof | None = None
        self.progress = (0, 0)
        """Parameters that the check under way has looked at, and of how many."""

    @property
    def checking(self) -> bool:
        """Whether a check is under way."""
        return self._task is not None

    def light(self, snapshot: Snapshot | None) -> Light:
        """What the lamp shows over a snapshot."""
        if self._task is not None:
            return "checking"
        if self.proof is None or snapshot is None:
            return "off"
        if not self.proof.holds_for(snapshot):
            return "stale"
        return "proved" if self.proof.report.passed else "failed"

    def start(self, snapshot: Snapshot) -> None:
        """Check the derivatives at a snapshot; a check of something else is given up."""
        if self._task is not None:
            if self._checked is snapshot:
                return
            self._task.cancel()
        self._checked = snapshot
        self.progress = (0, checking.parameters_checked(snapshot))
        self._task = asyncio.get_running_loop().create_task(self._run(snapshot))
        self._changed()

    def cancel(self) -> bool:
        """Give the check under way up; whether there was one."""
        if self._task is None:
            return False
        self._task.cancel()
        self._task = None
        self._changed()
        return True

    async def _run(self, snapshot: Snapshot) -> None:
        given_up, breathed = False, time.monotonic()

        def note(done: int, of: int) -> None:
            nonlocal breathed
            if given_up:
                raise _Given
            self._note(snapshot, done, of)
            if time.monotonic() - breathed > _BREATH:
                time.sleep(0)
                breathed = time.monotonic()

        def check() -> GradientReport:
            with np.errstate(all="ignore"):  # the last weights before a divergence may overflow
                return self._check(snapshot, note)

        work = asyncio.ensure_future(in_background(check))
        try:
            while not work.done():
                await asyncio.wait((work,), timeout=PROGRESS_SHOWN)
                self._changed()
            self.proof = Proof(snapshot, work.result())
        finally:
            given_up = True
            work.cancel()
            if self._task is asyncio.current_task():
                self._task = None
        self._changed()

    def _note(self, snapshot: Snapshot, done: int, of: int) -> None:
        # A check that was superseded may say one last word.
        if snapshot is self._checked:
            self.progress = (done, of)


def _objective(snapshot: Snapshot) -> tuple[object, ...]:
    training = snapshot.experiment.training
    return (snapshot.blueprint, id(snapshot.dataset), training.l1, training.l2)
