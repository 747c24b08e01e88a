"""The output pane: what the network answers, in the picture that suits its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from nnmath_engine.snapshot import Snapshot
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.messages import SampleSelected
from nnmath_tui.views.output import draw_output, others_at_mean, output_caption, output_title
from nnmath_tui.views.output_look import PLANES, OutputLook, next_axis, output_kinds
from nnmath_tui.widgets.pencil import Pencil

_OTHERS = (" · others at mean", " · rest mean")
_BORDER = 4
"""Cells beside a title in the border, which Textual does not write on."""


def _key(key: str, action: str, label: str, id: str, tooltip: str, show: bool = True) -> Binding:
    return Binding(key, action, label, id=id, tooltip=tooltip, show=show)


class OutputPane(Pencil):
    """A decision map, a curve, a scatter, a confusion matrix, or images with the worst mistakes.

    A cursor reads what the network answers where it is, and selects the sample nearest to it,
    which `SampleSelected` tells. Under the mouse the pane reads without selecting. On the plane of
    two inputs, points can be drawn; see `Pencil`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _key("v", "view", "view", "output-view", "Show the output in another picture"),
        _key("d", "discrete", "decision", "output-discrete",
             "Show the class alone, or also how sure the network is"),
        _key("x", "axis(0)", "across", "output-x", "Another input across"),
        _key("y", "axis(1)", "up", "output-y", "Another input up"),
        _key("left", "move(-1, 0)", "cursor", "output-left", "Read the output to the left"),
        _key("right", "move(1, 0)", "", "output-right", "Read the output to the right", False),
        _key("up", "move(0, -1)", "", "output-up", "Read the output above", False),
        _key("down", "move(0, 1)", "", "output-down", "Read the output below", False),
    ]  # fmt: skip

    look: reactive[OutputLook] = reactive(OutputLook(), repaint=False)
    """In which picture, along which axes, and what is selected."""

    hover: reactive[OutputLook | None] = reactive[OutputLook | None](None, repaint=False)
    """What would be selected by a click where the mouse is."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._notes: tuple[Sequence[str], Sequence[str]] = ((), ())

    def draw(self, width: int, height: int) -> list[Strip]:
        snapshot = self.snapshot
        if snapshot is None:
            return Canvas(width, height, self.palette).strips()
        shown = self.hover or self.look
        self._notes = ((), ())
        if shown.point or shown.cell or shown.sample:
            # What reads takes time to import, and at first nothing is pointed at.
            from nnmath_tui.views.pointing import notes_on

            self._notes = notes_on(snapshot, shown, self.palette.ascii, self.veil)
        return draw_output(snapshot, width, height, self.palette, self.look, self._notes[0])

    def describe(self) -> None:
        if self.snapshot is None:
            self.caption("Output")
            return
        room = self.size.width - _BORDER
        if self.drawing:
            self.caption(*self.drawing_words(room))
            return
        title = output_title(self.snapshot.dataset, self.look)
        note = next((words for words in self._notes[1] if len(words) <= room), None)
        below = note or output_caption(self.snapshot, self.look, room)
        if others_at_mean(self.snapshot.dataset, self.look):
            # Above where it fits, else below, in full if possible.
            for words in _OTHERS:
                if len(title) + len(words) <= room:
                    title += words
                    break
                if len(below) + len(words) <= room:
                    below += words
                    break
        self.caption(title, below)

    def explain(self) -> str:
        """What the data are, and what was assumed of a table."""
        if self.snapshot is None:
            return ""
        from nnmath_tui.views.assumptions import in_short

        words = in_short(self.snapshot.experiment, self.snapshot.dataset)
        return f"The data: {words}"

    # Views

    def action_view(self) -> None:
        """Show the next of the pictures that suit the data."""
        if self.snapshot is not None:
            kinds = output_kinds(self.snapshot.dataset)
            place = kinds.index(self.look.kind_for(self.snapshot.dataset)) + 1
            kind = kinds[place % len(kinds)]
            # Coming from a cell of the matrix, the pictures are those of that cell.
            keep = kind == "images" and self.look.cell is not None
            cell = self.look.cell if keep or kind == "confusion" else None
            self.look = replace(self.look, kind=kind, point=None, cell=cell)

    def action_discrete(self) -> None:
        self.look = replace(self.look, discrete=not self.look.discrete)

    def action_axis(self, which: Literal[0, 1]) -> None:
        """Another input in the place of one of the two."""
        if self.snapshot is not None:
            dataset = self.snapshot.dataset
            axes = next_axis(dataset, self.look.axes_for(dataset), which)
            self.look = replace(self.look, axes=axes, point=None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if (may := self.may(action)) is not None:
            return may
        if action not in ("view", "discrete", "axis"):
            return True
        if self.snapshot is None:
            return False
        dataset = self.snapshot.dataset
        kind = self.look.kind_for(dataset)
        match action:
            case "view":
                return len(output_kinds(dataset)) > 1
            case "discrete":
                return kind == "decision map"
            case _:
                return kind in PLANES and len(dataset.raw_names) > 2

    # Pointing

    def place_cursor(self) -> None:
        self.action_move(0, 0)

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor, or go on to the next sample."""
        from nnmath_tui.views.pointing import moved

        if self.snapshot is not None and self.size.area:
            self.hover = None
            self.select(moved(self.snapshot, self.look, *self.size, across, down))

    def select(self, look: OutputLook) -> None:
        """Look at it, and tell if another sample is selected."""
        before, self.look = self.look.sample, look
        if look.sample is not None and look.sample != before:
            self.post_message(SampleSelected(look.sample.split, look.sample.index))

    def _at(self, event: events.MouseEvent) -> OutputLook | None:
        """What is under the mouse."""
        from nnmath_tui.views.pointing import pointed_at

        place = event.get_content_offset(self)
        if place is None or self.snapshot is None:
            return None
        return pointed_at(self.snapshot, self.look, *self.size, self.palette, place.x, place.y)

    def on_click(self, event: events.Click) -> None:
        look = self._at(event)
        if look is None:
            return
        if self.drawing:
            self.hover = None
            self.draw_by_mouse(event, look)
            return
        if look.cell is not None and look.kind == "confusion" and look.cell == self.look.cell:
            # Once more on the same cell: all mistakes again.
            look = replace(look, cell=None, sample=None)
        self.hover = None
        self.select(look)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._at(event)

    def on_leave(self) -> None:
        self.hover = None

    # What the picture depends on

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        if before is None or now is None or before.dataset is not now.dataset:
            self.follow(now)
            look = replace(self.look, sample=None) if self.drawing else OutputLook()
            self.set_reactive(OutputPane.look, look)
            self.set_reactive(OutputPane.hover, None)
            self.refresh_bindings()
        super().watch_snapshot(before, now)

    def watch_look(self) -> None:
        self.refresh_bindings()
        self.redraw()

    def watch_hover(self) -> None:
        self.redraw()
