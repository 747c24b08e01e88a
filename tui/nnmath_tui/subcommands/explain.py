"""`nnmath-tui explain PRESET CELL`: how one number came about, in plain text or as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from nnmath_engine.derivation import Cell, CellError, Worksheet, parse_cell, parse_sample
from nnmath_engine.derivation.cells import KINDS
from nnmath_engine.derivation.outline import ALL_TERMS, lines, tree
from nnmath_engine.fields import FIELDS

from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.subcommands import opening
from nnmath_tui.subcommands.changes import changes_from, parse_value
from nnmath_tui.subcommands.secrets import refuse_answers, veil_for

_FOREVER = float("inf")
_TERMS = 8


def run(arguments: argparse.Namespace) -> int:
    """Train as far as asked, print the derivation, and return 0."""
    epochs = _epochs(arguments.epoch)
    cell = _cell(arguments.cell, arguments.sample)
    arguments.epochs = None  # --epoch says how far to train, not for how long the schedule plans
    preset = opening.load_preset(arguments.preset)
    session = opening.start(preset, changes_from(arguments))
    session.run(_FOREVER, until=epochs)
    if session.epoch < epochs:
        why = session.diagnosis or "training stopped early"
        raise CommandError(f"epoch {epochs} is not reached: {why} at {session.epoch}", FAILED)
    sheet = session.worksheet()
    most_terms = ALL_TERMS if arguments.all else _TERMS
    # Of a number's children, JSON has the equations too.
    levels = arguments.depth + (arguments.format == "json")
    try:
        refuse_answers(preset, veil_for(preset, session, arguments), sheet, cell, levels)
        _print(sheet, cell, arguments, most_terms)
    except CellError as error:
        raise CommandError(str(error)) from None
    return 0


def _print(sheet: Worksheet, cell: Cell, arguments: argparse.Namespace, most_terms: int) -> None:
    if arguments.format == "json":
        found = tree(sheet, cell, depth=arguments.depth, most_terms=most_terms)
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for line in lines(sheet, cell, depth=arguments.depth - 1, most_terms=most_terms):
            print(line)


def _epochs(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return int(FIELDS["training.epochs"].check(parse_value(text)))
    except ValueError as error:
        raise CommandError(f"--epoch {error}") from None


def _cell(text: str, sample: str | None) -> Cell:
    try:
        cell = parse_cell(text)
        if sample is None:
            return cell
        if not KINDS[cell.kind].of_sample:
            raise CommandError(f"--sample: {text} belongs to no single sample")
        return replace(cell, sample=parse_sample(sample))
    except CellError as error:
        raise CommandError(str(error)) from None
