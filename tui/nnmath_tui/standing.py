"""How the goals of a lesson stand, and what they do not let be seen yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nnmath_engine.derivation import Cell, parse_cell
from nnmath_presets.judging import Verdict
from nnmath_presets.preset import Goal
from nnmath_presets.trial import Tally

LOSSES = frozenset({"loss", "objective", "train_loss", "sample_loss"})
"""Cells and metrics that tell how large the loss at the start is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one goal stands.

    verdict: of the run on the screen. tally: of the last trial on all seeds. share: how much of
    the trial under way is done. answer: what was typed last; right: the right number, known once
    it was found. lone: met on the screen, but not from the seed alone.
    """

    met: bool = False
    verdict: Verdict | None = None
    tally: Tally | None = None
    share: float | None = None
    answer: float | str | None = None
    right: float | str | None = None
    tries: int = 0
    lone: bool = False
    trouble: str = ""


def needs_trial(goal: Goal) -> bool:
    """Whether more than the run on the screen decides."""
    return goal.is_trained and (goal.seeds > 1 or goal.kind == "faster")


def hidden_cells(goals: Sequence[Goal], standings: Sequence[Standing]) -> tuple[Cell, ...]:
    """The numbers at the start of the lesson that are asked for and not answered yet."""
    return tuple(
        parse_cell(goal.cell)
        for goal, standing in zip(goals, standings, strict=True)
        if goal.cell and not goal.changes and not standing.met
    )


def hides_loss(goals: Sequence[Goal], standings: Sequence[Standing]) -> bool:
    """Whether the loss at the start is asked for and not answered yet."""
    return any(cell.kind in LOSSES for cell in hidden_cells(goals, standings)) or any(
        goal.kind == "answer" and goal.metric in LOSSES and not goal.changes
        for goal, standing in zip(goals, standings, strict=True)
        if not standing.met
    )
