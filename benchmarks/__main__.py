"""All tables of speed: `uv run --group bench python -m benchmarks [--quick] [--only NAME]`."""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.alone import alone, prepare_environment
from benchmarks.timing import Pace

TABLES = ("peers", "session", "frame", "calls", "growth", "members")
RESULTS = Path(__file__).with_name("RESULTS.md")
_QUICK = Pace(rounds=3, seconds=0.03)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=Pace().rounds, metavar="N")
    parser.add_argument("--only", choices=TABLES, action="append", help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="3 short rounds: to try it out")
    parser.add_argument("--write", action="store_true", help=f"rewrite {RESULTS.name}")
    arguments = parser.parse_args()
    if arguments.write and (arguments.only or arguments.quick):
        parser.error(f"{RESULTS.name} is written from all tables, at full length")
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")
    pace = _QUICK if arguments.quick else Pace(rounds=arguments.rounds)
    prepare_environment()
    text = _measured(arguments.only or TABLES, pace)
    if arguments.write:
        RESULTS.write_text(text, encoding="utf-8")


def _measured(names: tuple[str, ...] | list[str], pace: Pace) -> str:
    from benchmarks import machine
    from benchmarks.report import document

    start, sections = time.perf_counter(), []
    opening = (
        f"{machine.describe(alone(machine.blas))}\n- {time.strftime('%Y-%m-%d')}; "
        f"{pace.rounds} rounds of {pace.seconds:g} s each; one process, core and BLAS thread for "
        f"each; CPU time; medians; {machine.load()}\n\n"
        "Made by `python -m benchmarks --write` with the packages above."
    )
    print(opening, flush=True)
    for name in names:
        print(name, file=sys.stderr, flush=True)
        section = import_module(f"benchmarks.tables.{name}").section(pace)
        print(f"\n{section}", flush=True)
        sections.append(section)
    print(f"took {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return document("How fast it is", opening, sections)


if __name__ == "__main__":
    main()
