"""The keys of the network pane. Each has an id, by which a key map may move it."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(key: str, action: str, label: str, id: str, tooltip: str, show: bool = False) -> Binding:
    return Binding(key, action, label, id=id, tooltip=tooltip, show=show)


NETWORK_KEYS: list[BindingType] = [
    _key("enter", "take", "take", "bias-take", "Take the value as typed", show=True),
    _key("escape", "cancel", "cancel", "bias-cancel", "Keep the old value", show=True),
    _key("left", "walk(-1, 0)", "neuron", "neuron-left", "The layer before", show=True),
    _key("right", "walk(1, 0)", "neuron", "neuron-right", "The next layer"),
    _key("up", "walk(0, -1)", "neuron", "neuron-up", "The neuron above"),
    _key("down", "walk(0, 1)", "neuron", "neuron-down", "The neuron below"),
    _key("w", "weight(1)", "weights", "weight-next", "Walk the weights into the neuron"),
    _key("W", "weight(-1)", "weights", "weight-before", "The weight before that"),
    _key("a", "neurons(1)", "neuron+", "neuron-more", "One neuron more in this layer"),
    _key("d", "neurons(-1)", "neuron-", "neuron-less", "One neuron less in this layer"),
    _key("A", "layers(1)", "layer+", "layer-more", "A new layer after this one"),
    _key("D", "layers(-1)", "layer-", "layer-less", "Remove this layer"),
    _key("o", "switch", "on/off", "input-switch", "Switch this input on or off"),
    _key("e", "edit", "edit", "neuron-edit", "Type a new bias, or the weight chosen by w"),
    _key("f", "freeze", "freeze", "neuron-freeze", "Keep this bias or weight as it is, or let go"),
]
