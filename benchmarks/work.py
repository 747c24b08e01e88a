"""What all peers are given to do: one network, its data, the order of its batches, its optimizer.

Everything here is NumPy and of double precision where it is drawn, so that a peer that trains in
float32 starts from the same numbers, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import build_dataset
from nnmath_engine.experiment import Experiment

Orders = list[npt.NDArray[np.intp]]
"""For each epoch all rows in the order in which they come, (n,)."""

_SEVEN = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)")


@dataclass(frozen=True, slots=True)
class Work:
    """A training that every peer does alike.

    rows: how many of the data there are; always a multiple of `batch`.
    source: "circle" and "digits" are built-in data sets, "made" are Gaussian numbers.
    """

    name: str
    sizes: tuple[int, ...]
    rows: int = 250
    batch: int = 10
    optimizer: str = "sgd"
    dtype: str = "float64"
    source: str = "circle"
    hidden: str = "tanh"
    output: str = "tanh"
    loss: str = "half_mse"
    epsilon: float = 1e-8

    @property
    def learning_rate(self) -> float:
        """A usual one for the optimizer."""
        return 0.03 if self.optimizer == "sgd" else 0.001

    @property
    def batches(self) -> int:
        """Steps in an epoch."""
        return self.rows // self.batch

    @property
    def parameters(self) -> int:
        """How many numbers there are to learn."""
        return sum((n + 1) * m for n, m in pairwise(self.sizes))

    def experiment(self) -> Experiment:
        """The same as an experiment of the program, with as many test rows as training rows."""
        values: dict[str, Any] = {
            "data.source": self.source,
            "network.hidden": self.sizes[1:-1],
            "network.activation": self.hidden,
            "network.output_activation": self.output,
            "training.loss": self.loss,
            "training.optimizer": self.optimizer,
            "training.learning_rate": self.learning_rate,
            "training.batch_size": self.batch,
            "training.dtype": self.dtype,
        }
        if self.source == "circle":
            values |= {"data.samples": 2 * self.rows, "data.test_fraction": 0.5, "data.noise": 0.1}
            values |= {"data.features": _SEVEN[: self.sizes[0]]}
        elif self.source == "digits":
            values |= {"data.test_fraction": 0.19}
        else:
            raise ValueError(f"{self.source} is no data set of the program")
        return Experiment.from_values(values)

    def data(self) -> tuple[Array, Array]:
        """Inputs X (rows, d) and targets Y (rows, k)."""
        if self.source == "made":
            return made(self.rows, self.sizes[0], self.sizes[-1], self.dtype)
        experiment = self.experiment()
        train = build_dataset(experiment.data, self.loss).train
        return train.X[: self.rows].astype(self.dtype), train.Y[: self.rows].astype(self.dtype)

    def layers(self, seed: int = 0) -> list[tuple[Array, Array]]:
        """The first weights W (fan_in, fan_out), Glorot's uniform, and biases b (fan_out,)."""
        rng = np.random.default_rng(seed)
        layers = []
        for n, m in pairwise(self.sizes):
            limit = np.sqrt(6 / (n + m))
            W, b = rng.uniform(-limit, limit, (n, m)), rng.uniform(-0.1, 0.1, m)
            layers.append((W.astype(self.dtype), b.astype(self.dtype)))
        return layers

    def orders(self, epochs: int) -> Orders:
        """The order of the rows in each epoch."""
        rng = np.random.default_rng(7)
        return [rng.permutation(self.rows) for _ in range(epochs)]


def made(rows: int, inputs: int, classes: int, dtype: str) -> tuple[Array, Array]:
    """Gaussian inputs (rows, inputs), and classes drawn by lot, one-hot (rows, classes)."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((rows, inputs)).astype(dtype)
    return X, np.eye(classes, dtype=dtype)[rng.integers(classes, size=rows)]


_DIGITS: dict[str, Any] = {
    "sizes": (64, 64, 32, 10),
    "rows": 1440,
    "batch": 32,
    "optimizer": "adam",
    "source": "digits",
    "hidden": "relu",
    "output": "softmax",
    "loss": "ce",
}
_LARGE = {**_DIGITS, "sizes": (784, 128, 64, 10), "rows": 1280, "batch": 128, "source": "made"}
_DEEP = (7, 8, 8, 8, 8, 1)

WORKS = (
    Work("2-4-2-1 SGD", (2, 4, 2, 1)),
    Work("2-4-2-1 Adam", (2, 4, 2, 1), optimizer="adam"),
    Work("2-8-8-1 SGD", (2, 8, 8, 1)),
    Work("2-8-8-1 Adam", (2, 8, 8, 1), optimizer="adam"),
    Work("7-8-8-8-8-1 SGD", _DEEP),
    Work("7-8-8-8-8-1 Adam", _DEEP, optimizer="adam"),
    Work("2-8-8-1 SGD, full batch", (2, 8, 8, 1), batch=250),
    Work("digits Adam f64", **_DIGITS),
    Work("digits Adam f32", **_DIGITS, dtype="float32"),
    Work("784-128-64-10 Adam f32", **_LARGE, dtype="float32"),
)
"""The rows of the table of peers."""


def work(name: str) -> Work:
    """One of `WORKS`."""
    return next(work for work in WORKS if work.name == name)
