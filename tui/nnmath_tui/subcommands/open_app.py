"""`nnmath-tui [PRESET]`: open the screen."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path

import nnmath_presets

from nnmath_tui import terminal
from nnmath_tui.failure import CommandError
from nnmath_tui.settings import Settings
from nnmath_tui.subcommands.courses import course_folder, learner, tell_broken


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
            low_bandwidth=arguments.low_bandwidth,
        )
    except ValueError as error:
        raise CommandError(f"--{error}") from None
    settings = replace(
        settings,
        learner=learner(arguments, os.environ),
        course=course_folder(arguments, os.environ),
        watch=arguments.watch,
        resume=arguments.resume,
        any_theme=arguments.theme == "auto",
    )
    preset = _named(arguments.preset, settings.course)
    if preset is not None and not _comes_with_the_program(preset):
        from nnmath_tui.subcommands.opening import load_preset

        load_preset(preset)  # or else a screen would open only to close again
    trouble = terminal.problem(os.environ, sys.stdin, sys.stdout, sys.stderr)
    # With a driver of its own, such as a browser, it may need no terminal.
    if trouble and "TEXTUAL_DRIVER" not in os.environ:
        raise CommandError(trouble)
    if settings.course is not None and arguments.course:
        # Whoever names a folder may have written it; learners, who have it from the environment,
        # need not wait until all files are read.
        tell_broken(settings.course)

    # Until all is there, and the main screen allows it again: there is no garbage yet, and looking
    # for it takes a tenth of the time in which all is imported.
    gc.disable()
    from nnmath_tui import app

    return app.run(preset, settings)


def _named(preset: str | None, course: Path | None) -> str | None:
    """What to open: a preset's name means that of the course, where there is one."""
    if preset is None or course is None or Path(preset).name != preset:
        return preset
    path = course / f"{preset}.toml"
    return str(path) if path.is_file() else preset


def _comes_with_the_program(preset: str) -> bool:
    """Whether it is a built-in preset, which cannot be wrong.

    Asked of the file system: reading presets takes the engine and NumPy, whose import would more
    than double the time to the first frame.
    """
    path = Path(*nnmath_presets.__path__) / f"{preset}.toml"
    return Path(preset).name == preset and path.is_file()
