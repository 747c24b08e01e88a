"""The grammar of `explain`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import (
    PRESET,
    add_answers,
    add_settings,
    add_trust,
    named,
    whole_number,
)
from nnmath_tui.grammar.parser import Parser

MOST_DEPTH = 20


def parser() -> argparse.ArgumentParser:
    """What comes after `explain`."""
    grammar = Parser(
        f"{PROGRAM} explain",
        description="Print the derivation of one number of the next training step.",
        epilog="Cells are written like w2[3,1] b1[0] z2[0] a1[4] delta2[0] loss sample_loss, and "
        "of a weight or bias like 'grad w1[0,2]', 'next w1[0,2]', 'm b1[0]'. Layers count from 1; "
        "inside the brackets everything counts from 0, as in NumPy.",
    )
    grammar.add_argument("preset", type=named, metavar="PRESET", help=PRESET)
    grammar.add_argument("cell", type=named, metavar="CELL", help="the number to open")
    add_settings(grammar)
    grammar.add_argument("--epoch", metavar="N", help="train for so many epochs first")
    grammar.add_argument(
        "--sample",
        metavar="ROW",
        help="of which sample: training row 17 or test row test3 (the first of the next batch)",
    )
    grammar.add_argument(
        "--depth",
        type=whole_number(1, MOST_DEPTH),
        metavar="N",
        default=1,
        help="levels to open: 1 is the number alone, 2 also those it is made of",
    )
    grammar.add_argument("--all", action="store_true", help="print all terms of long sums")
    grammar.add_argument("--format", choices=("text", "json"), default="text")
    add_answers(grammar)
    add_trust(grammar)
    return grammar
