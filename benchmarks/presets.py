"""How the built-in presets do on other seeds: `python benchmarks/presets.py [NAME...] [--seeds N]`.

For every metric goal of each preset, as it ships: on how many seeds the goal is reached in time,
after how many epochs, what the metric is at the end, and how long one run takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable

import numpy as np
from nnmath_engine.history import HistoryView
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_presets.reaching import is_recorded, reached, values


def run(preset: Preset, seeds: Iterable[int]) -> tuple[list[HistoryView], float]:
    """The histories of whole runs, one for each seed, and the mean seconds of one."""
    histories = []
    start = time.perf_counter()
    for seed in seeds:
        experiment = preset.experiment.with_values({"training.seed": seed})
        session = Session(experiment, base=preset.base)
        session.run(seconds=600.0, until=experiment.training.epochs)
        histories.append(session.snapshot().history)
    return histories, (time.perf_counter() - start) / len(histories)


def rows(preset: Preset, seeds: int) -> Iterable[str]:
    """One line of the table for each metric goal."""
    histories, seconds = run(preset, range(seeds))
    for goal in preset.lesson.goals if preset.lesson else ():
        if goal.kind != "metric" or not is_recorded(goal):
            continue
        epochs = [
            epoch
            for history in histories
            if (epoch := reached(history, goal, preset.experiment.training.epochs)) is not None
        ]
        last = [float(values(history, goal.metric)[-1]) for history in histories]
        bound = f">= {goal.at_least:g}" if goal.at_least is not None else f"<= {goal.at_most:g}"
        when = f"{np.median(epochs):5.0f} {max(epochs):5d}" if epochs else "    -     -"
        yield (
            f"{preset.name:18} {goal.metric:14} {bound:9} {len(epochs):3d}/{seeds:<3d} {when}   "
            f"{min(last):8.4f} {np.median(last):8.4f} {max(last):8.4f} {seconds:7.2f}"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="built-in presets or files; all if left out")
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    arguments = parser.parse_args()
    print(
        f"{'preset':18} {'metric':14} {'goal':9} {'passed':7} {'median':>5} {'worst':>5}   "
        f"{'min':>8} {'median':>8} {'max':>8} {'seconds':>7}"
    )
    for name in arguments.names or catalog.names():
        for row in rows(catalog.load(name), arguments.seeds):
            print(row, flush=True)


if __name__ == "__main__":
    main()
