"""The settings of an experiment as rows that a person can read, step through and type into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nnmath_engine.datasets import DATASETS, is_file
from nnmath_engine.experiment import OPTION_TABLES
from nnmath_engine.field import Field
from nnmath_engine.fields import FIELDS
from nnmath_engine.registry import Option
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import plain_powers
from nnmath_tui.views.ladders import field_steps, option_steps
from nnmath_tui.views.sections import SECTIONS

_LONGEST_LABEL = 16
_EACH_LAYER = 8
"""In deeper networks the activations are typed in one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row: a setting, its value in print, and the values to step through in order.

    `path` is what a change is asked for by; `rule` checks a typed value. `cyclic` steps go round.
    `section` is the heading that the row stands under.
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
    section: str = ""

    @property
    def typing(self) -> str:
        """What there is to edit when a person begins to type."""
        return str(self.value) if self.value in ("auto", "") else self.text


def settings(snapshot: Snapshot, pending: Mapping[str, Any] | None = None) -> tuple[Setting, ...]:
    """The rows for the experiment in force, with the values in `pending` in place of its own.

    Rows that say nothing for this data are left out: noise for measured data, classes for two.
    """
    values = {**snapshot.experiment.values(), **(pending or {})}
    return tuple(
        replace(row, section=section)
        for section, paths in SECTIONS.items()
        for path in paths
        if _applies(path, values)
        for row in _rows(path, values, snapshot)
    )


def layer_activations(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The activation of each hidden layer: `values` by path, single layers' own ones included."""
    named = values["network.activation"]
    names = (named,) * len(values["network.hidden"]) if isinstance(named, str) else named
    return tuple(
        values.get(f"network.activation.{layer}", name) for layer, name in enumerate(names, start=1)
    )


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value at `path`, which may be one of a table of options, or one layer's activation."""
    if path in values:
        return values[path]
    table, _, name = path.rpartition(".")
    if table == "network.activation":
        names = layer_activations(values)
        return names[int(name) - 1] if int(name) <= len(names) else None
    return (values.get(table) or {}).get(name)


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
        case "data.target" | "data.task":
            return is_file(name)
        case "data.missing":
            # Of the data that come with the program, the penguins alone have gaps.
            return name.startswith("penguin") if source else is_file(name)
        case "training.l1_method":
            return bool(values["training.l1"])
        case "training.restore_best":
            return bool(values["training.early_stopping"])
        case "network.activation.":
            return 2 <= len(values["network.hidden"]) <= _EACH_LAYER
        case _:
            return True


def _rows(path: str, values: Mapping[str, Any], snapshot: Snapshot) -> Iterator[Setting]:
    if path == "network.activation.":
        yield from _layer_rows(values)
        return
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
        steps=field_steps(field, snapshot),
        cyclic=field.kind in ("choice", "choices", "boolean") or path == "data.source",
        resets=field.effect == "reset",
    )


def _option_row(path: str, field: Field, of: str, option: Option, value: Any) -> Setting:
    words = option.name.replace("_", " ")
    named = f"{of} {words}"
    return Setting(
        path=f"{path}.{option.name}",
        label=named if len(named) <= _LONGEST_LABEL else words.capitalize(),
        value=value,
        text=in_words(value),
        about=f"{option.symbol}: {option.about}",
        rule=option,
        steps=option_steps(option),
        cyclic=isinstance(option.default, bool),
        resets=field.effect == "reset",
    )


def _layer_rows(values: Mapping[str, Any]) -> Iterator[Setting]:
    field = FIELDS["network.activation"]
    rule = replace(field, kind="choice")
    for layer, name in enumerate(layer_activations(values), start=1):
        yield Setting(
            path=f"network.activation.{layer}",
            label=f"Layer {layer}",
            value=name,
            text=name,
            about=f"The activation of hidden layer {layer} alone.",
            rule=rule,
            steps=field.choices,
            cyclic=True,
        )


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
    if path == "data.target" and not value:
        return "last column"
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
