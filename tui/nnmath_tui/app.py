"""How the command line opens the screen."""

from __future__ import annotations

import os

from nnmath_tui.settings import Settings


def run(preset: str | None, settings: Settings) -> int:
    """Open the app on a preset's name, a .toml file or a .csv file, and return its exit code.

    0 after quitting, 2 if the preset or its data cannot be opened (one line on stderr says why),
    128 + n after signal n, 1 after a fault of the program, with its traceback on stderr. The
    terminal is left as it was found in every case.
    """
    # Textual reads these once, when it is imported.
    os.environ.update(settings.textual_environment())

    from nnmath_presets import catalog

    from nnmath_tui.application import Application

    app = Application(lambda: catalog.load(preset or catalog.DEFAULT), settings)
    app.run(mouse=settings.mouse)
    return app.return_code or 0
