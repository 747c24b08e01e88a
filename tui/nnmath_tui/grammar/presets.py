"""The grammar of `presets`, with actions of its own."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import PRESET, add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `presets`."""
    grammar = Parser(f"{PROGRAM} presets", description="Presets: what there is.")
    grammar.set_defaults(action="list")
    actions = grammar.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    actions.add_parser(
        "list", prog=f"{grammar.prog} list", help="name them all, chapter by chapter (the default)"
    )
    show = actions.add_parser("show", prog=f"{grammar.prog} show", help="print one")
    show.add_argument("preset", type=named, metavar="NAME", help=PRESET)
    show.add_argument(
        "--markdown",
        action="store_true",
        help="as a hand-out: the lesson, its formulas, and boxes for the answers",
    )
    copy = actions.add_parser("copy", prog=f"{grammar.prog} copy", help="copy one to change it")
    copy.add_argument("preset", type=named, metavar="NAME", help=PRESET)
    copy.add_argument(
        "destination", metavar="DEST", nargs="?", help="a .toml file or a folder (here)"
    )
    copy.add_argument("--force", action="store_true", help="overwrite a file that is there")
    for action in (show, copy):
        add_trust(action)
    actions.add_parser(
        "schema",
        prog=f"{grammar.prog} schema",
        help="print the JSON Schema of preset files, for editors",
    )
    return grammar
