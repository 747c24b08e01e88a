"""The presets that ship: complete, well worded, and true in what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.gradcheck import check_gradients
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.preset import Goal, Lesson
from nnmath_presets.reaching import reached

TOPICS = {
    *("neuron", "activation", "weights", "forward pass", "backpropagation", "loss"),
    *("gradient descent", "regularization", "real data"),
}


def lesson_of(name: str) -> Lesson:
    lesson = catalog.load(name).lesson
    assert lesson is not None
    return lesson


@pytest.mark.parametrize("name", catalog.names())
def test_each_is_complete_and_fits_its_data(name: str) -> None:
    preset = catalog.load(name)
    lesson = lesson_of(name)
    check_fit(preset)
    assert preset.title
    assert 20 <= len(preset.summary) <= 90
    assert preset.topics
    assert set(preset.topics) <= TOPICS
    assert "**Try this:**" in lesson.text
    assert lesson.goals
    assert all(len(row) <= 110 for row in lesson.text.splitlines())


def is_met(goal: Goal, snapshot: Snapshot) -> bool:
    return reached(snapshot.history, goal) is not None


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        pytest.param(name, goal, id=name)
        for name in catalog.names()
        for goal in lesson_of(name).goals
        if goal.kind == "metric"
    ],
)
def test_each_reaches_its_goal_as_it_ships(name: str, goal: Goal) -> None:
    """On one seed, and not before it starts; benchmarks/presets.py counts ten seeds."""
    preset = catalog.load(name)
    session = Session(preset.experiment.with_values({"training.seed": 1}), base=preset.base)
    assert not is_met(goal, session.snapshot())
    assert goal.within_epochs is not None
    assert goal.within_epochs <= preset.experiment.training.epochs
    while session.epoch < goal.within_epochs and not is_met(goal, session.snapshot()):
        session.step("epoch")
    assert is_met(goal, session.snapshot()), session.snapshot().history.last


def answers(name: str) -> list[float]:
    return [float(g.answer) for g in lesson_of(name).goals if isinstance(g.answer, int | float)]


def start(name: str) -> Snapshot:
    preset = catalog.load(name)
    return Session(preset.experiment, base=preset.base).snapshot()


def test_the_answers_of_forward_by_hand() -> None:
    # z1 = .5*1 + .3*.5 + .1; a1 = 1/(1 + e^-.75); z2 = -.4*1 + .8*.5 - .2, a2 = 1/(1 + e^.2);
    # z = .7*a1 - .6*a2 + .2; yhat = 1/(1 + e^-z).
    a1, a2 = 1 / (1 + np.exp(-0.75)), 1 / (1 + np.exp(0.2))
    z = 0.7 * a1 - 0.6 * a2 + 0.2
    yhat = 1 / (1 + np.exp(-z))
    assert answers("forward-by-hand") == pytest.approx([0.75, a1, a2, z, yhat], abs=1e-4)
    snapshot = start("forward-by-hand")
    tape = snapshot.forward(snapshot.dataset.train.X)
    assert tape.yhat.item() == pytest.approx(yhat, abs=1e-12)
    assert snapshot.dataset.train.X.tolist() == [[1.0, 0.5]]


def test_the_answers_of_backprop_by_hand() -> None:
    # delta = 2 (yhat - 1) yhat (1 - yhat); dW2[0] = delta a1; dW1[0, 0] = delta .7 a1 (1 - a1) x1.
    a1, a2 = 1 / (1 + np.exp(-0.75)), 1 / (1 + np.exp(0.2))
    yhat = 1 / (1 + np.exp(-(0.7 * a1 - 0.6 * a2 + 0.2)))
    delta = 2 * (yhat - 1) * yhat * (1 - yhat)
    by_hand = [(yhat - 1) ** 2, delta, delta * a1, delta * 0.7 * a1 * (1 - a1)]
    assert answers("backprop-by-hand") == pytest.approx(by_hand, abs=1e-4)
    snapshot = start("backprop-by-hand")
    train = snapshot.dataset.train
    report = check_gradients(
        snapshot.parameters, snapshot.activations, snapshot.loss, train.X, train.Y
    )
    assert report.passed
    assert report.checked == 9


def test_the_lowest_loss_that_noisy_line_names() -> None:
    train = start("noisy-line").dataset.train
    columns = np.column_stack([train.X, np.ones(len(train))])
    _, squares, _, _ = np.linalg.lstsq(columns, train.Y, rcond=None)
    lowest = float(squares[0]) / len(train)
    (goal,) = lesson_of("noisy-line").goals
    assert f"{lowest:.5f}" in goal.say
    assert goal.at_most == pytest.approx(lowest + 1e-5, abs=2e-6)


def test_the_first_loss_that_blobs_names() -> None:
    preset = catalog.load("blobs")
    experiment = preset.experiment.with_values(
        {"network.hidden": [], "network.initializer": "zeros"}
    )
    assert Session(experiment).snapshot().history.last.train_loss == pytest.approx(np.log(5))


def test_the_parameters_that_lessons_count() -> None:
    assert "2,410" in lesson_of("digits").text
    assert start("digits").parameters.count == 2410
    assert "1,258 examples" in lesson_of("digits").text
    assert len(start("digits").dataset.train) == 1258
    assert start("checkerboard").parameters.count == 1185
    assert start("penguin-mass").parameters.count == 12
