"""All runs of a sitting: each a network as it was left, or at least its curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset

from nnmath_tui.views.runs import Outcome, RunRow, outcome

MOST_SESSIONS = 8
"""Networks that are kept, with the way that they came; of older runs only the curve is."""
MOST_RUNS = 200

Overlay = Literal["no", "before", "asked"]
"""Whether a run is drawn behind the present one: as the one before it, or because it was asked."""


@dataclass(eq=False)
class Run:
    """One training, from fresh weights or from an epoch (`begins`) of another run on.

    `session` is the network as it was left, None when it was given up for room.
    """

    session: Session | None
    preset: Preset
    origin: str
    begins: int
    outcome: Outcome
    number: int = 0
    name: str = ""
    overlay: Overlay = "no"
    left: int = 0

    @property
    def trained(self) -> bool:
        """Whether it has an epoch of its own, and so a row."""
        return self.outcome.epoch > self.begins

    @property
    def untouched(self) -> bool:
        """Whether its experiment alone says what its network is."""
        return self.outcome.step == 0 and not self.outcome.marks


class Ledger:
    """The runs in the order in which they began to have epochs, and which is the present one."""

    def __init__(self, most_sessions: int = MOST_SESSIONS) -> None:
        self._most_sessions = most_sessions
        self._runs: list[Run] = []
        self._holders: list[Run] = []  # runs with a session, also those without a row
        self._current: Run | None = None
        self._numbers = self._leavings = 0

    @property
    def current(self) -> Run | None:
        """The run that is being trained."""
        return self._current

    def rows(self) -> tuple[RunRow, ...]:
        """A row for every run that has an epoch of its own."""
        return tuple(
            RunRow(
                number=run.number,
                name=run.name,
                origin=run.origin,
                begins=run.begins,
                outcome=run.outcome,
                current=run is self._current,
                overlaid=run.overlay != "no",
                kept=run.session is not None,
            )
            for run in self._runs
        )

    def find(self, number: int) -> Run | None:
        """The run of that number, if it is still there."""
        return next((run for run in self._runs if run.number == number), None)

    def take(self, run: Run) -> None:
        """Let `run` be the present one."""
        before = self._current
        if before is not None and before is not run:
            self._leavings += 1
            before.left = self._leavings
            if before.preset is not run.preset:
                self._draw_none()
        self._current = run
        if run.overlay == "before":
            run.overlay = "no"
        if run not in self._holders:
            self._holders.append(run)
        self._make_room()

    def draw_behind(self, before: Run) -> None:
        """Draw the run before the present one behind it, in the place of the one before that."""
        if before.trained:
            for run in self._runs:
                if run.overlay == "before":
                    run.overlay = "no"
            before.overlay = "asked" if before.overlay == "asked" else "before"

    def _draw_none(self) -> None:
        for run in self._runs:
            run.overlay = "no"

    def note(self, snapshot: Snapshot) -> bool:
        """Take down how far the present run is; returns whether it has just got its row."""
        run = self._current
        assert run is not None
        run.outcome = outcome(snapshot)
        if run.number or not run.trained:
            return False
        self._numbers += 1
        run.number = self._numbers
        self._runs.append(run)
        if len(self._runs) > MOST_RUNS:
            self._drop(next(one for one in self._runs if one is not run))
        return True

    def delete(self, number: int) -> bool:
        """Forget a run, but not the present one."""
        run = self.find(number)
        if run is None or run is self._current:
            return False
        self._drop(run)
        return True

    def _drop(self, run: Run) -> None:
        self._runs.remove(run)
        run.session, run.outcome = None, run.outcome.thinned()
        self._holders = [one for one in self._holders if one is not run]

    def _make_room(self) -> None:
        """Give up the networks that were left longest ago."""
        holders = sorted(self._idle(), key=lambda run: run.left)
        for run in holders[: max(0, len(holders) + 1 - self._most_sessions)]:
            run.session = None
            run.outcome = run.outcome.thinned()
            self._holders.remove(run)

    def _idle(self) -> Iterator[Run]:
        return (run for run in self._holders if run is not self._current)
