"""A cursor on an axis of epochs: keys and mouse move it, and go to the epoch under it."""

from __future__ import annotations

from typing import ClassVar

from nnmath_engine.history import HistoryView
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from nnmath_tui.drawing.loss_plot import LossPlot
from nnmath_tui.messages import EpochRequested
from nnmath_tui.views.moments import Moments
from nnmath_tui.widgets.pane import Pane

_PAGES = 10
"""So many key presses go from one end to the other."""


class EpochCursor(Pane):
    """A pane whose picture is `plot`, and which reads the values of one epoch."""

    ALLOW_SELECT = False
    """Dragging scrubs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", id="loss-go", tooltip="Go to the epoch at the cursor"),
        Binding("escape", "let_go", "no cursor", id="loss-let-go", show=False,
                tooltip="Take the cursor away"),
        Binding("left", "cursor(-1)", id="loss-left", show=False,
                tooltip="Read the epoch before or after"),
        Binding("right", "cursor(1)", id="loss-right", show=False,
                tooltip="Read the epoch before or after"),
        Binding("pageup", "page(-1)", id="loss-page-left", show=False,
                tooltip="A tenth of the epochs back or on"),
        Binding("pagedown", "page(1)", id="loss-page-right", show=False,
                tooltip="A tenth of the epochs back or on"),
        Binding("home", "end(0)", id="loss-home", show=False,
                tooltip="The first or the last epoch"),
        Binding("end", "end(-1)", id="loss-end", show=False,
                tooltip="The first or the last epoch"),
    ]  # fmt: skip

    cursor: reactive[int | None] = reactive[int | None](None, repaint=False)
    """The epoch whose values are read; without it those of the last one."""

    ahead: reactive[HistoryView | None] = reactive[HistoryView | None](None, repaint=False)
    """While the past is looked at: the history on to the latest epoch, the present one included."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.plot = LossPlot([])
        self._scrubbing = False
        self._scrubbed: int | None = None  # the epoch asked for last while the button is down

    def moments(self) -> Moments | None:
        """The epochs that the cursor can read."""
        return None if self.snapshot is None else Moments(self.snapshot.history, self.ahead)

    # Keys

    def action_cursor(self, direction: int) -> None:
        """Read the next epoch, or the one before."""
        moments = self.moments()
        if moments is not None:
            self.cursor = moments.beside(self._from(moments), direction)

    def action_page(self, direction: int) -> None:
        """Read an epoch that is a tenth of all away."""
        moments = self.moments()
        if moments is not None:
            step = max(1.0, (moments.epochs[-1] - moments.epochs[0]) / _PAGES)
            self.cursor = moments.nearest(self._from(moments) + direction * step)[0]

    def action_end(self, row: int) -> None:
        """Read the first or the last epoch."""
        moments = self.moments()
        if moments is not None:
            self.cursor = int(moments.epochs[row])

    def action_go(self) -> None:
        """Ask for the epoch at the cursor."""
        moments = self.moments()
        if moments is not None and self.cursor is not None:
            self.post_message(EpochRequested(moments.nearest(self.cursor)[0]))

    def action_let_go(self) -> None:
        """Take the cursor away."""
        self.cursor = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action not in ("go", "let_go") or self.cursor is not None

    def _from(self, moments: Moments) -> float:
        """Where the cursor starts: where it is, or at the present moment."""
        return float(moments.present if self.cursor is None else self.cursor)

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1 and event.get_content_offset(self) is not None:
            self._scrubbing, self._scrubbed = True, None
            self.capture_mouse()
            self._scrub(event, ask=False)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._scrubbing:
            self._scrub(event, ask=True)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._scrubbing:
            self._scrub(event, ask=True)
            self._scrubbing = False
            self.release_mouse()

    def _scrub(self, event: events.MouseEvent, *, ask: bool) -> None:
        """Take the cursor under the mouse, and `ask` for its epoch unless that is done."""
        moments, epoch = self.moments(), self.plot.epoch_at(event.x - self.gutter.left)
        if moments is None or epoch is None:
            return
        self.cursor = moments.nearest(epoch)[0]
        if ask and self._scrubbed != self.cursor:
            self._scrubbed = self.cursor
            self.post_message(EpochRequested(self.cursor))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_cursor(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_cursor(1)

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        if (before is None) != (now is None):
            self.refresh_bindings()
        self.redraw()

    def watch_ahead(self) -> None:
        self.redraw()
