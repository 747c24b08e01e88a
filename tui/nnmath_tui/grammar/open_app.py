"""The grammar of the program without a command: it opens the screen."""

from __future__ import annotations

import argparse
from typing import Any

from nnmath_tui.arguments import ABOUT, COMMANDS, PROGRAM
from nnmath_tui.grammar.options import PRESET, add_learner, add_trust, named
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after the program's name, where that is no command."""
    commands = "\n".join(f"  {name:<13}{about}" for name, about in COMMANDS.items())
    grammar = Parser(
        PROGRAM,
        usage=f"{PROGRAM} [OPTION ...] [PRESET]\n       {PROGRAM} COMMAND ...",
        description=ABOUT,
        epilog=f"commands without a screen:\n{commands}\n\n`{PROGRAM} COMMAND --help` explains.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    grammar.add_argument(
        "preset", nargs="*", type=named, metavar="PRESET", help=f"what to open: {PRESET}"
    )
    grammar.add_argument(
        "--resume", action="store_true", help="go on where you were, without being asked"
    )
    grammar.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    grammar.add_argument(
        "--fps", type=float, metavar="N", help="pictures a second (12; over SSH 5)"
    )
    grammar.add_argument(
        "--theme",
        choices=("auto", "dark", "light", "contrast"),
        default="auto",
        help="colors to start with (contrast: high contrast)",
    )
    grammar.add_argument(
        "--color",
        "--colour",
        choices=("auto", "truecolor", "256", "16", "mono"),
        default="auto",
        help="colors to send to the terminal (auto: what it announces)",
    )
    grammar.add_argument(
        "--ascii", action="store_true", default=None, help="draw with ASCII characters alone"
    )
    grammar.add_argument(
        "--low-bandwidth",
        action="store_true",
        help="for a thin link: at most 2 pictures a second and 256 colors, nothing animated",
    )
    grammar.add_argument(
        "--no-mouse", dest="mouse", action="store_false", help="leave the mouse to the terminal"
    )
    add_learner(grammar)
    grammar.add_argument(
        "--watch", action="store_true", help="read the preset's file again whenever it changes"
    )
    add_trust(grammar)
    return grammar


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes 20 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"{PROGRAM} {version(PROGRAM)}")
        parser.exit()
