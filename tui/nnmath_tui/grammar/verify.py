"""The grammar of `verify`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import add_learner, add_trust
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `verify`."""
    grammar = Parser(
        f"{PROGRAM} verify",
        description="Run again, from its seed, what completion codes say, and tell of every goal "
        "whether it is met. Exits with 1 if one is not, with 2 if a code is none.",
    )
    grammar.add_argument(
        "codes", metavar="CODE", nargs="*", help="a completion code; none: a line each from stdin"
    )
    add_learner(grammar, name=False)
    grammar.add_argument("--plain", action="store_true", help="without a progress line")
    add_trust(grammar)
    return grammar
