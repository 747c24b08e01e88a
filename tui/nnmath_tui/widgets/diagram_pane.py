"""The picture of the network in a pane, with a cursor that walks through it."""

from __future__ import annotations

from nnmath_engine.snapshot import Snapshot
from rich.text import Text
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram import NeuronSpot, Picture, draw_diagram
from nnmath_tui.drawing.diagram_walk import walk
from nnmath_tui.messages import NeuronSelected
from nnmath_tui.views.diagram import diagram_data
from nnmath_tui.views.features import offered_features
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.network_words import footer, heading
from nnmath_tui.widgets.pane import Pane


class DiagramPane(Pane):
    """Draws the network, and selects by arrow keys what `NeuronSelected` tells."""

    weight: reactive[WeightPlace | None] = reactive[WeightPlace | None](None, repaint=False)
    """The weight that stands out, or the bias; it leads into the selected neuron."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picture: Picture | None = None
        self._offer: int | None = None  # the input that is off and under the cursor
        self._columns: dict[str, tuple[str, ...]] = {}  # of each source, as seen before
        self._refusal = ""

    @property
    def spots(self) -> tuple[NeuronSpot, ...]:
        """Where the neurons are that are drawn one by one."""
        return self._picture.spots if self._picture is not None else ()

    @property
    def picture(self) -> Picture | None:
        """What is drawn now."""
        return self._picture

    @property
    def offered(self) -> tuple[str, ...]:
        """The inputs that are off and can be switched on."""
        return () if self.snapshot is None else offered_features(self.snapshot, self.seen_columns)

    @property
    def seen_columns(self) -> tuple[str, ...]:
        """All columns of the data that were seen together, before some were switched off."""
        if self.snapshot is None:
            return ()
        return self._columns.get(self.snapshot.experiment.data.source, ())

    @property
    def cursor(self) -> tuple[int, int] | None:
        """The selected neuron, or the input that is off and under the cursor."""
        if self._offer is not None and self.snapshot is not None:
            return 0, self.snapshot.layer_sizes[0] + self._offer
        return self.selected

    @property
    def hidden_layers(self) -> tuple[int, ...]:
        """The sizes of the hidden layers."""
        return () if self.snapshot is None else self.snapshot.experiment.network.hidden

    def draw(self, width: int, height: int) -> list[Strip]:
        if self.snapshot is None:
            return Canvas(width, height, self.palette).strips()
        data = diagram_data(self.snapshot, width, height, self.offered)
        source = self.weight.row if self.weight is not None else None
        self._picture = draw_diagram(data, width, height, self.palette, self.cursor, source)
        return self._picture.strips

    def describe(self) -> None:
        if self.snapshot is None:
            self.caption("Network")
            return
        room = self.size.width - 4
        self.caption(heading(self.snapshot, room), self.words_below(self.snapshot, room))

    def words_below(self, snapshot: Snapshot, room: int) -> Text | None:
        """What the lower border says, in at most `room` cells."""
        return footer(snapshot, self.hidden_layers, self._refusal, self.palette, room)

    def refuse(self, words: str) -> None:
        """Say why something cannot be done, until the next key; "" takes it back."""
        self._refusal = words
        self.describe()

    def action_walk(self, across: int, down: int) -> None:
        """Select the neuron next to the selected one, in the direction of an arrow key."""
        if self._picture is None or self.snapshot is None:
            return
        place = self.cursor
        inputs, *others = self.snapshot.layer_sizes
        sizes = (inputs + len(self._picture.plan.layers[0].offers), *others)
        if place is None or not (place[0] < len(sizes) and place[1] < sizes[place[0]]):
            self.select(min(1, len(sizes) - 1), 0)
        elif (target := walk(self._picture, sizes, place, across, down)) is not None:
            self.select(*target)

    def select(self, layer: int, index: int) -> None:
        """Go to a neuron, or to an input that is off: those count on from those that are on."""
        assert self.snapshot is not None
        self.refuse("")
        if layer == 0 and index >= self.snapshot.layer_sizes[0]:
            self._offer = index - self.snapshot.layer_sizes[0]
            self.redraw()
            return
        if self._offer is not None:
            self._offer = None
            self.redraw()
        self.selected = (layer, index)
        self.post_message(NeuronSelected(layer, index))

    def watch_selected(self) -> None:
        """The weight and the input under the cursor go when another neuron is selected."""
        if self.selected is not None:
            self._offer = None
        place = self.weight
        if place is not None and (place.layer, place.column) != self.selected:
            self.weight = None
        self.redraw()

    def watch_weight(self) -> None:
        self.redraw()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        if now is not None:
            source, names = now.experiment.data.source, now.dataset.inputs
            whole = names == now.dataset.raw_names
            if whole and len(names) > len(self._columns.get(source, ())):
                self._columns[source] = names
        super().watch_snapshot(before, now)
