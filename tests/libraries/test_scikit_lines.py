"""The card's scikit-learn lines, run in it from our first weights; skipped without it.

`uv run --with scikit-learn pytest tests/libraries`
"""

from __future__ import annotations

from typing import Any

import pytest
from nnmath_tui.views.conventions.scikit import scikit
from nnmath_tui.views.conventions.subject import Equivalent, Subject

from tests.libraries.comparing import CLASSES, NUMBERS, THREE, assert_same, session, trained

neural: Any = pytest.importorskip("sklearn.neural_network")

SAME: dict[str, dict[str, Any]] = {
    **{
        f"activation {name}": CLASSES | {"network.activation": name}
        for name in ("linear", "sigmoid", "tanh", "relu")
    },
    "softmax": THREE,
    "no hidden layer": THREE | {"network.hidden": ()},
    "mse": NUMBERS,
    "half of it": NUMBERS | {"training.loss": "half_mse"},
    "momentum": NUMBERS | {"training.optimizer": "momentum"},
    "nesterov": CLASSES | {"training.optimizer": "nesterov"},
    "l2 in equal batches": CLASSES | {"training.l2": 0.03, "training.batch_size": 8},
    "l2 of mse": NUMBERS | {"training.l2": 0.03, "training.batch_size": 8},
    "adam": CLASSES
    | {"training.optimizer": "adam", "training.optimizer_options": {"epsilon": 1e-12}},
    "adam on mse": NUMBERS
    | {"training.optimizer": "adam", "training.optimizer_options": {"epsilon": 1e-12}},
}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", SAME)
def test_the_lines_train_to_the_same_weights(name: str) -> None:
    values = SAME[name]
    first = session(values).snapshot()
    train = first.dataset.train
    lines, names = scikit(Subject.of(first)), {"X": train.X, "y": train.y}
    exec("\n".join(lines.code), names)
    model: Any = names["model"]
    # A warm start takes the weights that it finds, and a new optimizer.
    model.warm_start = True
    model.coefs_ = [W.copy() for W in first.parameters.weights]
    model.intercepts_ = [b.copy() for b in first.parameters.biases]
    model.fit(train.X, train.y)
    assert_same(trained(values), model.coefs_, model.intercepts_, 1e-8)


def lines(values: dict[str, Any]) -> Equivalent:
    return scikit(Subject.of(session(values).snapshot()))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"network.activation": "gelu"}, "gelu"),
        ({"training.optimizer": "rmsprop"}, "rmsprop"),
        ({"training.l1": 0.1}, "L1"),
        ({"network.dropout": 0.1}, "dropout"),
        ({"training.clip_norm": 1.0}, "clipping"),
        ({"training.schedule": "cosine"}, "cosine"),
        ({"training.loss": "hinge"}, "hinge"),
    ],
)
def test_what_it_cannot_say_is_said(values: dict[str, Any], word: str) -> None:
    equivalent = lines(CLASSES | values)
    assert equivalent.code == ()
    assert any(word in difference for difference in equivalent.differences)
