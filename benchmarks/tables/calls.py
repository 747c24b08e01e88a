"""A step against the least that its calls could cost."""

from __future__ import annotations

from functools import partial
from statistics import median

import numpy as np

from benchmarks.alone import alone
from benchmarks.peers import epochs
from benchmarks.peers.ours import Ours
from benchmarks.report import Section, Table, microseconds, number
from benchmarks.timing import Pace, Times, compare, ratio
from benchmarks.work import WORKS, Work


def section(pace: Pace) -> Section:
    """For the small networks."""
    section = Section("Calls: a step against so many calls of np.multiply")
    section.say(
        "The multiplication is of contiguous arrays of the size of the first hidden layer's "
        "outputs, writes in place, and is bound and called as the plan does it. At most 1.75 is "
        "wanted. Calls per step of SGD are 5 L + 4 for L layers."
    )
    table = Table(["work", "calls", "us a step", "us a multiply", "step / (calls x multiply)"])
    for work in (work for work in WORKS if max(work.sizes) < 64):
        times, calls = alone(_measure, work, pace)
        steps = work.batches
        table.add(
            work.name,
            str(calls),
            microseconds(median(times["epoch"]) / steps),
            microseconds(median(times["multiply"])),
            number(ratio(times, "epoch", "multiply") / steps / calls),
        )
    section.show(table)
    return section


def _measure(work: Work, pace: Pace) -> tuple[Times, int]:
    ours = Ours(work)
    a, b, out = (np.ones((work.sizes[1], work.batch)) for _ in range(3))
    calls = [partial(np.multiply, a, b, out)] * 100

    def multiply(count: int) -> None:
        for _ in range(-(-count // 100)):
            for call in calls:
                call()

    runs = {"epoch": epochs(ours, work), "multiply": multiply}
    return compare(runs, pace), ours.plan.calls
