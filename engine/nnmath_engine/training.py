"""A network in training: its numbers, and what one batch and one epoch do to them.

A `Training` belongs to one experiment and one data set. `Session` drives it, and makes a new one
from its `State` when a setting changes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnmath_engine.arrays import Array, frozen
from nnmath_engine.blueprint import blueprint, initial_parameters, initial_slots
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.descent import Step, descend, penalty
from nnmath_engine.diagnosis import Diagnosis, diagnose, diagnose_loss
from nnmath_engine.early_stopping import Patience
from nnmath_engine.evaluation import NAN, Evaluation, evaluate
from nnmath_engine.experiment import Experiment, ExperimentError, Problem
from nnmath_engine.history import History, Record
from nnmath_engine.network import Parameters
from nnmath_engine.regularizers import dropout_mask
from nnmath_engine.schedules import SCHEDULES, Plateau, Progress
from nnmath_engine.state import Mark, State, Status
from nnmath_engine.streams import Stream


class Training:
    """The mutable middle of a session; all its numbers can be taken out as a `State`."""

    def __init__(
        self, experiment: Experiment, dataset: Dataset, state: State | None = None
    ) -> None:
        """Draw the first weights, or take up where `state` left off.

        Raises:
            ExperimentError: the experiment does not fit its data.
        """
        self.experiment = experiment
        self.dataset = dataset
        self.blueprint = blueprint(experiment, dataset)
        self._train, self._validation, self._test = (
            _arrays(split, experiment.training.dtype)
            for split in (dataset.train, dataset.validation, dataset.test)
        )
        if state is not None:
            self._adopt(state)
            return
        self._adopt(self._first_state())
        self._record(self.learning_rate, NAN)

    def _first_state(self) -> State:
        parameters = initial_parameters(self.experiment, self.blueprint)
        zeros = parameters.map(np.zeros_like)
        generator = Stream.TRAINING.generator(self.experiment.training.seed)
        return State(
            parameters=parameters,
            slots=initial_slots(self.experiment, parameters),
            gradients=zeros,
            before=parameters,
            epoch=0,
            steps=0,
            optimizer_steps=0,
            order=np.arange(0),
            position=0,
            generator=generator.bit_generator.state,
            plateau=Plateau(),
            patience=Patience(),
            status="ready",
            diagnosis=None,
            marks=(),
            history=History().view().table,
        )

    def _adopt(self, state: State) -> None:
        _freeze(state.parameters, state.gradients, state.before, *state.slots)
        self.parameters, self.slots = state.parameters, state.slots
        self.gradients, self.before = state.gradients, state.before
        self.epoch, self.steps, self._optimizer_steps = (
            state.epoch,
            state.steps,
            state.optimizer_steps,
        )
        self._order, self.position = state.order, state.position
        self._generator = np.random.default_rng()
        self._generator.bit_generator.state = dict(state.generator)
        self._plateau, self._patience = state.plateau, state.patience
        self.status: Status = state.status
        self.diagnosis, self.marks = state.diagnosis, state.marks
        self.history = History(state.history)

    def state(self) -> State:
        """Everything needed to go on from here to the very same numbers."""
        return State(
            parameters=self.parameters,
            slots=self.slots,
            gradients=self.gradients,
            before=self.before,
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
    def batches(self) -> tuple[int, int]:
        """How many batches of the epoch under way are done, and how many it has."""
        size = self.experiment.training.batch_size
        return -(-self.position // size), -(-len(self._train[0]) // size)

    @property
    def learning_rate(self) -> float:
        """The rate in force: the given one times the schedule's factor."""
        training = self.experiment.training
        factor = SCHEDULES[training.schedule].factor
        progress = Progress(self.epoch, training.epochs, self._plateau.drops)
        return training.learning_rate * factor(progress, **self._schedule_options())

    def train_batch(self) -> None:
        """Take one step; after the last batch of the epoch, measure and record it.

        A step that leads to a number that is not finite is not taken: the status becomes
        "diverged", with a diagnosis, and the parameters go back to the last that a finite step,
        with finite loss and gradient, started from.
        """
        training = self.experiment.training
        X, Y = self._train
        if self.position == 0:
            n = len(X)
            self._order = self._generator.permutation(n) if training.shuffle else np.arange(n)
        rows = self._order[self.position : self.position + training.batch_size]
        step = descend(
            self.parameters,
            self.slots,
            self._optimizer_steps + 1,
            X[rows],
            Y[rows],
            activations=self.blueprint.activations,
            loss=self.blueprint.loss,
            training=training,
            learning_rate=self.learning_rate,
            masks=self._dropout_masks(len(rows)),
        )
        if not step.is_finite():
            self._diverge(diagnose(step, self.parameters, self.learning_rate))
            return
        self._take(step)
        self.position += len(rows)
        if self.position >= len(X):
            self._end_epoch()

    def _diverge(self, diagnosis: Diagnosis) -> None:
        self.status, self.diagnosis = "diverged", diagnosis
        self.parameters = self.before

    def _take(self, step: Step) -> None:
        self.before = self.parameters
        self.gradients, self.parameters, self.slots = step.gradient, step.parameters, step.slots
        _freeze(self.gradients, self.parameters, *self.slots)
        self.steps += 1
        self._optimizer_steps += 1

    def _dropout_masks(self, rows: int) -> tuple[Array | None, ...] | None:
        chance = self.experiment.network.dropout
        if chance == 0:
            return None
        dtype = np.dtype(self.experiment.training.dtype)
        hidden = self.blueprint.sizes[1:-1]
        masks = (dropout_mask(self._generator, (rows, width), chance, dtype) for width in hidden)
        return (*masks, None)

    def _end_epoch(self) -> None:
        rate = self.learning_rate
        self.epoch += 1
        self.position = 0
        self._order = np.arange(0)
        watched = self._record(rate, self.gradients.norm())
        loss = self.history.view().last.train_loss
        if not math.isfinite(loss):
            self._diverge(diagnose_loss(loss, self.parameters, self.gradients, rate))
            return
        training = self.experiment.training
        if training.schedule == "plateau":
            options = self._schedule_options()
            self._plateau = self._plateau.observe(
                watched, options["patience"], options["threshold"]
            )
        if training.early_stopping > 0:
            self._patience = self._patience.observe(watched, self.epoch, self.parameters)
            if self._patience.waited >= training.early_stopping:
                self._stop_early()

    def _stop_early(self) -> None:
        self.status = "stopped"
        best, epoch = self._patience.best_parameters, self._patience.best_epoch
        self.marks = (*self.marks, Mark(self.epoch, f"stopped early; best at epoch {epoch}"))
        if self.experiment.training.restore_best and best is not None:
            # The optimizer's memory is of a road not taken: whoever goes on starts without it.
            self.parameters = self.before = best
            self.slots, self._optimizer_steps = initial_slots(self.experiment, best), 0
            self._record(self.learning_rate, NAN)

    def _record(self, learning_rate: float, gradient_norm: float) -> float:
        """Add a row to the history; returns the watched loss: validation, or else train."""
        with np.errstate(all="ignore"):  # a loss that overflows is a fact to record, not a fault
            train, validation, test = map(
                self._evaluate, (self._train, self._validation, self._test)
            )
            added = penalty(self.parameters, self.experiment.training)
        self.history.append(
            Record(
                epoch=self.epoch,
                train_loss=train.loss,
                validation_loss=validation.loss,
                test_loss=test.loss,
                penalty=added,
                train_score=train.score,
                test_score=test.score,
                learning_rate=learning_rate,
                gradient_norm=gradient_norm,
            )
        )
        # Never the test rows: what decides when to stop has been trained on.
        return validation.loss if len(self._validation[0]) else train.loss

    def _evaluate(self, samples: tuple[Array, Array]) -> Evaluation:
        plan = self.blueprint
        return evaluate(self.parameters, plan.activations, plan.loss, self.dataset.task, *samples)

    def _schedule_options(self) -> dict[str, Any]:
        training = self.experiment.training
        return SCHEDULES[training.schedule].defaults() | dict(training.schedule_options)


def _arrays(split: Split, dtype: str) -> tuple[Array, Array]:
    with np.errstate(over="ignore"):
        X, Y = split.X.astype(dtype), split.Y.astype(dtype)
    if np.isfinite(X).all() and np.isfinite(Y).all():
        return X, Y
    raise ExperimentError(
        [Problem("training.dtype", f"{dtype} cannot hold numbers as large as the data's")]
    )


def _freeze(*all_parameters: Parameters) -> None:
    for parameters in all_parameters:
        for array in parameters.arrays():
            frozen(array)
