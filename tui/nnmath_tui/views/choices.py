"""The values that a setting can take, as rows to pick from: each with what it computes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnmath_engine.activations import OUTPUT_ACTIVATIONS
from nnmath_engine.datasets import DATASETS
from nnmath_engine.field import Field
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Entry, Option
from nnmath_engine.schedules import SCHEDULES

from nnmath_tui.views.settings import Setting, in_words

REGISTRIES: Mapping[str, Mapping[str, Entry]] = {
    "network.activation": OUTPUT_ACTIVATIONS,
    "network.output_activation": OUTPUT_ACTIVATIONS,
    "network.initializer": INITIALIZERS,
    "training.loss": LOSSES,
    "training.optimizer": OPTIMIZERS,
    "training.schedule": SCHEDULES,
    "data.source": DATASETS,
}
"""Where the entries of a setting's choices are described."""
_LAYER = re.compile(r"\.\d+$")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to pick, its formula on one line, and a sentence about it."""

    value: Any
    name: str
    formula: str
    about: str


def choices(setting: Setting) -> tuple[Choice, ...]:
    """The choices of a setting whose values have names; empty if it is a matter of numbers."""
    if not setting.cyclic or len(setting.steps) < 3:
        return ()
    registry = _registry(setting)
    return tuple(_choice(value, registry.get(str(value)), setting) for value in setting.steps)


RESETS = "Starts the network afresh."
"""What is said of a setting before it is changed, if a change gives other data or shapes."""


def about(setting: Setting) -> str:
    """What a setting is, and what its present value is if that has a name of its own."""
    entry = _registry(setting).get(str(setting.value))
    return setting.about + (f" {entry.label}: {entry.about}" if entry else "")


def explanation(setting: Setting) -> str:
    """All there is to say about a setting: what it is, what it is now, and what it can be."""
    entry = _registry(setting).get(str(setting.value))
    now = f"Now: {setting.text}" if setting.text else "Now: nothing"
    parts = [f"{setting.label}: {setting.about}", now]
    if entry is not None:
        parts[1] += f" ({entry.label}). {entry.about}"
        parts.append("\n".join(f"    {line}" for line in entry.formula.split("\n")))
    rule = setting.rule
    allowed = rule.allowed if isinstance(rule, Field) else _bounds(rule)
    parts.append(f"It can be {allowed}.")
    if setting.resets:
        parts.append(f"{RESETS} What it had learned is gone, unless you undo the change.")
    else:
        parts.append("It acts from the next batch on; nothing that was learned is lost.")
    return "\n\n".join(parts)


def _bounds(option: Option) -> str:
    """What an option takes, in words."""
    if isinstance(option.default, bool):
        return "on or off"
    noun = "a whole number" if isinstance(option.default, int) else "a number"
    low = f"{'above' if option.low_open else 'of at least'} {in_words(float(option.low))}"
    high = f"{'below' if option.high_open else 'at most'} {in_words(float(option.high))}"
    return f"{noun} {low} and {high}"


def _registry(setting: Setting) -> Mapping[str, Entry]:
    return REGISTRIES.get(_LAYER.sub("", setting.path), {})


def _choice(value: Any, entry: Entry | None, setting: Setting) -> Choice:
    if entry is None:
        return Choice(value, in_words(value), "", setting.about)
    return Choice(value, entry.name, "; ".join(entry.formula.split("\n")), entry.about)
