"""A lesson on paper: all that a learner needs, and nothing that gives it away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_presets import catalog
from nnmath_presets.handout import BLANK, handout
from nnmath_presets.preset import Preset

Load = Callable[[str], Preset]


@pytest.mark.parametrize("name", catalog.names())
def test_it_holds_the_lesson_and_a_box_for_each_answer(name: str) -> None:
    preset = catalog.load(name)
    lesson = preset.lesson
    assert lesson is not None
    text = handout(preset)
    assert text.startswith(f"# {preset.title}\n")
    assert lesson.text.strip() in text
    assert all(goal.say in text for goal in lesson.goals)
    numbers = [goal for goal in lesson.goals if goal.kind == "answer"]
    assert text.count(f"Answer: {BLANK}") == len(numbers)
    choices = sum(len(goal.choices) for goal in lesson.goals)
    assert len(re.findall(r"^ +- \[ \] ", text, re.M)) == choices
    assert not any(hint in text for hint in lesson.hints)


def test_it_has_the_formulas_of_its_network(load: Load) -> None:
    preset = load(
        "\n[network]\nhidden = [3]\nactivation = 'gelu'\n"
        "[training]\noptimizer = 'adam'\nl2 = 0.25\n"
    )
    text = handout(preset)
    assert "- Layers: 2 inputs → 3 GELU → 1 Sigmoid; 13 weights and biases" in text
    assert LOSSES["bce"].formula in text
    assert all(f"      {row}\n" in text for row in OPTIMIZERS["adam"].formula.splitlines())
    assert "L2 (ridge, weight decay), here 0.25:" in text
    assert "## Goals" not in text


def test_it_names_a_single_input_and_a_formula(load: Load) -> None:
    preset = load("\n[data]\nsource = 'formula'\nformula = 'x1^2'\ntest_fraction = 0.25\n")
    text = handout(preset)
    assert "- Layers: 1 input → 8 Tanh" in text
    assert "`x1^2`; 375 training, 125 test rows" in text
