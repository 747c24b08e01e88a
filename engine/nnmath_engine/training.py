"""A network in training: its numbers, and how batches and epochs change them.

A `Training` belongs to one experiment and one data set. `Session` drives it, and makes a new one
from its `State` when a setting changes. The steps are a `Plan`'s. Whether they went well is looked
at only after several of them; if not, they are taken back and made again one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import blueprint, initial_parameters, initial_slots
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.descent import descend
from nnmath_engine.diagnosis import Diagnosis, diagnose, diagnose_epoch
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment, ExperimentError, Problem
from nnmath_engine.history import History
from nnmath_engine.network import Parameters
from nnmath_engine.plan import Examiner, Plan
from nnmath_engine.plan.batches import Rows
from nnmath_engine.recorder import Recorder, length
from nnmath_engine.regularizers import dropout_mask
from nnmath_engine.schedules import SCHEDULES, Plateau, Progress
from nnmath_engine.state import Mark, Memory, State, StateMismatch, Status
from nnmath_engine.streams import Stream

NAN = float("nan")

_STEPS_A_POINT = 16
"""Steps after which the numbers to go back to are copied anew: of a large network, a step is not
much dearer than a copy."""


class Training:
    """The mutable middle of a session; all its numbers can be taken out as a `State`."""

    def __init__(
        self, experiment: Experiment, dataset: Dataset, state: State | None = None
    ) -> None:
        """Draw the first weights, or take up where `state` left off.

        Raises:
            ExperimentError: the experiment does not fit its data.
            StateMismatch: the state does not.
        """
        self.experiment, self.dataset = experiment, dataset
        self.blueprint = blueprint(experiment, dataset)
        training = experiment.training
        splits = [
            _arrays(split, training.dtype)
            for split in (dataset.train, dataset.validation, dataset.test)
        ]
        self._train, self._validates = splits[0], len(dataset.validation) > 0
        self._generator = np.random.default_rng()
        self._plan = Plan(
            self.blueprint,
            training,
            Rows(*self._train),
            dropout=experiment.network.dropout,
            generators=(self._generator,),
        )
        examiner = Examiner(self.blueprint, dataset.task, splits, l1=training.l1, l2=training.l2)
        self._recorder = Recorder(examiner, self._plan.vectors.P)
        schedule = SCHEDULES[training.schedule]
        self._factor = schedule.factor
        self._schedule_options = schedule.defaults() | dict(training.schedule_options)
        self._watches = training.schedule == "plateau" or training.early_stopping > 0
        self._adopt(state if state is not None else self._first_state())
        if state is None:
            self._recorder.note(0, self.learning_rate, NAN, self._plan.vectors.P)
            self._recorder.write(self.history)

    def _first_state(self) -> State:
        parameters = initial_parameters(self.experiment, self.blueprint)
        return State(
            parameters=parameters,
            slots=initial_slots(self.experiment, parameters),
            memory=None,
            gradients=parameters.map(np.zeros_like),
            before=parameters,
            epoch=0,
            steps=0,
            optimizer_steps=0,
            order=np.arange(0),
            position=0,
            generator=Stream.TRAINING.generator(self.experiment.training.seed).bit_generator.state,
            plateau=Plateau(),
            patience=Patience(),
            status="ready",
            diagnosis=None,
            marks=(),
            history=History().view().table,
        )

    def _adopt(self, state: State) -> None:
        plan, rows, sizes = self._plan, len(self._train[0]), self.blueprint.sizes
        if state.parameters.sizes != sizes or len(state.order) not in (0, rows):
            raise StateMismatch(
                f"{rows:,} training rows, {sizes[0]} inputs and {sizes[-1]} outputs now"
            )
        plan.load(state.parameters, state.slots)
        if state.memory is not None and state.memory.units == plan.units:
            plan.vectors.memory[:] = state.memory.values
        plan.layout.write(plan.start, state.before)
        plan.layout.write(plan.vectors.G, state.gradients)
        np.multiply(plan.vectors.G, plan.gamma, plan.vectors.G, casting="same_kind")
        self.epoch, self.steps = state.epoch, state.steps
        self._optimizer_steps = state.optimizer_steps
        self._order, self.position = state.order, state.position
        self._generator.bit_generator.state = dict(state.generator)
        self._plateau, self._patience = state.plateau, state.patience
        self.status: Status = state.status
        self.diagnosis, self.marks = state.diagnosis, state.marks
        self.history = History(state.history)
        self._has_begun = False
        self._point: _Point | None = None
        self._numbers: _Numbers | None = _Numbers(
            state.parameters.map(_read_only),
            state.gradients.map(_read_only),
            state.before.map(_read_only),
            tuple(slot.map(_read_only) for slot in state.slots),
        )

    def state(self) -> State:
        """Everything needed to go on from here to the very same numbers."""
        numbers, memory = self.numbers, self._plan.vectors.memory
        return State(
            parameters=numbers.parameters,
            slots=numbers.slots,
            memory=Memory(self._plan.units, memory.copy()) if len(memory) else None,
            gradients=numbers.gradients,
            before=numbers.before,
            epoch=self.epoch,
            steps=self.steps,
            optimizer_steps=self._optimizer_steps,
            order=self._order,
            position=self.position,
            generator=self._generator.bit_generator.state,
            plateau=self._plateau,
            patience=self._patience,
            status=self.status,
            diagnosis=self.diagnosis,
            marks=self.marks,
            history=self.history.view().table,
        )

    @property
    def numbers(self) -> _Numbers:
        """Parameters, gradients and the optimizer's memory of this moment, as read-only copies."""
        if self._numbers is None:
            plan = self._plan
            self._numbers = _Numbers(
                plan.parameters(), plan.gradient(), plan.before(), plan.slots()
            )
        return self._numbers

    @property
    def batches(self) -> tuple[int, int]:
        """How many batches of the epoch under way are done, and how many it has."""
        size = self.experiment.training.batch_size
        return -(-self.position // size), -(-len(self._train[0]) // size)

    @property
    def batches_left(self) -> int:
        """How many batches the epoch under way still has."""
        return -(-(len(self._train[0]) - self.position) // self._plan.size)

    @property
    def learning_rate(self) -> float:
        """The rate in force: the given one times the schedule's factor."""
        training = self.experiment.training
        progress = Progress(self.epoch, training.epochs, self._plateau.drops)
        return training.learning_rate * self._factor(progress, **self._schedule_options)

    def advance(self, batches: int, until: int | None = None) -> None:
        """Take up to so many steps, at most up to epoch `until`; see `status` for more.

        After each epoch its losses are measured and recorded. If a step leads to a number that is
        not finite, it is not taken: the status becomes "diverged", with a diagnosis, and the
        parameters go back to those that the last finite step started from.
        """
        if self._point is None or self.steps - self._point.steps >= _STEPS_A_POINT:
            self._point = self._here()
        goal = self.steps + batches
        self._run(batches, until)
        if self._is_sound():
            self._recorder.write(self.history)
            return
        self._go_back(self._point)
        while self.status == "ready" and self.steps < goal:
            if until is not None and self.epoch >= until:
                return
            self._advance_carefully()

    def _advance_carefully(self) -> None:
        start = self._here()
        self._run(1, None)
        if self._is_sound():
            self._recorder.write(self.history)
        elif self._plan.is_finite():
            last, numbers = self._recorder.last(), self.numbers
            self._recorder.write(self.history)
            self._diverge(diagnose_epoch(last, numbers.parameters, numbers.gradients))
        else:
            self._go_back(start)
            self._diverge(self._diagnosis_of_next_step())

    def _run(self, batches: int, until: int | None) -> None:
        """Take steps without looking at where they lead."""
        self._numbers = None
        n = len(self._train[0])
        while batches > 0 and self.status == "ready" and (until is None or self.epoch < until):
            self._begin()
            count = min(batches, self.batches_left)
            self._plan.run(count)
            batches -= count
            self.steps += count
            self._optimizer_steps += count
            self.position = min(self.position + count * self._plan.size, n)
            if self.position == n and not self._end_epoch():
                return

    def _begin(self) -> None:
        """Prepare the epoch, or the rest of it, unless that is done."""
        if self._has_begun:
            return
        n = len(self._train[0])
        if self.position == 0:
            shuffles = self.experiment.training.shuffle
            self._order = self._generator.permutation(n) if shuffles else np.arange(n)
        self._plan.begin(self._order, self.position, self._optimizer_steps, self.learning_rate)
        self._has_begun = True

    def _end_epoch(self) -> bool:
        """Whether training may go on."""
        rate = self.learning_rate
        self.epoch += 1
        self.position, self._order, self._has_begun = 0, np.arange(0), False
        vectors = self._plan.vectors
        norm = length(vectors.G) / self._plan.gamma
        self._recorder.note(self.epoch, rate, norm, vectors.P)
        return self._watch() if self._watches else True

    def _is_sound(self) -> bool:
        """Whether all numbers are finite, and the losses of the epochs since the last look."""
        return self._plan.is_finite() and self._recorder.is_finite()

    def _watch(self) -> bool:
        """Let the plateau schedule and early stopping look at the epoch's loss, if it is one."""
        last = self._recorder.last()
        if not math.isfinite(last.objective):
            return False
        # Never the test rows: what decides when to stop has been trained on.
        watched = last.validation_loss if self._validates else last.train_loss
        training = self.experiment.training
        if training.schedule == "plateau":
            options = self._schedule_options
            self._plateau = self._plateau.observe(
                watched, int(options["patience"]), float(options["threshold"])
            )
        if training.early_stopping > 0:
            self._patience = self._patience.observe(watched, self.epoch, self._plan.parameters())
            if self._patience.waited >= training.early_stopping:
                self._stop_early()
        return True

    def _stop_early(self) -> None:
        self.status = "stopped"
        best, epoch = self._patience.best_parameters, self._patience.best_epoch
        self.marks = (*self.marks, Mark(self.epoch, f"stopped early; best at epoch {epoch}"))
        if self.experiment.training.restore_best and best is not None:
            # The optimizer's memory is of a road not taken: whoever goes on starts without it.
            self._plan.load(best, initial_slots(self.experiment, best))
            self._optimizer_steps = 0
            self._recorder.note(self.epoch, self.learning_rate, NAN, self._plan.vectors.P)

    def _diverge(self, diagnosis: Diagnosis) -> None:
        self.status, self.diagnosis = "diverged", diagnosis
        self._plan.vectors.P[:] = self._plan.start
        self._numbers = None

    def _diagnosis_of_next_step(self) -> Diagnosis:
        """What the reference finds in the step that the plan could not take."""
        self._begin()
        X, Y = self._train
        rows = self._order[self.position : self.position + self._plan.size]
        numbers = self.numbers
        step = descend(
            numbers.parameters,
            numbers.slots,
            self._optimizer_steps + 1,
            X[rows],
            Y[rows],
            activations=self.blueprint.activations,
            loss=self.blueprint.loss,
            training=self.experiment.training,
            learning_rate=self.learning_rate,
            masks=self._dropout_masks(len(rows)),
        )
        return diagnose(step, numbers.parameters, self.learning_rate)

    def _dropout_masks(self, rows: int) -> tuple[Array | None, ...] | None:
        chance = self.experiment.network.dropout
        if chance == 0:
            return None
        dtype = np.dtype(self.experiment.training.dtype)
        hidden = self.blueprint.sizes[1:-1]
        masks = (dropout_mask(self._generator, (rows, width), chance, dtype) for width in hidden)
        return (*masks, None)

    def _here(self) -> _Point:
        vectors = self._plan.vectors
        return _Point(
            P=vectors.P.copy(),
            G=vectors.G.copy(),
            memory=vectors.memory.copy(),
            start=self._plan.start.copy(),
            epoch=self.epoch,
            steps=self.steps,
            optimizer_steps=self._optimizer_steps,
            order=self._order,
            position=self.position,
            generator=self._generator.bit_generator.state,
            plateau=self._plateau,
            patience=self._patience,
            status=self.status,
            marks=self.marks,
        )

    def _go_back(self, point: _Point) -> None:
        vectors = self._plan.vectors
        vectors.P[:], vectors.G[:], vectors.memory[:] = point.P, point.G, point.memory
        self._plan.start[:] = point.start
        self.epoch, self.steps, self._optimizer_steps = (
            point.epoch,
            point.steps,
            point.optimizer_steps,
        )
        self._order, self.position = point.order, point.position
        self._generator.bit_generator.state = point.generator
        self._plateau, self._patience = point.plateau, point.patience
        self.status, self.marks = point.status, point.marks
        self._has_begun, self._numbers = False, None
        self._recorder.forget()
        written = self.history.view()
        if len(written) and written.last.epoch > self.epoch:
            self.history = History(written.table[:, written.epoch <= self.epoch])


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """The numbers of one moment, in the units of the reference, read-only."""

    parameters: Parameters
    gradients: Parameters
    before: Parameters
    slots: tuple[Parameters, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Where a training was before the steps that are not yet known to have gone well."""

    P: Array
    G: Array
    memory: Array
    start: Array
    epoch: int
    steps: int
    optimizer_steps: int
    order: npt.NDArray[np.intp]
    position: int
    generator: Any
    plateau: Plateau
    patience: Patience
    status: Status
    marks: tuple[Mark, ...]


def _arrays(split: Split, dtype: str) -> tuple[Array, Array]:
    with np.errstate(over="ignore"):
        X, Y = (array.astype(dtype, copy=False) for array in (split.X, split.Y))
    if np.isfinite(X).all() and np.isfinite(Y).all():
        return X, Y
    raise ExperimentError(
        [Problem("training.dtype", f"{dtype} cannot hold numbers as large as the data's")]
    )


def _read_only(array: Array) -> Array:
    view = array.view()
    view.setflags(write=False)
    return view
