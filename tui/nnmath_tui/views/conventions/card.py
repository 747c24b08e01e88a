"""The card as lines: our conventions for this experiment, then the same in three libraries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Option
from nnmath_engine.regularizers import REGULARIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.conventions.keras import keras
from nnmath_tui.views.conventions.pytorch import pytorch
from nnmath_tui.views.conventions.scikit import scikit
from nnmath_tui.views.conventions.subject import Equivalent, Subject

Role = Literal["heading", "term", "text", "formula", "code", "note", "blank"]
_INDENT = {"text": "  ", "formula": "    ", "code": "    "}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the card before it is wrapped; code and formulas keep their line breaks."""

    role: Role
    text: str


def card(snapshot: Snapshot) -> tuple[Line, ...]:
    """All lines of the card of an experiment."""
    subject = Subject.of(snapshot)
    return (
        *_ours(subject),
        *_theirs("The same in PyTorch", pytorch(subject)),
        *_theirs("The same in Keras 3", keras(subject)),
        *_theirs("The same in scikit-learn", scikit(subject)),
    )


def wrapped(line: Line, width: int) -> list[str]:
    """The line in rows of at most `width` cells; only words are wrapped, never code."""
    if line.role == "note":
        return wrap(line.text, max(8, width), initial_indent="  - ", subsequent_indent="    ")
    indent = _INDENT.get(line.role, "")
    if line.role in ("code", "formula"):
        return [(indent + line.text).rstrip()]
    return wrap(line.text, max(8, width), initial_indent=indent, subsequent_indent=indent) or [""]


def in_plain_text(snapshot: Snapshot, width: int = 79) -> str:
    """The card as text, headings underlined as in Markdown."""
    rows = []
    for line in card(snapshot):
        rows += wrapped(line, width)
        if line.role == "heading":
            rows.append("=" * len(line.text))
    return "\n".join(rows)


def _ours(subject: Subject) -> Iterator[Line]:
    training, network = subject.experiment.training, subject.experiment.network
    loss, optimizer = subject.blueprint.loss, OPTIMIZERS[training.optimizer]
    k = subject.blueprint.sizes[-1]
    yield Line("heading", "Conventions")
    yield from _term(
        f"Loss: {loss.label}",
        "L = mean of Lᵢ over the rows of the batch (over all rows of a split on the loss curve), "
        f"k = {k} output{'s' * (k != 1)}"
        + ("; a function of the logits z, natural logarithm." if loss.on_logits else "."),
        loss.formula,
        loss.derivative,
    )
    yield from _term(
        "Objective",
        "What a step goes down. Penalties count weights, never biases, and are shown apart from "
        "the loss.",
        "J = L"
        + (f" + λ/2·Σw²,  λ = {training.l2}" if training.l2 else "")
        + (f" + λ₁·Σ|w|,  λ₁ = {training.l1}" if training.l1 else ""),
    )
    if training.l2:
        yield from _term("L2", "Adds λ·w to the gradient of each weight, before clipping.")
    if training.l1:
        proximal = training.l1_method == "proximal"
        yield from _term(
            f"L1, {training.l1_method}",
            "After the optimizer's step; gives exact zeros."
            if proximal
            else "Adds λ₁·sign(w) to the gradient, sign(0) = 0; hardly ever an exact zero.",
            *(["w ← sign(w)·max(|w| − η·λ₁, 0)"] if proximal else []),
        )
    for name, value in (("clip_value", training.clip_value), ("clip_norm", training.clip_norm)):
        if value:
            entry = REGULARIZERS[name]
            yield from _term(f"{entry.label}: c = {value}", "", entry.formula)
    yield from _term(
        f"Optimizer: {optimizer.label}",
        "g is the gradient of J over the batch, η the learning rate in force, t the step; "
        + _options(optimizer.options, subject.optimizer_options),
        *optimizer.formula.splitlines(),
    )
    yield from _schedule(subject)
    yield from _batches(subject)
    yield from _start(subject)
    if network.dropout:
        yield from _term(
            f"Dropout: p = {network.dropout}",
            "On the outputs of hidden layers, while training only; losses are measured without.",
            REGULARIZERS["dropout"].formula,
        )
    if training.early_stopping:
        rows = "validation" if len(subject.dataset.validation) else "training"
        back = "; then the best weights are put back" if training.restore_best else ""
        yield from _term(
            "Early stopping",
            f"After {training.early_stopping} epochs without a lower loss on the {rows} rows"
            f"{back}.",
        )


def _schedule(subject: Subject) -> Iterator[Line]:
    training = subject.experiment.training
    schedule = SCHEDULES[training.schedule]
    yield from _term(
        f"Schedule: {schedule.label}",
        f"η₀ = {training.learning_rate}, set at the start of each epoch e = 0, 1, 2 and so on"
        + (f"; E = {training.epochs} planned epochs" if training.schedule == "cosine" else "")
        + (
            "; " + _options(schedule.options, subject.schedule_options) if schedule.options else "."
        ),
        schedule.formula,
    )


def _batches(subject: Subject) -> Iterator[Line]:
    training, rows, size = subject.experiment.training, subject.rows, subject.batch
    whole, rest = divmod(rows, size)
    last = (
        f" and a last one of {rest}, which is applied like any other, averaged over its own rows"
        if rest
        else ""
    )
    order = (
        "in a new random order each time, from the seed"
        if training.shuffle
        else "always in the same order"
    )
    batches = f"{whole:,} batch{'es' * (whole != 1)} of {size:,}"
    yield from _term(
        "Epoch", f"One pass over the {rows:,} training rows, {order}: {batches}{last}."
    )


def _start(subject: Subject) -> Iterator[Line]:
    network = subject.experiment.network
    if subject.given:
        yield from _term("First weights", "Given by the preset.")
        return
    initializer = INITIALIZERS[network.initializer]
    biases = "drawn alike" if network.initializer == "pytorch" else "0"
    options = _options(initializer.options, subject.initializer_options)
    yield from _term(
        f"First weights: {initializer.label}",
        f"W is (fan_in, fan_out), z = a W + b; biases are {biases}"
        + (f"; {options}" if initializer.options else "."),
        initializer.formula,
    )


def _term(name: str, text: str, *formulas: str) -> Iterator[Line]:
    yield Line("blank", "")
    yield Line("term", name)
    if text:
        yield Line("text", text)
    for formula in formulas:
        for row in formula.splitlines():
            yield Line("formula", row)


def _options(options: tuple[Option, ...], values: dict[str, bool | int | float]) -> str:
    shown = []
    for option in options:
        value = values[option.name]
        is_switch = isinstance(value, bool)
        text = ("on" if value else "off") if is_switch else f"{value}"
        shown.append(f"{option.name.replace('_', ' ') if is_switch else option.symbol} = {text}")
    return (", ".join(shown) or "no options") + "."


def _theirs(title: str, equivalent: Equivalent) -> Iterator[Line]:
    yield Line("blank", "")
    yield Line("heading", title)
    yield Line("blank", "")
    if not equivalent.code:
        yield Line("text", "No equivalent:")
    for row in equivalent.code:
        yield Line("code", row)
    if equivalent.code and equivalent.differences:
        yield Line("blank", "")
        yield Line("text", "Differences:")
    for difference in equivalent.differences:
        yield Line("note", difference)
