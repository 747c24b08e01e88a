"""A screen laid out in panes: what the opening screen and the main one share."""

from __future__ import annotations

from textual.screen import Screen

from nnmath_tui.drawing.palette import Palette

SMALLEST = (80, 24)
"""Columns and rows that the screen is made for; below it still runs, with less beside the pane."""

# Classes that the style sheet asks for, each from so many columns or rows on. All panes are shown
# together when it is both wide and tall.
WIDTHS = [(0, "-tiny"), (70, "-narrow"), (110, "-wide")]
HEIGHTS = [(0, "-low"), (34, "-tall")]
HUGE = (170, 50)
"""Columns and rows from which on the derivation is always open, beside all other panes."""

PANES = {
    "network": "Network",
    "output": "Output",
    "weights": "Weights",
    "loss": "Loss",
    "controls": "Controls",
    "derivation": "Derivation",
    "lesson": "Lesson",
}
"""The panes that a key goes to, by id, with their names."""


class Board(Screen[None]):
    """Its style sheet goes by the ids of the panes, the terminal's size, and `-show-` classes."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(self) -> None:
        super().__init__(classes="board -show-network")

    def paint(self, palette: Palette) -> None:
        """Draw everything in the colors of `palette`."""

    def give_way(self) -> None:
        """Input has come, and goes first."""
