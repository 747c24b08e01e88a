"""The experiment that a card is about, and what other libraries make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnmath_engine.blueprint import Blueprint
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.registry import Entry
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Subject:
    """An experiment with what its data settle; options with their defaults filled in."""

    experiment: Experiment
    blueprint: Blueprint
    dataset: Dataset

    @classmethod
    def of(cls, snapshot: Snapshot) -> Subject:
        return cls(snapshot.experiment, snapshot.blueprint, snapshot.dataset)

    @property
    def rows(self) -> int:
        """How many there are to train on."""
        return len(self.dataset.train)

    @property
    def batch(self) -> int:
        """Rows of a full batch."""
        return min(self.experiment.training.batch_size, self.rows)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        return tuple(activation.name for activation in self.blueprint.activations[:-1])

    @property
    def output(self) -> str:
        """The activation of the output that a model needs before its loss: none on logits."""
        loss = self.blueprint.loss
        return "linear" if loss.on_logits else self.blueprint.activations[-1].name

    @property
    def optimizer_options(self) -> dict[str, Any]:
        training = self.experiment.training
        return _whole(OPTIMIZERS[training.optimizer], training.optimizer_options)

    @property
    def schedule_options(self) -> dict[str, Any]:
        training = self.experiment.training
        return _whole(SCHEDULES[training.schedule], training.schedule_options)

    @property
    def initializer_options(self) -> dict[str, Any]:
        network = self.experiment.network
        return _whole(INITIALIZERS[network.initializer], network.initializer_options)

    @property
    def given(self) -> bool:
        """Whether the experiment gives the first weights itself."""
        return bool(self.experiment.network.weights or self.experiment.network.biases)


@dataclass(frozen=True, slots=True)
class Equivalent:
    """The same experiment in the words of a library, and where its numbers differ from ours.

    `setup` makes the model, `loop` trains it on X and y; both are empty where the library has no
    equivalent, and then `differences` say why.
    """

    setup: tuple[str, ...]
    loop: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def code(self) -> tuple[str, ...]:
        """All lines."""
        return (*self.setup, *self.loop)


def _whole(entry: Entry, given: Mapping[str, Any]) -> dict[str, Any]:
    return entry.defaults() | dict(given)


def factor_code(subject: Subject) -> str:
    """The schedule's factor on the learning rate as Python, a function of the epoch e from 0."""
    options, epochs = subject.schedule_options, subject.experiment.training.epochs
    match subject.experiment.training.schedule:
        case "step":
            return f"{options['gamma']} ** (e // {options['step_size']})"
        case "exponential":
            return f"{options['gamma']} ** e"
        case "inverse_time":
            return f"1 / (1 + {options['decay']} * e)"
        case "cosine":
            share = f"min(1, e / {max(1, epochs)})"
            floor = options["floor"]
            wave = f"(1 + math.cos(math.pi * {share})) / 2"
            return f"{floor} + (1 - {floor}) * {wave}" if floor else wave
        case "warmup":
            return f"min(1, (e + 1) / {options['warmup_epochs']})"
        case _:
            return "1"
