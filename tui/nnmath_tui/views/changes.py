"""From what a person does to a setting to the change that the engine is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import check_option
from nnmath_engine.field import Field
from nnmath_engine.losses import LOSSES
from nnmath_engine.registry import Option
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.settings import Setting, layer_activations

_TRUTHS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def stepped(setting: Setting, direction: int) -> Any:
    """The next value up (1) or down (-1), from wherever the value is now; None if there is none."""
    steps = setting.steps
    if not steps:
        return None
    if setting.value in steps:
        place = steps.index(setting.value) + direction
        if setting.cyclic:
            return steps[place % len(steps)]
        return steps[place] if 0 <= place < len(steps) else None
    if setting.cyclic:
        return steps[0 if direction > 0 else -1]
    beyond = [step for step in steps if (_rank(step) - _rank(setting.value)) * direction > 0]
    if not beyond:
        return None
    return min(beyond, key=lambda step: abs(_rank(step) - _rank(setting.value)))


def typed(setting: Setting, text: str) -> Any:
    """The value that `text` says.

    Raises:
        ValueError: it is not allowed; the message says what is, in the engine's words.
    """
    text = text.strip()
    rule = setting.rule
    if isinstance(rule, Option):
        truth = isinstance(rule.default, bool)
        return check_option(rule, _TRUTHS.get(text.lower(), text) if truth else _number(text))
    return rule.check(_read(rule, text))


def request(
    snapshot: Snapshot, path: str, value: Any, pending: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The change to ask for, with what must change along so that the engine can take it.

    `pending` holds what has been asked for before and may not be in force yet.

    Weights given by a preset fit its own shapes only; features are named after the columns of
    their data; a loss may not fit the task of other data.
    """
    if path.startswith("network.activation."):
        asked = {**snapshot.experiment.values(), **(pending or {}), path: value}
        names = layer_activations(asked)
        return {"network.activation": names if len(set(names)) > 1 else names[0]}
    changes: dict[str, Any] = {path: value}
    network, training = snapshot.experiment.network, snapshot.experiment.training
    if path == "data.source":
        source = DATASETS.get(value)
        if snapshot.experiment.data.features:
            changes["data.features"] = ()
        loss = LOSSES.get(training.loss)
        if loss and source and source.task not in loss.tasks:
            changes["training.loss"] = "auto"
        if network.output_activation != "auto":
            changes["network.output_activation"] = "auto"
    if path == "training.loss" and network.output_activation != "auto":
        loss = LOSSES.get(value)
        if loss is None or (loss.on_logits and loss.output != network.output_activation):
            changes["network.output_activation"] = "auto"
    if path in ("data.source", "data.features", "network.hidden"):
        for given in ("weights", "biases"):
            if getattr(network, given):
                changes[f"network.{given}"] = ()
    if path == "network.hidden" and isinstance(network.activation, tuple):
        names = (*network.activation, *[network.activation[-1]] * len(value))
        changes["network.activation"] = names[: len(value)] or names[0]
    return changes


def _rank(value: Any) -> float:
    """What a value is compared by: numbers by size, lists of them by their length and sum."""
    if isinstance(value, tuple):
        return 1e6 * len(value) + sum(item for item in value if isinstance(item, int))
    return float(value)


def _number(text: str) -> Any:
    """The number that `text` is; `text` itself if it is none, for the rule to refuse."""
    try:
        number = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _read(field: Field, text: str) -> Any:
    words = re.split(r"\s*,\s*" if "," in text else r"\s+", text) if text else []
    match field.kind:
        case "boolean":
            return _TRUTHS.get(text.lower(), text)
        case "integer" | "number":
            return _number(text)
        case "integers":
            return [] if text.lower() == "none" else [_number(word) for word in words]
        case "names":
            return [] if text.lower() == "all" else words
        case "choices":
            return words if len(words) > 1 else text
        case _:
            return text
