"""Numbers, names and remedies as the findings word them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nnmath_engine.experiment import Experiment


def number(value: float) -> str:
    """Four significant digits: "0.6931", "2.3e-05"."""
    return f"{value:.4g}"


def percent(share: float) -> str:
    """A share of one: "94 %"; only all is 100, only nothing is 0."""
    shown = round(100 * share)
    if shown == 100 and share < 1:
        return "over 99 %"
    return f"{shown} %" if shown or share == 0 else "under 1 %"


def cell(index: int, place: tuple[int, ...]) -> str:
    """The name of a parameter: array number `index` of `Parameters.arrays`, at `place`."""
    return f"{'wb'[index % 2]}{index // 2 + 1}[{','.join(map(str, place))}]"


def of_neuron(experiment: Experiment, symbol: str, layer: int, neuron: int, row: int) -> str:
    """The name of a neuron's number on a training row; `layer` counts from 0, as in a tape.

    Nothing is dropped out when the doctor looks, which the name says where it makes a difference.
    """
    without = "eval" if experiment.network.dropout else ""
    return f"{symbol}{layer + 1}[{neuron}]@{without}{row}"


def z_formula(layer: int) -> str:
    """Where the weighted sums of a layer come from; `layer` counts from 0."""
    before = f"a{layer}" if layer else "x"
    return f"z{layer + 1} = {before} W{layer + 1} + b{layer + 1}"


def times(value: float, factor: float) -> float:
    """About `factor` times a setting, as a round number of one digit."""
    return float(f"{value * factor:.0e}") if value > 0 and math.isfinite(value) else value


def rate(experiment: Experiment, factor: float) -> dict[str, Any]:
    """A learning rate that is about `factor` times the present one."""
    return {"training.learning_rate": times(experiment.training.learning_rate, factor)}


def other_activation(experiment: Experiment, name: str) -> dict[str, Any]:
    """One activation for all hidden layers."""
    return {"network.activation": name}


def other_start(experiment: Experiment, initializer: str) -> dict[str, Any]:
    """First weights drawn by another initializer, in the place of given ones too."""
    changes: dict[str, Any] = {"network.initializer": initializer}
    return changes | _nothing_given(experiment)


def other_shape(experiment: Experiment, hidden: tuple[int, ...]) -> dict[str, Any]:
    """Hidden layers of other sizes; what was given for the old ones does not fit any more."""
    changes: dict[str, Any] = {"network.hidden": hidden}
    if not isinstance(experiment.network.activation, str):
        changes["network.activation"] = experiment.network.activation[0]
    return changes | _nothing_given(experiment)


def _nothing_given(experiment: Experiment) -> dict[str, Any]:
    network = experiment.network
    given: Mapping[str, Any] = {"weights": network.weights, "biases": network.biases}
    return {f"network.{name}": () for name, values in given.items() if values}
