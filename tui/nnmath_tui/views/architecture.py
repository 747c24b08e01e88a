"""From "one neuron more here" to the change of the hidden layers that the engine is asked for."""

from __future__ import annotations

from typing import Any

from nnmath_engine import limits
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import count
from nnmath_tui.views.changes import request
from nnmath_tui.views.features import Refused

Hidden = tuple[int, ...]
_FIRST_WIDTH = 4
"""Neurons of a layer that has no neighbor to take after."""


def more_neurons(hidden: Hidden, layer: int, change: int) -> Hidden:
    """`hidden` with `change` more neurons in layer `layer` (1 is the first hidden one).

    Raises:
        Refused: there is no such layer, or it would be empty or too large.
    """
    if not hidden:
        raise Refused("there is no hidden layer: A adds one")
    if not 1 <= layer <= len(hidden):
        raise Refused("only hidden layers change their size")
    size = hidden[layer - 1] + change
    if size < 1:
        raise Refused(f"the last neuron of hidden layer {layer}: D removes the layer")
    if size > limits.NEURONS:
        raise Refused(f"a layer has at most {count(limits.NEURONS)} neurons")
    return (*hidden[: layer - 1], size, *hidden[layer:])


def one_layer_more(hidden: Hidden, after: int) -> Hidden:
    """`hidden` with a new layer after layer `after` (0 is the inputs), as wide as its neighbor.

    Raises:
        Refused: there are as many as there can be.
    """
    if len(hidden) >= limits.LAYERS:
        raise Refused(f"a network has at most {limits.LAYERS} hidden layers")
    after = max(0, min(after, len(hidden)))
    neighbor = hidden[after - 1] if after else hidden[0] if hidden else _FIRST_WIDTH
    return (*hidden[:after], neighbor, *hidden[after:])


def one_layer_less(hidden: Hidden, layer: int) -> Hidden:
    """`hidden` without layer `layer` (1 is the first hidden one).

    Raises:
        Refused: there is no such layer.
    """
    if not hidden:
        raise Refused("there is no hidden layer to remove")
    if not 1 <= layer <= len(hidden):
        raise Refused("only hidden layers can be removed")
    return (*hidden[: layer - 1], *hidden[layer:])


def change_of(snapshot: Snapshot, hidden: Hidden, at: int) -> dict[str, Any]:
    """The change to ask for; a layer that came or went, came after or was layer `at`.

    Where every layer has an activation of its own, the other layers keep theirs.
    """
    changes = request(snapshot, "network.hidden", hidden)
    names, before = snapshot.experiment.network.activation, snapshot.experiment.network.hidden
    if isinstance(names, tuple) and abs(len(hidden) - len(before)) == 1:
        if len(hidden) > len(before):
            after = max(0, min(at, len(names)))
            names = (*names[:after], names[max(0, after - 1)], *names[after:])
        else:
            names = (*names[: at - 1], *names[at:]) or names[0]
        changes["network.activation"] = names
    return changes
