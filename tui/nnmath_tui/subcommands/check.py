"""`nnmath-tui check FILE...`: is everything right with these preset files and their data?"""

from __future__ import annotations

import argparse

from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.preset import PresetError

from nnmath_tui.failure import FAILED, printable


def run(arguments: argparse.Namespace) -> int:
    """Print every problem of every file, and return 1 if there is one, else 0."""
    code = 0
    for name in arguments.files:
        try:
            check_fit(catalog.load(name))
        except PresetError as error:
            for line in error.rows:
                print(printable(line))
            code = FAILED
        else:
            print(f"{printable(name)}: fine")
    return code
