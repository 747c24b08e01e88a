"""A network in training: steps that are looked at, and taken back if they did not go well.

A `Training` belongs to one experiment and one data set. `Session` drives it, and makes a new one
from its `State` when a setting changes. Whether steps went well is looked at only after several of
them; if not, they are taken back and made again one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.course import Course
from nnmath_engine.descent import descend
from nnmath_engine.diagnosis import Diagnosis, diagnose, diagnose_epoch
from nnmath_engine.history import History
from nnmath_engine.regularizers import dropout_mask
from nnmath_engine.schedules import Progress
from nnmath_engine.state import Counters

if TYPE_CHECKING:
    from nnmath_engine.derivation.worksheet import Worksheet

_STEPS_A_POINT = 16
"""Steps after which the numbers to go back to are copied anew: of a large network, a step is not
much dearer than a copy."""


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Where a training was before the steps that are not yet known to have gone well."""

    vectors: tuple[Array, ...]
    counters: Counters


class Training(Course):
    """A course that ends where a number is not finite."""

    _point: _Point | None = None

    def advance(self, batches: int, until: int | None = None) -> None:
        """Take up to so many steps, at most up to epoch `until`; see `status` for more.

        After each epoch its losses are measured and recorded. If a step leads to a number that is
        not finite, it is not taken: the status becomes "diverged", with a diagnosis, and the
        parameters go back to those that the last finite step started from.

        Raises:
            MemoryError: a step needs more; it stands a few whole steps earlier then.
        """
        if self._point is None or self.steps - self._point.counters.steps >= _STEPS_A_POINT:
            self._point = self._here()
        goal = self.steps + batches
        try:
            self._run(batches, until)
        except MemoryError:
            self._go_back(self._point)
            raise
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

    def _is_sound(self) -> bool:
        """Whether all numbers are finite, and the losses of the epochs since the last look."""
        return self._plan.is_finite() and self._recorder.is_finite()

    def _diverge(self, diagnosis: Diagnosis) -> None:
        self.status, self.diagnosis = "diverged", diagnosis
        self._plan.vectors.P[:] = self._plan.start
        self._numbers = None

    def worksheet(self) -> Worksheet:
        """The next step from all sides: it is taken, and taken back.

        A training that has diverged or stopped has one too: the step that it would go on with.
        """
        # Whoever opens no number does not pay for reading how it is done.
        from nnmath_engine.derivation.worksheet import Worksheet

        here, numbers, plan = self._here(), self.numbers, self._plan
        if not self._has_begun:
            self._begin()
        rows = self._order[self.position : self.position + plan.size]
        drawn = self._generator.bit_generator.state
        masks = self._dropout_masks(len(rows))
        self._generator.bit_generator.state = drawn
        plan.run(1)
        sheet = Worksheet(
            experiment=self.experiment,
            dataset=self.dataset,
            blueprint=self.blueprint,
            rows=rows,
            masks=masks,
            progress=Progress(self.epoch, self.experiment.training.epochs, self._plateau.drops),
            learning_rate=self._rate,
            t=self._optimizer_steps + 1,
            before=numbers.parameters,
            slots_before=numbers.slots,
            gradient=plan.gradient(),
            after=plan.parameters(),
            slots_after=plan.slots(),
            frozen=self.frozen,
        )
        self._go_back(here)
        self._numbers = numbers
        return sheet

    def _diagnosis_of_next_step(self) -> Diagnosis:
        """What the reference finds in the step that the plan could not take."""
        if not self._has_begun:
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
            frozen=self.frozen,
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

    def _vectors(self) -> tuple[Array, ...]:
        vectors = self._plan.vectors
        return vectors.P, vectors.G, vectors.memory, self._plan.start

    def _here(self) -> _Point:
        return _Point(tuple(vector.copy() for vector in self._vectors()), self._counters())

    def _go_back(self, point: _Point) -> None:
        for vector, copied in zip(self._vectors(), point.vectors, strict=True):
            vector[:] = copied
        self._take_up(point.counters)
        self._recorder.forget()
        written = self.history.view()
        if len(written) and written.last.epoch > self.epoch:
            self.history = History(written.table[:, written.epoch <= self.epoch])
