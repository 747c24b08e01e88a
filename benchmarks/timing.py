"""Process CPU time of things that take turns.

On a shared machine the wall clock jumps several times over, and the processor itself changes its
speed. So only CPU time counts, all that are compared take turns in random order, and what is told
is the median of the ratios within each round.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Run = Callable[[int], object]
"""Does something so many times."""

Times = Mapping[str, list[float]]
"""For each of those compared the seconds of one time, round after round."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure: rounds, and about so many seconds for each in every round."""

    rounds: int = 7
    seconds: float = 0.15


class Stopwatch:
    """Measures one thing, always as many times in a row as take about `seconds`."""

    def __init__(self, run: Run, seconds: float) -> None:
        """Find out how many times that is, which also warms up."""
        self._run, self.count = run, 1
        while (spent := self._spend()) < seconds / 2 and self.count < 1_000_000:
            self.count = max(self.count + 1, int(self.count * min(8.0, seconds / (spent + 1e-9))))

    def _spend(self) -> float:
        start = time.process_time()
        self._run(self.count)
        return time.process_time() - start

    def __call__(self) -> float:
        """Seconds for one time."""
        return self._spend() / self.count


def take_turns(watches: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Let all be measured once a round, in an order that is drawn anew each time."""
    times: dict[str, list[float]] = {name: [] for name in watches}
    names, lots = list(watches), random.Random(0)
    for _ in range(rounds):
        lots.shuffle(names)
        for name in names:
            times[name].append(watches[name]())
    return times


def compare(runs: Mapping[str, Run], pace: Pace) -> dict[str, list[float]]:
    """Measure things that run in this process."""
    watches = {name: Stopwatch(run, pace.seconds) for name, run in runs.items()}
    return take_turns(watches, pace.rounds)


def ratio(times: Times, name: str, base: str) -> float:
    """How many times longer one takes than another: the median over the rounds."""
    return median(a / b for a, b in zip(times[name], times[base], strict=True))


def repeat(call: Callable[[], object]) -> Run:
    """A run that makes a call so many times."""

    def run(count: int) -> None:
        for _ in range(count):
            call()

    return run
