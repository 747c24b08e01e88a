"""Which driver to open the app with: ours where all is known, else the terminal library's own."""

from __future__ import annotations

import os
import sys

import textual
from textual.driver import Driver

UPSTREAM = "8.2.8"
"""The version of Textual whose driver ours is made for."""


def driver_class() -> type[Driver] | None:
    """Our driver; None under another Textual, on Windows, or if the environment names one."""
    known = textual.__version__ == UPSTREAM and sys.platform in ("linux", "darwin")
    if not known or "TEXTUAL_DRIVER" in os.environ:
        return None
    from nnmath_tui.link.driver import LinkDriver

    return LinkDriver
