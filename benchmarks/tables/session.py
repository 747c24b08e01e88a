"""What a session costs: history, evaluation after every epoch, keyframes and finite numbers."""

from __future__ import annotations

from statistics import median

import numpy as np
from nnmath_engine.plan import Plan
from nnmath_engine.plan.batches import Rows
from nnmath_engine.session import Session

from benchmarks.alone import alone
from benchmarks.report import Section, Table, microseconds, share
from benchmarks.timing import Pace, Run, Times, compare, ratio
from benchmarks.work import Work, work

_WORKS = (
    "2-4-2-1 SGD",
    "2-8-8-1 SGD",
    "2-8-8-1 Adam",
    "7-8-8-8-8-1 SGD",
    "2-8-8-1 SGD, full batch",
    "digits Adam f32",
)
_IN_SLICES, _IN_ONE_GO, _BARE = "in slices of 20 ms", "in one go", "bare plan"


def section(pace: Pace) -> Section:
    """The bare plan's time as a share of the session's."""
    section = Section("Session: speed as a share of the bare plan's")
    section.say(
        "The session draws its orders, checks its numbers, measures training and test rows after "
        "every epoch, keeps history and keyframes. The plan only trains, on orders that are drawn "
        "in the measured time too. 92 % are wanted."
    )
    table = Table(["work", "rows", "bare plan, us an epoch", _IN_ONE_GO, _IN_SLICES])
    for name in _WORKS:
        times, rows = alone(_measure, work(name), pace)
        table.add(
            name,
            rows,
            microseconds(median(times[_BARE])),
            *(share(1 / ratio(times, how, _BARE)) for how in (_IN_ONE_GO, _IN_SLICES)),
        )
    section.show(table)
    return section


def _measure(work: Work, pace: Pace) -> tuple[Times, str]:
    experiment = work.experiment()

    def training(slice_seconds: float) -> Run:
        session = Session(experiment)

        def run(epochs: int) -> None:
            until = session.epoch + epochs
            while session.epoch < until:
                session.run(slice_seconds, until)

        return run

    session = Session(experiment)
    start, train = session.snapshot(), session.dataset.train
    dtype = experiment.training.dtype
    plan = Plan(
        start.blueprint,
        experiment.training,
        Rows(train.X.astype(dtype), train.Y.astype(dtype)),
    )
    plan.load(start.parameters, tuple(start.slots.values()))
    generator, steps = np.random.default_rng(1), 0
    batches = -(-len(train) // plan.size)

    def bare(epochs: int) -> None:
        nonlocal steps
        for _ in range(epochs):
            plan.begin(generator.permutation(len(train)), 0, steps, work.learning_rate)
            plan.run(batches)
            steps += batches

    runs = {_BARE: bare, _IN_ONE_GO: training(3600.0), _IN_SLICES: training(0.02)}
    return compare(runs, pace), f"{len(train)} + {len(session.dataset.test)}"
