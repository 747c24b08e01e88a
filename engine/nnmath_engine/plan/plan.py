"""The compiled training of one network, or of several of one shape: `Plan`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from itertools import islice

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.experiment import TrainingSpec
from nnmath_engine.lengths import part_lengths
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.plan.batches import Batches, Gathered, Order, Rows, batches
from nnmath_engine.plan.freezing import freezing
from nnmath_engine.plan.kernels import Calls, constant, loss_factor
from nnmath_engine.plan.layout import Layout
from nnmath_engine.plan.rules import Rule, Vectors, clipping, penalties
from nnmath_engine.plan.step import Workspace, passes


class Plan:
    """See the package's docstring for what a plan is, `step` and `rules` for what it calls.

    `begin` an epoch, then `run` its batches; in between, the numbers can be read and set: those in
    `vectors`, and the parameters that the last step started from in `start`.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        training: TrainingSpec,
        rows: Rows,
        *,
        dropout: float = 0.0,
        generators: Sequence[np.random.Generator] = (),
        members: int | None = None,
        l1: npt.ArrayLike | None = None,
        l2: npt.ArrayLike | None = None,
        frozen: Sequence[int] = (),
    ) -> None:
        """Compile the training of a network on `rows`.

        Args:
            generators: one for each member, from which dropout masks are drawn.
            members: how many networks of this shape train at once; None for a single one.
            l1, l2: strengths for each member (members,); absent: those of `training`.
            frozen: where in the flat vector the parameters stand that keep their values.
        """
        self._blueprint, self._training, self._rows = blueprint, training, rows
        self._dropout, self._generators = dropout, generators
        self._l1 = training.l1 if l1 is None else l1
        self._l2 = training.l2 if l2 is None else l2
        self._frozen = np.array(frozen, np.intp)
        self.layout = Layout(blueprint.sizes, members)
        self.size = min(training.batch_size, len(rows))
        dtype = rows.X.dtype
        slots = len(OPTIMIZERS[training.optimizer].slots)
        self.vectors = Vectors(self.layout, dtype, slots)
        self.start = np.zeros(self.layout.size, dtype)
        self._weights = self.layout.views(self.vectors.P)
        self._gradients = self.layout.views(self.vectors.G)
        self.gamma = self.size / loss_factor(blueprint.loss, blueprint.sizes[-1])
        self._rule = Rule(training, self.layout, self.vectors, self.gamma, self._l1)
        self._workspaces: dict[int, Workspace] = {}
        self._rate: npt.ArrayLike | None = None
        self._whole = batches(rows, self.size, self.layout.lead, self._step)
        self._batches: Batches = self._whole

    @cached_property
    def _from_any_row(self) -> Batches:
        return Gathered(self._rows, self.size, self.layout.lead, self._step)

    @property
    def units(self) -> tuple[float, ...]:
        """What the numbers in each slot of the memory are multiples of; see `rules`."""
        return self._rule.units

    @property
    def calls(self) -> int:
        """NumPy calls in one step on a whole batch."""
        return self._whole.calls

    def begin(self, order: Order, position: int, t: int, learning_rate: npt.ArrayLike) -> None:
        """Prepare the rest of an epoch.

        Args:
            order: the rows in the order in which they come, (n,), or (members, n).
            position: how many of them are done already.
            t: how many steps the optimizer has taken.
            learning_rate: the rate in force, one for all members or one for each (members,).
        """
        # After a change of the batch size, the rest of an epoch need not start at a whole batch.
        self._batches = self._whole if position % self.size == 0 else self._from_any_row
        adam = self._batches.begin(order, position)
        if not (isinstance(learning_rate, float) and learning_rate == self._rate):
            self._rule.set_rate(learning_rate)
            self._rate = learning_rate
        if self._rule.corrects:
            self._rule.correct(adam, t, learning_rate)

    def run(self, batches: int) -> None:
        """Take so many steps of the epoch that was begun; there must be as many left."""
        steps = self._batches.steps(batches)
        for step in islice(steps, batches - 1):
            for call in step:
                call()
        self.start[:] = self.vectors.P
        for step in steps:
            for call in step:
                call()

    def parameters(self, member: int | None = None) -> Parameters:
        """The weights and biases."""
        return self.layout.read(self.vectors.P, member=member)

    def before(self, member: int | None = None) -> Parameters:
        """The weights and biases that the last step started from."""
        return self.layout.read(self.start, member=member)

    def gradient(self, member: int | None = None) -> Parameters:
        """The objective's gradient as the optimizer last saw it."""
        return self.layout.read(self.vectors.G, self.gamma, member)

    def slots(self, member: int | None = None) -> tuple[Parameters, ...]:
        """What the optimizer remembers, in the units of the reference."""
        return tuple(
            self.layout.read(slot, unit, member)
            for slot, unit in zip(self.vectors.slots, self.units, strict=True)
        )

    def load(
        self,
        parameters: Parameters,
        slots: Sequence[Parameters] = (),
        member: int | None = None,
    ) -> None:
        """Set the parameters, and the optimizer's memory from slots in the reference's units."""
        self.layout.write(self.vectors.P, parameters, member)
        self.layout.write(self.start, parameters, member)
        for memory, slot, unit in zip(self.vectors.slots, slots, self.units, strict=True):
            scaled = slot.map(lambda array, unit=unit: array * np.asarray(unit, array.dtype))  # type: ignore[misc]
            self.layout.write(memory, scaled, member)

    def is_finite(self) -> bool:
        """Whether parameters and memory are all numbers. A number that is none stays none."""
        P, memory = self.vectors.P, self.vectors.memory
        if np.isfinite(P.dot(P)) and np.isfinite(memory.dot(memory)):
            return True
        return bool(np.isfinite(P).all() and np.isfinite(memory).all())

    def rows(self) -> Array:
        """All members' parameters as flat vectors (members, numbers)."""
        return self.layout.rows(self.vectors.P)

    def finite_members(self) -> npt.NDArray[np.bool_]:
        """As `is_finite`, for each member (members,)."""
        vectors = (self.vectors.P, *self.vectors.slots)
        finite = np.ones(self.layout.lead, dtype=np.bool_)
        for vector in vectors:
            finite &= np.isfinite(self.layout.rows(vector)).all(axis=1)
        return finite

    def gradient_norms(self) -> tuple[Array, Array]:
        """The length of each member's gradient (members,), and in each layer (layers, members)."""
        rows = self.layout.rows(self.vectors.G)
        norms: Array = np.sqrt((rows * rows).sum(axis=1)) / self.gamma
        return norms, part_lengths(rows, self.layout.starts) / self.gamma

    def _workspace(self, rows: int) -> Workspace:
        if rows not in self._workspaces:
            dtype = self.vectors.P.dtype
            self._workspaces[rows] = Workspace(self._blueprint, self.layout, rows, dtype)
        return self._workspaces[rows]

    def _step(self, x: Array, t: Array, adam: Array) -> Calls:
        rows, G = x.shape[-1], self.vectors.G
        calls = passes(
            self._workspace(rows),
            self._weights,
            self._gradients,
            x,
            t,
            dropout=self._dropout,
            generators=self._generators,
        )
        if rows != self.size:  # a smaller last batch counts as much as any other
            calls.append(partial(np.multiply, G, constant(self.size / rows, G), G))
        calls += penalties(
            self._training, self.layout, self.vectors, self.gamma, self._l1, self._l2
        )
        hold, put_back = freezing(self.vectors, self._frozen)
        calls += hold
        calls += clipping(self._training, self.layout, self.vectors, self.gamma)
        return calls + self._rule.calls(adam) + put_back
