"""A session: what the outside drives, looks at, changes, and resumes.

A session is deterministic: the same experiment gives the same numbers, whether it runs in one go,
in slices, in steps, or is resumed from a saved `State`. It counts in epochs and batches; a clock
only bounds how long one call of `run` may take.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nnmath_engine.blueprint import blueprint, reshapes_targets
from nnmath_engine.changes import carry_over
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.snapshot import Snapshot
from nnmath_engine.state import State, Status
from nnmath_engine.training import Training

StepSize = Literal["batch", "epoch"]

LONGEST_CHUNK = 0.002
"""Seconds of training between two looks at the clock: whoever waits for the session notices 10."""


class Session:
    """One network in training. See the module's docstring for what it promises."""

    def __init__(
        self, experiment: Experiment, *, base: Path | None = None, state: State | None = None
    ) -> None:
        """Load the data and draw the first weights, or take up where `state` left off.

        Args:
            base: the folder that a relative CSV path in the experiment starts from.

        Raises:
            DataError: the data cannot be read.
            ExperimentError: the experiment does not fit its data.
            StateMismatch: the state does not.
        """
        self._base = base
        self._busy = False
        self._seconds_a_batch = 0.0  # unknown
        self._training = Training(experiment, self._load(experiment), state)

    @property
    def experiment(self) -> Experiment:
        """The experiment in force."""
        return self._training.experiment

    @property
    def dataset(self) -> Dataset:
        """The data that it trains and is tested on."""
        return self._training.dataset

    @property
    def epoch(self) -> int:
        """Finished passes over the training rows."""
        return self._training.epoch

    @property
    def status(self) -> Status:
        """ "ready" to go on, "diverged", or "stopped" by early stopping."""
        return self._training.status

    @property
    def diagnosis(self) -> Diagnosis | None:
        """After a divergence: the first number that was not finite."""
        return self._training.diagnosis

    @property
    def parameters(self) -> Parameters:
        """The weights and biases; after a divergence the last finite ones."""
        return self._training.numbers.parameters

    def run(
        self,
        seconds: float = 0.02,
        until: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Train for about `seconds`, a few batches at a time, and at most up to epoch `until`.

        Returns early when the training diverges or early stopping ends it; see `status`.
        """
        training = self._training
        with self._exclusively():
            now = clock()
            end = now + seconds
            while training.status == "ready" and (until is None or training.epoch < until):
                steps, began = training.steps, now
                training.advance(self._chunk(end - now), until)
                now = clock()
                self._observe(training.steps - steps, now - began)
                if now >= end:
                    break

    def _chunk(self, seconds: float) -> int:
        """How many batches to train on before the next look at the clock."""
        if self._seconds_a_batch == 0 or not seconds > 0:
            return 1
        return max(1, int(min(seconds, LONGEST_CHUNK) / self._seconds_a_batch))

    def _observe(self, batches: int, seconds: float) -> None:
        if batches > 0 and 0 < seconds < math.inf:
            self._seconds_a_batch = seconds / batches

    def step(self, size: StepSize) -> None:
        """Train on one batch, or to the end of the epoch that is under way."""
        training = self._training
        with self._exclusively():
            if training.status == "ready":
                training.advance(1 if size == "batch" else training.batches_left)

    def apply(self, changes: Mapping[str, Any]) -> Experiment:
        """Change settings, by path; nothing is reset unless data or shapes change.

        A training that had diverged or stopped may go on afterwards, from its last finite weights.

        Raises:
            DataError, ExperimentError: a change is not possible; then nothing has changed.
        """
        with self._exclusively():
            before = self._training
            experiment = before.experiment.with_values(changes)
            old, new = before.experiment.values(), experiment.values()
            changed = [path for path in FIELDS if old[path] != new[path]]
            if not changed:
                return experiment
            reload = any(FIELDS[path].section == "data" for path in changed)
            reload = reload or reshapes_targets(before.experiment, experiment, before.dataset)
            dataset = self._load(experiment) if reload else before.dataset
            live = not reload and all(FIELDS[path].effect == "live" for path in changed)
            state = None
            if live and blueprint(experiment, dataset).sizes == before.blueprint.sizes:
                state = carry_over(before.state(), before.experiment, experiment, changed)
            self._training = Training(experiment, dataset, state)
            return experiment

    def reset(self, seed: int | None = None) -> None:
        """Start afresh, from the same first weights or from those of another seed."""
        with self._exclusively():
            experiment = self.experiment
            if seed is not None:
                experiment = experiment.with_values({"training.seed": seed})
            self._training = Training(experiment, self.dataset)

    def state(self) -> State:
        """Everything needed to go on from here; `Session(experiment, state=...)` does."""
        return self._training.state()

    def snapshot(self) -> Snapshot:
        """A picture of this moment; see `Snapshot`."""
        training, numbers = self._training, self._training.numbers
        batch, batches = training.batches
        names = OPTIMIZERS[training.experiment.training.optimizer].slots
        return Snapshot(
            experiment=training.experiment,
            dataset=training.dataset,
            blueprint=training.blueprint,
            epoch=training.epoch,
            batch=batch,
            batches=batches,
            step=training.steps,
            status=training.status,
            diagnosis=training.diagnosis,
            learning_rate=training.learning_rate,
            parameters=numbers.parameters,
            gradients=numbers.gradients,
            before=numbers.before,
            slots=dict(zip(names, numbers.slots, strict=True)),
            history=training.history.view(),
            marks=training.marks,
        )

    def _load(self, experiment: Experiment) -> Dataset:
        return build_dataset(experiment.data, experiment.training.loss, self._base)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Guard against two callers at once, and let overflow become a status, not a warning."""
        if self._busy:
            raise RuntimeError("a session is driven by one caller at a time")
        self._busy = True
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                yield
        finally:
            self._busy = False
