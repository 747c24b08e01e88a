"""The grammar of `conventions`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import PRESET, add_settings, add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `conventions`."""
    grammar = Parser(
        f"{PROGRAM} conventions",
        description="Print what an experiment's numbers mean (how losses are averaged, what "
        "penalties add, the optimizer's update, an epoch), and the equivalent lines in PyTorch, "
        "Keras and scikit-learn with what differs.",
    )
    grammar.set_defaults(epochs=None)
    grammar.add_argument("preset", type=named, metavar="PRESET", help=PRESET)
    add_settings(grammar)
    add_trust(grammar)
    return grammar
