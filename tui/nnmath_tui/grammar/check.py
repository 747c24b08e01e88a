"""The grammar of `check`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import PRESET, add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `check`."""
    grammar = Parser(
        f"{PROGRAM} check",
        description="Validate preset files, with their data. Exits with 1 if one is wrong.",
        epilog="With --run the solution of each lesson must meet all its goals, and the lesson as "
        "it starts must not.",
    )
    grammar.add_argument(
        "files", type=named, metavar="FILE", nargs="*", help=f"{PRESET}, or a folder of presets"
    )
    grammar.add_argument(
        "--run", action="store_true", help="train the solution of each lesson and test its goals"
    )
    grammar.add_argument(
        "--goals", action="store_true", help="with --run, print a line for each goal as well"
    )
    grammar.add_argument(
        "--json", action="store_true", help="with --run, print all results as JSON instead"
    )
    grammar.add_argument("--plain", action="store_true", help="without a progress line")
    add_trust(grammar)
    return grammar
