"""The way that a session came: where it can be taken back to, exactly.

States are kept now and then, in bounded memory, and every change of a setting with the step after
which it was made. Any earlier epoch is the nearest kept state before it, trained on under the same
changes: a training is deterministic, so it comes to the very same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nnmath_engine import limits
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import HistoryView
from nnmath_engine.state import State
from nnmath_engine.training import Training

_OVERHEAD = 4_000
"""Bytes of a kept state beside its numbers."""
STATES_A_WAY = 8
"""States that are kept on the way to an earlier epoch, about."""


class GivenUp(Exception):
    """Whoever asked for an epoch no longer wants it."""


def never() -> bool:
    """It is wanted until it is there."""
    return False


Edit = Callable[[Training], Training]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Something done to the training after so many steps; see `edits`."""

    steps: int
    edit: Edit


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A state, without its history, and the experiment and the data that it was trained under.

    `rows` counts the history's rows of its own epoch, of which an edit makes one more. `changes`
    counts the changes made before. `is_needed` says that no replay leads to it: the step
    at which a training diverged is not taken again, and what came of trying it is kept here.
    """

    state: State
    experiment: Experiment
    dataset: Dataset
    rows: int
    changes: int
    is_needed: bool = False

    @property
    def bytes(self) -> int:
        """What it takes to keep it, about."""
        state = self.state
        arrays = 3 + 2 * len(state.slots) + (state.patience.best_parameters is not None)
        numbers = state.parameters.count * arrays + state.order.size
        return _OVERHEAD + 8 * numbers


class Timeline:
    """Keyframes and changes of one training, from its first state on."""

    def __init__(self, start: Training, most_bytes: int | None = None) -> None:
        """Args: most_bytes: of all keyframes; absent, `limits.KEPT_BYTES`."""
        self._most_bytes = limits.KEPT_BYTES if most_bytes is None else most_bytes
        self._changes: list[Change] = []
        self._keyframes = [self._keyframe(start)]
        self.furthest = start.epoch

    @property
    def first(self) -> int:
        """The earliest epoch that can be gone back to."""
        state = self._keyframes[0].state
        return state.epoch + (state.position > 0)

    def epoch_of(self, at: int) -> int:
        """The epoch of the kept state of that number."""
        return self._keyframes[at].state.epoch

    def keep(self, training: Training) -> None:
        """Remember that training came to here; its state may be kept.

        Not one that has diverged: it still stands where it was ready to take its last step.
        """
        self.furthest = max(self.furthest, training.epoch)
        if training.status != "diverged" and training.epoch > self._keyframes[-1].state.epoch:
            self._keyframes.append(self._keyframe(training))
            if self._is_too_much():
                older = (len(self._keyframes) + 1) // 2
                self._keyframes[:older] = [
                    keyframe
                    for i, keyframe in enumerate(self._keyframes[:older])
                    if i % 2 == 0 or keyframe.is_needed
                ]
                if self._is_too_much() and len(self._keyframes) == 2:
                    self._keyframes.pop()

    def _is_too_much(self) -> bool:
        return len(self._keyframes) * self._keyframes[-1].bytes > self._most_bytes

    def change(self, before: Training, edit: Edit, after: Training) -> None:
        """Remember that training goes on as `after`, which is what `edit` makes of `before`."""
        self.furthest = max(self.furthest, before.epoch)
        self._changes.append(Change(before.steps, edit))
        if before.status != "ready":
            self._keyframes.append(replace(self._keyframe(after), is_needed=True))

    def cut(self, training: Training) -> None:
        """Forget what came after this state: training goes on from it, maybe elsewhere."""
        now = (training.epoch, training.position)
        self._keyframes[1:] = [
            keyframe
            for keyframe in self._keyframes[1:]
            if (keyframe.state.epoch, keyframe.state.position) <= now
        ]
        self._changes = [change for change in self._changes if change.steps < training.steps]
        self._keyframes = [
            keyframe for keyframe in self._keyframes if keyframe.changes <= len(self._changes)
        ] or self._keyframes[:1]
        self.furthest = training.epoch

    def copy(self) -> Timeline:
        """Another timeline with the same past."""
        other = Timeline.__new__(Timeline)
        other._most_bytes = self._most_bytes
        other._changes, other._keyframes = [*self._changes], [*self._keyframes]
        other.furthest = self.furthest
        return other

    def replay(
        self, epoch: int, history: HistoryView, unwanted: Callable[[], bool] = never
    ) -> Training:
        """The training as it was when `epoch` epochs were done, before any change made just then.

        Args:
            history: the rows recorded since, from which those until then are taken.
            unwanted: asked after every epoch of the way; when it says so, the way is given up.

        Raises:
            ValueError: the session never was there.
            GivenUp: `unwanted` said so.
        """
        if not self.first <= epoch <= self.furthest:
            raise ValueError(f"epoch {epoch} is not between {self.first} and {self.furthest}")
        at, keyframe = next(
            (at, keyframe)
            for at, keyframe in reversed([*enumerate(self._keyframes)])
            if (keyframe.state.epoch, keyframe.state.position) < (epoch, not keyframe.is_needed)
        )
        first, after = np.searchsorted(
            history.epoch, [keyframe.state.epoch, keyframe.state.epoch + 1]
        )
        rows = history.table[:, : min(first + keyframe.rows, after)]
        training = Training(
            keyframe.experiment, keyframe.dataset, replace(keyframe.state, history=rows)
        )
        way = _Way(self, at, epoch, unwanted)
        with np.errstate(all="ignore"):
            for number, change in enumerate(self._changes[keyframe.changes :], keyframe.changes):
                way.go(training, change.steps, number)
                if (training.epoch, training.position) >= (epoch, 0):
                    return training
                training = change.edit(training)
            way.go(training, None, len(self._changes))
        return training

    def insert(self, at: int, training: Training, changes: int) -> bool:
        """Keep a state that a replay has come through, if there is room for one more."""
        keyframe = replace(self._keyframe(training), changes=changes)
        if (len(self._keyframes) + 1) * keyframe.bytes > self._most_bytes:
            return False
        self._keyframes.insert(at, keyframe)
        return True

    def _keyframe(self, training: Training) -> Keyframe:
        state, epochs = training.state(), training.history.view().epoch
        rows = len(epochs) - int(np.searchsorted(epochs, state.epoch))
        state = replace(state, history=np.empty((len(state.history), 0)))
        changes = len(self._changes)
        return Keyframe(state, training.experiment, training.dataset, rows, changes)


class _Way:
    """The way from a keyframe to an epoch.

    Some states in between are kept as they come by: who goes back one epoch will go back another,
    and should not have to wait for all of the way again.
    """

    def __init__(
        self, timeline: Timeline, start: int, epoch: int, unwanted: Callable[[], bool]
    ) -> None:
        self._timeline, self._at = timeline, start
        self._epoch, self._unwanted = epoch, unwanted
        self._kept = timeline.epoch_of(start)
        self._apart = max(1, (epoch - self._kept) // STATES_A_WAY)

    def go(self, training: Training, steps: int | None, changes: int) -> None:
        """Train up to the epoch, or up to so many steps, after so many changes."""
        while training.epoch < self._epoch and training.status == "ready":
            left = training.batches_left
            if steps is not None:
                left = min(left, steps - training.steps)
            if left <= 0:
                return
            if self._unwanted():
                raise GivenUp
            training.advance(left)
            here = training.epoch
            if self._kept + self._apart <= here < self._epoch and training.status == "ready":
                self._kept = here
                self._at += self._timeline.insert(self._at + 1, training, changes)
