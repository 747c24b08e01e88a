"""The grammar of `web`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import PRESET, add_trust, named, whole_number
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `web`."""
    grammar = Parser(
        f"{PROGRAM} web",
        description="Show the screen in a browser, through textual-serve (the extra [web]). There "
        "is no password: whoever reaches the address has the program, as your user.",
    )
    grammar.add_argument("preset", type=named, metavar="PRESET", nargs="?", help=PRESET)
    grammar.add_argument("--port", type=whole_number(1, 65535), default=8000, metavar="N")
    grammar.add_argument(
        "--listen", default="127.0.0.1", metavar="ADDRESS", help="(this machine alone)"
    )
    add_trust(grammar)
    return grammar
