"""What a picture on the screen needs, against an epoch of training."""

from __future__ import annotations

from statistics import median

import numpy as np
from nnmath_engine.dataset import build_dataset
from nnmath_engine.network import Parameters, forward
from nnmath_engine.plan import Examiner
from nnmath_engine.recorder import length

from benchmarks.alone import alone
from benchmarks.peers import epochs
from benchmarks.peers.ours import Ours, blueprint_of
from benchmarks.report import Section, Table, microseconds, share
from benchmarks.timing import Pace, Times, compare, ratio, repeat
from benchmarks.work import Work, work

_EPOCH, _SETS = "epoch", 16
_SNAPSHOT, _NAMED = "parameters as one vector", "parameters by layers"
_EXAMINED = f"exact 250 + 250 evaluation, {_SETS} at once"
_EXAMINED_ALONE = "exact 250 + 250 evaluation, alone"
_MAPS, _NORM, _NORMS = "all-neuron maps, {}x{} in f32", "gradient norm", "gradient norms by layers"
_GRIDS = ((100, 100), (80, 60))
_TARGETS = {_SNAPSHOT: "0.3 %", _EXAMINED: "8 %", _MAPS.format(100, 100): "80 %"}


def section(pace: Pace) -> Section:
    """For one small network, each piece of work as a share of an epoch."""
    section = Section("Frames: what a picture needs, as a share of an epoch")
    section.say(
        "An evaluation gives loss and accuracy on 250 training and 250 test rows; a session lets "
        f"{_SETS} epochs wait and measures them at once, which is counted for one epoch. Maps are "
        "one forward pass for all neurons, by the function that the screen calls."
    )
    for name in ("2-8-8-1 SGD", "2-8-8-1 Adam"):
        times = alone(_measure, work(name), pace)
        table = Table([name, "us", "share of an epoch", "wanted at most"])
        for what, seconds in times.items():
            factor = _SETS if what == _EXAMINED else 1
            table.add(
                what,
                microseconds(median(seconds) / factor),
                share(ratio(times, what, _EPOCH) / factor),
                _TARGETS.get(what, ""),
            )
        section.show(table)
    section.say("An epoch is 25 steps on 10 rows each.")
    return section


def _measure(work: Work, pace: Pace) -> Times:
    ours, network = Ours(work), blueprint_of(work)
    plan = ours.plan
    dataset = build_dataset(work.experiment().data, work.loss)
    splits = [(split.X, split.Y) for split in (dataset.train, dataset.validation, dataset.test)]
    examine = Examiner(network, dataset.task, splits)
    sets = np.array([plan.vectors.P + i / 1000 for i in range(_SETS)])

    def maps(columns: int, rows: int) -> object:
        X = np.random.default_rng(0).uniform(-1, 1, (columns * rows, 2)).astype(np.float32)

        def draw() -> object:
            light: Parameters = plan.parameters().map(lambda array: array.astype(np.float32))
            return forward(light, X, network.activations)

        return draw

    calls = {
        _SNAPSHOT: plan.vectors.P.copy,
        _NAMED: plan.parameters,
        _EXAMINED: lambda: examine(sets),
        _EXAMINED_ALONE: lambda: examine(sets[:1]),
        **{_MAPS.format(*grid): maps(*grid) for grid in _GRIDS},
        _NORM: lambda: length(plan.vectors.G) / plan.gamma,
        _NORMS: lambda: [np.sqrt(np.vdot(m, m)) for m in plan.layout.views(plan.vectors.G)],
    }
    runs = {what: repeat(call) for what, call in calls.items()}  # type: ignore[arg-type]
    return compare({_EPOCH: epochs(ours, work), **runs}, pace)
