"""The derivation pane: one number's equation, whose numbers open in turn."""

from __future__ import annotations

from typing import ClassVar

from nnmath_engine.derivation import Cell, Worksheet
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.derivation import DerivationPicture, draw_derivation
from nnmath_tui.drawing.wrapping import wrapped
from nnmath_tui.messages import CellOpened
from nnmath_tui.views.copying import derivation_text
from nnmath_tui.views.derivation import Page, in_print, page
from nnmath_tui.widgets.pane import Pane

_NOTHING = "Select a number anywhere, then press Enter."


class DerivationPane(Pane):
    """A path of cells, the last of which is shown; `CellOpened` tells wherever it leads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "number", id="operand-up", tooltip="The number above"),
        Binding("down", "move(1)", id="operand-down", tooltip="The next number", show=False),
        Binding("left", "move(-1)", id="operand-left", tooltip="The number before", show=False),
        Binding("right", "move(1)", id="operand-right", tooltip="The next number", show=False),
        Binding("pageup", "move(-10)", id="operand-page-up", tooltip="Further up", show=False),
        Binding("pagedown", "move(10)", id="operand-page-down", tooltip="Further on", show=False),
        Binding("home", "move(-1000000)", id="operand-first", tooltip="The first", show=False),
        Binding("end", "move(1000000)", id="operand-last", tooltip="The last", show=False),
        Binding("enter", "open", "open", id="operand-open", tooltip="Open the chosen number"),
        Binding("backspace", "back", "back", id="derivation-back", tooltip="Back up one level"),
        Binding("escape", "close", "close", id="derivation-close", tooltip="The pane before"),
    ]  # fmt: skip

    sheet: reactive[Worksheet | None] = reactive[Worksheet | None](None, repaint=False)
    """The step that the numbers are of."""

    path: reactive[tuple[Cell, ...]] = reactive[tuple[Cell, ...]]((), repaint=False)
    """From the number that was opened first to the one that is shown."""

    cursor: reactive[int] = reactive(0, repaint=False)
    """Which of the numbers in the equation is chosen."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._page: Page | None = None
        self._picture: DerivationPicture | None = None
        self._cursors: list[int] = []
        self._fresh = False  # whether the cursor is still to be put where it leads on

    @property
    def shown(self) -> Page | None:
        """What is drawn."""
        return self._page

    def open(self, cell: Cell) -> None:
        """Begin a new path at a cell."""
        self._cursors, self._fresh = [], True
        self.path = (cell,)

    def explain(self) -> str:
        """The number that is shown, in words."""
        return f"{self._page.derivation.cell}: {self._page.derivation.words}" if self._page else ""

    def draw(self, width: int, height: int) -> list[Strip]:
        self._page = page(self.sheet, self.path) if self.sheet is not None else None
        if self._page is None or self.sheet is None:
            canvas = Canvas(width, height, self.palette)
            for y, piece in enumerate(wrapped(_NOTHING, width - 2)):
                canvas.put(1, y, piece.text, self.palette.muted)
            self._picture = None
            return canvas.strips()
        if self._fresh:
            self._fresh = False
            self.set_reactive(DerivationPane.cursor, self._page.first_that_opens(self.sheet))
        top = self._picture.top if self._picture is not None else 0
        text = in_print(self.sheet, self._page, ascii=self.palette.ascii, veil=self.veil)
        self._picture = draw_derivation(text, width, height, self.palette, self.cursor, top)
        return self._picture.strips

    def describe(self) -> None:
        self.caption("Derivation" + (f" of {self.path[-1]}" if self.path else ""))

    def copyable(self) -> str:
        """The derivation as `nnmath-tui explain` prints it."""
        if self.sheet is None or self._page is None:
            return ""
        return derivation_text(self.sheet, self._page.path[-1], self.veil)

    def action_move(self, by: int) -> None:
        """Choose another number of the equation."""
        if self._page is not None and self._page.operands:
            self.cursor = max(0, min(self.cursor + by, len(self._page.operands) - 1))

    def action_open(self) -> None:
        """Go one level down: to the derivation of the chosen number."""
        if self._page is None or not self._page.operands:
            return
        operands = self._page.operands
        self._cursors.append(self.cursor)
        cell = operands[min(self.cursor, len(operands) - 1)].cell
        self._fresh = True
        self.path = (*self.path, cell)
        self.post_message(CellOpened(cell))

    def action_back(self) -> None:
        """Go back to the derivation before, or leave the first one."""
        if len(self.path) < 2:
            self.action_close()
            return
        self.path = self.path[:-1]
        self.cursor = self._cursors.pop() if self._cursors else 0
        self.post_message(CellOpened(self.path[-1]))

    def action_close(self) -> None:
        """Leave the derivation for the pane before."""
        self.post_message(CellOpened(None))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or self._picture is None:
            return
        row = self._picture.row_at(place.x, place.y)
        if row is None:
            return
        if row == self.cursor:
            self.action_open()
        else:
            self.cursor = row

    def watch_sheet(self, before: Worksheet | None, now: Worksheet | None) -> None:
        self.redraw_in_turn(before is not None and now is not None and now.t - before.t > 1)

    def watch_path(self) -> None:
        self._picture = None
        self.redraw()

    def watch_cursor(self) -> None:
        self.redraw()

    def watch_snapshot(self, before: object, now: object) -> None:
        """What is drawn is the worksheet, which comes with the snapshot."""
