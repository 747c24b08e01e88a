"""`nnmath-tui [PRESET]`: open the screen."""

from __future__ import annotations

import argparse
import os
import sys

from nnmath_tui import terminal
from nnmath_tui.failure import CommandError
from nnmath_tui.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """Open the app, unless it can be told beforehand that it would not get far."""
    try:
        settings = Settings.from_environment(
            os.environ,
            fps=arguments.fps,
            theme=arguments.theme,
            color=arguments.color,
            ascii=arguments.ascii,
            mouse=arguments.mouse,
        )
    except ValueError as error:
        raise CommandError(f"--{error}") from None
    if arguments.preset is not None:
        from nnmath_tui.subcommands.opening import load_preset

        load_preset(arguments.preset)  # or else a screen would open only to close again
    trouble = terminal.problem(os.environ, sys.stdin, sys.stdout, sys.stderr)
    if trouble:
        raise CommandError(trouble)

    from nnmath_tui import app

    return app.run(arguments.preset, settings)
