"""Drawing points on the plane of the output, by keys and by the mouse."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from nnmath_engine.snapshot import Snapshot
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from nnmath_tui.messages import ChangeRequested
from nnmath_tui.views.output_look import OutputLook
from nnmath_tui.views.planes import plane_frame
from nnmath_tui.views.points import (
    Point,
    can_draw,
    changes_to,
    drawn,
    number_of,
    point_at,
)
from nnmath_tui.widgets.pane import Pane

RIGHT_BUTTON = 3
_WHILE_DRAWING = ("put", "remove", "wipe", "end_drawing")


def _digit(digit: int) -> Binding:
    words = "While drawing: a point of class 0 at the cursor; 1 to 9: of those classes"
    first = digit == 0
    label, tooltip = ("point", words) if first else ("", "")
    id = f"output-put-{digit}"
    return Binding(str(digit), f"put({digit})", label, id=id, tooltip=tooltip, show=first)


class Pencil(Pane):
    """A pane on whose plane points can be drawn; they become the rows to train on.

    What is drawn is kept here until training has it: keys may come faster than that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("D", "draw", "draw", id="output-draw",
                tooltip="Draw points: they become the rows to train on"),
        *map(_digit, range(10)),
        Binding("delete", "remove", "remove", id="output-remove",
                tooltip="While drawing: take the nearest point away"),
        Binding("backspace", "remove", id="output-remove-too", show=False,
                tooltip="While drawing: take the nearest point away"),
        Binding("escape", "end_drawing", "done", id="output-end-drawing",
                tooltip="Done drawing"),
        Binding("w", "wipe", "wipe", id="output-wipe",
                tooltip="While drawing: begin with an empty plane"),
    ]  # fmt: skip

    look: reactive[OutputLook]

    drawing: reactive[bool] = reactive(False, repaint=False)
    """Whether digits and clicks put points."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._points: tuple[Point, ...] = ()
        self._asked: list[tuple[Point, ...]] = []
        self._digit = 1

    def may(self, action: str) -> bool | None:
        """Whether an action of drawing can be done now; None of any other."""
        if action in _WHILE_DRAWING:
            return self.drawing
        if action == "draw":
            return self.snapshot is not None and can_draw(self.snapshot.dataset, self.look)
        return None

    def action_draw(self) -> None:
        """Begin to draw on the points that there are, or end."""
        self.drawing = not self.drawing

    def action_end_drawing(self) -> None:
        self.drawing = False

    def action_put(self, digit: int) -> None:
        """Put a point at the cursor or, before it was moved, in the middle."""
        self._digit = digit
        if self.look.point is None:
            self.place_cursor()
        if self.look.point is not None:
            self.put(self.look.point)

    def action_remove(self) -> None:
        """Take away the point that is seen nearest to the cursor."""
        snapshot, place = self.snapshot, self.look.point
        if snapshot is None or place is None or not self._points:
            return
        axes = self.look.axes_for(snapshot.dataset)
        frame = plane_frame(snapshot.dataset, axes, *self.size)
        near = frame.nearest(place, np.array(self._points)[:, axes])
        if near is not None:
            self._ask(self._points[:near] + self._points[near + 1 :])

    def action_wipe(self) -> None:
        """Begin anew: the next point is the first one."""
        self._points = ()
        self.redraw()

    def put(self, place: tuple[float, float]) -> None:
        """Put a point of the class that was drawn last."""
        if self.snapshot is not None:
            self._ask((*self._points, point_at(self.snapshot.dataset, place, self._digit)))

    def place_cursor(self) -> None:
        """Put the cursor on the plane."""

    def draw_by_mouse(self, event: events.Click, look: OutputLook) -> None:
        """A click puts a point; with the right button it takes one away."""
        self.look = look
        if event.button == RIGHT_BUTTON:
            self.action_remove()
        elif look.point is not None:
            self.put(look.point)

    def _ask(self, points: tuple[Point, ...]) -> None:
        snapshot = self.snapshot
        if snapshot is None or points == self._points:
            return
        self._points = points
        if points:
            self._asked.append(points)
            changes = changes_to(snapshot.experiment, snapshot.dataset, points)
            self.post_message(ChangeRequested(changes))
        self.redraw()

    def drawing_words(self, room: int) -> tuple[str, str]:
        """What to say above and below the plane while it is drawn on, as far as there is room."""
        snapshot = self.snapshot
        assert snapshot is not None
        count = len(self._points)
        if snapshot.dataset.task == "classification":
            what, of = "0-9 put a point of that class", f"class {self._digit}"
        else:
            what = "0-9 put a point, low to high"
            of = f"{number_of(snapshot.dataset, self._digit):g}"
        title = f"Draw: {what}"
        number = f"{count} point{'s' * (count != 1)}" if count else "empty: put a first point"
        parts = [number, f"click: {of}", "escape ends"]
        while len(parts) > 1 and len(" · ".join(parts)) > room:
            parts.pop()
        return title if len(title) <= room else "Draw: 0-9 put a point", " · ".join(parts)

    def take_back(self) -> None:
        """What was asked for is not to be: go on with the points that there are."""
        if self.drawing and self.snapshot is not None:
            self._points, self._asked = drawn(self.snapshot), []
            self.redraw()

    def watch_drawing(self, drawing: bool) -> None:
        if drawing and self.snapshot is not None:
            self._points, self._asked = drawn(self.snapshot), []
        self.refresh_bindings()
        self.redraw()

    def follow(self, now: Snapshot | None) -> None:
        """Other data have come: those asked for, or others, as by undo."""
        if not self.drawing:
            return
        if now is None or not can_draw(now.dataset, self.look):
            self.drawing = False
            return
        there = drawn(now)
        if there in self._asked:
            del self._asked[: self._asked.index(there) + 1]
        else:
            self._asked.clear()
        if not self._asked:
            self._points = there
