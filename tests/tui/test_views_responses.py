"""Pictures share arrays from frame to frame, and none ever shows the numbers of another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Parameters
from nnmath_engine.plan import Responses
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.diagram import draw_diagram
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views import responses
from nnmath_tui.views.diagram import diagram_data
from nnmath_tui.views.forwards import drawn_samples, on_samples, plane, run
from nnmath_tui.views.output import draw_output, output_caption
from textual.strip import Strip


def session(source: str = "moons", **values: Any) -> Session:
    settings: dict[str, Any] = {"data.source": source, "data.samples": 60}
    settings |= {"network.hidden": (3, 2), "training.learning_rate": 0.3}
    return Session(Experiment.from_values(settings | values))


def epochs_of(one: Session, count: int = 3) -> list[Snapshot]:
    snapshots = []
    for _ in range(count):
        one.step("epoch")
        snapshots.append(one.snapshot())
    return snapshots


def picture(shown: Snapshot) -> tuple[list[Strip], list[Strip], str]:
    diagram = draw_diagram(diagram_data(shown, 78, 21), 78, 21, Palette()).strips
    return diagram, draw_output(shown, 50, 20, Palette()), output_caption(shown)


def drawn_afresh(shown: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(responses, "_kept", responses._Kept())
        return picture(shown)


@pytest.mark.parametrize(
    "source", ["moons", "blobs", "sine", "plane", "iris", "penguin_mass", "digits"]
)
def test_snapshots_in_any_order_look_as_they_do_alone(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape: dict[str, Any] = {"network.hidden": (4,), "network.activation": "relu"}
    standardize = {"data.standardize": source in ("iris", "penguin_mass")}
    one, other = session(source, **standardize), session(source, **shape, **standardize)
    # The live one, the past, another network, and again.
    first, second, third = epochs_of(one)
    strange = epochs_of(other, 1)[0]
    one.rewind(1)
    past = one.snapshot()
    order = [first, third, first, strange, second, strange, past, third, past, first]
    expected = {id(shown): drawn_afresh(shown, monkeypatch) for shown in order}
    assert len({str(p) for p in expected.values()}) > 2
    for shown in order:
        assert picture(shown) == expected[id(shown)]


def test_of_one_snapshot_nothing_is_computed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Parameters] = []
    update = Responses.update

    def counted(self: Responses, parameters: Parameters) -> None:
        calls.append(parameters)
        update(self, parameters)

    monkeypatch.setattr(Responses, "update", counted)
    first, second = epochs_of(session(), 2)
    X = plane(first.dataset, 9, 7)
    for shown, count in ((first, 1), (first, 1), (second, 2), (second, 2), (first, 3)):
        answers = run(shown, X)
        assert len(calls) == count
        exact = shown.predict(X.astype(np.float64))
        np.testing.assert_allclose(answers.yhat, exact, atol=1e-5)


def test_two_sets_of_inputs_do_not_touch_each_other() -> None:
    first, second = epochs_of(session(), 2)
    samples = on_samples(first)
    before = samples.yhat.copy()
    run(second, plane(first.dataset, 9, 7))
    np.testing.assert_array_equal(samples.yhat, before)
    assert on_samples(second) is samples
    assert not np.array_equal(samples.yhat, before)


def test_a_change_of_activation_leaves_the_weights_and_changes_the_answers() -> None:
    one = session()
    tanh = one.snapshot()
    relu = session(**{"network.activation": "relu"}).snapshot()
    X = drawn_samples(tanh.dataset).X
    answers = [run(shown, X).layers[0].copy() for shown in (tanh, relu, tanh)]
    np.testing.assert_array_equal(answers[0], answers[2])
    assert (answers[1] >= 0).all()
    assert not (answers[0] >= 0).all()


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = responses._Kept()
    monkeypatch.setattr(responses, "_kept", kept)
    shown = session().snapshot()
    for columns in range(1, 2 * responses.MOST_KEPT):
        run(shown, np.zeros((columns, 2), np.float32))
    assert len(kept._entries) == responses.MOST_KEPT
    monkeypatch.setattr(responses, "MOST_BYTES", 10_000)
    run(shown, np.zeros((150, 2), np.float32))
    assert 0 < len(kept._entries) < responses.MOST_KEPT
    assert kept._bytes() <= 10_000
    before = list(kept._entries)
    large = run(shown, np.zeros((1_000, 2), np.float32))
    assert large.yhat.shape == (1_000, 1)
    assert list(kept._entries) == before
