"""What stands on the command line: which command, and what its own grammar makes of the rest."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from importlib import import_module

PROGRAM = "nnmath-tui"
ABOUT = (
    "A spreadsheet for a neural network: it trains live, and every number opens\ninto its formula."
)
COMMANDS = {
    "train": "train without a screen",
    "explain": "print how one number came about, from formula to digits",
    "gradcheck": "compare every derivative with a central difference",
    "conventions": "say what the numbers mean, and the same in other libraries",
    "presets": "list the presets, show or copy one, print their JSON Schema",
    "check": "validate preset files",
    "progress": "say which lessons are done",
    "verify": "run again what completion codes say",
    "data": "say what is made of a table: target, inputs, rows",
    "export": "write a trained network as code or data for others",
    "host": "host a room of learners over SSH",
    "web": "show the screen in a browser",
}
LONGEST_NAME = 40
COURSE_VARIABLE = "NNMATH_TUI_COURSE"
NAME_VARIABLE = "NNMATH_TUI_NAME"


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; `command` is one of `COMMANDS`, or "open" for the screen.

    Raises:
        SystemExit: after --help and --version with 0, after wrong use with 2 and one line.
    """
    if argv and argv[0] in COMMANDS:
        command = argv[0]
        return _grammar(command).parse_args(argv[1:], argparse.Namespace(command=command))
    parser = _grammar("open_app")
    arguments = parser.parse_args(argv, argparse.Namespace(command="open"))
    words = arguments.preset
    if words and words[0] in COMMANDS:
        parser.error(f"a command comes first, before any option: {PROGRAM} {words[0]} ...")
    if len(words) > 1:
        close = difflib.get_close_matches(words[0], COMMANDS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(COMMANDS)}"
        parser.error(f"{words[0]!r} is no command; {hint}")
    if words and arguments.resume:
        parser.error("--resume goes on with the saved session: it takes no preset")
    arguments.preset = words[0] if words else None
    return arguments


def _grammar(command: str) -> argparse.ArgumentParser:
    # Only the one that is asked for: each start waits for it.
    parser: argparse.ArgumentParser = import_module(f"nnmath_tui.grammar.{command}").parser()
    return parser
