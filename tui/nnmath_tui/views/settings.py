"""The settings of an experiment as rows that a person can read, step through and type into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import OPTION_TABLES
from nnmath_engine.field import Field
from nnmath_engine.fields import FIELDS
from nnmath_engine.losses import LOSSES
from nnmath_engine.registry import Option
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import plain_powers

ORDER = (
    "network.activation",
    "training.loss",
    "training.optimizer",
    "training.learning_rate",
    "training.batch_size",
    "training.l1",
    "training.l2",
    "network.hidden",
    "data.source",
    "data.formula",
    "data.classes",
    "data.noise",
    "network.dropout",
    "training.optimizer_options",
    "training.schedule",
    "training.schedule_options",
    "data.samples",
    "data.features",
    "data.standardize",
    "network.initializer",
    "network.initializer_options",
    "training.seed",
    "data.seed",
    "data.test_fraction",
    "data.validation_fraction",
    "training.early_stopping",
    "training.clip_norm",
    "training.epochs",
    "training.l1_method",
    "training.clip_value",
    "training.shuffle",
    "network.output_activation",
    "training.dtype",
)
"""What is tried most comes first; settings that a preset file alone can give are left out."""

PLANE_FEATURES: tuple[tuple[str, ...], ...] = (
    (),
    ("x1", "x2", "x1*x2"),
    ("x1", "x2", "x1^2", "x2^2"),
    ("x1", "x2", "x1^2", "x2^2", "x1*x2"),
    ("x1", "x2", "sin(pi*x1)", "sin(pi*x2)"),
    ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)"),
)
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
HIDDEN_LAYERS: tuple[tuple[int, ...], ...] = (
    (),
    *((width,) * depth for depth, width in product((1, 2, 3), _WIDTHS)),
)
_LONGEST_LABEL = 16
_SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row: a setting, its value in print, and the values to step through in order.

    `path` is what a change is asked for by; `rule` checks a typed value. `cyclic` steps go round.
    """

    path: str
    label: str
    value: Any
    text: str
    about: str
    rule: Field | Option
    steps: tuple[Any, ...] = ()
    cyclic: bool = False
    resets: bool = False


def settings(snapshot: Snapshot, pending: Mapping[str, Any] | None = None) -> tuple[Setting, ...]:
    """The rows for the experiment in force, with the values in `pending` in place of its own.

    Rows that say nothing for this data are left out: noise for measured data, classes for two.
    """
    values = {**snapshot.experiment.values(), **(pending or {})}
    return tuple(
        row for path in ORDER if _applies(path, values) for row in _rows(path, values, snapshot)
    )


def _applies(path: str, values: Mapping[str, Any]) -> bool:
    name = values["data.source"]
    source = DATASETS.get(name)
    match path:
        case "data.formula":
            return bool(name == "formula")
        case "data.classes":
            return source is not None and any(o.name == "classes" for o in source.options)
        case "data.noise" | "data.samples":
            made = source is not None and not source.real and not source.table
            return made or name == "formula"
        case "training.l1_method":
            return bool(values["training.l1"])
        case _:
            return True


def _rows(path: str, values: Mapping[str, Any], snapshot: Snapshot) -> Iterator[Setting]:
    field = FIELDS[path]
    if path in OPTION_TABLES:
        chooser, registry = OPTION_TABLES[path]
        entry = registry[values[chooser]]
        for option in entry.options:
            value = values.get(f"{path}.{option.name}", values[path].get(option.name))
            value = option.default if value is None else value
            yield _option_row(path, field, entry.label, option, value)
        return
    value = values[path]
    yield Setting(
        path=path,
        label=field.label,
        value=value,
        text=_settled(path, value, snapshot),
        about=field.about,
        rule=field,
        steps=_steps(field, snapshot),
        cyclic=field.kind in ("choice", "choices", "boolean") or path == "data.source",
        resets=field.effect == "reset",
    )


def _option_row(path: str, field: Field, of: str, option: Option, value: Any) -> Setting:
    words = option.name.replace("_", " ")
    named = f"{of} {words}"
    steps: tuple[Any, ...] = ()
    if isinstance(option.default, bool):
        steps = (False, True)
    elif option.high == 1.0 and option.default >= 0.5:
        steps = _SHARES
    return Setting(
        path=f"{path}.{option.name}",
        label=named if len(named) <= _LONGEST_LABEL else words.capitalize(),
        value=value,
        text=in_words(value),
        about=f"{option.symbol}: {option.about}",
        rule=option,
        steps=steps,
        cyclic=isinstance(option.default, bool),
        resets=field.effect == "reset",
    )


def _steps(field: Field, snapshot: Snapshot) -> tuple[Any, ...]:
    match field.path:
        case "data.source":
            return (*DATASETS, "formula")
        case "training.loss":
            task = snapshot.dataset.task
            return ("auto", *(name for name, loss in LOSSES.items() if task in loss.tasks))
        case "network.output_activation":
            loss, several = snapshot.loss, snapshot.layer_sizes[-1] > 1
            fitting = (loss.output,) if loss.on_logits else field.choices[1:]
            return ("auto", *(name for name in fitting if several or name != "softmax"))
        case "network.hidden":
            return HIDDEN_LAYERS
        case "data.features":
            return PLANE_FEATURES if snapshot.dataset.raw_names == ("x1", "x2") else ()
    if field.kind == "boolean":
        return (False, True)
    return field.choices or field.ladder


def _settled(path: str, value: Any, snapshot: Snapshot) -> str:
    """The value in print, with what the engine made of an "auto"."""
    if value == "auto":
        made_of = {
            "training.loss": snapshot.loss.name,
            "network.output_activation": snapshot.activations[-1].name,
        }
        return f"{made_of[path]} auto" if path in made_of else "auto"
    if path == "data.features" and not value:
        return "all"
    return in_words(value)


def in_words(value: Any) -> str:
    """A value as it is shown, and as it may be typed."""
    match value:
        case bool():
            return "on" if value else "off"
        case float():
            return plain_powers(f"{value:g}")
        case tuple():
            return " ".join(map(in_words, value)) or "none"
        case _:
            return str(value)
