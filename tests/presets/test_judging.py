"""Goals decided live: what a picture of a run, an answer or a report says about them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.session import Session
from nnmath_presets.answering import right_answer, secret_values
from nnmath_presets.judging import (
    changed_settings,
    is_right,
    judge_answer,
    judge_check,
    judge_run,
    objection,
)
from nnmath_presets.preset import Bound, Goal, Preset, Rule

Load = Callable[[str], Preset]

AND = """
[data]
source = "and"
[network]
hidden = []
weights = [[[1.0], [-1.0]]]
biases = [[0.0]]
[training]
batch_size = 4
epochs = 50
[lesson]
locked = ["training.loss"]
"""


def test_a_goal_of_no_epochs_is_met_by_hand(load: Load) -> None:
    preset = load(AND)
    goal = Goal(
        say="",
        metric="margin",
        at_least=0.1,
        also=(Bound(metric="train_accuracy", at_least=1.0),),
        within_epochs=0,
    )
    session = Session(preset.experiment)
    before = judge_run(preset, goal, session.snapshot())
    assert (before.met, before.value) == (False, 0.0)  # z = 0 for (0, 0)
    for row, value in ((0, 4.0), (1, 4.0), (None, -6.0)):
        session.edit(1, row, 0, value)
    after = judge_run(preset, goal, session.snapshot())
    assert after.met
    assert after.epoch == 0
    assert after.value == pytest.approx(1 / (1 + math.exp(-2)) - 0.5)
    session.step("epoch")
    assert not judge_run(preset, goal, session.snapshot()).met  # too late to be measured now


def test_what_the_history_keeps_stays_met(load: Load) -> None:
    preset = load(AND)
    goal = Goal(say="", metric="train_loss", at_most=0.9, within_epochs=0)
    session = Session(preset.experiment)
    session.step("epoch")
    verdict = judge_run(preset, goal, session.snapshot())
    assert (verdict.met, verdict.epoch) == (True, 0)
    assert verdict.value == session.snapshot().history.last.train_loss


@pytest.mark.parametrize(
    ("limits", "changes", "words"),
    [
        ({"max_neurons": 3}, {"network.hidden": [2, 2]}, "at most 3 hidden neurons are allowed"),
        ({"max_layers": 1}, {"network.hidden": [2, 2]}, "at most 1 hidden layers"),
        ({"max_parameters": 8}, {"network.hidden": [2]}, "at most 8 weights and biases"),
        (
            {"max_changes": 1},
            {"training.l2": 0.1, "training.l1": 0.1},
            "at most 1 changed settings",
        ),
        ({}, {"training.loss": "mse"}, "training.loss is locked"),
        ({"rule": {"at_most": 4.0}}, {"training.batch_size": 5}, "must be at most 4"),
        ({"rule": {"at_least": 4.0}}, {"training.batch_size": 3}, "must be at least 4"),
        ({"names": ("sgd", "adam")}, {"training.optimizer": "adagrad"}, "must be sgd or adam"),
    ],
)
def test_a_run_that_does_not_count_says_why(
    load: Load, limits: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    preset = load(AND.replace("weights = [[[1.0], [-1.0]]]\nbiases = [[0.0]]\n", ""))
    where = []
    if "rule" in limits:
        where = [Rule(setting="training.batch_size", **limits.pop("rule"))]
    if "names" in limits:
        where = [Rule(setting="training.optimizer", one_of=limits.pop("names"))]
    goal = Goal(say="", metric="train_loss", at_most=9.0, where=tuple(where), **limits)
    session = Session(preset.experiment)
    assert judge_run(preset, goal, session.snapshot()).met
    session.apply(changes)
    verdict = judge_run(preset, goal, session.snapshot())
    assert not verdict.met
    assert words in verdict.note


def test_options_that_go_with_a_choice_are_one_change_and_the_seed_is_none(load: Load) -> None:
    preset = load("\n[network]\ninitializer = 'constant'\ninitializer_options = { value = 0.3 }")
    changes = {"network.initializer": "glorot_uniform", "training.seed": 7}
    changed = preset.experiment.with_values(changes)
    assert changed_settings(preset.experiment, changed) == ("network.initializer",)
    gentle = preset.experiment.with_values({"network.initializer_options.value": 0.2})
    assert changed_settings(preset.experiment, gentle) == ("network.initializer_options",)
    assert objection(preset, Goal(say="", max_changes=1), changed, 9) == ""


def test_faster_is_measured_against_the_other_run(load: Load) -> None:
    preset = load(AND)
    goal = Goal(say="", kind="faster", metric="train_loss", at_most=0.5, times=4.0)
    session = Session(preset.experiment.with_values({"training.learning_rate": 2.0}))
    session.run(10.0, until=50)
    alone = judge_run(preset, goal, session.snapshot())
    assert alone.epoch is not None
    assert (alone.met, alone.note) == (False, "the other run is not trained yet")
    assert judge_run(preset, goal, session.snapshot(), baseline=4 * alone.epoch).met
    slow = judge_run(preset, goal, session.snapshot(), baseline=4 * alone.epoch - 1)
    assert not slow.met
    assert "times fewer epochs than" in slow.note


@pytest.mark.parametrize(
    ("answer", "right"),
    [(0.999, True), (1.001, True), (1.00101, False), (-1.0, False), (math.nan, False)],
)
def test_a_typed_answer_may_be_off_by_the_tolerance(answer: float, right: bool) -> None:
    goal = Goal(say="", kind="answer", answer=1.0, tolerance=0.001)
    assert is_right(goal, answer, 1.0) is right
    assert judge_answer(goal, answer, 1.0).met is right


def test_a_tolerance_may_be_relative_and_no_answer_is_none() -> None:
    goal = Goal(say="", kind="answer", answer=-200.0, relative_tolerance=0.05)
    assert is_right(goal, -190.0, -200.0)
    assert not is_right(goal, -189.0, -200.0)
    assert not judge_answer(goal, None, -200.0).met
    exact = Goal(say="", kind="answer", answer=0.3, tolerance=0.0)
    assert is_right(exact, 0.1 + 0.2, 0.3)
    choice = Goal(say="", kind="choice", choices=("a", "b"), answer="a")
    assert judge_answer(choice, "a", "a").met
    assert not judge_answer(choice, "b", "a").met


def test_right_answers_come_from_the_start_with_the_changes_of_the_goal(load: Load) -> None:
    preset = load(AND + "[training.optimizer_options]\n")
    row = Goal(say="", kind="answer", cell="z1[0]@2")
    assert right_answer(preset, row) == 1.0  # row (1, 0), w = (1, -1)
    loss = Goal(say="", kind="answer", metric="train_loss")
    bce = [math.log(2), math.log(1 + math.exp(-1)), math.log(1 + math.exp(1)), math.log(2)]
    assert right_answer(preset, loss) == pytest.approx(sum(bce) / 4)
    doubled = Goal(
        say="", kind="answer", cell="lr", over="lr", changes={"training.learning_rate": 3.0}
    )
    assert right_answer(preset, doubled) == pytest.approx(30.0)
    signed = Goal(say="", kind="answer", cell="w1[1,0]")
    assert right_answer(preset, signed) == -1.0
    assert right_answer(preset, Goal(say="", kind="answer", cell="w1[1,0]", absolute=True)) == 1.0


def test_the_numbers_that_are_asked_for_can_be_hidden(load: Load) -> None:
    text = "".join(
        f"[[lesson.goal]]\nsay = 'x'\nkind = 'answer'\nquestion = 'x'\ntolerance = 0\n{rest}\n"
        for rest in ("cell = 'z1[0]'", "cell = 'loss'\nchanges = { training.l2 = 1 }", "answer = 1")
    )
    preset = load(AND + text)
    assert preset.lesson is not None
    z, loss, _ = preset.lesson.goals
    found = secret_values(preset)
    assert list(found) == [z, loss]
    assert found[z] == right_answer(preset, z)
    assert found[loss] == right_answer(preset, loss)


def test_a_gradient_check_must_pass_and_be_good_enough() -> None:
    goal = Goal(say="", kind="gradient_check", at_most=1e-7)

    def report(worst: float, checked: int = 5) -> GradientReport:
        return GradientReport(worst, "w1[0,0]", 1.0, 1.0, checked, 0, False)

    assert judge_check(goal, report(1e-8)).met
    assert not judge_check(goal, report(5e-7)).met
    assert not judge_check(goal, report(0.0, checked=0)).met
    assert not judge_check(goal, None).met
