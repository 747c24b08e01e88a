"""Names as they are printed: x₁ for x1, h₃ for a hidden neuron, ŷ for what the network answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath_engine.dataset import Dataset
from nnmath_engine.snapshot import Snapshot

_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def subscript(number: int) -> str:
    """12 as ₁₂."""
    return str(number).translate(_DIGITS)


def printed(name: str) -> str:
    """The name of an input in print: x1^2 as x₁², sin(pi*x2) as sin(πx₂); others as they are."""
    if re.fullmatch(r"x\d+|x\d+\^2|x\d+\*x\d+|sin\(pi\*x\d+\)", name) is None:
        return name
    name = re.sub(r"x(\d+)", lambda found: "x" + found[1].translate(_DIGITS), name)
    return name.replace("^2", "²").replace("pi*", "π").replace("*", "")


def input_names(dataset: Dataset) -> tuple[str, ...]:
    """Those of the network's inputs."""
    return tuple(printed(name) for name in dataset.inputs)


def output_names(dataset: Dataset) -> tuple[str, ...]:
    """ŷ for a single output, the names of the classes for several."""
    return ("ŷ",) if len(dataset.outputs) == 1 else dataset.outputs


def neuron_names(snapshot: Snapshot, layer: int) -> Sequence[str]:
    """The names of a layer's neurons, layer 0 being the inputs."""
    if layer == 0:
        return input_names(snapshot.dataset)
    if layer == len(snapshot.layer_sizes) - 1:
        return output_names(snapshot.dataset)
    return [f"h{subscript(index + 1)}" for index in range(snapshot.layer_sizes[layer])]


def layer_words(snapshot: Snapshot, layer: int) -> str:
    """What a layer is called: "inputs", "hidden layer 2", "output layer"."""
    if layer == 0:
        return "inputs"
    last = len(snapshot.layer_sizes) - 1
    return "output layer" if layer == last else f"hidden layer {layer}"
