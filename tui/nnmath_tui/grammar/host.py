"""The grammar of `host`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import whole_number
from nnmath_tui.grammar.parser import Parser


def parser() -> argparse.ArgumentParser:
    """What comes after `host`."""
    grammar = Parser(
        f"{PROGRAM} host",
        description="Host a room: a private sshd of your own, whose every login ends in the "
        "program and nowhere else. Each learner has a name and a state of their own.",
        epilog="Runs until ctrl+C, which saves every session. Never as root.",
    )
    grammar.add_argument("--port", type=whole_number(1, 65535), default=2222, metavar="N")
    grammar.add_argument("--listen", default="0.0.0.0", metavar="ADDRESS", help="(all of them)")
    grammar.add_argument("--course", metavar="FOLDER", help="the presets that the room is for")
    grammar.add_argument(
        "--password-file",
        metavar="FILE",
        help="whoever knows this password comes in, with whatever key, and says a name once",
    )
    grammar.add_argument(
        "--keys", metavar="FILE", help="public keys that come in, a learner's name after each"
    )
    grammar.add_argument(
        "--sessions", type=whole_number(1, 500), default=40, metavar="N", help="at once (40)"
    )
    grammar.add_argument(
        "--idle",
        type=whole_number(1, 1440),
        default=30,
        metavar="MINUTES",
        help="until a session in which nobody types is saved and ended (30)",
    )
    grammar.add_argument(
        "--memory", type=whole_number(256, 65536), default=512, metavar="MB", help="for each (512)"
    )
    grammar.add_argument("--state", metavar="FOLDER", help="where what learners do is kept")
    grammar.add_argument("--sshd", metavar="PROGRAM", help="the server, where it is not found")
    return grammar
