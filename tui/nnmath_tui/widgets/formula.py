"""The formula bar: one line on what is selected, as in a spreadsheet."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.views.formula import WeightPlace, hint, neuron_formula, weight_formula
from nnmath_tui.widgets.pane import Pane


class FormulaBar(Pane, can_focus=False):
    """What the selected neuron computes, or what the selected weight is, with live values."""

    weight: reactive[WeightPlace | None] = reactive[WeightPlace | None](None, repaint=False)
    """The selected weight; while there is one it is shown in place of the neuron."""

    def draw(self, width: int, height: int) -> list[Strip]:
        canvas = Canvas(width, height, self.palette)
        palette = self.palette
        colors = {
            "name": palette.accent,
            "formula": palette.text,
            "value": palette.good,
            "hint": palette.muted,
        }
        canvas.put(1, 0, "ƒ" if not palette.ascii else "f", palette.accent, bold=True)
        column = 3
        for role, text in self._parts():
            # A part that does not fit is left out whole: half a formula is a wrong one.
            if column + len(text) > width - 1:
                if column < width:
                    canvas.put(column, 0, "…", palette.muted)
                break
            canvas.put(column, 0, text, colors[role], bold=role == "name")
            column += len(text) + (1 if role == "name" else 2)
        return canvas.strips()

    def _parts(self) -> list[tuple[str, str]]:
        if self.snapshot is None:
            return []
        if self.weight is not None:
            return weight_formula(self.snapshot, self.weight)
        if self.selected is not None:
            return neuron_formula(self.snapshot, *self.selected)
        return hint()

    def watch_selected(self) -> None:
        self.weight = None
        super().watch_selected()

    def watch_weight(self) -> None:
        self.redraw()
