"""A lesson on paper: its text, the formulas of its network, and empty boxes for the answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from nnmath_engine.blueprint import Blueprint, blueprint
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import Experiment
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Entry
from nnmath_engine.regularizers import REGULARIZERS
from nnmath_engine.schedules import SCHEDULES

from nnmath_presets.preset import Goal, Lesson, Preset
from nnmath_presets.starting_numbers import starting_numbers

BLANK = "_" * 20


def handout(preset: Preset) -> str:
    """The Markdown of a hand-out; it gives no answer, no hint and no solution away.

    Raises:
        DataError, ExperimentError: the preset does not fit its data.
    """
    experiment, lesson = preset.experiment, preset.lesson or Lesson()
    dataset = build_dataset(experiment.data, experiment.training.loss, preset.base)
    network = blueprint(experiment, dataset)
    parts = [f"# {preset.title}", " ".join(_about(preset))]
    if lesson.text:
        parts.append(lesson.text.strip())
    parts += ["## The network", "\n".join(_network(experiment, dataset, network))]
    if numbers := list(starting_numbers(preset)):
        parts += ["## The numbers at the start", *numbers]
    parts += ["## Formulas", "\n".join(_formulas(experiment, network))]
    if lesson.goals:
        parts += ["## Goals", *(_goal(n, goal) for n, goal in enumerate(lesson.goals, start=1))]
    parts.append(f"Name: {BLANK}  Code: {BLANK}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(preset: Preset) -> Iterator[str]:
    if preset.summary:
        yield f"*{preset.summary}*"
    facts = [*([preset.difficulty] if preset.difficulty else []), *preset.topics]
    if facts:
        yield f"({', '.join(facts)})"


def _network(experiment: Experiment, dataset: Dataset, network: Blueprint) -> Iterator[str]:
    data, training = experiment.data, experiment.training
    entry = DATASETS.get(data.source)
    label = entry.label if entry else data.source
    formula = entry.formula if entry else data.formula if data.source == "formula" else ""
    rows = [f"{len(dataset.train):,} training"]
    rows += [f"{len(dataset.validation):,} validation"] if len(dataset.validation) else []
    rows += [f"{len(dataset.test):,} test"] if len(dataset.test) else []
    noun = "row" if rows == ["1 training"] else "rows"
    yield f"- Data: {label}{f', `{formula}`' if formula else ''}; {', '.join(rows)} {noun}"
    layers = zip(network.sizes[1:], network.activations, strict=True)
    inputs = network.sizes[0]
    shape = [f"{inputs} input{'s' * (inputs != 1)}", *(f"{n} {entry.label}" for n, entry in layers)]
    count = sum((n + 1) * m for n, m in pairwise(network.sizes))
    yield f"- Layers: {' → '.join(shape)}; {count:,} weights and biases"
    batch = min(training.batch_size, len(dataset.train))
    epochs = f"{training.epochs:,} epoch{'s' * (training.epochs != 1)}"
    yield (
        f"- Training: learning rate {training.learning_rate:g}, batch {batch:,}, {epochs}"
        if training.epochs
        else "- Training: none"
    )


def _formulas(experiment: Experiment, network: Blueprint) -> Iterator[str]:
    training = experiment.training
    yield "- A layer: `z = a W + b`"
    for activation in dict.fromkeys(network.activations):
        yield _formula(activation, f", derivative `{activation.derivative}`")
    yield _formula(network.loss)
    yield _formula(OPTIMIZERS[training.optimizer])
    if training.schedule != "constant":
        yield _formula(SCHEDULES[training.schedule])
    if not experiment.network.weights:
        yield _formula(INITIALIZERS[experiment.network.initializer])
    strengths = {
        "l1": training.l1,
        "l2": training.l2,
        "dropout": experiment.network.dropout,
        "clip_norm": training.clip_norm,
        "clip_value": training.clip_value,
    }
    for name, strength in strengths.items():
        if strength > 0:
            yield _formula(REGULARIZERS[name], f", here {strength:g}")


def _formula(entry: Entry, more: str = "") -> str:
    # A formula of several lines stands as a block of its own, within the list.
    rows = entry.formula.splitlines()
    if len(rows) == 1:
        return f"- {entry.label}: `{rows[0]}`{more}"
    return "\n".join([f"- {entry.label}{more}:", "", *(f"      {row}" for row in rows), ""])


def _goal(number: int, goal: Goal) -> str:
    lines = [f"{number}. [ ] {goal.say}"]
    if goal.question:
        lines += ["", f"   {goal.question}"]
    if goal.kind == "choice":
        lines += ["", *(f"   - [ ] {choice}" for choice in goal.choices)]
    elif goal.kind == "answer":
        lines += ["", f"   Answer: {BLANK} ({_allowed(goal)})"]
    return "\n".join(lines)


def _allowed(goal: Goal) -> str:
    if goal.relative_tolerance:
        return f"to {100 * goal.relative_tolerance:g} %"
    return f"to {goal.tolerance:g}" if goal.tolerance else "exactly"
