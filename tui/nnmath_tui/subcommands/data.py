"""`nnmath-tui data FILE.csv`: what would be made of a table, or of any preset's data."""

from __future__ import annotations

import argparse

from nnmath_tui.failure import printable
from nnmath_tui.subcommands import opening
from nnmath_tui.subcommands.changes import changes_from
from nnmath_tui.views.assumptions import assumed


def run(arguments: argparse.Namespace) -> int:
    """Print it, and return 0."""
    preset = opening.load_preset(arguments.preset)
    session = opening.start(preset, changes_from(arguments))
    print(printable(preset.title))
    for heading, words in assumed(session.experiment, session.dataset):
        print(f"  {heading:<7} {printable(words)}")
    return 0
