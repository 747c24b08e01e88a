"""`nnmath-tui conventions PRESET`: what its numbers mean, and the same in other libraries."""

from __future__ import annotations

import argparse

from nnmath_tui.subcommands import opening
from nnmath_tui.subcommands.changes import changes_from
from nnmath_tui.views.conventions import in_plain_text


def run(arguments: argparse.Namespace) -> int:
    """Print the card."""
    session = opening.start(opening.load_preset(arguments.preset), changes_from(arguments))
    print(in_plain_text(session.snapshot()))
    return 0
