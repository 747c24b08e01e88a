"""An experiment is checked whole, reports all its problems, and changes without losing itself."""

from __future__ import annotations

import pytest
from nnmath_engine.experiment import Experiment, ExperimentError


def problems(values: dict[str, object]) -> dict[str, str]:
    with pytest.raises(ExperimentError) as error:
        Experiment.from_values(values)
    return {problem.path: problem.message for problem in error.value.problems}


def test_defaults_make_an_experiment_and_values_give_it_back() -> None:
    experiment = Experiment.from_values()
    assert Experiment.from_values(experiment.values()) == experiment
    assert experiment.network.hidden_activations() == ("tanh", "tanh")


def test_all_problems_are_reported_at_once() -> None:
    found = problems(
        {
            "training.learning_rate": -1,
            "training.optimiser": "sgd",
            "training.optimizer_options.beta1": 0.5,
            "network.hidden": "8",
            "data.test_fraction": 0.8,
            "data.validation_fraction": 0.3,
        }
    )
    assert set(found) == {
        "training.learning_rate",
        "training.optimiser",
        "training.optimizer_options.beta1",
        "network.hidden",
        "data.validation_fraction",
    }
    assert "did you mean 'training.optimizer'?" in found["training.optimiser"]
    assert "is not an option of sgd, which has: none" in found["training.optimizer_options.beta1"]


def test_options_are_checked_against_the_entry_that_they_belong_to() -> None:
    adam = {"training.optimizer": "adam"}
    options = "training.optimizer_options"
    good = Experiment.from_values({**adam, options: {"beta1": 0.5, "bias_correction": False}})
    assert good.training.optimizer_options == {"beta1": 0.5, "bias_correction": False}
    assert (
        "must be a number from 0 to below 1, not 1"
        in problems({**adam, f"{options}.beta1": 1})[f"{options}.beta1"]
    )
    assert problems({**adam, f"{options}.bias_correction": 1}) == {
        f"{options}.bias_correction": "must be true or false, not 1"
    }
    assert problems({**adam, options: 3}) == {options: "must be a table of options, not 3"}


def test_changing_a_choice_drops_the_options_that_no_longer_apply() -> None:
    adam = Experiment.from_values(
        {"training.optimizer": "adam", "training.optimizer_options.beta1": 0.5}
    )
    assert adam.with_values({"training.optimizer": "sgd"}).training.optimizer_options == {}
    kept = adam.with_values({"training.optimizer_options.beta2": 0.9})
    assert kept.training.optimizer_options == {"beta1": 0.5, "beta2": 0.9}
    with pytest.raises(ExperimentError, match="beta3"):
        adam.with_values({"training.optimizer_options.beta3": 0.9})


def test_settings_that_contradict_each_other() -> None:
    assert (
        "a list of 2"
        in problems({"network.activation": ["relu", "tanh", "relu"]})["network.activation"]
    )
