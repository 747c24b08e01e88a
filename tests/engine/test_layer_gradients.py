"""The gradient's length in each layer: right, recorded with every epoch, and the same again."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import archive, checkpoint, limits
from nnmath_engine.ensemble import Ensemble
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import COLUMNS, History, HistoryView, Record, most_rows
from nnmath_engine.lengths import part_lengths
from nnmath_engine.network import Parameters
from nnmath_engine.session import Session

SMALL = {
    "data.source": "circle",
    "data.samples": 40,
    "network.hidden": (3, 2),
    "training.batch_size": 10,
}


def session(**changes: Any) -> Session:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return Session(Experiment.from_values({**SMALL, **values}))


def norms(gradients: Parameters) -> list[float]:
    """As the definition has it: the root of the sum of squares of a layer's W and b."""
    return [math.sqrt((W**2).sum() + (b**2).sum()) for W, b in gradients.layers()]


def test_lengths_by_hand() -> None:
    vectors = np.array([[3.0, 4.0, 5.0, 12.0, -2.0], [0.0, 0.0, 0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(part_lengths(vectors, [0, 2, 4]), [[5, 0], [13, 0], [2, 1]])
    np.testing.assert_array_equal(part_lengths(np.zeros((1, 3)), [0, 1]), [[0], [0]])


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_lengths_of_the_smallest_and_the_largest_numbers(size: float) -> None:
    with np.errstate(over="ignore"):
        found = part_lengths(np.array([[3 * size, 4 * size], [3.0, 4.0]]), [0])
    np.testing.assert_allclose(found, [[5 * size, 5]], rtol=1e-12)


def test_a_length_is_the_same_bits_alone_and_among_others() -> None:
    vectors = np.random.default_rng(3).normal(size=(32, 130))
    starts = [0, 24, 96, 123]
    together = part_lengths(vectors, starts)
    for count in (1, 2, 7):
        alone = [part_lengths(vectors[i : i + count], starts) for i in range(0, 32 - count)]
        for i, part in enumerate(alone):
            np.testing.assert_array_equal(part, together[:, i : i + count])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"training__loss": "mse"},
        {"training__dtype": "float32"},
        {"training__optimizer": "adam", "training__l2": 0.1},
        {"data__source": "blobs"},
        {"network__hidden": ()},
    ],
)
def test_every_epoch_has_its_last_gradient_of_each_layer(changes: dict[str, Any]) -> None:
    training = session(**changes)
    layers = len(training.snapshot().layer_sizes) - 1
    found = []
    for _ in range(5):
        training.step("epoch")
        found.append(norms(training.snapshot().gradients))
    recorded = training.snapshot().history.layer_gradient_norms
    assert recorded.shape == (layers, 6)
    assert np.isnan(recorded[:, 0]).all()
    np.testing.assert_allclose(recorded[:, 1:].T, found, rtol=1e-5)
    assert len({round(norm, 9) for norm in found[-1]}) == layers
    whole = training.snapshot().history.gradient_norm[1:]
    np.testing.assert_allclose(np.sqrt((recorded[:, 1:] ** 2).sum(axis=0)), whole, rtol=1e-5)


def test_in_one_go_in_steps_and_after_going_back_they_are_the_same_bits() -> None:
    one, other = session(), session()
    one.run(60, until=80)
    for _ in range(80):
        other.step("epoch")
    table = one.snapshot().history.table
    np.testing.assert_array_equal(other.snapshot().history.table, table)
    one.rewind(37)
    np.testing.assert_array_equal(one.snapshot().history.table, table[:, :38])
    one.run(60, until=80)
    np.testing.assert_array_equal(one.snapshot().history.table, table)


def test_they_outlive_a_change_of_settings_but_not_of_shapes() -> None:
    training = session()
    training.run(60, until=4)
    before = training.snapshot().history.layer_gradient_norms
    training.apply({"network.activation": "relu", "training.optimizer": "adam"})
    training.run(60, until=6)
    after = training.snapshot().history.layer_gradient_norms
    np.testing.assert_array_equal(after[:, :5], before)
    training.apply({"network.hidden": (4,)})
    training.run(60, until=1)
    assert training.snapshot().history.layer_gradient_norms.shape == (2, 2)


def test_members_of_an_ensemble_have_them_too() -> None:
    alone = session(training__seed=5)
    ensemble = Ensemble(alone.experiment, (4, 5, 6), alone.dataset)
    ensemble.run(60, until=6)
    alone.run(60, until=6)
    np.testing.assert_allclose(
        ensemble.history(1).layer_gradient_norms,
        alone.snapshot().history.layer_gradient_norms,
        rtol=1e-8,
    )


def test_a_checkpoint_keeps_them(tmp_path: Path) -> None:
    one = session()
    one.run(60, until=7)
    checkpoint.save(tmp_path / "saved.npz", one)
    other = checkpoint.resume(tmp_path / "saved.npz")
    for training in (one, other):
        training.run(60, until=12)
    np.testing.assert_array_equal(other.snapshot().history.table, one.snapshot().history.table)
    assert np.isfinite(other.snapshot().history.layer_gradient_norms[:, 1:]).all()


def test_a_checkpoint_from_before_there_were_any_goes_on(tmp_path: Path) -> None:
    one = session()
    one.run(60, until=7)
    checkpoint.save(tmp_path / "new.npz", one)
    arrays, manifest = archive.read(tmp_path / "new.npz")
    arrays["history"] = arrays["history"][: len(COLUMNS)]
    manifest = {**manifest, "history": list(COLUMNS)}
    manifest.pop("arrays", None)
    archive.write(tmp_path / "old.npz", arrays, manifest)
    other = checkpoint.resume(tmp_path / "old.npz")
    assert np.isnan(other.snapshot().history.layer_gradient_norms).all()
    for training in (one, other):
        training.run(60, until=12)
    expected, found = one.snapshot().history, other.snapshot().history
    np.testing.assert_array_equal(found.table[: len(COLUMNS)], expected.table[: len(COLUMNS)])
    later = np.s_[:, 8:]
    np.testing.assert_array_equal(
        found.layer_gradient_norms[later], expected.layer_gradient_norms[later]
    )
    assert np.isnan(found.layer_gradient_norms[:, :8]).all()


def test_a_deep_network_has_no_longer_a_history_in_bytes() -> None:
    assert most_rows(0) * 8 * len(COLUMNS) <= limits.KEPT_BYTES
    assert most_rows(32) * 8 * (len(COLUMNS) + 32) <= limits.KEPT_BYTES
    assert most_rows(32) < most_rows(0) / 4


def test_rows_without_layers_are_taken_by_a_history_that_has_some() -> None:
    history = History(layers=2)
    history.append(Record(*map(float, range(len(COLUMNS)))))
    view: HistoryView = history.view()
    assert view.last == Record(*map(float, range(len(COLUMNS))))
    assert view.layer_gradient_norms.shape == (2, 1)
    assert np.isnan(view.layer_gradient_norms).all()
