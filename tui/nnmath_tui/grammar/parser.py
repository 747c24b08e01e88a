"""argparse, as this program speaks."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.failure import printable


class Parser(argparse.ArgumentParser):
    """argparse, saying in one line what is wrong."""

    def __init__(self, prog: str, **settings: Any) -> None:
        super().__init__(prog=prog, allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """End with 2 and a line."""
        self.exit(2, f"{PROGRAM}: {printable(message)} (`{self.prog} --help` explains)\n")

    def print_help(self, file: Any = None) -> None:
        """Write the help; argparse's own swallows a full disk, and exits as if all were well."""
        (file or sys.stdout).write(self.format_help())
