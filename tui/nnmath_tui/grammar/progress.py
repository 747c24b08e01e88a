"""The grammar of `progress`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import add_learner, add_trust
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `progress`."""
    grammar = Parser(
        f"{PROGRAM} progress",
        description="Say which lessons are done, goal by goal, with the completion codes.",
    )
    grammar.add_argument("--json", action="store_true", help="as JSON, for collecting")
    add_learner(grammar)
    add_trust(grammar)
    return grammar
