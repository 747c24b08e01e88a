"""How often the doctor is right: `python -m tests.survey_doctor --seeds 10`.

Looks at every built-in preset before training, after the first epoch, at a tenth, a quarter, half
and all of it, where he should be silent; and at the faulty and the healthy trainings of the
lessons. The suite runs a share of it with one seed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable

from nnmath_engine.doctor import examine
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog

from tests.doctor_cases import FAULTY, HEALTHY, after


def said(snapshot: Snapshot) -> str:
    """The names of all findings."""
    return " ".join(finding.name for finding in examine(snapshot)) or "nothing"


def milliseconds(snapshot: Snapshot) -> float:
    """The best of three examinations."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        examine(snapshot)
        best = min(best, time.perf_counter() - start)
    return 1000 * best


def moments(name: str, seed: int) -> Iterable[Snapshot]:
    """Snapshots along the training of a preset."""
    preset = catalog.load(name)
    epochs = preset.experiment.training.epochs
    experiment = preset.experiment.with_values({"training.seed": seed})
    session = Session(experiment, base=preset.base)
    for epoch in sorted({0, min(1, epochs), epochs // 10, epochs // 4, epochs // 2, epochs}):
        session.run(1e9, until=epoch)
        yield session.snapshot()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(parser.parse_args().seeds)
    looks = alarms = 0
    slowest = 0.0
    for name in catalog.names():
        heard: Counter[str] = Counter()
        for seed in seeds:
            for snapshot in moments(name, seed):
                heard[said(snapshot)] += 1
                slowest = max(slowest, milliseconds(snapshot))
        looks += heard.total()
        alarms += heard.total() - heard["nothing"]
        print(f"{name:34}{dict(heard)}", flush=True)
    print(f"{alarms} false alarms in {looks} looks; the slowest took {slowest:.2f} ms")
    for name, (values, _) in FAULTY.items():
        print(f"{name:34}{dict(Counter(said(after(values, seed)) for seed in seeds))}", flush=True)
    for name, values in HEALTHY.items():
        print(f"{name:34}{dict(Counter(said(after(values, seed)) for seed in seeds))}", flush=True)


if __name__ == "__main__":
    main()
