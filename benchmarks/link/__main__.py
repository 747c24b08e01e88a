"""All tables of the line: `python -m benchmarks.link [--quick] [--only NAME] [--minutes N]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.link import cost, keys, opening, quiet, slow, stall, traffic
from benchmarks.link.program import Place
from benchmarks.link.server import serving
from benchmarks.report import Section

PRESETS = ("circle", "spiral", "digits", "iris")
TRAINED = ("circle", "digits")
"""For keys: one that trains many epochs between two pictures, and one with large batches."""


@dataclass(frozen=True)
class Amount:
    """How much to measure."""

    seconds: float = 10.0
    presses: int = 200
    minutes: float = 10.0
    stall: float = 30.0
    rounds: int = 11


QUICK = Amount(seconds=4.0, presses=40, minutes=0.5, stall=8.0, rounds=3)


def tables(near: Place, far: Place, amount: Amount) -> dict[str, Callable[[], Section]]:
    """Each table by its name, still to be measured."""
    names = list(PRESETS)
    both = {"this machine": near, "behind sshd": far}
    return {
        "opening": lambda: opening.section(near, names[0], amount.rounds),
        "quiet": lambda: quiet.section(far, names[0], amount.seconds),
        "cost": lambda: cost.section(near, names, amount.seconds / 2),
        "keys": lambda: keys.section(near, TRAINED, amount.presses),
        "stall": lambda: stall.section(both, names[0], amount.stall),
        "slow": lambda: slow.section(far, names[0], amount.minutes),
        "traffic": lambda: traffic.section(far, names, amount.seconds),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.link", description=__doc__)
    known = list(tables(Place(Path()), Place(Path()), QUICK))
    parser.add_argument("--only", choices=known, action="append", help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="a little of each: to try it out")
    parser.add_argument("--minutes", type=float, help="of keys over the slow line (10)")
    arguments = parser.parse_args()
    amount = QUICK if arguments.quick else Amount()
    if arguments.minutes is not None:
        if arguments.minutes <= 0:
            parser.error("--minutes must be more than 0")
        amount = Amount(**{**vars(amount), "minutes": arguments.minutes})
    start = time.perf_counter()
    print("# What the screen costs over a line\n")
    print(f"{machine.processor()}; {machine.load()}; {time.strftime('%Y-%m-%d')}.")
    with tempfile.TemporaryDirectory() as name, serving(_own(Path(name), "sshd")) as server:
        folder = _own(Path(name), "program")
        measured = tables(Place(folder), Place(folder, server), amount)
        for wanted in arguments.only or known:
            print(wanted, file=sys.stderr, flush=True)
            print(f"\n{measured[wanted]()}", flush=True)
    print(f"took {time.perf_counter() - start:.0f} s", file=sys.stderr)


def _own(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir()
    return path


if __name__ == "__main__":
    main()
