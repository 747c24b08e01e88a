"""The grammar of `export`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `export`."""
    grammar = Parser(
        f"{PROGRAM} export",
        description="Write the network in a checkpoint as a script that needs nothing of this "
        "program (numpy, torch), or as weights for other programs (json, safetensors).",
        epilog="The table that a network was trained on is looked for here, and beside FILE.",
    )
    grammar.add_argument("file", type=named, metavar="FILE", help="a checkpoint (.npz)")
    grammar.add_argument(
        "--to", required=True, choices=("numpy", "torch", "json", "safetensors"), help="the format"
    )
    grammar.add_argument(
        "-o", "--output", type=named, metavar="FILE", help="where to write (here; - prints it)"
    )
    grammar.add_argument(
        "--training",
        action="store_true",
        help="also the rows and how it was trained: `--train` of the script does it again",
    )
    grammar.add_argument(
        "--data", type=named, metavar="FOLDER", help="where the table is that it was trained on"
    )
    grammar.add_argument("--force", action="store_true", help="overwrite a file that is there")
    add_trust(grammar)
    return grammar
