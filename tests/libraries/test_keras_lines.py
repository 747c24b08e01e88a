"""The card's Keras lines, run in Keras from our first weights; skipped without it.

`KERAS_BACKEND=torch uv run --with keras --with torch pytest tests/libraries`
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.views.conventions.keras import keras as lines_of
from nnmath_tui.views.conventions.subject import Subject

from tests.libraries.comparing import CLASSES, NUMBERS, THREE, assert_same, session, trained

keras: Any = pytest.importorskip("keras")

SAME: dict[str, dict[str, Any]] = {
    **{f"activation {name}": CLASSES | {"network.activation": name} for name in ACTIVATIONS},
    **{
        f"loss {name}": NUMBERS | {"training.loss": name}
        for name in ("mse", "half_mse", "mae", "huber")
    },
    "loss hinge": CLASSES | {"training.loss": "hinge"},
    "loss ce": THREE,
    "momentum": CLASSES | {"training.optimizer": "momentum"},
    "nesterov": CLASSES | {"training.optimizer": "nesterov"},
    **{
        f"schedule {name}": CLASSES | {"training.schedule": name}
        for name in SCHEDULES
        if name != "plateau"
    },
    "l2": CLASSES | {"training.l2": 0.03},
    "l1 by sub-gradient": CLASSES | {"training.l1": 0.03, "training.l1_method": "subgradient"},
    "clip_norm": CLASSES | {"training.clip_norm": 0.05},
    "clip_value": CLASSES | {"training.clip_value": 0.03},
}
NEARLY = {
    name: CLASSES | {"training.optimizer": name, "training.optimizer_options": {"epsilon": 1e-20}}
    for name in OPTIMIZERS
    if "epsilon" in OPTIMIZERS[name].defaults()
}
"""Only the place of epsilon differs, so that the smaller it is the less they do."""


def run(values: dict[str, Any], start: Snapshot | None) -> Any:
    first = session(values).snapshot()
    lines = lines_of(Subject.of(first))
    train = first.dataset.train
    y = train.Y.argmax(axis=1) if first.loss.name == "ce" else train.Y
    names: dict[str, Any] = {"X": train.X, "y": y}
    exec("\n".join(lines.setup), names)
    if start is not None:
        names["model"].set_weights(list(start.parameters.arrays()))
    exec("\n".join(lines.loop), names)
    return names["model"]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", [*SAME, *NEARLY])
def test_the_lines_train_to_the_same_weights(name: str) -> None:
    values = (SAME | NEARLY)[name]
    numbers = run(values, session(values).snapshot()).get_weights()
    # Keras keeps losses and rates in float32 in places.
    assert_same(trained(values), numbers[::2], numbers[1::2], 1e-6)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", INITIALIZERS)
def test_first_weights_are_drawn_from_the_same_distribution(name: str) -> None:
    values = CLASSES | {
        "network.hidden": (300, 200),
        "network.initializer": name,
        "training.epochs": 0,
    }
    ours, theirs = session(values).snapshot(), run(values, None)
    W, V = ours.parameters.weights[1], theirs.get_weights()[2]
    assert V.std() == pytest.approx(W.std(), rel=0.02, abs=1e-12)
    # Of truncated normals the same share would be nearer.
    assert np.quantile(abs(V), 0.99) == pytest.approx(np.quantile(abs(W), 0.99), rel=0.03, abs=1e-9)
    b, c = ours.parameters.biases[1], theirs.get_weights()[3]
    assert c.std() == pytest.approx(b.std(), rel=0.15, abs=1e-12)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "values",
    [
        {"network.dropout": 0.5, "training.shuffle": True, "training.l1": 0.01},
        {"training.schedule": "plateau", "training.early_stopping": 3},
    ],
)
def test_other_lines_run(values: dict[str, Any]) -> None:
    assert all(np.isfinite(array).all() for array in run(CLASSES | values, None).get_weights())
