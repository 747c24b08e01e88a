"""The grammar of `train`."""

from __future__ import annotations

import argparse

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.grammar.options import (
    PRESET,
    add_output,
    add_settings,
    add_trust,
    named,
    whole_number,
)
from nnmath_tui.grammar.parser import Parser

MOST_SEEDS = 1000


def parser() -> argparse.ArgumentParser:
    """What comes after `train`."""
    grammar = Parser(
        f"{PROGRAM} train",
        description="Train a preset without a screen, and say how good it became.",
        epilog="Ctrl+C stops after the current batch, saves what --save names, and exits with 130.",
    )
    grammar.add_argument("preset", type=named, metavar="PRESET", help=PRESET)
    add_settings(grammar)
    grammar.add_argument("--epochs", metavar="N", help="how many epochs in all")
    grammar.add_argument(
        "--seeds",
        type=whole_number(1, MOST_SEEDS),
        metavar="N",
        help="train N networks at once, with seeds from --seed on, and say how many do well",
    )
    grammar.add_argument(
        "--log",
        metavar="FILE",
        help="write a row per epoch to a .jsonl or .csv, or go on with one after --resume",
    )
    grammar.add_argument(
        "--log-layers",
        action="store_true",
        help="in the log, also the length of each layer's gradient",
    )
    grammar.add_argument(
        "--tensorboard",
        metavar="FOLDER",
        help="write the same for TensorBoard (needs the extra: nnmath-tui[tensorboard])",
    )
    grammar.add_argument("--save", metavar="FILE", help="write a checkpoint (.npz) at the end")
    grammar.add_argument(
        "--save-preset",
        metavar="FILE",
        help="write the settings, with all that changed them, as a new preset (.toml)",
    )
    grammar.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from a checkpoint, under its own settings and those of --set and --epochs",
    )
    add_output(grammar)
    add_trust(grammar)
    return grammar
