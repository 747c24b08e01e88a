"""How a step grows with rows, width and depth, and what a row takes in memory."""

from __future__ import annotations

import tracemalloc
from statistics import median

from benchmarks.alone import alone
from benchmarks.peers import epochs
from benchmarks.peers.ours import Ours, load, plan_of
from benchmarks.report import Section, Table, microseconds, number
from benchmarks.timing import Pace, compare
from benchmarks.work import Work

_ROWS = (100, 1_000, 10_000, 100_000, 1_000_000)
_WIDTHS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)
_DEPTHS = (1, 2, 4, 8, 16, 32)


def section(pace: Pace) -> Section:
    """Tanh, half_mse, SGD, batches of 10, on Gaussian numbers."""
    section = Section("Growth: rows, width, depth")
    section.say(
        "Rows, on 10-8-8-1 in f32 (11 numbers a row). Bytes are what the plan and its rows hold, "
        "and the order of an epoch, as NumPy reports its arrays; the caller's own X and Y are not "
        "in it. At most 60 are wanted where rows are many."
    )
    rows = Table(["rows", "us a step", "bytes a row"])
    for n in _ROWS:
        work = Work("rows", (10, 8, 8, 1), rows=n, source="made", dtype="float32")
        seconds, held = alone(_measure, work, pace)
        rows.add(f"{n:,}", microseconds(seconds), number(held / n))
    section.show(rows)
    section.say("Width, on 2-w-w-1 in f64, 250 rows. A parameter's time is its share of a step.")
    width = Table(["width", "parameters", "us a step", "ns a parameter"])
    for w in _WIDTHS:
        work = Work("width", (2, w, w, 1), source="made")
        seconds, _ = alone(_measure, work, pace)
        width.add(
            str(w),
            f"{work.parameters:,}",
            microseconds(seconds),
            number(1e9 * seconds / work.parameters),
        )
    section.show(width)
    section.say("Depth, on 2-8-...-8-1 in f64, 250 rows.")
    depth = Table(["hidden layers", "us a step", "us a layer"])
    for d in _DEPTHS:
        work = Work("depth", (2, *[8] * d, 1), source="made")
        seconds, _ = alone(_measure, work, pace)
        depth.add(str(d), microseconds(seconds), microseconds(seconds / (d + 1)))
    section.show(depth)
    return section


def _measure(work: Work, pace: Pace) -> tuple[float, int]:
    """Seconds a step, and bytes that a plan holds."""

    tracemalloc.start()
    work.data()
    before, _ = tracemalloc.get_traced_memory()
    plan = plan_of(work)
    load(plan, work)
    orders = work.orders(1)
    plan.begin(orders[0], 0, 0, work.learning_rate)
    plan.run(work.batches)
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del plan, orders
    times = compare({"epoch": epochs(Ours(work), work)}, pace)
    return median(times["epoch"]) / work.batches, held
