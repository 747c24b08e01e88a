"""The runs that the goals of a lesson ask for, on all their seeds, without a screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import pairwise
from statistics import median

import numpy as np
from nnmath_engine.blueprint import blueprint
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_engine.ensemble import Ensemble, most_members
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session

from nnmath_presets.judging import met_at, objection
from nnmath_presets.measures import Moment
from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.reaching import is_recorded


@dataclass(slots=True)
class Tally:
    """On which seeds a goal was met, and after how many epochs.

    `tried` counts the seeds that are decided; `note` says why no run counts, if none does.
    """

    seeds: int
    needed: int
    epochs: dict[int, int] = field(default_factory=dict)
    tried: int = 0
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether it was met on as many seeds as are wanted."""
        return len(self.epochs) >= self.needed

    def __str__(self) -> str:
        if self.note:
            return self.note
        when = f", median epoch {median(self.epochs.values()):.0f}" if self.epochs else ""
        return f"{len(self.epochs)}/{self.seeds} seeds{when}"


class Trial:
    """Trains one attempt of a preset as far as its goals can still be met.

    The members are those that the learner would get: `training.seed` and the seeds after it, with
    the attempt's settings and, at epoch 0, its edits.
    """

    def __init__(
        self,
        preset: Preset,
        attempt: Attempt,
        goals: Sequence[Goal],
        *,
        train: bool = True,
        rules: bool = True,
    ) -> None:
        """Get ready; nothing is trained yet.

        Args:
            train: False looks at epoch 0 only.
            rules: False for a run to compare with, which locks and limits do not bind.

        Raises:
            DataError, ExperimentError: the attempt does not fit the preset.
        """
        self._preset, self._train = preset, train
        self._experiment = beginning(preset, attempt)
        data, loss = self._experiment.data, self._experiment.training.loss
        self._dataset = build_dataset(data, loss, preset.base)
        self.tallies = {goal: Tally(goal.seeds, goal.pass_seeds) for goal in goals}
        # The settings that count are the attempt's: edits are no settings.
        asked = preset.experiment.with_values(attempt.settings)
        count = _count(self._experiment, self._dataset)
        for goal, tally in self.tallies.items():
            tally.note = objection(preset, goal, asked, count) if rules else ""
        self._open = [goal for goal, tally in self.tallies.items() if not tally.note]
        together = most_members(self._experiment, self._dataset)
        most = max((goal.seeds for goal in self._open), default=0)
        self._groups = [
            list(range(first, min(most, first + together))) for first in range(0, most, together)
        ]
        self._ensemble: Ensemble | None = None
        self._closed = 0

    @classmethod
    def to_compare(cls, preset: Preset, goal: Goal) -> Trial:
        """The other run of a goal of the kind "faster": the preset's own, with its changes."""
        return cls(preset, Attempt(settings=goal.changes), [goal], rules=False)

    @property
    def is_done(self) -> bool:
        """Whether every goal is decided on every seed."""
        return not self._groups

    @property
    def progress(self) -> float:
        """The share of the epochs, over all groups of seeds, that is behind it; 1 when done."""
        if not self._groups:
            return 1.0
        until = max(map(self._end, self._open), default=0) or 1
        here = min(1.0, self._ensemble.epoch / until) if self._ensemble is not None else 0.0
        return (self._closed + here) / (self._closed + len(self._groups))

    def run(
        self, seconds: float = float("inf"), clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Go on for about `seconds`."""
        end = clock() + seconds
        while self._groups and clock() < end:
            self._advance(end - clock(), clock)

    def _advance(self, seconds: float, clock: Callable[[], float]) -> None:
        members = self._groups[0]
        if self._ensemble is None:
            first = self._experiment.training.seed
            seeds = [first + member for member in members]
            self._ensemble = Ensemble(self._experiment, seeds, self._dataset)
            self._judge(members)
        ensemble, until = self._ensemble, max(map(self._end, self._open), default=0)
        if not self._train or ensemble.epoch >= until or self._is_decided(members):
            self._close(members)
            return
        # What no history keeps has to be looked at after each epoch.
        waiting = [goal for goal in self._open if self._end(goal) > ensemble.epoch]
        by_epoch = any(not is_recorded(goal) and not goal.at_end for goal in waiting)
        ends = map(self._end, waiting)
        before = ensemble.epoch
        ensemble.run(0.0 if by_epoch else min(0.1, seconds), min(ends), clock)
        self._judge(members)
        if ensemble.epoch == before:  # no member trains any more
            self._close(members)

    def _end(self, goal: Goal) -> int:
        within = goal.within_epochs
        return self._preset.experiment.training.epochs if within is None else within

    def _judge(self, members: list[int]) -> None:
        ensemble = self._ensemble
        assert ensemble is not None
        planned = self._preset.experiment.training.epochs
        for place, member in enumerate(members):
            history = ensemble.history(place)
            stopped = ensemble.statuses[place] == "stopped"
            moment = cache(partial(self._moment, place))
            for goal in self._open:
                tally = self.tallies[goal]
                if member >= goal.seeds or member in tally.epochs:
                    continue
                with np.errstate(all="ignore"):
                    epoch = met_at(goal, history, planned, stopped, moment)
                if epoch is not None:
                    tally.epochs[member] = epoch

    def _moment(self, place: int) -> Moment:
        assert self._ensemble is not None
        return Moment(self._experiment, self._dataset, self._ensemble.parameters(place))

    def _is_decided(self, members: list[int]) -> bool:
        return all(
            member in self.tallies[goal].epochs
            for goal in self._open
            for member in members
            if member < goal.seeds
        )

    def _close(self, members: list[int]) -> None:
        for goal in self._open:
            self.tallies[goal].tried += sum(member < goal.seeds for member in members)
        self._ensemble = None
        self._closed += 1
        del self._groups[0]


def compared(fast: Tally, slow: Tally, goal: Goal, most: int) -> Tally:
    """Of a goal of the kind "faster": the seeds on which one run was so much faster than the other.

    most: how many epochs the slow run had; one that never got there took at least as many.
    """
    epochs = {
        seed: epoch
        for seed, epoch in fast.epochs.items()
        if slow.epochs.get(seed, most) / max(1, epoch) >= (goal.times or 0.0)
    }
    return replace(fast, epochs=epochs)


def beginning(preset: Preset, attempt: Attempt) -> Experiment:
    """The preset under an attempt's settings, the numbers set by hand given as first weights.

    Raises:
        DataError, ExperimentError: the attempt does not fit the preset.
    """
    experiment = preset.experiment.with_values(attempt.settings)
    if not attempt.edits:
        return experiment
    session = Session(experiment, base=preset.base)
    for place, value in attempt.edits.items():
        session.edit(*place, value)
    weights = tuple(W.tolist() for W in session.parameters.weights)
    biases = tuple(b.tolist() for b in session.parameters.biases)
    return experiment.with_values({"network.weights": weights, "network.biases": biases})


def _count(experiment: Experiment, dataset: Dataset) -> int:
    sizes = blueprint(experiment, dataset).sizes
    return sum((n + 1) * m for n, m in pairwise(sizes))
