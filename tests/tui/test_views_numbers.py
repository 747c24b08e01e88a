"""Names, matrices, formulas and losses of a snapshot, as the panes show them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import History, Record
from nnmath_engine.session import Session
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.formula import WeightPlace, hint, neuron_formula, weight_formula
from nnmath_tui.views.losses import MOST_ROWS, curves, loss_marks, thinned
from nnmath_tui.views.matrices import layer_matrix, quantities
from nnmath_tui.views.names import neuron_names, printed

HAND = {
    "data.source": "circle",
    "data.samples": 40,
    "network.hidden": (2,),
    "network.weights": [[[0.5, -0.4], [0.3, 0.8]], [[0.7], [-0.6]]],
    "network.biases": [[0.1, -0.2], [0.2]],
}


def session(values: dict[str, Any] | None = None) -> Session:
    return Session(Experiment.from_values({**HAND, **(values or {})}))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x1", "x₁"),
        ("x12", "x₁₂"),
        ("x1^2", "x₁²"),
        ("x1*x2", "x₁x₂"),
        ("sin(pi*x2)", "sin(πx₂)"),
        ("bill_length*2", "bill_length*2"),
        ("x1_max", "x1_max"),
    ],
)
def test_inputs_in_print(name: str, shown: str) -> None:
    assert printed(name) == shown


def test_neurons_are_numbered_from_one() -> None:
    shown = session().snapshot()
    assert list(neuron_names(shown, 0)) == ["x₁", "x₂"]
    assert list(neuron_names(shown, 1)) == ["h₁", "h₂"]
    assert list(neuron_names(shown, 2)) == ["ŷ"]


def test_matrices_of_a_layer() -> None:
    training = session({"training.optimizer": "adam"})
    training.step("batch")
    shown = training.snapshot()
    assert quantities(shown) == ("weights", "gradients", "updates", "ratio", "m", "v")
    for quantity, source in (
        ("weights", shown.parameters),
        ("gradients", shown.gradients),
        ("updates", shown.updates),
        ("v", shown.slots["v"]),
    ):
        matrix = layer_matrix(shown, 1, quantity)
        np.testing.assert_array_equal(matrix.W, source.weights[0])
        np.testing.assert_array_equal(matrix.b, source.biases[0])
        assert list(matrix.rows) == ["x₁", "x₂"]
    assert layer_matrix(shown, 2, "weights").title == "Weights W2 · layer 2 of 2"


def text(parts: list[tuple[str, str]]) -> str:
    return " ".join(words for _, words in parts)


def test_the_formula_of_a_neuron_has_its_bias() -> None:
    shown = session().snapshot()
    line = text(neuron_formula(shown, 1, 1))
    assert line.startswith("h₂ (hidden layer 1) = tanh(z) z = Σ wᵢ·xᵢ + b over 2 inputs")
    assert "b = −0.2" in line
    assert "sigmoid" in text(neuron_formula(shown, 2, 0))
    assert text(neuron_formula(shown, 0, 1)) == "x₂ (input 2)"


def test_the_formula_of_a_weight_has_its_gradient_and_step() -> None:
    training = session({"training.learning_rate": 0.5})
    training.step("batch")
    shown = training.snapshot()
    line = text(weight_formula(shown, WeightPlace(1, 0, 1)))
    assert "weight x₁ → h₂" in line
    gradient, update = shown.gradients.weights[0][0, 1], shown.updates.weights[0][0, 1]
    # Plain gradient descent moves a weight by -0.5 times its gradient.
    assert update == pytest.approx(-0.5 * gradient)
    assert f"{abs(update):.3g}"[:5] in line
    assert "bias of ŷ" in text(weight_formula(shown, WeightPlace(2, None, 0)))


def test_what_is_no_longer_there_has_no_formula() -> None:
    shown = session().snapshot()
    assert neuron_formula(shown, 1, 7) == hint()
    assert neuron_formula(shown, 5, 0) == hint()
    assert weight_formula(shown, WeightPlace(1, 9, 0)) == hint()


def history(rows: int, spike: int) -> History:
    kept = History()
    for epoch in range(rows):
        loss = 100.0 if epoch == spike else 1.0 / (1 + epoch)
        nan = float("nan")
        kept.append(Record(epoch, loss, nan, loss, 0.0, nan, nan, 0.1, 0.1))
    return kept


def test_long_histories_are_thinned_but_keep_peaks_and_ends() -> None:
    rows, spike = 10_007, 5_432
    view = history(rows, spike).view()
    epoch, loss = thinned(view, view.train_loss)
    assert MOST_ROWS / 2 <= len(epoch) <= 1.1 * MOST_ROWS
    assert (np.diff(epoch) >= 0).all()
    assert epoch[0] == 0
    assert epoch[-1] == rows - 1
    assert loss[-1] == 1 / rows
    assert 100.0 in loss
    assert abs(epoch[loss.argmax()] - spike) < 2 * rows / MOST_ROWS * 2


def test_short_histories_are_whole() -> None:
    view = history(50, 3).view()
    epoch, loss = thinned(view, view.train_loss)
    np.testing.assert_array_equal(epoch, np.arange(50.0))
    np.testing.assert_array_equal(loss, view.train_loss)


def test_a_long_history_of_nothing_stays_nothing() -> None:
    view = history(10_000, 3).view()
    assert np.isnan(thinned(view, view.validation_loss)[1]).all()


def test_curves_are_those_that_there_is_something_to_show_of() -> None:
    training = session()
    training.step("epoch")
    labels = [one.label for one in curves("loss", training.snapshot(), Palette())]
    assert labels == ["test", "train"]
    training.apply({"training.l2": 0.1})
    training.step("epoch")
    labels = [one.label for one in curves("loss", training.snapshot(), Palette())]
    assert labels == ["objective", "test", "train"]
    training.apply({"data.validation_fraction": 0.2, "data.test_fraction": 0.0})
    labels = [one.label for one in curves("loss", training.snapshot(), Palette())]
    assert labels == ["objective", "validation", "train"]


def test_changes_in_one_epoch_share_a_mark() -> None:
    training = session()
    training.apply({"training.l1": 0.1, "training.batch_size": 5})
    training.step("epoch")
    training.apply({"training.optimizer": "adam"})
    assert loss_marks(training.snapshot()) == (
        (0.0, "Batch: 10 → 5, L1: 0 → 0.1"),
        (1.0, "Optimizer: sgd → adam"),
    )
