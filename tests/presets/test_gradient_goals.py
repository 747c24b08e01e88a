"""Goals that ask for a gradient check: whatever a code says, the check is made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nnmath_engine.gradcheck import GradientReport, check_gradients
from nnmath_engine.network import Parameters
from nnmath_engine.places import Place
from nnmath_presets import gradient_goals
from nnmath_presets.codes import Claim, decode, encode
from nnmath_presets.gradient_goals import check_attempt
from nnmath_presets.loader import load_text
from nnmath_presets.preset import Attempt, Preset
from nnmath_presets.verifying import Outcome, verify

LESSON = """
schema = 1
[data]
source = "gauss"
samples = 20
[network]
hidden = [2]
activation = "tanh"
[lesson]
locked = ["data"]
[[lesson.goal]]
say = "Check it."
kind = "gradient_check"
"""


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    return load_text(LESSON, tmp_path / "p.toml")


def verified(preset: Preset, *runs: Attempt) -> Outcome:
    """What becomes of a code that says that these runs meet the goal."""
    claim = Claim()
    for run in runs:
        claim = claim.with_run(0, run)
    found, read = decode(encode(preset, claim), [preset])
    (outcome,) = verify(read.solved(found), start=False).solved
    return outcome


def test_the_check_of_a_code_is_made_again(preset: Preset, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verified(preset, Attempt()).met
    seen = []

    def wrong(*arguments: Any, **options: Any) -> GradientReport:
        seen.append(arguments)
        return replace(check_gradients(*arguments, **options), worst=0.1)

    monkeypatch.setattr(gradient_goals, "check_gradients", wrong)
    assert not verified(preset, Attempt()).met
    assert len(seen) == 1


def test_it_is_made_with_the_numbers_set_by_hand(
    preset: Preset, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Parameters] = []

    def watched(parameters: Parameters, *arguments: Any, **options: Any) -> GradientReport:
        seen.append(parameters)
        return check_gradients(parameters, *arguments, **options)

    monkeypatch.setattr(gradient_goals, "check_gradients", watched)
    place = Place(1, 1, 0)
    assert verified(preset, Attempt(edits={place: 0.625})).met
    assert place.value(seen[0]) == 0.625


def test_a_locked_setting_counts_here_too(preset: Preset) -> None:
    outcome = verified(preset, Attempt(settings={"data.noise": 0.3}))
    assert not outcome.met
    assert outcome.how == "data.noise is locked in this lesson"


def test_any_of_the_runs_may_be_the_one_that_was_checked(preset: Preset) -> None:
    other = Attempt(settings={"training.learning_rate": 0.5})
    assert verified(preset, Attempt(settings={"data.noise": 0.3}), other).met


def test_an_error_that_is_too_large_for_the_goal_is_not_met(preset: Preset) -> None:
    assert preset.lesson is not None
    strict = replace(preset.lesson.goals[0], at_most=1e-300)
    verdict = check_attempt(preset, Attempt(), strict)
    assert not verdict.met
    assert verdict.value > 1e-300
