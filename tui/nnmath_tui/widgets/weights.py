"""The weights pane: one layer's weights, or what training does to them, cell by cell."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.heatmap import Heatmap, draw_heatmap
from nnmath_tui.messages import NeuronSelected, WeightSelected
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.matrices import LayerMatrix, layer_matrix, quantities
from nnmath_tui.widgets.pane import Pane


class WeightsPane(Pane):
    """A layer's matrix, inputs down and neurons across, the bias as its last row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "layer(-1)", "layer", id="layer-before",
                key_display="[", tooltip="The layer before"),
        Binding("right_square_bracket", "layer(1)", id="layer-after", show=False,
                key_display="]", tooltip="The next layer"),
        Binding("w", "show('weights')", "weights", id="show-weights", tooltip="Show weights"),
        Binding("g", "show('gradients')", "gradients", id="show-gradients",
                tooltip="Show the gradient that the optimizer last saw"),
        Binding("u", "show('updates')", "updates", id="show-updates",
                tooltip="Show how far the last step moved each weight"),
        Binding("m", "memory", "memory", id="show-memory",
                tooltip="Show what the optimizer remembers of each weight"),
        Binding("up", "move(-1, 0)", id="weight-up", show=False, tooltip="The weight above"),
        Binding("down", "move(1, 0)", id="weight-down", show=False, tooltip="The weight below"),
        Binding("left", "move(0, -1)", id="weight-left", show=False, tooltip="The neuron before"),
        Binding("right", "move(0, 1)", id="weight-right", show=False, tooltip="The next neuron"),
    ]  # fmt: skip

    chosen_layer: reactive[int] = reactive(1, repaint=False)
    """Which layer's weights: 1 is the first after the inputs."""

    quantity: reactive[str] = reactive("weights", repaint=False)
    """Weights, gradients, updates, or a part of the optimizer's memory."""

    cursor: reactive[tuple[int, int] | None] = reactive[tuple[int, int] | None](None, repaint=False)
    """Row and column of the selected cell; the row after the last weight is the bias."""

    def matrix(self) -> LayerMatrix | None:
        """What is shown, of the newest snapshot."""
        if self.snapshot is None:
            return None
        layers = len(self.snapshot.parameters.weights)
        quantity = self.quantity if self.quantity in quantities(self.snapshot) else "weights"
        return layer_matrix(self.snapshot, min(self.chosen_layer, layers), quantity)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.heatmap: Heatmap | None = None

    def draw(self, width: int, height: int) -> list[Strip]:
        shown = self.matrix()
        if shown is None:
            return Canvas(width, height, self.palette).strips()
        self.heatmap = draw_heatmap(
            shown.W, shown.rows, shown.columns, width, height, self.palette,
            cursor=self.cursor, bias=shown.b,
        )  # fmt: skip
        return self.heatmap.strips

    def describe(self) -> None:
        shown = self.matrix()
        self.caption(shown.title if shown else "Weights")

    def action_layer(self, direction: int) -> None:
        """Go to the layer before or after."""
        if self.snapshot is not None:
            layers = len(self.snapshot.parameters.weights)
            self.cursor = None
            self.chosen_layer = max(1, min(self.chosen_layer + direction, layers))

    def action_show(self, quantity: str) -> None:
        """Show the weights, their gradients or their last updates."""
        self.quantity = quantity

    def action_memory(self) -> None:
        """Show the next part of the optimizer's memory."""
        if self.snapshot is not None and self.snapshot.slots:
            slots = list(self.snapshot.slots)
            place = slots.index(self.quantity) + 1 if self.quantity in slots else 0
            self.quantity = slots[place % len(slots)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "memory":
            return self.snapshot is not None and bool(self.snapshot.slots)
        return True

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
        self.cursor = (row, column)
        self.post_message(NeuronSelected(self.chosen_layer, column))
        place = WeightPlace(self.chosen_layer, row if row < fan_in else None, column)
        self.post_message(WeightSelected(place))

    def on_click(self, event: events.Click) -> None:
        place, shown = event.get_content_offset(self), self.matrix()
        if place is None or shown is None or self.heatmap is None:
            return
        spot = self.heatmap.spot_at(place.x, place.y)
        if spot is not None:
            self._select(spot.row, spot.column, shown)

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
        super().watch_selected()

    def watch_chosen_layer(self) -> None:
        self.redraw()

    def watch_quantity(self) -> None:
        self.redraw()

    def watch_cursor(self) -> None:
        self.redraw()
