"""Several networks of one shape in training at once: other seeds, rates or penalties, same data.

Small networks are bound by the cost of calls, and a call on a stack of matrices costs little more
than one on a single matrix: sixteen networks take the time of a few. Each member draws its weights,
orders and dropout masks from a generator of its own seed, so it becomes the network that it would
have become alone, but for the rounding of sums.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nnmath_engine import limits
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import blueprint, initial_parameters, initial_slots
from nnmath_engine.casting import split_arrays
from nnmath_engine.dataset import Dataset
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import COLUMNS, History, HistoryView, most_rows
from nnmath_engine.network import Parameters
from nnmath_engine.plan import Examiner, Plan, Scores
from nnmath_engine.plan.batches import Rows
from nnmath_engine.recorder import history_rows
from nnmath_engine.schedules import Plateau
from nnmath_engine.state import Status
from nnmath_engine.streams import Stream
from nnmath_engine.watch import Watch

NUMBERS = 500_000
"""Parameters of all members together above which training them at once no longer pays."""

_MOST = 64
_EPOCHS_KEPT = 16


def most_members(experiment: Experiment, dataset: Dataset) -> int:
    """How many members of this experiment are worth training at once, 1 or more.

    Raises:
        ExperimentError: the experiment does not fit its data.
    """
    sizes = blueprint(experiment, dataset).sizes
    parameters = sum((n + 1) * m for n, m in pairwise(sizes))
    rows = len(dataset.train)
    batch = min(experiment.training.batch_size, rows) * sum(sizes)
    copied = rows * (sizes[0] + sizes[-1] + 1)
    affordable = (
        NUMBERS // parameters,
        limits.BATCH_NUMBERS // batch,
        limits.BATCH_NUMBERS // copied,
    )
    return max(1, min(_MOST, *affordable))


class Ensemble:
    """The members' trainings, epoch by epoch."""

    def __init__(
        self,
        experiment: Experiment,
        seeds: Sequence[int],
        dataset: Dataset,
        *,
        learning_rates: Sequence[float] | None = None,
        l1: Sequence[float] | None = None,
        l2: Sequence[float] | None = None,
    ) -> None:
        """Draw the first weights of one member for each seed.

        Args:
            learning_rates, l1, l2: one for each member; absent: those of the experiment.

        Raises:
            ExperimentError: the experiment does not fit its data.
        """
        training, count = experiment.training, len(seeds)
        self.seeds, self._training, self.dataset = tuple(seeds), training, dataset
        network = blueprint(experiment, dataset)
        self._rates = np.asarray(
            [training.learning_rate] * count if learning_rates is None else learning_rates, float
        )
        penalties = [
            np.asarray([given] * count if own is None else own, float)
            for given, own in ((training.l1, l1), (training.l2, l2))
        ]
        splits = split_arrays(dataset, training.dtype)
        self._generators = [Stream.TRAINING.generator(seed) for seed in seeds]
        self._plan = Plan(
            network,
            training,
            Rows(*splits[0]),
            dropout=experiment.network.dropout,
            generators=self._generators,
            members=count,
            l1=penalties[0],
            l2=penalties[1],
        )
        for member, seed in enumerate(seeds):
            own = replace(experiment, training=replace(training, seed=seed))
            first = initial_parameters(own, network)
            self._plan.load(first, initial_slots(own, first), member)
        self._examine = Examiner(network, dataset.task, splits, l1=penalties[0], l2=penalties[1])
        self._watch = Watch(training)
        self._plateaus = [Plateau() for _ in seeds]
        self._patiences = [Patience() for _ in seeds]
        self._statuses: list[Status] = ["ready"] * count
        self._best_rows: dict[int, Array] = {}
        self._restored: dict[int, Parameters] = {}
        layers = len(network.sizes) - 1
        limit = max(1000, most_rows(layers) // count)
        self._histories = [History(limit=limit, layers=layers) for _ in seeds]
        self._kept: list[list[Array]] = [[] for _ in seeds]
        self.epoch = self._steps = 0
        with np.errstate(all="ignore"):  # a loss that overflows is a fact to record, not a fault
            self._record(
                self._rates_in_force(), np.full(count, np.nan), np.full((layers, count), np.nan)
            )

    @property
    def statuses(self) -> tuple[Status, ...]:
        """For each member "ready", "diverged", or "stopped" by early stopping."""
        return tuple(self._statuses)

    def history(self, member: int) -> HistoryView:
        """What was recorded of a member until it diverged or stopped."""
        self._write(member)
        return self._histories[member].view()

    def parameters(self, member: int) -> Parameters:
        """A member's weights and biases; those that early stopping went back to, if it did."""
        return self._restored.get(member) or self._plan.parameters(member)

    def run(
        self,
        seconds: float,
        until: int,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Train for about `seconds`, a whole epoch at a time, and at most up to epoch `until`."""
        end = clock() + seconds
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            while self.epoch < until and "ready" in self._statuses:
                self._train_epoch()
                if clock() >= end:
                    return

    def _train_epoch(self) -> None:
        plan, rates = self._plan, self._rates_in_force()
        n = len(self.dataset.train)
        if self._training.shuffle:
            order = np.array([generator.permutation(n) for generator in self._generators])
        else:
            order = np.tile(np.arange(n), (len(self.seeds), 1))
        plan.begin(order, 0, self._steps, rates)
        batches = -(-n // plan.size)
        plan.run(batches)
        self._steps += batches
        self.epoch += 1
        self._record(rates, *plan.gradient_norms())

    def _rates_in_force(self) -> npt.NDArray[np.float64]:
        factors = [self._watch.factor(self.epoch, plateau) for plateau in self._plateaus]
        return self._rates * factors

    def _record(self, rates: Array, gradient_norms: Array, layer_norms: Array) -> None:
        """Measure all members, and keep a row of each that still trains."""
        scores = self._examine(self._plan.rows())
        table = history_rows(self.epoch, scores, rates, gradient_norms, layer_norms)
        finite = self._plan.finite_members()
        measured = np.isfinite(scores.loss[:, 0] + scores.penalty)
        for member, status in enumerate(self._statuses):
            if status != "ready":
                continue
            if not finite[member]:
                self._statuses[member] = "diverged"
                continue
            self._kept[member].append(table[:, member])
            if len(self._kept[member]) >= _EPOCHS_KEPT:
                self._write(member)
            if self.epoch > 0 and not measured[member]:
                self._statuses[member] = "diverged"
            elif self.epoch > 0 and self._watch.is_needed:
                self._look(member, scores, table[:, member])

    def _write(self, member: int) -> None:
        if self._kept[member]:
            self._histories[member].extend(np.stack(self._kept[member], axis=1))
            self._kept[member].clear()

    def _look(self, member: int, scores: Scores, row: Array) -> None:
        """Let the plateau schedule and early stopping look at a member's loss."""
        loss = float(scores.loss[member, 1 if len(self.dataset.validation) else 0])
        self._plateaus[member], patience = self._watch.observe(
            self._plateaus[member],
            self._patiences[member],
            loss,
            self.epoch,
            partial(self._plan.parameters, member),
        )
        self._patiences[member] = patience
        if patience.waited == 0:
            self._best_rows[member] = row
        if not self._watch.is_over(patience):
            return
        self._statuses[member] = "stopped"
        if self._training.restore_best and patience.best_parameters is not None:
            self._restore(member, patience)

    def _restore(self, member: int, patience: Patience) -> None:
        """Go back to a member's best weights, in a row of their own, as a single training does."""
        assert patience.best_parameters is not None
        self._restored[member] = patience.best_parameters
        self._write(member)
        best = self._best_rows[member].copy()
        best[COLUMNS.index("epoch")] = self.epoch
        best[COLUMNS.index("learning_rate")] = self._rates_in_force()[member]
        best[COLUMNS.index("gradient_norm")] = best[len(COLUMNS) :] = np.nan
        self._histories[member].extend(best[:, None])
