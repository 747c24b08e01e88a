"""An experiment is checked whole, reports all its problems, and changes without losing itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.fields import FIELDS

PATHS = [
    *FIELDS,
    "training.optimizer_options.beta1",
    "training.schedule_options.step_size",
    "training.optimizer_options.nonsense",
    "nonsense",
]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["tanh", "sgd", "adam", "step", "auto"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


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


@given(st.dictionaries(st.sampled_from(PATHS), JUNK, max_size=4))
def test_changes_of_any_kind_make_an_experiment_or_a_list_of_problems(
    changes: dict[str, object],
) -> None:
    before = Experiment.from_values({"training.optimizer": "adam"})
    try:
        after = before.with_values(changes)
    except ExperimentError as error:
        assert error.problems  # noqa: PT017 - one of two fine outcomes
        return
    assert Experiment.from_values(after.values()) == after


def test_the_options_that_are_handed_out_are_copies() -> None:
    experiment = Experiment.from_values({"training.optimizer": "adam"})
    experiment.values()["training.optimizer_options"]["beta1"] = 7
    assert experiment.training.optimizer_options == {}


def test_settings_that_contradict_each_other() -> None:
    assert (
        "a list of 2"
        in problems({"network.activation": ["relu", "tanh", "relu"]})["network.activation"]
    )


@pytest.mark.parametrize(
    ("chooser", "table", "option"),
    [
        ("training.optimizer", "training.optimizer_options", "beta1"),
        ("training.schedule", "training.schedule_options", "floor"),
        ("network.initializer", "network.initializer_options", "sigma"),
    ],
)
def test_options_of_an_unknown_choice_are_not_those_of_the_default(
    chooser: str, table: str, option: str
) -> None:
    for values in ({f"{table}.{option}": 0.5}, {table: {option: 0.5}}):
        with pytest.raises(ExperimentError) as caught:
            Experiment.from_values({chooser: "adm", **values})
        assert [problem.path for problem in caught.value.problems] == [chooser]
        with pytest.raises(ExperimentError) as caught:
            Experiment.from_values().with_values({chooser: "adm", **values})
        assert [problem.path for problem in caught.value.problems] == [chooser]


@pytest.mark.parametrize(
    ("chooser", "choice", "table", "given", "meant"),
    [
        ("training.optimizer", "adam", "training.optimizer_options", "bta1", "beta1"),
        ("training.schedule", "cosine", "training.schedule_options", "flor", "floor"),
        ("network.initializer", "normal", "network.initializer_options", "sgma", "sigma"),
    ],
)
def test_a_misspelt_option_is_told_which_was_meant(
    chooser: str, choice: str, table: str, given: str, meant: str
) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_values({chooser: choice, table: {given: 0.5}})
    (problem,) = caught.value.problems
    assert problem.path == f"{table}.{given}"
    assert problem.message.endswith(f" (did you mean {meant!r}?)")


def test_what_is_no_setting_is_told_what_there_is() -> None:
    def message(path: str) -> str:
        return problems({path: 1})[path]

    assert message("loss") == "is not a setting (did you mean 'training.loss'?)"
    assert message("data.nois") == "is not a setting (did you mean 'data.noise'?)"
    assert message("title") == f"is not a setting; allowed: {', '.join(FIELDS)}"
    of_data = ", ".join(path for path in FIELDS if path.startswith("data."))
    assert message("data.zzz") == f"is not a setting; allowed: {of_data}"
