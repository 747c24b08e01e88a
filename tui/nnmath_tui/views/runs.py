"""What is told of a run: where it comes from, how far and how well it has gone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot
from nnmath_engine.state import Mark, Status

MOST_ROWS = 4_000
"""Epochs that are kept of a run whose network is not."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How far a run has come; light enough to be kept for every run."""

    experiment: Experiment
    history: HistoryView
    marks: tuple[Mark, ...]
    status: Status
    step: int
    task: str
    tested: bool

    @property
    def epoch(self) -> int:
        """The last finished epoch."""
        return int(self.history.last.epoch)

    @property
    def loss(self) -> Array:
        """The loss that a run is judged by, for each epoch: on the test rows if there are any."""
        return self.history.test_loss if self.tested else self.history.train_loss

    @property
    def score(self) -> Array:
        """Accuracy or R², likewise."""
        return self.history.test_score if self.tested else self.history.train_score

    def thinned(self) -> Outcome:
        """With fewer epochs, the best and the last of them included."""
        rows = len(self.history)
        if rows <= MOST_ROWS:
            # A view holds on to the buffer that it is a part of.
            return replace(self, history=HistoryView(_frozen(self.history.table)))
        kept = set(np.linspace(0, rows - 1, MOST_ROWS).astype(int).tolist())
        for column, pick in ((self.loss, np.nanargmin), (self.score, np.nanargmax)):
            if not np.isnan(column).all():
                kept.add(int(pick(column)))
        return replace(self, history=HistoryView(_frozen(self.history.table[:, sorted(kept)])))


def _frozen(table: Array) -> Array:
    copy = table.copy()
    copy.setflags(write=False)
    return copy


def outcome(snapshot: Snapshot) -> Outcome:
    """What a snapshot tells of its run."""
    return Outcome(
        snapshot.experiment,
        snapshot.history,
        snapshot.marks,
        snapshot.status,
        snapshot.step,
        snapshot.dataset.task,
        len(snapshot.dataset.test) > 0,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RunRow:
    """One run of the ledger. `kept` says that its network is still there to go back to."""

    number: int
    name: str
    origin: str
    begins: int
    outcome: Outcome
    current: bool
    overlaid: bool
    kept: bool

    @property
    def label(self) -> str:
        """What the run is called where there is little room."""
        return self.name or f"run {self.number}"

    @property
    def differs(self) -> str:
        """How the run began, and what was changed while it went on."""
        own = [mark for mark in self.outcome.marks if mark.epoch >= self.begins]
        return "; ".join([self.origin, *(f"{mark.text} at {mark.epoch}" for mark in own)])

    @property
    def seed(self) -> int:
        return self.outcome.experiment.training.seed

    @property
    def last_loss(self) -> float:
        return float(self.outcome.loss[-1])

    @property
    def best_loss(self) -> float:
        """The lowest loss of all epochs; NaN if there is none."""
        return float(np.fmin.reduce(self.outcome.loss))

    @property
    def last_score(self) -> float:
        return float(self.outcome.score[-1])

    @property
    def best_score(self) -> float:
        return float(np.fmax.reduce(self.outcome.score))
