"""The values that a setting can take, as rows to pick from: each with what it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnmath_engine.activations import OUTPUT_ACTIVATIONS
from nnmath_engine.datasets import DATASETS
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Entry
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
    registry = REGISTRIES.get(setting.path, {})
    return tuple(_choice(value, registry.get(str(value)), setting) for value in setting.steps)


def about(setting: Setting) -> str:
    """What a setting is, and what its present value is if that has a name of its own."""
    entry = REGISTRIES.get(setting.path, {}).get(str(setting.value))
    warning = "Starts the network afresh. " if setting.resets else ""
    return warning + setting.about + (f" {entry.label}: {entry.about}" if entry else "")


def _choice(value: Any, entry: Entry | None, setting: Setting) -> Choice:
    if entry is None:
        return Choice(value, in_words(value), "", setting.about)
    return Choice(value, entry.name, "; ".join(entry.formula.split("\n")), entry.about)
