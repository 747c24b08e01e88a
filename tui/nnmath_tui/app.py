"""How the command line opens the screen."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath_tui.settings import Settings

if TYPE_CHECKING:
    from nnmath_presets.preset import Preset


def run(preset: str | None, settings: Settings) -> int:
    """Open the app on a preset's name, a .toml file or a .csv file, and return its exit code.

    0 after quitting, 2 if the preset or its data cannot be opened (one line on stderr says why),
    128 + n after signal n, 1 after a fault of the program, with its traceback on stderr. The
    terminal is left as it was found in every case.
    """
    # Textual reads these once, when it is imported.
    os.environ.update(settings.textual_environment())

    from nnmath_tui.application import Application

    def load() -> Preset:
        from nnmath_presets import catalog

        if preset is None and settings.course is not None:
            from nnmath_tui.surroundings import first_to_do

            return first_to_do(settings.course, settings.learner)
        return catalog.load(preset or catalog.DEFAULT)

    # Whoever names a preset may want to look before it trains; whoever does not, to see it move.
    # Where nothing is asked for, one may go on with what there was.
    offer = preset is None and not settings.resume
    start = offer and settings.course is None
    kept = replace(settings, start=start, greet=True, keep=True, offer=offer)
    app = Application(load, kept)
    app.run(mouse=settings.mouse)
    return app.return_code or 0
