"""The formula bar: one line on what is selected, as in a spreadsheet."""

from __future__ import annotations

from textwrap import wrap
from time import monotonic

from nnmath_engine.derivation import Cell, Worksheet
from nnmath_engine.snapshot import Snapshot
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.plain_letters import plain
from nnmath_tui.views.cell_line import cell_lines
from nnmath_tui.views.formula import Part, WeightPlace, hint, neuron_formula, weight_formula
from nnmath_tui.views.notice import Notice, notice
from nnmath_tui.widgets.pane import Pane

_TALL = 34
"""Lines of a screen that has room for a second line on the selected number."""
_READING_TIME = 1.5
"""Seconds that an answer stays at least."""
_SHARE = 6
"""One line in so many of the screen is the most that a notice takes."""


class FormulaBar(Pane, can_focus=False):
    """What the selected neuron computes, or what the selected weight is, with live values.

    When training has ended by itself the bar says why for as long as that holds, over as many
    lines as it takes, unless something else is selected meanwhile.
    """

    weight: reactive[WeightPlace | None] = reactive[WeightPlace | None](None, repaint=False)
    """The selected weight; while there is one it is shown in place of the neuron."""

    cell: reactive[Cell | None] = reactive[Cell | None](None, repaint=False)
    """The number that is selected, shown in full where `sheet` is there to derive it from."""

    sheet: reactive[Worksheet | None] = reactive[Worksheet | None](None, repaint=False)
    """The step that the number is of."""

    walk: reactive[str] = reactive("", repaint=False)
    """Where a walk through the step is, in words."""

    answer: reactive[Notice | None] = reactive[Notice | None](None, repaint=False)
    """What has come of a key, for as long as there is nothing else to say."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._read = False  # whether something was selected after the notice came
        self._rows = 1
        self._answered = 0.0

    def draw(self, width: int, height: int) -> list[Strip]:
        news = self._news()
        if news is not None:
            return self._draw_notice(news, width, height)
        canvas = Canvas(width, height, self.palette)
        canvas.put(1, 0, "ƒ" if not self.palette.ascii else "f", self.palette.accent, bold=True)
        if self.sheet is not None and self.cell is not None:
            lines = cell_lines(
                self.sheet,
                self.cell,
                height,
                width - 4,
                self.walk,
                ascii=self.palette.ascii,
                veil=self.veil,
            )
            for row, parts in enumerate(lines):
                self._put(canvas, row, parts, 1)
        else:
            self._put(canvas, 0, self._parts(), 2)
        return canvas.strips()

    def _put(self, canvas: Canvas, row: int, parts: list[tuple[str, str]], gap: int) -> None:
        palette = self.palette
        colors = {
            "name": palette.accent,
            "formula": palette.muted if gap == 1 else palette.text,
            "numbers": palette.text,
            "value": palette.good,
            "hint": palette.muted,
            "walk": palette.warning,
        }
        column = 3
        for role, text in parts:
            # A part that does not fit is left out whole: half a formula is a wrong one.
            if column + len(text) > canvas.width - 1:
                if column < canvas.width:
                    canvas.put(column, row, "…", palette.muted)
                break
            canvas.put(column, row, text, colors[role], bold=role == "name")
            column += len(text) + (1 if role == "name" else gap)

    def _parts(self) -> list[Part]:
        parts = self._parts_in_full()
        return [(role, plain(text)) for role, text in parts] if self.palette.ascii else parts

    def _parts_in_full(self) -> list[Part]:
        if self.snapshot is None:
            return []
        if self.weight is not None:
            return weight_formula(self.snapshot, self.weight, self.veil)
        if self.selected is not None:
            return neuron_formula(self.snapshot, *self.selected)
        return hint()

    def _news(self) -> Notice | None:
        if self.answer is not None:
            return self.answer
        return None if self._read else notice(self.snapshot)

    def _draw_notice(self, news: Notice, width: int, height: int) -> list[Strip]:
        palette = self.palette
        canvas = Canvas(width, height, palette)
        lines = _wrapped(news, width)
        for row, line in enumerate(lines[:height]):
            more = row == height - 1 < len(lines) - 1
            canvas.put(1, row, line[: width - 3] + " …" if more else line, palette.text)
        canvas.put(1, 0, news.title[: width - 1], getattr(palette, news.role), bold=True)
        return canvas.strips()

    def _make_room(self) -> None:
        """Take the lines that the notice needs, and give them back when it is gone."""
        if not self.is_attached:
            return
        news, rows = self._news(), 1
        if self.cell is not None and self.screen.size.height >= _TALL:
            rows = 2
        if news is not None and self.size.width:
            most = max(1, self.screen.size.height // _SHARE)
            rows = min(len(_wrapped(news, self.size.width)), most)
        if rows != self._rows:
            self._rows = self.styles.height = rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """What the grid's row asks for, since lines have no other content to measure."""
        return self._rows

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        if notice(before) != notice(now):
            self._read = False
        self._make_room()
        super().watch_snapshot(before, now)

    def on_resize(self) -> None:
        self._make_room()

    def _let_answer_go(self) -> None:
        """Something else is selected; but a change of shape selects too, just after its answer."""
        if monotonic() - self._answered > _READING_TIME:
            self.answer = None

    def watch_answer(self) -> None:
        self._answered = monotonic()
        self._make_room()
        self.redraw()

    def watch_cell(self) -> None:
        self._let_answer_go()
        self._read = self._read or self.cell is not None
        self._make_room()
        self.redraw()

    def watch_sheet(self) -> None:
        self.redraw()

    def watch_walk(self) -> None:
        self.redraw()

    def watch_selected(self) -> None:
        told = self._news()
        self.weight = None
        self._let_answer_go()
        self._read = self.selected is not None
        self._make_room()
        if told or self._news() or self.sheet is None or self.cell is None:
            self.redraw()  # else a number is shown, which is about to be another one

    def watch_weight(self) -> None:
        self._let_answer_go()
        self._read = self._read or self.weight is not None
        self._make_room()
        self.redraw()


def _wrapped(news: Notice, width: int) -> list[str]:
    return wrap(f"{news.title} {news.text}", max(1, width - 2)) or [""]
