"""An experiment: everything that decides a training's numbers, checked and frozen.

The same object comes out of a preset file, a command line and the controls on the screen; two
equal experiments give equal numbers.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nnmath_engine.fields import FIELDS
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Entry, Option
from nnmath_engine.schedules import SCHEDULES

Values = Mapping[str, Any]

OPTION_TABLES: dict[str, tuple[str, Mapping[str, Entry]]] = {
    "network.initializer_options": ("network.initializer", INITIALIZERS),
    "training.optimizer_options": ("training.optimizer", OPTIMIZERS),
    "training.schedule_options": ("training.schedule", SCHEDULES),
}
"""Which choice, of which registry, the keys of an options table belong to."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an experiment: the path of the setting, and what is allowed there."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path} {self.message}" if self.path else self.message


class ExperimentError(ValueError):
    """An experiment that cannot be; `problems` lists all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class DataSpec:
    """Where the samples come from and how they are split and prepared; see `fields` for each."""

    source: str
    samples: int
    noise: float
    classes: int
    formula: str
    points: tuple[Any, ...]
    target: str
    task: str
    missing: str
    features: tuple[str, ...]
    standardize: bool
    test_fraction: float
    validation_fraction: float
    seed: int


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """The layers and how their first weights are drawn; see `fields` for each."""

    hidden: tuple[int, ...]
    activation: str | tuple[str, ...]
    output_activation: str
    initializer: str
    initializer_options: Mapping[str, Any]
    weights: tuple[Any, ...]
    biases: tuple[Any, ...]
    dropout: float

    def hidden_activations(self) -> tuple[str, ...]:
        """The name of the activation of each hidden layer."""
        if isinstance(self.activation, str):
            return (self.activation,) * len(self.hidden)
        return self.activation


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """What is made small, by which rule, for how long; see `fields` for each."""

    loss: str
    optimizer: str
    optimizer_options: Mapping[str, Any]
    learning_rate: float
    schedule: str
    schedule_options: Mapping[str, Any]
    batch_size: int
    epochs: int
    l1: float
    l1_method: str
    l2: float
    clip_norm: float
    clip_value: float
    early_stopping: int
    restore_best: bool
    shuffle: bool
    seed: int
    dtype: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """Data, network and training: all that a `Session` needs."""

    data: DataSpec
    network: NetworkSpec
    training: TrainingSpec

    @classmethod
    def from_values(cls, values: Values | None = None) -> Experiment:
        """Build an experiment from a mapping of paths to values; absent ones take their default.

        Raises:
            ExperimentError: with every problem of every value.
        """
        return cls._build(_unfold(values or {}))

    def values(self) -> dict[str, Any]:
        """All settings by path, options tables whole; `from_values` gives the experiment back."""
        values = {path: getattr(getattr(self, f.section), f.name) for path, f in FIELDS.items()}
        return values | {path: dict(values[path]) for path in OPTION_TABLES}

    def with_values(self, changes: Values) -> Experiment:
        """This experiment with some settings changed.

        When a choice changes, options that its new entry does not know are dropped, so that going
        from Adam to SGD needs no word about beta1.

        Raises:
            ExperimentError: with every problem of the changed settings.
        """
        given, merged = _unfold(changes), self.values()
        for path, value in given.items():
            single_options = path in OPTION_TABLES and path not in changes
            merged[path] = {**merged[path], **value} if single_options else value
        for table, (chooser, registry) in OPTION_TABLES.items():
            named = merged[chooser]
            entry = registry.get(named) if isinstance(named, str) else None
            if entry is not None and chooser in given and table not in changes:
                known = {*entry.defaults(), *given.get(table, ())}
                merged[table] = {key: v for key, v in merged[table].items() if key in known}
        return Experiment._build(merged)

    @classmethod
    def _build(cls, values: Values) -> Experiment:
        checked, problems = _check_fields(values)
        wrong = {problem.path for problem in problems}
        for path, (chooser, registry) in OPTION_TABLES.items():
            # Of an unknown choice nobody knows the options; the default in its place has others.
            if chooser not in wrong:
                checked[path] = _check_options(
                    path, registry[checked[chooser]], checked[path], problems
                )
        problems.extend(_contradictions(checked))
        if problems:
            raise ExperimentError(problems)
        return cls(
            data=DataSpec(**_section(checked, "data")),
            network=NetworkSpec(**_section(checked, "network")),
            training=TrainingSpec(**_section(checked, "training")),
        )


def _unfold(values: Values) -> dict[str, Any]:
    """Gather "training.optimizer_options.beta1" into the table that it belongs to."""
    flat: dict[str, Any] = {}
    for path, value in values.items():
        table, _, key = path.rpartition(".")
        if table in OPTION_TABLES and isinstance(flat.get(table, {}), Mapping):
            flat[table] = {**flat.get(table, {}), key: value}
        else:
            flat[path] = value
    return flat


def _check_fields(values: Values) -> tuple[dict[str, Any], list[Problem]]:
    checked = {path: field.default for path, field in FIELDS.items()}
    problems = []
    for path, value in values.items():
        if path not in FIELDS:
            problems.append(Problem(path, unknown(path, FIELDS)))
            continue
        try:
            checked[path] = FIELDS[path].check(value)
        except ValueError as error:
            problems.append(Problem(path, str(error)))
    return checked, problems


def unknown(name: str, known: Iterable[str]) -> str:
    """Say that `name` is no setting, and which known one it may have meant, or all there are."""
    paths = list(known)
    called = [path for path in paths if path.rpartition(".")[2] == name]
    if hint := f" (did you mean {called[0]!r}?)" if called else _meant(name, paths):
        return f"is not a setting{hint}"
    # In a section that there is, one of its settings was meant; else any may have been.
    section = name.partition(".")[0] + "."
    near = [path for path in paths if path.startswith(section)] or paths
    return f"is not a setting; allowed: {', '.join(near)}"


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name[:80], list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _check_options(
    table: str, entry: Entry, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    options = {option.name: option for option in entry.options}
    checked = {}
    for key, value in given.items():
        path = f"{table}.{key}"
        if key not in options:
            names = ", ".join(options) or "none"
            what = f"is not an option of {entry.name}, which has: {names}"
            problems.append(Problem(path, what + _meant(key, options)))
            continue
        try:
            checked[key] = check_option(options[key], value)
        except ValueError as error:
            problems.append(Problem(path, str(error)))
    return checked


def check_option(option: Option, value: Any) -> bool | int | float:
    """Return `value` in the option's own type.

    Raises:
        ValueError: the value is not allowed; the message says what is.
    """
    wanted = type(option.default)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if wanted is bool:
        if isinstance(value, bool):
            return value
        raise ValueError(f"must be true or false, not {value!r}")
    if is_number and math.isfinite(value) and (wanted is float or value == int(value)):
        low_fine = value > option.low if option.low_open else value >= option.low
        high_fine = value < option.high if option.high_open else value <= option.high
        if low_fine and high_fine:
            return wanted(value)
    kind = "a whole number" if wanted is int else "a number"
    low, high = f"{option.low:.12g}", f"{option.high:.12g}"
    bounds = (
        f"{'above' if option.low_open else 'from'} {low} to {'below ' * option.high_open}{high}"
    )
    raise ValueError(f"must be {kind} {bounds}, not {value!r}")


def _contradictions(checked: Values) -> list[Problem]:
    """What no single field can know: settings that do not go together."""
    problems = []
    test, validation = checked["data.test_fraction"], checked["data.validation_fraction"]
    if test + validation >= 1:
        problems.append(
            Problem(
                "data.validation_fraction",
                f"and data.test_fraction must leave rows to train on: {validation:g} + {test:g} "
                "must be below 1",
            )
        )
    activation, hidden = checked["network.activation"], checked["network.hidden"]
    if isinstance(activation, tuple) and len(activation) != len(hidden):
        problems.append(
            Problem(
                "network.activation",
                f"must be one name, or a list of {len(hidden)} (one for each hidden layer), "
                f"not a list of {len(activation)}",
            )
        )
    return problems


def _section(checked: Values, section: str) -> dict[str, Any]:
    return {f.name: checked[path] for path, f in FIELDS.items() if f.section == section}
