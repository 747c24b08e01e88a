"""The weights pane: one layer's weights, or what training does to them, cell by cell."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.heatmap import Heatmap
from nnmath_tui.messages import FreezeRequested, NeuronSelected, WeightEdited, WeightSelected
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.matrices import LayerMatrix, layer_matrix, quantities, under_veil
from nnmath_tui.views.weights import MatrixLook, draw_matrix
from nnmath_tui.widgets.number_typing import NumberTyping
from nnmath_tui.widgets.weights_keys import WEIGHTS_KEYS

_SHORT = {"gradients": "grads"}
_BORDER = 4
"""Cells beside a title in the border, which Textual does not write on."""


class WeightsPane(NumberTyping):
    """A layer's matrix, inputs down and neurons across, the bias as its last row."""

    BINDINGS: ClassVar[list[BindingType]] = WEIGHTS_KEYS

    chosen_layer: reactive[int] = reactive(1, repaint=False)
    """Which layer's weights: 1 is the first after the inputs."""

    quantity: reactive[str] = reactive("weights", repaint=False)
    """Weights, gradients, updates, their ratio, or a part of the optimizer's memory."""

    cursor: reactive[tuple[int, int] | None] = reactive[tuple[int, int] | None](None, repaint=False)
    """Row and column of the selected cell; the row after the last weight is the bias."""

    shared_scale: reactive[bool] = reactive(False, repaint=False)
    """Whether the strongest color stands for the same number in all layers."""

    zoomed: reactive[bool] = reactive(False, repaint=False)
    """Whether numbers are shown even if not all of them fit."""

    as_histogram: reactive[bool] = reactive(False, repaint=False)
    """Whether the histogram takes the place of the matrix."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.heatmap: Heatmap | None = None

    @property
    def shown_layer(self) -> int:
        """The layer that is shown: the chosen one, as far as there are layers."""
        layers = len(self.snapshot.parameters.weights) if self.snapshot is not None else 1
        return min(self.chosen_layer, layers)

    def matrix(self) -> LayerMatrix | None:
        """What is shown, of the newest snapshot."""
        if self.snapshot is None:
            return None
        quantity = self.shown_quantity
        matrix = layer_matrix(self.snapshot, self.shown_layer, quantity, self.shared_scale)
        return under_veil(matrix, quantity, self.veil)

    @property
    def shown_quantity(self) -> str:
        """What the present optimizer has of what was asked for."""
        known = quantities(self.snapshot) if self.snapshot is not None else ()
        return self.quantity if self.quantity in known else "weights"

    # Pictures

    def draw(self, width: int, height: int) -> list[Strip]:
        shown, self.heatmap = self.matrix(), None
        if shown is None:
            return Canvas(width, height, self.palette).strips()
        self._keep_cursor_inside(shown)
        typed: list[str] = []
        if self.cursor is not None and self.typing is not None:
            typed = self.typing.wordings(shown.name(*self.cursor), ascii=self.palette.ascii)
        look = MatrixLook(self.cursor, self.zoomed, self.as_histogram, typed)
        picture = draw_matrix(shown, look, width, height, self.palette)
        self.heatmap = picture.heatmap
        return picture.strips

    def _keep_cursor_inside(self, shown: LayerMatrix) -> None:
        """A network of another shape may have no such entry."""
        if self.cursor is not None:
            rows, columns = shown.entries.shape
            inside = (min(self.cursor[0], rows - 1), min(self.cursor[1], columns - 1))
            self.set_reactive(WeightsPane.cursor, inside)

    def describe(self) -> None:
        shown = self.matrix()
        if shown is None or self.snapshot is None:
            self.caption("Weights")
        else:
            words = self._words(quantities(self.snapshot))
            self.caption(self._title(shown.title), words)

    def _title(self, text: str) -> Text:
        """The title with arrows to click for the layer before and after, if they fit."""
        title = Text(text)
        layers = len(self.snapshot.parameters.weights) if self.snapshot is not None else 1
        if layers > 1 and len(text) + 4 <= self.size.width - _BORDER:
            for arrow, step in (("◂", -1), ("▸", 1)):
                title.append(" ").append(arrow, Style(meta={"@click": f"layer({step})"}))
        return title

    def _words(self, names: tuple[str, ...]) -> Text:
        """What can be shown, the present one marked, each to be clicked; or that one alone."""
        here = self.shown_quantity
        if sum(len(_SHORT.get(name, name)) + 1 for name in names) > self.size.width - _BORDER + 1:
            names = (here,)
        words = Text()
        for name in names:
            style = Style(meta={"@click": f"show('{name}')"})
            if name == here:
                mono = self.palette.mode == "mono"
                style += Style(color=self.palette.accent, bold=True, reverse=mono or None)
            words.append(" " if words else "").append(_SHORT.get(name, name), style)
        return words

    # What is shown

    def action_layer(self, direction: int) -> None:
        """Go to the layer before or after."""
        if self.snapshot is not None:
            layers = len(self.snapshot.parameters.weights)
            self.cursor = None
            self.chosen_layer = max(1, min(self.shown_layer + direction, layers))

    def action_show(self, quantity: str) -> None:
        """Show the weights, their gradients or their last updates."""
        self.quantity = quantity

    def action_updates(self) -> None:
        """Show the last updates, then as a share of the weights, then again as they are."""
        self.quantity = "ratio" if self.shown_quantity == "updates" else "updates"

    def action_memory(self) -> None:
        """Show the next part of the optimizer's memory."""
        if self.snapshot is not None and self.snapshot.slots:
            slots = list(self.snapshot.slots)
            place = slots.index(self.quantity) + 1 if self.quantity in slots else 0
            self.quantity = slots[place % len(slots)]

    def action_histogram(self) -> None:
        self.as_histogram = not self.as_histogram

    def action_zoom(self) -> None:
        self.zoomed = not self.zoomed

    def action_share(self) -> None:
        self.shared_scale = not self.shared_scale

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "memory":
            return self.snapshot is not None and bool(self.snapshot.slots)
        if action in ("edit", "freeze", "deselect"):
            return self.cursor is not None
        return True

    # The selected cell

    @property
    def place(self) -> WeightPlace | None:
        """The weight or bias under the cursor."""
        shown = self.matrix()
        if self.cursor is None or shown is None:
            return None
        row, column = self.cursor
        return WeightPlace(self.shown_layer, row if row < len(shown.rows) else None, column)

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor; the bias is the last row."""
        shown = self.matrix()
        if shown is not None:
            row, column = self.cursor or (0, 0)
            if self.cursor is not None:
                row, column = row + rows, column + columns
            self._select(row, column, shown)

    def _select(self, row: int, column: int, shown: LayerMatrix) -> None:
        fan_in, fan_out = shown.W.shape
        row, column = max(0, min(row, fan_in)), max(0, min(column, fan_out - 1))
        self.typing = None
        self.cursor = (row, column)
        self.post_message(NeuronSelected(self.shown_layer, column))
        place = self.place
        assert place is not None
        self.post_message(WeightSelected(place))

    def action_freeze(self) -> None:
        """Ask for the selected weight to be kept as it is, or to be trained again."""
        shown, place = self.matrix(), self.place
        if shown is not None and place is not None and self.cursor is not None:
            frozen = shown.frozen is not None and bool(shown.frozen[self.cursor])
            self.post_message(FreezeRequested(place, not frozen))

    def action_edit(self) -> None:
        """Type another value for the selected weight."""
        self.start_typing()

    def can_type(self) -> bool:
        return self.cursor is not None

    def number_to_change(self) -> float | None:
        self.quantity, self.as_histogram = "weights", False
        shown = self.matrix()
        if shown is None or self.cursor is None:
            return None
        return float(shown.entries[self.cursor])

    def number_typed(self, value: float) -> None:
        if self.place is not None:
            self.post_message(WeightEdited(self.place, value))

    def action_deselect(self) -> None:
        """Leave the selected cell, so that digits go to panes again."""
        self.cursor = None

    def on_click(self, event: events.Click) -> None:
        place, shown = event.get_content_offset(self), self.matrix()
        if place is None or shown is None or self.heatmap is None:
            return
        if place.y == self.size.height - 1:
            self.action_share()
            return
        spot = self.heatmap.spot_at(place.x, place.y)
        if spot is not None:
            again = (spot.row, spot.column) == self.cursor
            self._select(spot.row, spot.column, shown)
            if again and event.chain == 2:
                self.action_edit()

    # What the picture depends on

    def watch_selected(self) -> None:
        """Follow the neuron that was selected elsewhere to its layer and column."""
        if self.selected is None:
            self.cursor = None
        elif self.selected[0] > 0:
            layer, column = self.selected
            if layer != self.chosen_layer:
                self.cursor = None
                self.chosen_layer = layer
            if self.cursor is not None and self.cursor[1] != column:
                self.cursor = (self.cursor[0], column)
        self.redraw()

    def watch_chosen_layer(self) -> None:
        self.redraw()

    def watch_quantity(self) -> None:
        if self.has_focus and self.place is not None:
            # The selected cell is another number now.
            self.post_message(WeightSelected(self.place))
        self.redraw()

    def watch_cursor(self) -> None:
        self.refresh_bindings()
        self.redraw()

    def watch_shared_scale(self) -> None:
        self.redraw()

    def watch_zoomed(self) -> None:
        self.redraw()

    def watch_as_histogram(self) -> None:
        self.redraw()
