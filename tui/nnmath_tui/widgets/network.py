"""The network pane: the layers with what every neuron computes, to walk through and select."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram import NeuronSpot, Picture, draw_diagram
from nnmath_tui.messages import NeuronSelected
from nnmath_tui.views.diagram import diagram_data, shows_maps
from nnmath_tui.widgets.pane import Pane


class NetworkPane(Pane):
    """The diagram; the selected neuron is told by `NeuronSelected` and set by the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "walk(-1, 0)", "neuron", id="neuron-left", tooltip="The layer before"),
        Binding("right", "walk(1, 0)", id="neuron-right", tooltip="The next layer", show=False),
        Binding("up", "walk(0, -1)", id="neuron-up", tooltip="The neuron above", show=False),
        Binding("down", "walk(0, 1)", id="neuron-down", tooltip="The neuron below", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picture: Picture | None = None

    @property
    def spots(self) -> tuple[NeuronSpot, ...]:
        """Where the neurons are that are drawn one by one."""
        return self._picture.spots if self._picture is not None else ()

    def draw(self, width: int, height: int) -> list[Strip]:
        if self.snapshot is None:
            return Canvas(width, height, self.palette).strips()
        data = diagram_data(self.snapshot, width, height)
        self._picture = draw_diagram(data, width, height, self.palette, self.selected)
        return self._picture.strips

    def describe(self) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            self.caption("Network")
            return
        sizes = "–".join(map(str, snapshot.layer_sizes))
        count = f"{snapshot.parameters.count:,}".replace(",", " ")
        note = None if shows_maps(snapshot) else "boxes and pixels show biases"
        if snapshot.dataset.image_shape is not None and len(snapshot.layer_sizes) > 2:
            note = "pictures show weights, numbers show biases"
        self.caption(f"Network {sizes} · {count} parameters", note)

    def action_walk(self, across: int, down: int) -> None:
        """Select the neuron next to the selected one, in the direction of an arrow key."""
        spot = self._neighbor(across, down)
        if spot is not None:
            self._select(spot)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is not None and self._picture is not None:
            spot = self._picture.spot_at(place.x, place.y)
            if spot is not None:
                self._select(spot)

    def _select(self, spot: NeuronSpot) -> None:
        self.selected = (spot.layer, spot.index)
        self.post_message(NeuronSelected(spot.layer, spot.index))

    def _neighbor(self, across: int, down: int) -> NeuronSpot | None:
        """Along a column the next neuron; between columns the nearest at the same height."""
        spots = self.spots
        here = next((s for s in spots if (s.layer, s.index) == self.selected), None)
        if here is None:
            hidden = [spot for spot in spots if spot.layer > 0]
            return hidden[0] if hidden else None
        x, y = here.x + here.width / 2, here.y + here.height / 2

        def cost(spot: NeuronSpot) -> float:
            away = (spot.x + spot.width / 2 - x) * across + (spot.y + spot.height / 2 - y) * down
            aside = abs(spot.y + spot.height / 2 - y) if across else abs(spot.x - here.x)
            return (away + 2 * aside) if across else (away + 4 * aside)

        beyond = [
            spot
            for spot in spots
            if (spot.x - here.x) * across + (spot.y - here.y) * down > 0
            and (across or spot.layer == here.layer)
        ]
        return min(beyond, key=cost, default=None)
