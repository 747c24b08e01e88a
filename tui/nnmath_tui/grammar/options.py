"""What several commands take alike: options, and the words that may follow them."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from nnmath_tui.arguments import COURSE_VARIABLE, LONGEST_NAME, NAME_VARIABLE

PRESET = "a preset's name, a .toml file, or a .csv file"


def named(text: str) -> str:
    """A name or a path, which is not empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"must be {PRESET}, not {text!r}")
    return text


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from `low` to `high`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {low} to {high}, not {text[:20]!r}"
            )
        return int(text)

    return read


def add_settings(parser: argparse.ArgumentParser) -> None:
    """--seed and --set."""
    parser.add_argument("--seed", metavar="N", help="seed of the first weights and of the shuffles")
    add_set(parser)


def add_set(parser: argparse.ArgumentParser) -> None:
    """--set, as often as one likes."""
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="change a setting, such as training.learning_rate=0.1; may be repeated",
    )


def add_trust(parser: argparse.ArgumentParser) -> None:
    """--trust, for whatever reads presets."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="let presets name tables outside their own folder, by links or `..` too",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """--plain and --quiet."""
    parser.add_argument("--plain", action="store_true", help="line by line, without a progress bar")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def add_learner(parser: argparse.ArgumentParser, name: bool = True) -> None:
    """--course and, unless `name` says otherwise, --name."""
    parser.add_argument(
        "--course",
        type=named,
        metavar="FOLDER",
        help="the presets of a folder, in the order of its course.toml, in place of those that "
        f"come with the program ({COURSE_VARIABLE} does the same)",
    )
    if name:
        _add_name(parser)


def add_answers(parser: argparse.ArgumentParser) -> None:
    """--answers and --name, for what may print what a lesson asks for."""
    parser.add_argument(
        "--answers",
        action="store_true",
        help="also print what a lesson asks for and is not answered yet (for teachers)",
    )
    _add_name(parser)


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name",
        type=_learner,
        metavar="NAME",
        help=f"whose progress it is; goes into completion codes ({NAME_VARIABLE} does the same)",
    )


def _learner(text: str) -> str:
    plain = " ".join(text.split())
    if not plain or not plain.isprintable() or len(plain.encode()) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(
            f"must be a name of at most {LONGEST_NAME} bytes, not {text[:60]!r}"
        )
    return plain
