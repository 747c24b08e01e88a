"""What the loss after an epoch decides: the rate of the next ones, and whether training ends."""

from __future__ import annotations

from collections.abc import Callable

from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import TrainingSpec
from nnmath_engine.network import Parameters
from nnmath_engine.schedules import SCHEDULES, Plateau, Progress


class Watch:
    """The schedule and early stopping of an experiment; what they remember is the caller's."""

    def __init__(self, training: TrainingSpec) -> None:
        schedule = SCHEDULES[training.schedule]
        self._factor, self._epochs = schedule.factor, training.epochs
        self._options = schedule.defaults() | dict(training.schedule_options)
        self._has_plateau = training.schedule == "plateau"
        self._limit = training.early_stopping
        self.is_needed = self._has_plateau or self._limit > 0

    def factor(self, epoch: int, plateau: Plateau) -> float:
        """What the schedule multiplies the learning rate by in the epoch about to run."""
        return self._factor(Progress(epoch, self._epochs, plateau.drops), **self._options)

    def observe(
        self,
        plateau: Plateau,
        patience: Patience,
        loss: float,
        epoch: int,
        parameters: Callable[[], Parameters],
    ) -> tuple[Plateau, Patience]:
        """What they remember after an epoch that ended with `loss`.

        Args:
            loss: on the validation rows, or on the training rows if there are none. Never on the
                test rows: what decides when to stop has been trained on.
            parameters: copies those after the epoch.
        """
        if self._has_plateau:
            wait, threshold = int(self._options["patience"]), float(self._options["threshold"])
            plateau = plateau.observe(loss, wait, threshold)
        if self._limit > 0:
            patience = patience.observe(loss, epoch, parameters)
        return plateau, patience

    def is_over(self, patience: Patience) -> bool:
        """Whether early stopping has waited long enough."""
        return 0 < self._limit <= patience.waited
