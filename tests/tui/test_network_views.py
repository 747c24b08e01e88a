"""What the network pane shows and asks for, without a screen: by hand-worked numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.activity import _histograms, excitation, resting
from nnmath_tui.views.architecture import change_of, more_neurons, one_layer_less, one_layer_more
from nnmath_tui.views.features import Refused, all_features, offered_features, switched
from nnmath_tui.views.forwards import drawn_samples
from nnmath_tui.views.network_words import footer, heading
from nnmath_tui.views.weights_of import typed_parameter


def snapshot(**values: Any) -> Snapshot:
    """Of an untrained small network; `data_source` stands for "data.source"."""
    settings: dict[str, Any] = {"network.hidden": (3, 2), "data.samples": 60}
    settings |= {name.replace("_", ".", 1): value for name, value in values.items()}
    return Session(Experiment.from_values(settings)).snapshot()


def test_neurons_come_and_go_within_the_limits() -> None:
    assert more_neurons((3, 2), 2, 1) == (3, 3)
    assert more_neurons((3, 2), 1, -1) == (2, 2)
    for hidden, layer, change in (((1,), 1, -1), ((4096,), 1, 1), ((), 1, 1), ((3,), 2, 1)):
        with pytest.raises(Refused):
            more_neurons(hidden, layer, change)


def test_layers_come_and_go_within_the_limits() -> None:
    assert one_layer_more((3, 2), 0) == (3, 3, 2)
    assert one_layer_more((3, 2), 1) == (3, 3, 2)
    assert one_layer_more((3, 2), 2) == (3, 2, 2)
    assert one_layer_more((), 0) == (4,)
    assert one_layer_less((3, 2), 1) == (2,)
    with pytest.raises(Refused):
        one_layer_more((1,) * 64, 3)
    with pytest.raises(Refused):
        one_layer_less((), 1)


def test_other_layers_keep_their_activations() -> None:
    shown = snapshot(network_activation=["relu", "tanh"])
    assert change_of(shown, (3, 3, 2), 0)["network.activation"] == ("relu", "relu", "tanh")
    assert change_of(shown, (3, 2, 2), 2)["network.activation"] == ("relu", "tanh", "tanh")
    assert change_of(shown, (2,), 1)["network.activation"] == ("tanh",)
    assert change_of(shown, (3,), 2)["network.activation"] == ("relu",)
    assert "network.activation" not in change_of(snapshot(), (3,), 2)


def test_the_plane_offers_the_features_of_the_playground() -> None:
    shown = snapshot(data_source="circle", data_features=["x2", "x1*x2"])
    expected = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)")
    assert all_features(shown) == expected
    assert offered_features(shown) == ("x1", "x1^2", "x2^2", "sin(pi*x1)", "sin(pi*x2)")
    assert switched(shown, "x1")["data.features"] == ("x1", "x2", "x1*x2")
    assert switched(shown, "x2")["data.features"] == ("x1*x2",)


def test_every_offer_is_taken_by_the_engine() -> None:
    for source in ("circle", "sine"):
        session = Session(Experiment.from_values({"data.source": source, "data.samples": 40}))
        for name in offered_features(session.snapshot()):
            session.apply(switched(session.snapshot(), name))
            assert name in session.snapshot().dataset.inputs
        assert offered_features(session.snapshot()) == ()


def test_all_plain_inputs_are_the_empty_list() -> None:
    shown = snapshot(data_source="circle", data_features=["x1"])
    assert switched(shown, "x2")["data.features"] == ()
    with pytest.raises(Refused, match="at least one"):
        switched(shown, "x1")


def test_a_tanh_neuron_at_its_ends_is_saturated() -> None:
    shown = snapshot(
        data_source="circle",
        network_hidden=(2,),
        network_activation="tanh",
        network_weights=[[[1.0, 0.0], [0.0, 0.0]], [[1.0], [1.0]]],
        # tanh(3) = 0.9951, whose slope 1 - 0.9951² = 0.0099 is flat; tanh(2) has 0.07.
        network_biases=[[0.0, 3.0], [0.0]],
    )
    dead, saturated = resting(shown)
    assert dead == ()
    assert saturated[0] is not None
    assert saturated[0].tolist() == [False, True]
    assert saturated[1] is None


def test_histograms_span_from_zero_or_about_it() -> None:
    a = np.array([[0.0, 0.5, 1.0, 1.0]], dtype=np.float32)
    positive = _histograms(a, own_scales=False)
    assert (positive.low[0], positive.high[0]) == (0.0, 1.0)
    assert positive.counts[0, [0, 24, 47]].tolist() == [1, 1, 2]
    both = _histograms(np.array([[-1.0, 1.0]]), own_scales=False)
    assert (both.low[0], both.high[0]) == (-1.0, 1.0)
    assert both.counts[0, [0, 47]].tolist() == [1, 1]
    own = _histograms(np.array([[1.0, 1.0], [-4.0, 2.0]]), own_scales=True)
    assert own.low.tolist() == [0.0, -4.0]
    assert own.high.tolist() == [1.0, 4.0]


def test_whatever_a_neuron_gives_is_counted() -> None:
    wild = _histograms(np.array([[np.nan, np.inf, -np.inf, 0.0]]), own_scales=False)
    assert wild.counts.sum() == 4


def test_a_neuron_that_repeats_a_pixel_is_excited_by_it() -> None:
    dataset = snapshot(data_source="digits").dataset
    X = drawn_samples(dataset).X
    field = excitation(np.stack([X[:, 20], np.ones(len(X))]), dataset)
    # The covariance of a pixel with itself, in its own deviations, is its deviation.
    assert field[0, 20] == pytest.approx(X[:, 20].std(), rel=1e-4)
    assert field[0].max() == field[0, 20]
    assert (field[1] == 0).all()


def test_the_border_names_layers_and_marks_as_far_as_there_is_room() -> None:
    shown = snapshot()
    assert heading(shown, 60) == "Network 2–3–2–1 · 20 parameters"
    assert heading(shown, 20) == "Network 2–3–2–1"
    assert heading(snapshot(network_hidden=(8,) * 32), 60).startswith("Network 2–32×8–1 · ")
    words = footer(shown, (3, 2), "", Palette(), 76)
    assert words is not None
    assert words.plain == "below each box its bias · − 2 hidden layers +"
    short = footer(shown, (3,), "", Palette(), 22)
    assert short is not None
    assert short.plain == "− 1 hidden layer +"
    refused = footer(shown, (3,), "no", Palette(), 20)
    assert refused is not None
    assert refused.plain == "no"


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e999"])
def test_only_finite_numbers_are_taken(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        typed_parameter(text)
    assert typed_parameter(" −0,5 ") == -0.5


@pytest.mark.parametrize(
    ("source", "hidden", "says"),
    [
        ("circle", (3,), "below each box its bias"),
        ("iris", (3,), "bars: activations over the samples, below: bias"),
        ("digits", (), "pictures: weights, below: bias"),
        ("digits", (3,), "first pictures: weights, then pixels that raise the answer; below: bias"),
    ],
)
def test_the_border_says_what_the_boxes_show(
    source: str, hidden: tuple[int, ...], says: str
) -> None:
    shown = snapshot(data_source=source, network_hidden=hidden)
    words = footer(shown, hidden, "", Palette(), 126)
    assert words is not None
    assert says in words.plain
