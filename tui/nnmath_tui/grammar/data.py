"""The grammar of `data`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import PRESET, add_set, add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `data`."""
    grammar = Parser(
        f"{PROGRAM} data",
        description="Say what the program makes of a CSV file: which column is predicted and how, "
        "which are inputs, which rows are left out. --set changes it, here and in `train`.",
        epilog="such as --set data.target=price --set data.task=regression "
        '--set \'data.features=["size", "rooms"]\'',
    )
    grammar.set_defaults(epochs=None, seed=None)
    grammar.add_argument("preset", type=named, metavar="FILE", help=PRESET)
    add_set(grammar)
    add_trust(grammar)
    return grammar
