"""What a network answers: decisions by hand, and a picture of exact size for every kind of data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.numbers import short
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.decisions import centered, confidence, decided, margins, shares
from nnmath_tui.views.forwards import drawn_samples, on_samples, run
from nnmath_tui.views.judging import confusion_counts, judged
from nnmath_tui.views.output import (
    draw_output,
    output_caption,
    output_title,
)
from nnmath_tui.views.output_look import output_kinds

KINDS = {
    "circle": "decision map",
    "blobs": "decision map",
    "sine": "curve",
    "plane": "value map",
    "iris": "confusion",
    "penguin_mass": "scatter",
    "digits": "images",
}


def snapshot(source: str, epochs: int = 0, **values: Any) -> Snapshot:
    settings: dict[str, Any] = {
        "data.source": source,
        "data.samples": 60,
        "data.standardize": source in ("iris", "penguin_mass"),
        "network.hidden": (3,),
        "training.learning_rate": 0.01,
    }
    settings |= {path.replace("_", ".", 1): value for path, value in values.items()}
    session = Session(Experiment.from_values(settings))
    for _ in range(epochs):
        session.step("epoch")
    return session.snapshot()


@pytest.mark.parametrize("source", KINDS)
def test_every_kind_of_data_has_its_picture_of_exactly_the_size(source: str) -> None:
    shown = snapshot(source, epochs=1)
    assert output_kinds(shown.dataset)[0] == KINDS[source]
    for width, height in ((1, 1), (12, 5), (38, 21), (90, 30)):
        for palette in (Palette(), Palette("mono", ascii=True)):
            strips = draw_output(shown, width, height, palette)
            assert len(strips) == height
            assert {strip.cell_length for strip in strips} == {width}


@pytest.mark.parametrize("loss", ["mse", "hinge", "ce", "bce"])
def test_margin_and_decision_agree_for_every_loss(loss: str) -> None:
    shown = snapshot("moons", epochs=2, training_loss=loss)
    tape = on_samples(shown)
    margin = margins(shown, tape)
    clear = np.abs(margin) > 1e-6
    assert clear.any()
    np.testing.assert_array_equal(margin[clear] > 0, decided(shown, tape)[clear] == 1)


def test_the_margin_is_two_p_minus_one() -> None:
    # One neuron, w = (0, 0): p = sigmoid(b) for every sample; sigmoid(ln 3) = 3/4.
    shown = snapshot(
        "moons",
        network_hidden=(),
        network_weights=[[[0.0], [0.0]]],
        network_biases=[[float(np.log(3))]],
    )
    tape = run(shown, np.zeros((1, 2), dtype=np.float32))
    np.testing.assert_allclose(margins(shown, tape), [0.5], rtol=1e-6)
    np.testing.assert_allclose(confidence(shown, tape), [0.75], rtol=1e-6)
    assert decided(shown, tape).tolist() == [1]


def test_a_regression_is_shown_as_it_is() -> None:
    shown = snapshot("plane")
    yhat = np.array([[0.25], [-3.0]])
    assert centered(shown, yhat) is yhat


def test_outputs_beyond_one_keep_their_order_as_shares() -> None:
    shown = snapshot("blobs", training_loss="mse")
    biases = np.array([2.0, 3.0, -1.0])
    moved = snapshot(
        "blobs",
        training_loss="mse",
        network_hidden=(),
        network_weights=[np.zeros((2, 3)).tolist()],
        network_biases=[biases.tolist()],
    )
    tape = run(moved, np.zeros((1, 2), dtype=np.float32))
    # 3 is shown as 1, and the others as far below it as they are.
    np.testing.assert_allclose(shares(moved, tape), [[0.0, 1.0, -3.0]])
    assert shown.dataset.outputs == moved.dataset.outputs


def test_probabilities_are_shown_as_they_are() -> None:
    shown = snapshot("blobs")
    np.testing.assert_allclose(shares(shown, on_samples(shown)).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("source", ["iris", "digits"])
def test_the_confusion_matrix_counts_every_test_row_once(source: str) -> None:
    shown = snapshot(source, epochs=1)
    counts, rows = confusion_counts(shown), judged(shown.dataset)
    assert rows is shown.dataset.test
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(rows.y))
    right = np.trace(counts) / counts.sum()
    assert right == pytest.approx(shown.history.last.test_score)


def test_without_test_rows_the_training_rows_are_judged() -> None:
    shown = snapshot("iris", data_test_fraction=0.0)
    assert judged(shown.dataset) is shown.dataset.train
    assert output_caption(shown).startswith("train accuracy")


def test_the_caption_tells_the_score_of_the_network_as_it_is_drawn() -> None:
    shown = snapshot("moons", epochs=3)
    score = shown.history.last.test_score
    assert output_caption(shown) == f"test accuracy {100 * score:.1f} %".replace(".0 %", " %")


def test_the_caption_says_when_not_all_samples_are_drawn() -> None:
    shown = snapshot("moons", data_samples=5_000)
    assert output_caption(shown).endswith("2 000 of 5 000 samples shown")
    assert len(drawn_samples(shown.dataset).y) == 2_000


def test_a_fit_that_has_blown_up_has_one_score_everywhere() -> None:
    # The picture is computed in float32, whose largest square is that of 1.8e19.
    shown = snapshot("line", epochs=7, network_hidden=(), training_learning_rate=1e4)
    score = shown.history.last.test_score
    assert -np.inf < score < -1e39
    assert output_caption(shown) == f"test R² {short(score, 6, digits=3)}"


def test_an_undefined_score_is_called_so() -> None:
    # All targets are equal, so that R² divides by zero.
    shown = snapshot("formula", data_formula="0 * x1 + 2", data_noise=0.0)
    assert output_caption(shown) == "test R² undefined"


def test_titles_name_the_inputs() -> None:
    assert output_title(snapshot("circle").dataset) == "Output ŷ(x₁, x₂)"
    assert "confusion" in output_title(snapshot("iris").dataset)
