"""Many networks of one shape at once, against one alone."""

from __future__ import annotations

from statistics import median

import numpy as np
import numpy.typing as npt
from nnmath_engine.plan import Plan

from benchmarks.alone import alone
from benchmarks.peers import epochs
from benchmarks.peers.ours import Ours, load, plan_of
from benchmarks.report import Section, Table, microseconds, number
from benchmarks.timing import Pace, Times, compare, ratio
from benchmarks.work import Orders, Work

_MEMBERS = (1, 4, 16, 64, 256)
_WORKS = (
    Work("2-8-8-1 SGD f32", (2, 8, 8, 1), dtype="float32"),
    Work("2-8-8-1 SGD f64", (2, 8, 8, 1)),
    Work("2-8-8-1 Adam f64", (2, 8, 8, 1), optimizer="adam"),
)
_CHECKED = 3
_ALONE, _OWN, _SHARED = "alone", "own orders", "shared order"


def section(pace: Pace) -> Section:
    """Cost of M members as a multiple of one network's in a plan of its own."""
    section = Section("Members: many networks at once")
    section.say(
        "Each member has first weights and a learning rate of its own. Cost is an epoch of all "
        "members over an epoch of a single plan; at most 3.2 for 16 and 8.5 for 64 are wanted. The "
        f"difference is that of the first and the last member from single plans, after {_CHECKED} "
        "epochs with orders of their own, relative to the largest parameter."
    )
    heads = ["work", "members", f"cost, {_OWN}", f"cost, {_SHARED}"]
    table = Table([*heads, f"us a step and member, {_OWN}", "difference"])
    for work in _WORKS:
        for members in _MEMBERS:
            times, difference = alone(_measure, work, members, pace)
            table.add(
                work.name,
                str(members),
                number(ratio(times, _OWN, _ALONE)),
                number(ratio(times, _SHARED, _ALONE)),
                microseconds(median(times[_OWN]) / work.batches / members),
                f"{difference:.0e}",
            )
    section.show(table)
    return section


def _measure(work: Work, members: int, pace: Pace) -> tuple[Times, float]:
    rng = np.random.default_rng(11)
    rates = work.learning_rate * np.linspace(0.5, 1.0, members)
    pool = [np.array([rng.permutation(work.rows) for _ in range(members)]) for _ in range(16)]
    shared = [np.tile(orders[0], (members, 1)) for orders in pool]

    def stacked() -> Plan:
        plan = plan_of(work, members)
        for member in range(members):
            load(plan, work, member, member)
        return plan

    def train(plan: Plan, orders: Orders, rate: npt.ArrayLike, count: int) -> None:
        for epoch in range(count):
            plan.begin(orders[epoch % len(orders)], 0, epoch * work.batches, rate)
            plan.run(work.batches)

    together, difference = stacked(), 0.0
    train(together, pool, rates, _CHECKED)
    for member in {0, members - 1}:
        single = plan_of(work)
        load(single, work, member)
        train(single, [orders[member] for orders in pool], float(rates[member]), _CHECKED)
        ours, theirs = together.rows()[member], single.vectors.P
        difference = max(difference, float(np.abs(ours - theirs).max() / np.abs(theirs).max()))
    plan, other = stacked(), stacked()
    runs = {
        _ALONE: epochs(Ours(work), work),
        _OWN: lambda n: train(plan, pool, rates, n),
        _SHARED: lambda n: train(other, shared, rates, n),
    }
    return compare(runs, pace), difference
