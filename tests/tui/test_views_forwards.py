"""Forward passes for pictures: where the pixels of a grid are, and which samples are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.views import forwards
from nnmath_tui.views.diagram import diagram_data


def snapshot(**values: Any) -> Snapshot:
    """Of an untrained small network; `data_source` stands for "data.source"."""
    settings: dict[str, Any] = {"network.hidden": (3, 2), "data.samples": 60}
    settings |= {path.replace("_", ".", 1): value for path, value in values.items()}
    return Session(Experiment.from_values(settings)).snapshot()


def test_the_first_pixel_is_top_left_and_rows_go_down() -> None:
    dataset = snapshot(data_source="circle").dataset
    left, right, bottom, top = forwards.plane_ranges(dataset)
    X = forwards.plane(dataset, 4, 2)
    wide, high = (right - left) / 4, (top - bottom) / 2
    assert X.shape == (8, 2)
    assert X.dtype == np.float32
    np.testing.assert_allclose(X[0], [left + wide / 2, top - high / 2], rtol=1e-6)
    np.testing.assert_allclose(X[3], [right - wide / 2, top - high / 2], rtol=1e-6)
    np.testing.assert_allclose(X[4], [left + wide / 2, bottom + high / 2], rtol=1e-6)


def test_the_plane_holds_all_samples_with_a_margin() -> None:
    dataset = snapshot(data_source="gauss").dataset
    left, right, bottom, top = forwards.plane_ranges(dataset)
    raw = np.concatenate([dataset.train.raw, dataset.test.raw])
    assert left < raw[:, 0].min() < raw[:, 0].max() < right
    assert bottom < raw[:, 1].min() < raw[:, 1].max() < top


def test_an_input_that_never_varies_still_has_a_range() -> None:
    assert forwards.interval(_Constant(), 0) == (1.0, 3.0)  # type: ignore[arg-type]


class _Constant:
    """A data set whose only input is 2 in every row."""

    ranges = (np.array([2.0]), np.array([2.0]))


def test_features_are_computed_on_the_plane() -> None:
    dataset = snapshot(data_source="circle", data_features=["x1", "x2", "x1*x2"]).dataset
    X = forwards.plane(dataset, 5, 3)
    np.testing.assert_allclose(X[:, 2], X[:, 0] * X[:, 1], rtol=1e-5)


def test_pictures_agree_with_the_engine() -> None:
    shown = snapshot(data_source="moons")
    X = forwards.plane(shown.dataset, 6, 6)
    exact = shown.predict(X.astype(np.float64))
    np.testing.assert_allclose(forwards.run(shown, X).yhat, exact, atol=1e-5)


def test_weights_that_float32_cannot_hold_do_not_warn() -> None:
    weights, biases = [[[1e300], [-1e300]]], [[0.0]]
    shown = snapshot(
        data_source="circle", network_hidden=(), network_weights=weights, network_biases=biases
    )
    yhat = forwards.run(shown, forwards.plane(shown.dataset, 3, 3)).yhat
    assert yhat.shape == (9, 1)


def test_drawn_samples_are_the_training_and_the_test_rows() -> None:
    dataset = snapshot(data_source="moons", data_test_fraction=0.25).dataset
    samples = forwards.drawn_samples(dataset)
    assert samples.of == len(samples.y) == len(dataset.train) + len(dataset.test)
    assert int(samples.test.sum()) == len(dataset.test)
    np.testing.assert_array_equal(samples.raw[samples.test], dataset.test.raw)


def test_too_many_samples_are_thinned_out_evenly() -> None:
    dataset = snapshot(data_source="moons", data_samples=10_000, data_test_fraction=0.5).dataset
    samples = forwards.drawn_samples(dataset)
    assert samples.of == 10_000
    assert len(samples.y) == forwards.MOST_SAMPLES
    assert abs(int(samples.test.sum()) - forwards.MOST_SAMPLES // 2) <= 1


def test_every_neuron_has_a_map_of_its_activation() -> None:
    shown = snapshot(data_source="circle", data_features=["x1", "x2", "x1^2"])
    data = diagram_data(shown, 78, 21)
    assert [len(maps) for maps in data.maps] == [3, 2, 1]
    assert data.inputs == ("x₁", "x₂", "x₁²")
    one = data.maps[1][1]
    assert one is not None
    rows, columns = one.shape
    X = forwards.plane(shown.dataset, columns, rows).astype(np.float64)
    np.testing.assert_allclose(one.reshape(-1), shown.forward(X).a[1][:, 1], atol=1e-5)
    x1 = data.input_maps[0]
    assert x1 is not None
    # x1 grows to the right and does not change downward.
    assert (np.diff(x1[0]) > 0).all()
    assert (x1 == x1[0]).all()


def test_the_output_map_is_zero_on_the_boundary() -> None:
    shown = snapshot(data_source="circle", network_initializer="zeros")
    answer = diagram_data(shown, 78, 21).maps[-1][0]
    assert answer is not None
    # A sigmoid of z = 0 is one half, which decides for neither class.
    assert (answer == 0).all()


def test_one_input_gives_curves_and_many_give_histograms() -> None:
    curve = diagram_data(snapshot(data_source="sine"), 78, 21).maps[0][0]
    assert curve is not None
    assert curve.shape[0] == 1
    many = diagram_data(snapshot(data_source="iris"), 78, 21)
    assert many.maps == ()
    assert set(many.histograms) == {0, 1, 2, 3}
    # Every one of the 150 samples is in a bin of every neuron.
    for histograms in many.histograms.values():
        assert (histograms.counts.sum(axis=1) == 150).all()


def test_images_show_the_weights_of_the_first_layer_in_their_shape() -> None:
    shown = snapshot(data_source="digits")
    data = diagram_data(shown, 78, 21)
    picture = data.maps[0][2]
    assert picture is not None
    np.testing.assert_array_equal(picture, shown.parameters.weights[0][:, 2].reshape(8, 8))


def test_later_layers_of_images_show_the_pixels_they_rise_with() -> None:
    shown = snapshot(data_source="digits")
    picture = diagram_data(shown, 78, 21).maps[1][1]
    assert picture is not None
    X = forwards.drawn_samples(shown.dataset).X.astype(np.float64)
    a = shown.forward(X).a[1][:, 1]
    expected = np.array([np.cov(a, pixel, bias=True)[0, 1] for pixel in X.T]) / a.std()
    np.testing.assert_allclose(picture.reshape(-1), expected, atol=1e-5)


def test_a_relu_neuron_that_no_sample_wakes_is_dead() -> None:
    weights = [[[1.0, 1.0], [0.0, 0.0]], [[1.0], [1.0]]]
    shown = snapshot(
        data_source="circle",
        network_hidden=(2,),
        network_activation="relu",
        network_weights=weights,
        network_biases=[[0.0, -100.0], [0.0]],
    )
    dead = diagram_data(shown, 78, 21).dead
    assert dead[0] is not None
    assert dead[0].tolist() == [False, True]
    assert dead[1] is None
    assert diagram_data(snapshot(data_source="circle"), 78, 21).dead == ()
