"""Accuracy and R2 on numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from nnmath_engine import limits
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.evaluation import accuracy, decide, evaluate, outputs, r2
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


def test_one_output_is_decided_by_the_loss_s_threshold() -> None:
    truth = column(0, 0, 1, 1)
    # Logits are split at 0, predictions of 0 and 1 at one half, hinge scores at 0.
    assert accuracy(column(-3, 0.2, 0.2, 5), truth, LOSSES["bce"]) == 0.75
    assert accuracy(column(0.1, 0.4, 0.4, 0.9), truth, LOSSES["mse"]) == 0.75
    assert accuracy(column(-1, -0.1, 0.1, 2), truth, LOSSES["hinge"]) == 1.0


def test_many_outputs_are_decided_by_the_largest() -> None:
    scores = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 2.0]])
    np.testing.assert_array_equal(decide(scores, LOSSES["ce"]), [1, 0])
    assert accuracy(scores, np.eye(3)[[1, 2]], LOSSES["ce"]) == 0.5


def test_r2_is_one_when_perfect_zero_at_the_mean_and_nan_without_spread() -> None:
    y = column(1, 2, 3)
    assert r2(y, y) == 1.0
    assert r2(column(2, 2, 2), y) == 0.0
    assert r2(column(3, 2, 1), y) == pytest.approx(-3.0)  # 1 - (4 + 0 + 4) / 2
    assert math.isnan(r2(column(1, 1), column(5, 5)))


def test_many_rows_are_evaluated_in_pieces_to_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    network = Parameters((rng.normal(size=(2, 1)),), (rng.normal(size=1),))
    linear, X = (ACTIVATIONS["linear"],), rng.normal(size=(10, 2))
    whole = outputs(network, linear, X)
    monkeypatch.setattr(limits, "EVALUATED_NUMBERS", 9)  # three rows of 2 + 1 numbers
    for part, expected in zip(outputs(network, linear, X), whole, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-15)


def test_evaluation_of_no_samples_is_nan() -> None:
    line = Parameters((np.array([[2.0]]),), (np.array([0.0]),))
    linear = (ACTIVATIONS["linear"],)
    empty = evaluate(line, linear, LOSSES["mse"], "regression", np.empty((0, 1)), np.empty((0, 1)))
    assert all(math.isnan(value) for value in empty)
    full = evaluate(line, linear, LOSSES["mse"], "regression", column(1, 2), column(2, 5))
    assert full.loss == 0.5  # ((2 - 2)^2 + (4 - 5)^2) / 2
    assert full.score == pytest.approx(1 - 1 / 4.5)
