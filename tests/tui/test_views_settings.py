"""The rows of the controls and what a change asks for: pure, without an app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.experiment import Experiment, ExperimentError, check_option
from nnmath_engine.fields import FIELDS
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.views.changes import request, stepped, typed
from nnmath_tui.views.choices import about, choices, explanation
from nnmath_tui.views.ladders import option_steps
from nnmath_tui.views.rows import listed
from nnmath_tui.views.sections import LEFT_OUT, SECTIONS
from nnmath_tui.views.settings import Setting, settings, value_at

SMALL = {"data.samples": 40, "network.hidden": (3,)}


def session(values: dict[str, Any] | None = None) -> Session:
    return Session(Experiment.from_values({**SMALL, **(values or {})}))


def snapshot(values: dict[str, Any] | None = None) -> Snapshot:
    return session(values).snapshot()


def row(path: str, shown: Snapshot) -> Setting:
    return next(setting for setting in settings(shown) if setting.path == path)


CIRCLE = snapshot()


def test_the_settings_of_the_issue_come_first_and_act_while_it_trains() -> None:
    first = settings(CIRCLE)[:7]
    assert [setting.label for setting in first] == [
        "Activation",
        "Loss",
        "Optimizer",
        "Learning rate",
        "Batch",
        "L1",
        "L2",
    ]
    assert not any(setting.resets for setting in first)
    assert row("network.hidden", CIRCLE).resets
    assert row("data.source", CIRCLE).resets


def test_auto_says_what_it_stands_for() -> None:
    assert row("training.loss", CIRCLE).text == "bce auto"
    assert row("training.loss", snapshot({"data.source": "plane"})).text == "mse auto"
    assert row("network.output_activation", CIRCLE).text == "sigmoid auto"


def test_only_losses_for_the_task_are_offered() -> None:
    assert "bce" in row("training.loss", CIRCLE).steps
    offered = row("training.loss", snapshot({"data.source": "plane"})).steps
    assert "bce" not in offered
    assert "mse" in offered


def test_rows_that_mean_nothing_for_the_data_are_left_out() -> None:
    paths = {setting.path for setting in settings(snapshot({"data.source": "iris"}))}
    assert not paths & {"data.noise", "data.samples", "data.classes", "data.formula"}
    paths = {setting.path for setting in settings(snapshot({"data.source": "blobs"}))}
    assert {"data.noise", "data.samples", "data.classes"} <= paths


def test_the_options_of_the_optimizer_have_rows() -> None:
    adam = snapshot({"training.optimizer": "adam", "training.optimizer_options.beta1": 0.8})
    beta = row("training.optimizer_options.beta1", adam)
    assert beta.value == 0.8
    assert stepped(beta, 1) == 0.9
    assert not any("optimizer_options" in setting.path for setting in settings(CIRCLE))


@pytest.mark.parametrize(
    ("path", "value", "direction", "expected"),
    [
        ("training.learning_rate", 0.1, 1, 0.3),
        ("training.learning_rate", 0.1, -1, 0.03),
        ("training.learning_rate", 0.2, 1, 0.3),
        ("training.learning_rate", 0.2, -1, 0.1),
        ("training.learning_rate", 10.0, 1, None),
        ("training.learning_rate", 1e6, -1, 10.0),
        ("training.batch_size", 10, 1, 16),
        ("training.l2", 0.0, -1, None),
        ("training.l2", 0.0, 1, 1e-5),
        ("training.optimizer", "sgd", 1, "momentum"),
        ("training.optimizer", "sgd", -1, "adamw"),
        ("network.hidden", (8, 8), 1, (12, 12)),
        ("network.hidden", (5, 3), 1, (6, 6)),
        ("network.hidden", (1,), -1, ()),
        ("training.shuffle", True, 1, False),
    ],
)
def test_steps(path: str, value: Any, direction: int, expected: Any) -> None:
    shown = snapshot({path: value})
    assert stepped(row(path, shown), direction) == expected


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("training.learning_rate", "0.02", 0.02),
        ("training.learning_rate", " 1e-3 ", 0.001),
        ("training.batch_size", "1e2", 100),
        ("network.hidden", "6 6", (6, 6)),
        ("network.hidden", "12, 4, 2", (12, 4, 2)),
        ("network.hidden", "none", ()),
        ("network.hidden", "", ()),
        ("data.features", "x1, x2^2", ("x1", "x2^2")),
        ("data.features", "all", ()),
        ("network.activation", "gelu", "gelu"),
        ("network.activation", "relu tanh", ("relu", "tanh")),
        ("data.standardize", "on", True),
        ("training.shuffle", "No", False),
        ("data.source", "my data.csv", "my data.csv"),
    ],
)
def test_typed_values(path: str, text: str, value: Any) -> None:
    assert typed(row(path, CIRCLE), text) == value


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("training.learning_rate", "abc", "must be a number from 0 to 1e+12, not 'abc'"),
        ("training.learning_rate", "-1", "must be a number from 0 to 1e+12, not -1"),
        ("training.batch_size", "2.5", "must be a whole number"),
        ("network.hidden", "6 zwei", "whole numbers from 1 to 4096, not 'zwei'"),
        ("training.optimizer", "adma", "did you mean 'adam'?"),
        ("data.standardize", "maybe", "must be true or false"),
        ("training.learning_rate", "nan", "must be a number"),
    ],
)
def test_refusals_are_the_words_of_the_field(path: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^must") as refusal:
        typed(row(path, CIRCLE), text)
    assert words in str(refusal.value)


@given(text=st.text(max_size=20), index=st.integers(0, len(settings(CIRCLE)) - 1))
def test_anything_typed_is_taken_or_refused_in_words(text: str, index: int) -> None:
    setting = settings(CIRCLE)[index]
    try:
        value = typed(setting, text)
    except ValueError:
        return
    Experiment.from_values({**SMALL, setting.path: value})


def test_typed_text_of_a_row_gives_its_value_back() -> None:
    for setting in settings(snapshot({"training.optimizer": "adamw", "network.hidden": (4, 2)})):
        text = "auto" if setting.value == "auto" else setting.text
        assert typed(setting, text) == setting.value, setting.path


def steppable() -> list[str]:
    return [setting.path for setting in settings(CIRCLE) if setting.steps]


@pytest.mark.parametrize("path", steppable())
def test_every_step_is_taken_by_the_engine(path: str) -> None:
    training = session()
    for direction in (1, 1, 1, -1):
        shown = training.snapshot()
        found = [setting for setting in settings(shown) if setting.path == path]
        value = stepped(found[0], direction) if found else None
        if value is not None and value != found[0].value:
            training.apply(request(shown, path, value))
            assert row(path, training.snapshot()).value == value


def test_other_data_takes_along_what_would_not_fit() -> None:
    values = {"training.loss": "bce", "data.features": ["x1", "x1*x2"]}
    training = session({"data.source": "circle", **values})
    changes = request(training.snapshot(), "data.source", "plane")
    assert changes == {"data.source": "plane", "data.features": (), "training.loss": "auto"}
    training.apply(changes)
    assert training.snapshot().loss.name == "mse"


def test_a_loss_takes_along_its_output_activation() -> None:
    training = session({"training.loss": "mse", "network.output_activation": "tanh"})
    with pytest.raises(ExperimentError):
        training.apply({"training.loss": "bce"})
    training.apply(request(training.snapshot(), "training.loss", "bce"))
    assert training.snapshot().activations[-1].name == "sigmoid"


def test_other_shapes_take_along_given_weights_and_activations() -> None:
    given_values = {
        "network.hidden": (2,),
        "network.activation": ["relu"],
        "network.weights": [[[1.0, 0.0], [0.0, 1.0]], [[1.0], [1.0]]],
        "network.biases": [[0.0, 0.0], [0.0]],
    }
    training = session(given_values)
    training.apply(request(training.snapshot(), "network.hidden", (4, 4)))
    shown = training.snapshot()
    assert shown.layer_sizes == (2, 4, 4, 1)
    assert [activation.name for activation in shown.activations] == ["relu", "relu", "sigmoid"]


def test_choices_carry_their_formulas() -> None:
    optimizers = choices(row("training.optimizer", CIRCLE))
    assert optimizers[0].name == "sgd"
    assert "θ ← θ − η g" in optimizers[0].formula
    assert all("\n" not in choice.formula for choice in optimizers)
    assert choices(row("training.learning_rate", CIRCLE)) == ()


def test_all_there_is_to_say_about_a_setting() -> None:
    assert "Tanh" in about(row("network.activation", CIRCLE))
    hidden = explanation(row("network.hidden", CIRCLE))
    assert "Starts the network afresh." in hidden
    assert "a list of at most 64 whole numbers from 1 to 4096" in hidden
    assert "afresh" not in explanation(row("training.l2", CIRCLE))
    adam = snapshot({"training.optimizer": "adam"})
    words = explanation(row("training.optimizer", adam))
    assert "Now: adam (Adam)." in words
    assert "one of sgd, momentum" in words
    assert "m̂" in words or "v̂" in words
    beta = explanation(row("training.optimizer_options.beta1", adam))
    assert "It can be a number of at least 0 and below 1." in beta


def test_every_setting_has_a_row_for_some_data_or_is_left_out_for_a_reason() -> None:
    listed = {path for paths in SECTIONS.values() for path in paths if not path.endswith(".")}
    assert listed | set(LEFT_OUT) == set(FIELDS)
    assert not listed & set(LEFT_OUT)


def test_rows_stand_under_headings_and_each_setting_once() -> None:
    lines = listed(settings(CIRCLE))
    assert lines[:3] == [0, 1, 2]
    headings = [line for line in lines if isinstance(line, str)]
    assert headings == ["Network", "Steps", "Regularization", "Data", "Run"]
    assert [line for line in lines if isinstance(line, int)] == list(range(len(settings(CIRCLE))))


def test_settings_are_found_by_the_words_of_their_names() -> None:
    rows = settings(CIRCLE)

    def found(wanted: str) -> list[str]:
        return [rows[line].label for line in listed(rows, wanted) if isinstance(line, int)]

    assert found("rate") == ["Learning rate"]
    assert found("SEED") == ["Seed", "Data seed"]
    assert found("clip val") == ["Clip value"]
    assert found("nothing") == []


def test_each_layer_has_an_activation_of_its_own() -> None:
    training = session({"network.hidden": (3, 2)})
    shown = training.snapshot()
    assert [row(f"network.activation.{n}", shown).value for n in (1, 2)] == ["tanh", "tanh"]
    changes = request(shown, "network.activation.2", "relu")
    assert changes == {"network.activation": ("tanh", "relu")}
    # What has been asked for before counts, though it is not in force yet.
    more = request(shown, "network.activation.1", "gelu", {"network.activation.2": "relu"})
    assert more == {"network.activation": ("gelu", "relu")}
    training.apply(more)
    shown = training.snapshot()
    assert row("network.activation", shown).text == "gelu relu"
    assert value_at(shown.experiment.values(), "network.activation.2") == "relu"
    assert value_at(shown.experiment.values(), "network.activation.3") is None
    assert request(shown, "network.activation.1", "relu") == {"network.activation": "relu"}
    alone = {setting.path for setting in settings(CIRCLE)}
    assert "network.activation.1" not in alone


def test_the_settings_of_a_table_have_rows_where_there_is_one(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,c\n1,2,0\n2,1,1\n3,1,0\n4,2,1\n")
    shown = snapshot({"data.source": str(table), "training.batch_size": 2})
    assert row("data.target", shown).text == "last column"
    assert row("data.target", shown).typing == ""
    assert typed(row("data.target", shown), "b") == "b"
    assert {"data.task", "data.missing"} <= {setting.path for setting in settings(shown)}
    assert "data.missing" in {s.path for s in settings(snapshot({"data.source": "penguins"}))}
    assert not {"data.target", "data.missing"} & {setting.path for setting in settings(CIRCLE)}


OPTIONS = {
    (entry.name, option.name): option
    for registry in (OPTIMIZERS, SCHEDULES, INITIALIZERS)
    for entry in registry.values()
    for option in entry.options
}


@pytest.mark.parametrize("names", OPTIONS, ids="-".join)
def test_every_option_has_steps_that_are_allowed_and_pass_its_default(
    names: tuple[str, str],
) -> None:
    option = OPTIONS[names]
    steps = option_steps(option)
    assert len(steps) >= 2
    assert list(steps) == sorted(set(steps))
    assert steps[0] <= option.default <= steps[-1]
    for step in steps:
        assert check_option(option, step) == step


def test_magnitudes_step_by_one_three_ten() -> None:
    adam = snapshot({"training.optimizer": "adam"})
    epsilon = row("training.optimizer_options.epsilon", adam)
    assert (stepped(epsilon, 1), stepped(epsilon, -1)) == (3e-8, 3e-9)
