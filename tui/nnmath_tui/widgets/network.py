"""The network pane: the layers with what every neuron computes, to walk through and rebuild."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from nnmath_engine.snapshot import Snapshot
from textual import events
from textual.binding import BindingType

from nnmath_tui.messages import ChangeRequested
from nnmath_tui.views.architecture import (
    Hidden,
    change_of,
    more_neurons,
    one_layer_less,
    one_layer_more,
)
from nnmath_tui.views.features import Refused, all_features, switched
from nnmath_tui.widgets.network_keys import NETWORK_KEYS
from nnmath_tui.widgets.parameter_pane import ParameterPane
from nnmath_tui.widgets.pending import ANSWER_WITHIN, Pending

_HIDDEN = "network.hidden"


class NetworkPane(ParameterPane):
    """Neurons, layers and inputs come and go by `ChangeRequested`; snapshots echo them back."""

    BINDINGS: ClassVar[list[BindingType]] = NETWORK_KEYS

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layer = 1  # where neurons come and go, also after a change has unselected all
        self._again: tuple[int, int] | None = None  # to select when the changed network is there
        self._pending = Pending()

    @property
    def hidden_layers(self) -> Hidden:
        """The sizes of the hidden layers in force, or those asked for a moment ago."""
        asked: Hidden | None = self._pending.values.get(_HIDDEN)
        return super().hidden_layers if asked is None else asked

    def action_neurons(self, change: int) -> None:
        """Add or remove one neuron of the selected layer."""
        layer = max(1, min(self._layer, len(self.hidden_layers)))
        self._ask(lambda hidden: more_neurons(hidden, layer, change), layer, layer)

    def action_layers(self, change: int) -> None:
        """Add a layer after the selected one, or remove that one."""
        count = len(self.hidden_layers)
        if change > 0:
            after = min(self._layer, count)
            self._ask(lambda hidden: one_layer_more(hidden, after), after, after + 1)
        else:
            layer = max(1, min(self._layer, count))
            self._ask(lambda hidden: one_layer_less(hidden, layer), layer, max(1, layer - 1))

    def action_switch(self) -> None:
        """Switch the input under the cursor off, or on."""
        place, snapshot = self.cursor, self.snapshot
        if snapshot is None or place is None or place[0] != 0:
            self.refuse("select an input at the left, and o switches it on or off")
            return
        inputs = snapshot.dataset.inputs
        off = place[1] - len(inputs)
        name = inputs[place[1]] if off < 0 else self.offered[off]
        try:
            changes = switched(snapshot, name, self.seen_columns)
        except Refused as refusal:
            self.refuse(str(refusal))
            return
        order = all_features(snapshot, self.seen_columns)
        before = sum(feature in inputs for feature in order[: order.index(name)])
        self._again = (0, before if off >= 0 else min(place[1], len(inputs) - 2))
        self._request(changes)

    def _ask(self, build: Callable[[Hidden], Hidden], at: int, then: int) -> None:
        """Ask for other hidden layers, and go to layer `then` when they are there."""
        if self.snapshot is None:
            return
        try:
            hidden = build(self.hidden_layers)
        except Refused as refusal:
            self.refuse(str(refusal))
            return
        self._layer = then
        index = self.selected[1] if self.selected is not None else 0
        self._again = (then, min(index, hidden[then - 1] - 1) if then <= len(hidden) else 0)
        changes = change_of(self.snapshot, hidden, at)
        self._pending.ask(_HIDDEN, hidden)
        self.set_timer(ANSWER_WITHIN, self._settle)
        self._request(changes)

    def _request(self, changes: Mapping[str, Any]) -> None:
        self.leave_edit()
        self.refuse("")
        self.post_message(ChangeRequested(changes))

    def on_click(self, event: events.Click) -> None:
        place, snapshot = event.get_content_offset(self), self.snapshot
        if place is None or snapshot is None or self.picture is None:
            return
        button = self.picture.button_at(place.x, place.y)
        spot = self.picture.spot_at(place.x, place.y)
        if button is not None:
            self._layer = button.layer
            self.action_neurons(button.change)
        elif spot is not None:
            here = (spot.layer, spot.index)
            again = here == self.cursor
            self.select(*here)
            # One click takes an offer; an input in use is selected first, for it could be a slip.
            if spot.layer == 0 and (again or spot.index >= snapshot.layer_sizes[0]):
                self.action_switch()

    def watch_selected(self) -> None:
        if self.selected is not None:
            self._layer = self.selected[0]
        super().watch_selected()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        self._settle()
        super().watch_snapshot(before, now)
        if before is None or now is None or before.layer_sizes != now.layer_sizes:
            self._offer = None
            if now is not None and not self._pending:
                self._select_again(now)

    def _select_again(self, snapshot: Snapshot) -> None:
        """Go back to the neuron that was selected before the network changed its shape."""
        if self._again is not None:
            (layer, index), self._again = self._again, None
            if layer < len(snapshot.layer_sizes) and index < snapshot.layer_sizes[layer]:
                self.select(layer, index)

    def _settle(self) -> None:
        if self.snapshot is not None and self._pending:
            self._pending.settle(self.snapshot.experiment)
            self.describe()
