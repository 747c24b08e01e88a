"""The grammar of `gradcheck`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import (
    PRESET,
    add_answers,
    add_output,
    add_settings,
    add_trust,
    named,
)
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `gradcheck`."""
    grammar = Parser(
        f"{PROGRAM} gradcheck",
        description="Check backpropagation: compare the derivative of the objective by every "
        "parameter with a central difference. Exits with 1 if one differs.",
    )
    grammar.add_argument("preset", type=named, metavar="PRESET", help=PRESET)
    add_settings(grammar)
    grammar.add_argument("--epochs", metavar="N", help="train for so many epochs first")
    add_output(grammar)
    add_answers(grammar)
    add_trust(grammar)
    return grammar
