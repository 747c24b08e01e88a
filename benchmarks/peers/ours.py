"""The engine's plan, bare: no session around it, no history, no evaluation."""

from __future__ import annotations

from nnmath_engine.activations import OUTPUT_ACTIVATIONS
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.experiment import Experiment
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.plan import Plan
from nnmath_engine.plan.batches import Rows

from benchmarks.work import Orders, Work


def blueprint_of(work: Work) -> Blueprint:
    """The network of a work."""
    names = [*[work.hidden] * (len(work.sizes) - 2), work.output]
    activations = tuple(OUTPUT_ACTIVATIONS[name] for name in names)
    return Blueprint(LOSSES[work.loss], activations, work.sizes)


def plan_of(work: Work, members: int | None = None) -> Plan:
    """A plan whose numbers are still to be loaded."""
    experiment = Experiment.from_values(
        {
            "training.optimizer": work.optimizer,
            "training.optimizer_options": (
                {"epsilon": work.epsilon} if work.optimizer == "adam" else {}
            ),
            "training.batch_size": work.batch,
            "training.dtype": work.dtype,
        }
    )
    rows = Rows(*work.data())
    return Plan(blueprint_of(work), experiment.training, rows, members=members)


def load(plan: Plan, work: Work, seed: int = 0, member: int | None = None) -> None:
    """Give a plan, or one of its members, the first weights of a work."""
    weights, biases = zip(*work.layers(seed), strict=True)
    first = Parameters(weights, biases)
    slots = [first.map(lambda array: 0 * array) for _ in OPTIMIZERS[work.optimizer].slots]
    plan.load(first, slots, member)


class Ours:
    """See `Peer`."""

    def __init__(self, work: Work) -> None:
        self.plan, self._work, self._steps = plan_of(work), work, 0
        load(self.plan, work)

    def train(self, orders: Orders) -> None:
        plan, rate, batches = self.plan, self._work.learning_rate, self._work.batches
        for order in orders:
            plan.begin(order, 0, self._steps, rate)
            plan.run(batches)
            self._steps += batches

    def layers(self) -> list[tuple[Array, Array]]:
        return list(self.plan.parameters().layers())
