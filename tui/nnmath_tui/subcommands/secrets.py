"""What a command must not print, because a lesson asks its learner for it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace

from nnmath_engine.derivation import Cell, Worksheet, derive
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset

from nnmath_tui.failure import CommandError
from nnmath_tui.lesson_record import LessonRecord
from nnmath_tui.subcommands.courses import learner
from nnmath_tui.views.veil import OPEN, Veil


def veil_for(preset: Preset, session: Session, arguments: argparse.Namespace) -> Veil:
    """What the screen would hide from this learner in the network of a session; see `views.veil`.

    Nothing with --answers.
    """
    if arguments.answers or preset.lesson is None:
        return OPEN
    record = LessonRecord(lambda: None, lambda title, text: None, learner(arguments, os.environ))
    record.open(preset)
    cells = frozenset(record.hidden) if session.snapshot().step == 0 else frozenset()
    return Veil(cells, record.hidden_values, record.hides_loss)


def refuse_answers(preset: Preset, veil: Veil, sheet: Worksheet, cell: Cell, levels: int) -> None:
    """See to it that a derivation gives nothing away that is asked for.

    levels: how far down it goes; 1 prints the number and those that it is made of.

    Raises:
        CommandError: it does; the message says what it is.
        CellError: the network has no such cell.
    """
    if not veil:
        return
    for found, value in _numbers(sheet, cell, levels):
        if veil.hides(found, value):
            raise CommandError(
                f"{replace(found, sample=None)} is what the lesson {preset.title!r} asks for: "
                "answer it there first; --answers shows it"
            )


def _numbers(sheet: Worksheet, cell: Cell, levels: int) -> Iterator[tuple[Cell, float]]:
    """All numbers that the derivation of a cell prints."""
    waiting, told = [(derive(sheet, cell), 1)], set[Cell]()
    while waiting:
        derivation, level = waiting.pop(0)
        if derivation.cell in told:
            continue
        told.add(derivation.cell)
        yield derivation.cell, derivation.value
        yield from ((derivation.cell, equation.value) for equation in derivation.equations)
        for operand, value in derivation.operands():
            yield operand, value
            if level < levels:
                waiting.append((derive(sheet, operand), level + 1))
