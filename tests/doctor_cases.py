"""Trainings that do well and trainings that do not, from the lessons, for whoever examines them."""

from __future__ import annotations

from typing import Any

from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot

Values = dict[str, Any]

_CIRCLE: Values = {
    "data.source": "circle",
    "data.samples": 400,
    "data.noise": 0.05,
    "training.loss": "bce",
    "training.batch_size": 10,
    "training.epochs": 200,
}
_DEEP = _CIRCLE | {"network.hidden": (8,) * 6, "training.learning_rate": 0.1}
_WIDE = _CIRCLE | {"network.hidden": (8, 8), "training.learning_rate": 0.1}
_FOUR = _CIRCLE | {"network.hidden": (4,), "training.learning_rate": 0.3}
_LINE: Values = {
    "data.source": "formula",
    "data.formula": "0.8*x1 + 0.3",
    "data.samples": 32,
    "data.test_fraction": 0.0,
    "network.hidden": (),
    "training.loss": "mse",
    "training.batch_size": 64,
    "training.epochs": 200,
}
_NOISY = _LINE | {
    "data.source": "line",
    "data.samples": 64,
    "data.noise": 0.2,
    "training.learning_rate": 0.2,
    "training.batch_size": 1,
}
_HIGH: Values = {
    "data.source": "formula",
    "data.formula": "20*sin(pi*x1)",
    "data.samples": 64,
    "data.test_fraction": 0.0,
    "network.hidden": (16, 16),
    "network.activation": "relu",
    "network.initializer": "he_normal",
    "training.loss": "mse",
    "training.learning_rate": 0.05,
    "training.batch_size": 16,
    "training.epochs": 300,
}
_MOONS: Values = {
    "data.source": "moons",
    "data.noise": 0.3,
    "data.samples": 400,
    "data.test_fraction": 0.9,
    "network.hidden": (32, 32),
    "network.activation": "relu",
    "network.initializer": "he_normal",
    "training.optimizer": "adam",
    "training.learning_rate": 0.01,
    "training.batch_size": 10,
    "training.epochs": 300,
}
_SIGMOID = _DEEP | {"network.activation": "sigmoid"}
_RELU = _DEEP | {"network.activation": "relu", "network.initializer": "he_normal"}

FAULTY: dict[str, tuple[Values, str]] = {
    "7 xor without a hidden layer": (
        {
            "data.source": "xor_table",
            "network.hidden": (),
            "training.learning_rate": 0.5,
            "training.batch_size": 4,
            "training.epochs": 1000,
        },
        "linear",
    ),
    "9 linear layers": (_WIDE | {"network.activation": "linear"}, "linear"),
    "13 rate 2 % above critical": (_LINE | {"training.learning_rate": 1.02}, "overshooting"),
    "14 rate 0.001": (_FOUR | {"training.learning_rate": 0.001}, "slow"),
    "14 rate 0.01": (_FOUR | {"training.learning_rate": 0.01}, "slow"),
    "14 rate 10": (_FOUR | {"training.learning_rate": 10.0}, "overshooting"),
    "20 sigmoid": (_SIGMOID, "vanishing"),
    "20 sigmoid before training": (_SIGMOID | {"training.epochs": 0}, "vanishing"),
    "21 constant weights": (_FOUR | {"network.initializer": "constant"}, "symmetric"),
    "21 zero weights": (_FOUR | {"network.initializer": "zeros"}, "symmetric"),
    "22 a hundredth of the scale": (
        _WIDE | {"network.initializer_options": {"gain": 0.01}},
        "fading",
    ),
    "22 ten times the scale": (
        _WIDE | {"network.initializer_options": {"gain": 10.0}, "training.epochs": 0},
        "saturated",
    ),
    "23 dead": (_HIGH, "dead"),
    "24 overfitting": (_MOONS, "overfitting"),
    "25 L2 0.1": (_MOONS | {"training.l2": 0.1}, "penalty"),
    "25 L2 0.3": (_MOONS | {"training.l2": 0.3, "training.epochs": 800}, "collapsed"),
    "30 constant rate, batch 1": (_NOISY, "restless"),
    "a step inside": (_FOUR | {"network.activation": "step"}, "step"),
    "NaN": (_LINE | {"training.learning_rate": 1e5, "training.epochs": 1000}, "diverged"),
}
"""Settings, and the name of the fault that they lead to."""

HEALTHY: dict[str, Values] = {
    "9 tanh": _WIDE,
    "13 rate 2 % below critical": _LINE | {"training.learning_rate": 0.98},
    "14 rate 0.1": _FOUR | {"training.learning_rate": 0.1},
    "14 rate 0.3": _FOUR,
    "14 rate 1": _FOUR | {"training.learning_rate": 1.0},
    "20 tanh": _DEEP,
    "20 tanh before training": _DEEP | {"training.epochs": 0},
    "20 ReLU": _RELU,
    "20 ReLU before training": _RELU | {"training.epochs": 0},
    "22 ten times the scale, trained": _WIDE | {"network.initializer_options": {"gain": 10.0}},
    "23 lower rate": _HIGH | {"training.learning_rate": 0.01},
    "23 clipped": _HIGH | {"training.clip_norm": 1.0},
    "25 L2 0.01": _MOONS | {"training.l2": 0.01},
    "30 1/t": _NOISY | {"training.schedule": "inverse_time"},
    "30 cosine": _NOISY | {"training.schedule": "cosine"},
}


def after(values: Values, seed: int = 0) -> Snapshot:
    """The snapshot after all planned epochs."""
    session = Session(Experiment.from_values({**values, "training.seed": seed}))
    session.run(1e9, until=session.experiment.training.epochs)
    return session.snapshot()
