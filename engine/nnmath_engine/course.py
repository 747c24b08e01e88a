"""A network on its way: its numbers, and how batches and epochs change them.

The steps are a `Plan`'s. What stands here goes ahead without looking where it leads; `training`
looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import blueprint, initial_slots
from nnmath_engine.casting import split_arrays
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import History
from nnmath_engine.network import Parameters
from nnmath_engine.plan import Examiner, Plan
from nnmath_engine.plan.batches import Rows
from nnmath_engine.recorder import Recorder
from nnmath_engine.state import (
    NO_ORDER,
    Counters,
    Mark,
    Memory,
    State,
    StateMismatch,
    Status,
    first_state,
)
from nnmath_engine.watch import Watch


class Course:
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
        splits = split_arrays(dataset, training.dtype)
        self._train = splits[0]
        self._generator = np.random.default_rng()
        given = state if state is not None else first_state(experiment, self.blueprint)
        self._plan = Plan(
            self.blueprint,
            training,
            Rows(*self._train),
            dropout=experiment.network.dropout,
            generators=(self._generator,),
            frozen=[place.offset(self.blueprint.sizes) for place in given.frozen],
        )
        examiner = Examiner(self.blueprint, dataset.task, splits, l1=training.l1, l2=training.l2)
        self._recorder = Recorder(examiner, self._plan.layout, training.dtype)
        self._watch = Watch(training)
        self._adopt(given)
        if state is None:
            self.record()

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
        self.history = History(state.history, layers=len(sizes) - 1)
        self._take_up(state)
        self._numbers: Numbers | None = Numbers(
            state.parameters.map(_read_only),
            state.gradients.map(_read_only),
            state.before.map(_read_only),
            tuple(slot.map(_read_only) for slot in state.slots),
        )

    def record(self) -> None:
        """Measure the parameters as they are now, in a row of their own."""
        self._recorder.note(self.epoch, self.learning_rate, self._plan.vectors.P, None)
        self._recorder.write(self.history)

    def state(self) -> State:
        """Everything needed to go on from here to the very same numbers."""
        numbers, memory = self.numbers, self._plan.vectors.memory
        return State(
            **self._counters().counters,
            parameters=numbers.parameters,
            slots=numbers.slots,
            memory=Memory(self._plan.units, memory.copy()) if len(memory) else None,
            gradients=numbers.gradients,
            before=numbers.before,
            history=self.history.view().table,
        )

    def _counters(self) -> Counters:
        return Counters(
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
            frozen=self.frozen,
            hand_set=self.hand_set,
        )

    def _take_up(self, counters: Counters) -> None:
        """Stand where `counters` say; the numbers in the plan are the caller's business."""
        self.epoch, self.steps = counters.epoch, counters.steps
        self._optimizer_steps = counters.optimizer_steps
        self._order, self.position = counters.order, counters.position
        self._generator.bit_generator.state = dict(counters.generator)
        self._plateau, self._patience = counters.plateau, counters.patience
        self.status: Status = counters.status
        self.diagnosis, self.marks = counters.diagnosis, counters.marks
        self.frozen, self.hand_set = counters.frozen, counters.hand_set
        self._has_begun = False
        self._numbers = None

    @property
    def numbers(self) -> Numbers:
        """Parameters, gradients and the optimizer's memory of this moment, as read-only copies."""
        if self._numbers is None:
            plan = self._plan
            self._numbers = Numbers(plan.parameters(), plan.gradient(), plan.before(), plan.slots())
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
        factor = self._watch.factor(self.epoch, self._plateau)
        return self.experiment.training.learning_rate * factor

    def _run(self, batches: int, until: int | None) -> None:
        """Take steps without looking at where they lead."""
        self._numbers = None
        while batches > 0 and self.status == "ready" and (until is None or self.epoch < until):
            if not self._has_begun:
                self._begin()
            left = self.batches_left
            count = min(batches, left)
            self._plan.run(count)
            batches -= count
            self.steps += count
            self._optimizer_steps += count
            if count < left:
                self.position += count * self._plan.size
            elif not self._end_epoch():
                return

    def _begin(self) -> None:
        """Prepare the epoch, or the rest of it."""
        if self.position == 0:
            n = len(self._train[0])
            shuffles = self.experiment.training.shuffle
            self._order = self._generator.permutation(n) if shuffles else np.arange(n)
        self._rate = self.learning_rate
        self._plan.begin(self._order, self.position, self._optimizer_steps, self._rate)
        self._has_begun = True

    def _end_epoch(self) -> bool:
        """Whether training may go on."""
        self.epoch += 1
        self.position, self._order, self._has_begun = 0, NO_ORDER, False
        vectors = self._plan.vectors
        self._recorder.note(self.epoch, self._rate, vectors.P, vectors.G, self._plan.gamma)
        return self._look() if self._watch.is_needed else True

    def _look(self) -> bool:
        """Let the schedule and early stopping look at the epoch's loss, if it is a number."""
        last = self._recorder.last()
        if not math.isfinite(last.objective):
            return False
        loss = last.validation_loss if len(self.dataset.validation) else last.train_loss
        self._plateau, self._patience = self._watch.observe(
            self._plateau, self._patience, loss, self.epoch, self._plan.parameters
        )
        if self._watch.is_over(self._patience):
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
            self._recorder.note(self.epoch, self.learning_rate, self._plan.vectors.P, None)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The numbers of one moment, in the units of the reference, read-only."""

    parameters: Parameters
    gradients: Parameters
    before: Parameters
    slots: tuple[Parameters, ...]


def _read_only(array: Array) -> Array:
    view = array.view()
    view.setflags(write=False)
    return view
