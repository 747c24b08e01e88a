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
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nnmath_engine.blueprint import blueprint
from nnmath_engine.changes import may_carry_over, resetting, same_shapes
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.edits import with_data, with_frozen, with_settings, with_value
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS
from nnmath_engine.history import HistoryView
from nnmath_engine.network import Parameters
from nnmath_engine.places import Place
from nnmath_engine.snapshot import Snapshot, snapshot_of
from nnmath_engine.state import State, Status
from nnmath_engine.timeline import Edit, Timeline, never
from nnmath_engine.training import Training

if TYPE_CHECKING:
    from nnmath_engine.derivation.worksheet import Worksheet

StepSize = Literal["batch", "epoch"]

LONGEST_CHUNK = 0.004
"""Seconds of training between two looks at the clock: whoever waits for the session notices 10."""

CHUNKS_A_KEYFRAME = 8
"""So many chunks apart are the states from which earlier epochs are reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Memento:
    """What a session was at one moment; only `Session.restore` reads it."""

    experiment: Experiment
    dataset: Dataset
    state: State
    timeline: Timeline
    recorded: HistoryView
    is_past: bool


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
        self._begin(Training(experiment, self._load(experiment), state))

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
            self._leave_past()
            now = clock()
            end = now + seconds
            while training.status == "ready" and (until is None or training.epoch < until):
                steps, began = training.steps, now
                training.advance(self._chunk(end - now), until)
                now = clock()
                self._observe(training.steps - steps, now - began)
                self._note()
                if now >= end:
                    break

    def _chunk(self, seconds: float) -> int:
        """How many batches to train on before the next look at the clock.

        If there is time for several epochs, it is up to the end of one, and after a power of two of
        them: they are measured together, by calls that are made for each number of epochs once.
        """
        if self._seconds_a_batch == 0 or not seconds > 0:
            return 1
        batches = int(min(seconds, LONGEST_CHUNK) / self._seconds_a_batch)
        left, whole = self._training.batches_left, self._training.batches[1]
        if batches < left + whole:
            return max(1, batches)
        epochs = 1 + (batches - left) // whole
        return left + ((1 << (epochs.bit_length() - 1)) - 1) * whole

    def _begin(self, training: Training) -> None:
        """Take up a training that has no past."""
        self._training, self._timeline = training, Timeline(training)
        self._chunks, self._is_past, self._seconds_a_batch = 0, False, 0.0
        self._recorded = training.history.view()

    def _note(self) -> None:
        """Let the timeline know how far training is; see `CHUNKS_A_KEYFRAME`."""
        self._chunks += 1
        if self._chunks % CHUNKS_A_KEYFRAME == 0:
            self._timeline.keep(self._training)

    def _leave_past(self) -> None:
        """Before something new happens: what came after the present moment did not."""
        if self._is_past:
            self._timeline.cut(self._training)
            self._is_past = False

    def _observe(self, batches: int, seconds: float) -> None:
        if batches > 0 and 0 < seconds < math.inf:
            self._seconds_a_batch = seconds / batches

    def step(self, size: StepSize) -> None:
        """Train on one batch, or to the end of the epoch that is under way."""
        training = self._training
        with self._exclusively():
            self._leave_past()
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
            if old == new:
                return experiment
            afresh, dataset = self._consequences(experiment)
            if not afresh and dataset is not before.dataset:
                blueprint(experiment, dataset)
                self._edit(partial(with_data, experiment=experiment, dataset=dataset))
            elif not afresh:
                blueprint(experiment, dataset)  # or else the error that says what does not fit
                self._edit(partial(with_settings, experiment=experiment))
            else:
                self._begin(Training(experiment, dataset))
            return experiment

    def edit(self, layer: int, row: int | None, column: int, value: float) -> None:
        """Set one weight by hand, or with row None one bias; see `Place`.

        The losses that it leads to are measured at once, and get a row of their own in the history,
        with the epoch that is reached. The optimizer's memory stays; early stopping counts anew; a
        training that had diverged or stopped may go on.

        Raises:
            ValueError: there is no such weight or bias, or `value` is no number that it can have.
        """
        with self._exclusively():
            place, parameters = self._place(layer, row, column), self.parameters
            number = float(parameters.weights[0].dtype.type(value))
            if not math.isfinite(number):
                raise ValueError(f"{place} cannot be {value}")
            if number != place.value(parameters):
                self._edit(partial(with_value, place=place, value=number))

    def freeze(self, layer: int, row: int | None, column: int, frozen: bool = True) -> None:
        """Let training leave a weight or a bias (row None) as it is, or change it again.

        What is frozen has no gradient for the optimizer. A reset forgets what was frozen.

        Raises:
            ValueError: there is no such weight or bias.
        """
        with self._exclusively():
            place = self._place(layer, row, column)
            if frozen != (place in self._training.frozen):
                self._edit(partial(with_frozen, place=place, frozen=frozen))

    def _place(self, layer: int, row: int | None, column: int) -> Place:
        place = Place(layer, row, column)
        place.check(self._training.blueprint.sizes)
        return place

    def _edit(self, edit: Edit) -> None:
        """Go on as something else, and remember how to."""
        before = self._training
        after = edit(before)
        self._leave_past()
        self._timeline.change(before, edit, after)
        self._training, self._seconds_a_batch = after, 0.0

    def resetting(self, changes: Mapping[str, Any]) -> tuple[str, ...]:
        """The paths of the settings by which `apply(changes)` would start the network afresh.

        Raises:
            DataError, ExperimentError: a change is not possible.
        """
        return self._consequences(self.experiment.with_values(changes))[0]

    def _consequences(self, experiment: Experiment) -> tuple[tuple[str, ...], Dataset]:
        """The settings by which `experiment` would start the network afresh, and its data."""
        before, dataset = self.experiment, self.dataset
        afresh = resetting(before, experiment, dataset)
        if not any(FIELDS[path].section == "data" or path == "training.loss" for path in afresh):
            return afresh, dataset
        loaded = self._load(experiment)
        if may_carry_over(afresh, before, experiment) and same_shapes(dataset, loaded):
            return (), loaded
        return afresh, loaded

    def reset(self, seed: int | None = None) -> None:
        """Start afresh, from the same first weights or from those of another seed."""
        with self._exclusively():
            experiment = self.experiment
            if seed is not None:
                experiment = experiment.with_values({"training.seed": seed})
            self._begin(Training(experiment, self.dataset))

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last epoch that `rewind` and `recall` can go to."""
        self._timeline.furthest = max(self._timeline.furthest, self._training.epoch)
        return self._timeline.first, self._timeline.furthest

    def rewind(self, epoch: int, unwanted: Callable[[], bool] = never) -> None:
        """Go to the end of an earlier epoch, to the very numbers of then.

        Later epochs can still be gone to, until training goes on or a setting changes.

        Args:
            unwanted: asked after every epoch of the way, in the thread that goes it; when it says
                so, the session stays where it is.

        Raises:
            ValueError: the session never was there.
            GivenUp: `unwanted` said so.
        """
        with self._exclusively():
            self._training, self._is_past = self._at(epoch, unwanted), True
            self._seconds_a_batch = 0.0

    def recall(self, epoch: int) -> Snapshot:
        """A picture of an earlier epoch; the session stays where it is.

        Raises:
            ValueError: the session never was there.
        """
        with self._exclusively():
            return snapshot_of(self._at(epoch))

    def branch(self) -> Session:
        """Another session at this moment, with the same past and a future of its own."""
        other = Session.__new__(Session)
        other._base, other._busy = self._base, False
        other.restore(self.memento())
        return other

    def memento(self) -> Memento:
        """This moment with its past, to come back to with `restore`, even after a reset.

        It shares the past with the session: making it costs as much as a `state`.
        """
        with self._exclusively():
            training = self._training
            return Memento(
                training.experiment,
                training.dataset,
                training.state(),
                self._timeline.copy(),
                self._recorded,
                self._is_past,
            )

    def restore(self, memento: Memento) -> None:
        """Be again what this or another session was: its numbers, data, history, marks and past."""
        with self._exclusively():
            self._training = Training(memento.experiment, memento.dataset, memento.state)
            self._timeline, self._recorded = memento.timeline.copy(), memento.recorded
            self._is_past = memento.is_past
            # Often restored and never at a keyframe: each time the first chunk leaves one.
            self._chunks, self._seconds_a_batch = CHUNKS_A_KEYFRAME - 1, 0.0

    def _at(self, epoch: int, unwanted: Callable[[], bool] = never) -> Training:
        if not self._is_past:
            self._recorded = self._training.history.view()
        first, last = self.span
        if not first <= epoch <= last:
            raise ValueError(f"epoch {epoch} is not between {first} and {last}")
        return self._timeline.replay(epoch, self._recorded, unwanted)

    def state(self) -> State:
        """Everything needed to go on from here; `Session(experiment, state=...)` does."""
        with self._exclusively():
            return self._training.state()

    def snapshot(self) -> Snapshot:
        """A picture of this moment; see `Snapshot`."""
        return snapshot_of(self._training)

    def worksheet(self) -> Worksheet:
        """The step that comes next from all sides, without taking it; see `Worksheet`."""
        with self._exclusively():
            return self._training.worksheet()

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
