"""The presets that ship: complete, well worded, and true in what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.gradcheck import check_gradients
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog
from nnmath_presets.answering import right_answer
from nnmath_presets.course import course
from nnmath_presets.fit import check_fit
from nnmath_presets.preset import Lesson
from nnmath_presets.verifying import verify

COURSE = course()
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


@pytest.mark.parametrize("name", catalog.names())
def test_the_solution_meets_every_goal_and_the_start_none(name: str) -> None:
    report = verify(catalog.load(name))
    assert [outcome.how for outcome in report.solved if not outcome.met] == []
    assert [outcome.how for outcome in report.start if outcome.met] == []
    assert report.passed


@pytest.mark.parametrize("name", COURSE.presets)
def test_a_lesson_is_graded_and_helps_in_three_steps(name: str) -> None:
    preset, lesson = catalog.load(name), lesson_of(name)
    assert preset.difficulty
    assert len(lesson.hints) == 3
    assert 80 <= len(lesson.text.split()) <= 200


@pytest.mark.parametrize("name", COURSE.presets)
def test_the_answers_of_a_solution_are_worked_out_apart_from_the_engine(name: str) -> None:
    """Or else a wrong number of the engine would be right by definition."""
    lesson = lesson_of(name)
    assert len(lesson.solution.answers) == sum(goal.is_typed for goal in lesson.goals)


def test_a_bug_hunt_does_not_give_its_fault_away() -> None:
    hunts = [catalog.load(f"bug-hunt-{number}") for number in range(1, 7)]
    choices = [lesson_of(hunt.name).goals[0].choices for hunt in hunts]
    answers = [lesson_of(hunt.name).goals[0].answer for hunt in hunts]
    assert len(set(choices)) == len({hunt.topics for hunt in hunts}) == 1
    assert set(answers) == set(choices[0])
    assert answers != list(choices[0])


def answers(name: str) -> list[float]:
    preset = catalog.load(name)
    goals = [goal for goal in lesson_of(name).goals if goal.kind == "answer"]
    return [float(right_answer(preset, goal)) for goal in goals]


def start(name: str) -> Snapshot:
    preset = catalog.load(name)
    return Session(preset.experiment, base=preset.base).snapshot()


def test_the_answers_of_forward_by_hand() -> None:
    # z1 = .5*1 + .3*.5 + .1; a1 = 1/(1 + e^-.75); z2 = -.4*1 + .8*.5 - .2, a2 = 1/(1 + e^.2);
    # z = .7*a1 - .6*a2 + .2; yhat = 1/(1 + e^-z).
    a1, a2 = 1 / (1 + np.exp(-0.75)), 1 / (1 + np.exp(0.2))
    z = 0.7 * a1 - 0.6 * a2 + 0.2
    yhat = 1 / (1 + np.exp(-z))
    assert answers("forward-by-hand") == pytest.approx([0.75, a1, -0.2, a2, z, yhat], abs=1e-12)
    snapshot = start("forward-by-hand")
    tape = snapshot.forward(snapshot.dataset.train.X)
    assert tape.yhat.item() == pytest.approx(yhat, abs=1e-12)
    assert snapshot.dataset.train.X.tolist() == [[1.0, 0.5]]


def test_the_answers_of_backprop_by_hand() -> None:
    # delta = 2 (yhat - 1) yhat (1 - yhat); dW2[0] = delta a1; dW1[0, 0] = delta .7 a1 (1 - a1) x1.
    a1, a2 = 1 / (1 + np.exp(-0.75)), 1 / (1 + np.exp(0.2))
    yhat = 1 / (1 + np.exp(-(0.7 * a1 - 0.6 * a2 + 0.2)))
    delta = 2 * (yhat - 1) * yhat * (1 - yhat)
    deltas = [delta * 0.7 * a1 * (1 - a1), delta * -0.6 * a2 * (1 - a2)]
    by_hand = [(yhat - 1) ** 2, delta, delta * a1, deltas[0], deltas[1] * 0.5]
    assert answers("backprop-by-hand") == pytest.approx(by_hand, abs=1e-12)
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


def test_the_bound_of_lr_schedule_is_a_thousandth_above_that() -> None:
    train = start("lr-schedule").dataset.train
    assert np.array_equal(train.Y, start("noisy-line").dataset.train.Y)
    (goal,) = lesson_of("lr-schedule").goals
    assert goal.at_most == pytest.approx(0.03264 + 0.001)


def test_the_answers_of_lessons_that_an_engine_computes() -> None:
    assert answers("lr-cliff") == pytest.approx([1.0])  # the curvature along b is 2
    assert answers("scale-inputs") == pytest.approx([1.0])
    assert answers("adam-first-step") == pytest.approx([1.0, 0.1 / np.sqrt(0.001)], abs=1e-5)
    assert answers("softmax-three")[0] == pytest.approx(np.log(3))
    # Of 150 rows: sqrt(16) for B = 16 against 1, and a little more as no row is drawn twice.
    assert answers("batch-noise") == pytest.approx([np.sqrt(16 * 149 / 134)])
    sigmoid = 1 / (1 + np.exp(-4.0))
    assert answers("mse-vs-ce") == pytest.approx([2 * sigmoid * sigmoid * (1 - sigmoid), sigmoid])


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
