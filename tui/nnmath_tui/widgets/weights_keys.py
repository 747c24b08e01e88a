"""The keys of the weights pane. Each has an id, by which a key map may move it."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(key: str, action: str, label: str, id: str, tooltip: str, show: bool = True) -> Binding:
    return Binding(key, action, label, id=id, tooltip=tooltip, show=show)


WEIGHTS_KEYS: list[BindingType] = [
    _key("e", "edit", "edit", "weights-edit",
         "Type another value for the selected weight; = begins one too"),
    Binding("left_square_bracket", "layer(-1)", "layer", id="layer-before",
            key_display="[", tooltip="The layer before"),
    Binding("right_square_bracket", "layer(1)", id="layer-after", show=False,
            key_display="]", tooltip="The next layer"),
    _key("w", "show('weights')", "weights", "show-weights", "Show weights"),
    _key("g", "show('gradients')", "gradients", "show-gradients",
         "Show the gradient that the optimizer last saw"),
    _key("u", "updates", "updates", "show-updates",
         "Show how far the last step moved each weight; again, as a share of the weight"),
    _key("m", "memory", "memory", "show-memory",
         "Show what the optimizer remembers of each weight"),
    _key("h", "histogram", "histogram", "weights-histogram",
         "Show how many weights are how large"),
    _key("o", "zoom", "zoom", "weights-zoom",
         "Show the numbers around the cursor, or the whole matrix"),
    _key("y", "share", "scale", "weights-scale",
         "One scale of colors for all layers, or one for each", False),
    _key("f", "freeze", "freeze", "weights-freeze",
         "Keep the selected weight as it is while training, or let it go"),
    _key("escape", "deselect", "", "weight-deselect",
         "Select no weight", False),
    _key("up", "move(-1, 0)", "", "weight-up", "The weight above", False),
    _key("down", "move(1, 0)", "", "weight-down", "The weight below", False),
    _key("left", "move(0, -1)", "", "weight-left", "The neuron before", False),
    _key("right", "move(0, 1)", "", "weight-right", "The next neuron", False),
]  # fmt: skip
