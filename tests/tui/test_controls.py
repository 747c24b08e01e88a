"""The controls by keys and mouse, each alone in an app that answers or refuses."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar

import pytest
from nnmath_engine.datasets import DataError
from nnmath_engine.experiment import Experiment, ExperimentError, Problem
from nnmath_engine.session import Session
from nnmath_tui.messages import ChangeRequested
from nnmath_tui.views.settings import value_at
from nnmath_tui.widgets.controls import Controls
from nnmath_tui.widgets.line_edit import LineEdit
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

WIDTH, HEIGHT = 40, 16


class ControlsApp(App[None]):
    """Controls alone, with a session that takes their changes if `answers`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "count", "count"),
        Binding("3", "count", "count"),
    ]
    CSS = f"Controls {{ width: {WIDTH}; height: {HEIGHT}; }}"

    def __init__(self, values: dict[str, Any] | None = None, answers: bool = True) -> None:
        super().__init__()
        small = {"data.samples": 40, "network.hidden": (3,)}
        self.session = Session(Experiment.from_values({**small, **(values or {})}))
        self.asked: list[dict[str, Any]] = []
        self.answers = answers
        self.counted = 0

    def compose(self) -> ComposeResult:
        yield Controls(id="controls")

    def on_mount(self) -> None:
        self.controls.snapshot = self.session.snapshot()
        self.controls.focus()

    @property
    def controls(self) -> Controls:
        return self.query_one(Controls)

    def on_change_requested(self, message: ChangeRequested) -> None:
        self.asked.append(dict(message.changes))
        if self.answers:
            try:
                self.session.apply(message.changes)
            except ExperimentError as error:
                self.controls.reject(message.changes, error.problems)
            except DataError as error:
                self.controls.reject(message.changes, (str(error),))
            self.controls.snapshot = self.session.snapshot()

    def action_count(self) -> None:
        self.counted += 1

    def lines(self) -> list[str]:
        return [self.controls.render_line(y).text for y in range(HEIGHT)]

    def line(self, label: str) -> str:
        return next(line for line in self.lines() if label in line)


async def test_arrow_keys_choose_a_row_and_step_its_value() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "right")
        assert app.asked == [{"training.optimizer": "momentum"}]
        assert "momentum" in app.line("Optimizer")
        await pilot.press("down", "left", "left")
        assert app.session.experiment.training.learning_rate == 0.01
        assert "0.01" in app.line("Learning rate")


async def test_a_typed_value_is_taken_on_enter() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("enter", "0", ".", "2", "3")
        assert app.controls.editing
        assert app.asked == []
        await pilot.press("enter")
        assert app.asked == [{"training.learning_rate": 0.23}]
        assert not app.controls.editing
        assert "0.23" in app.line("Learning rate")


async def test_keys_typed_into_a_value_do_nothing_else() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("s")
        assert app.counted == 1
        await pilot.press("enter", "3", "s", "3")
        assert app.counted == 1
        await pilot.press("escape")
        await pilot.press("s")
        assert app.counted == 2


async def test_digits_are_left_to_the_screen_until_enter_opens_a_value() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        for path in ("training.learning_rate", "training.batch_size", "network.hidden"):
            app.controls.choose(path)
            await pilot.press("3")
            assert not app.controls.editing
        assert app.counted == 3


async def test_the_keys_on_offer_are_those_that_do_something() -> None:
    app = ControlsApp()

    def offered() -> dict[str, str]:
        active = app.screen.active_bindings.values()
        return {a.binding.key: a.binding.description for a in active if a.enabled}

    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.pause()
        assert offered()["enter"] == "type or pick"
        assert {"s", "3", "left"} <= offered().keys()
        assert "escape" not in offered()
        await pilot.press("enter")
        assert offered()["enter"] == "take"
        assert offered()["escape"] == "cancel"
        assert not {"s", "3", "left"} & offered().keys()


async def test_a_refused_value_stays_to_be_mended_and_says_why() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("enter", *"abc", "enter")
        shown = " ".join(" ".join(app.lines()).split())
        assert "Learning rate must be a number from 0 to 1e+12, not 'abc'" in shown
        assert app.controls.editing
        assert app.asked == []
        await pilot.press("backspace", "backspace", "backspace", "1", "enter")
        assert app.asked == [{"training.learning_rate": 1.0}]


async def test_escape_leaves_the_value_as_it_was() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.batch_size")
        await pilot.press("enter", "5", "5", "escape")
        assert app.asked == []
        assert " 10 " in app.line("Batch")


async def test_enter_on_a_choice_opens_the_list_of_choices() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.optimizer")
        await pilot.press("enter")
        assert "θ ← θ − η g" in app.line("sgd")
        await pilot.press("down", "down", "down", "enter")
        assert app.asked == [{"training.optimizer": "adagrad"}]
        assert "adagrad" in app.line("Optimizer")
        await pilot.press("enter", "down", "escape")
        assert len(app.asked) == 1
        assert "adagrad" in app.line("Optimizer")


async def test_quick_steps_start_from_what_was_asked_for_last() -> None:
    app = ControlsApp(answers=False)
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("right", "right", "right")
        values = [asked["training.learning_rate"] for asked in app.asked]
        assert values == [0.3, 1.0, 3.0]
        assert " 3 " in app.line("Learning rate")


async def test_a_change_that_the_engine_rejects_goes_back_and_says_why() -> None:
    app = ControlsApp(answers=False)
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("right")
        app.controls.reject(app.asked[0], (Problem("training.learning_rate", "is too bold"),))
        assert " 0.1 " in app.line("Learning rate")
        assert "! Learning rate is too bold" in " ".join(" ".join(app.lines()).split())


async def test_the_mouse_chooses_steps_and_opens() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        y = next(y for y, line in enumerate(app.lines()) if "Learning rate" in line)
        line = app.lines()[y]
        await pilot.click(Controls, offset=(5, y))
        assert app.controls.current is not None
        assert app.controls.current.path == "training.learning_rate"
        assert app.asked == []
        await pilot.click(Controls, offset=(line.index("▸", 3), y))
        assert app.asked == [{"training.learning_rate": 0.3}]
        await pilot.click(Controls, offset=(line.index("◂"), y))
        assert app.asked[-1] == {"training.learning_rate": 0.1}
        await pilot.click(Controls, offset=(5, y))
        assert app.controls.editing


async def test_the_list_scrolls_with_the_cursor_and_says_where_it_is() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        assert "Activation" in app.lines()[0]
        await pilot.press("end")
        await pilot.pause()
        rows = len(app.controls.rows)
        assert any(app.controls.rows[-1].label in line for line in app.lines())
        assert not any("Activation " in line for line in app.lines()[:1])
        assert f"of {rows}" in str(app.controls.border_subtitle)
        await pilot.press("home")
        assert "Activation" in app.lines()[0]


async def test_text_can_be_pasted_into_a_value() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("network.hidden")
        # Hidden layers have steps but no names, so enter types.
        await pilot.press("enter")
        app.controls.post_message(events.Paste("5\n4"))
        await pilot.pause()
        await pilot.press("enter")
        assert app.session.experiment.network.hidden == (5, 4)


def test_the_line_editor() -> None:
    line = LineEdit.of("0.1")
    assert line.insert("5").text == "5"
    line = line.press("left").insert("x")
    assert (line.text, line.cursor) == ("0.x1", 3)
    assert line.press("backspace").text == "0.1"
    assert line.press("delete").text == "0.x"
    assert line.press("home").press("delete").text == ".x1"
    assert line.press("end").press("ctrl+u").text == ""
    assert line.press("home").press("left").cursor == 0
    assert LineEdit.of("abc").press("backspace").text == ""
    assert LineEdit("abcdef", 6).window(4) == ("def", 3)
    assert LineEdit("abcdef", 2).window(4) == ("abcd", 2)


async def test_an_open_list_closes_when_other_data_offer_fewer_choices() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.loss")
        await pilot.press("enter", "end")
        # A regression has fewer losses than the classification that the list was opened for.
        app.session = Session(Experiment.from_values({"data.source": "plane"}))
        app.controls.snapshot = app.session.snapshot()
        assert "mse auto" in app.line("Loss")


async def test_a_change_that_nobody_answers_is_not_shown_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nnmath_tui.widgets.pending.ANSWER_WITHIN", 0.05)
    monkeypatch.setattr("nnmath_tui.widgets.controls.ANSWER_WITHIN", 0.1)
    app = ControlsApp(answers=False)
    async with app.run_test() as pilot:
        app.controls.choose("training.batch_size")
        await pilot.press("right")
        assert " 16 " in app.line("Batch")
        await pilot.pause(0.3)
        assert " 10 " in app.line("Batch")


async def test_letters_typed_in_an_open_list_find_a_choice() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.optimizer")
        await pilot.press("enter", "a", "d", "a", "m")
        assert app.counted == 0
        await pilot.pause()
        assert str(app.controls.border_title) == "Controls · Optimizer: adam"
        assert app.line("adam ").startswith("▸")
        await pilot.press("w")
        assert app.line("adamw").startswith("▸")
        await pilot.press("backspace", "enter")
        assert app.asked == [{"training.optimizer": "adam"}]


async def test_an_s_in_an_open_list_is_a_letter_and_not_a_step() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("training.optimizer")
        await pilot.press("enter", "s")
        assert app.counted == 0
        await pilot.press("escape", "s")
        assert app.counted == 1


async def test_what_is_not_in_the_list_is_taken_as_typed_or_refused_in_words() -> None:
    app = ControlsApp({"network.hidden": (3, 2)})
    async with app.run_test() as pilot:
        app.controls.choose("network.activation")
        await pilot.press("enter", *"tanh", "space", *"relu")
        assert "enter tries “tanh relu”" in " ".join(" ".join(app.lines()).split())
        await pilot.press("enter")
        assert app.asked == [{"network.activation": ("tanh", "relu")}]
        assert "tanh relu" in app.line("Activation")
        await pilot.press("enter", *"relo", "enter")
        shown = " ".join(" ".join(app.lines()).split())
        assert "did you mean 'relu'?" in shown
        assert len(app.asked) == 1


async def test_each_layer_steps_its_own_activation() -> None:
    app = ControlsApp({"network.hidden": (3, 2)})
    async with app.run_test() as pilot:
        app.controls.choose("network.activation.2")
        await pilot.press("right")
        assert app.asked == [{"network.activation": ("tanh", "relu")}]
        assert "relu" in app.line("Layer 2")
        app.controls.choose("network.activation.1")
        await pilot.press("right")
        assert app.asked[-1] == {"network.activation": "relu"}


async def test_a_slash_finds_settings_by_name() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        await pilot.press("slash", *"seed")
        assert app.counted == 0
        labels = [line[2:].split("  ")[0].rstrip(" 0") for line in app.lines()[:3]]
        assert labels == ["Seed", "Data seed", ""]
        await pilot.press("enter", "down", "right")
        assert app.asked == [{"data.seed": 1}]
        await pilot.press("escape")
        assert "Data seed" in " ".join(app.lines())
        assert "Test share" in " ".join(app.lines())
        assert app.controls.current is not None
        assert app.controls.current.path == "data.seed"
        await pilot.press("slash", *"xyz")
        assert "No setting is called so." in " ".join(app.lines())
        await pilot.press("enter", "right", "enter")
        assert len(app.asked) == 1


async def test_headings_are_passed_over_by_keys_and_do_nothing_when_clicked() -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        app.controls.choose("network.output_activation")
        await pilot.pause()
        assert any(line.startswith("  Network ─") for line in app.lines())
        await pilot.press("up")
        assert app.controls.current is not None
        before = app.controls.current.path
        assert before == "data.noise"
        await pilot.press("down")
        assert app.controls.current.path == "network.output_activation"
        y = next(y for y, line in enumerate(app.lines()) if line.startswith("  Network ─"))
        await pilot.click(Controls, offset=(5, y))
        assert app.controls.current.path == "network.output_activation"
        assert app.asked == []


@pytest.mark.parametrize("key", [None, "enter"])
async def test_what_resets_is_said_before_it_happens(key: str | None) -> None:
    app = ControlsApp()
    async with app.run_test() as pilot:
        for path in ("network.hidden", "data.source", "training.seed"):
            app.controls.choose(path)
            if key:
                await pilot.press(key)
            assert "↺ Starts the network afresh." in " ".join(app.lines())
            await pilot.press("escape")
        app.controls.choose("training.l2")
        assert "afresh" not in " ".join(app.lines())
        assert app.asked == []


async def test_the_end_of_a_ladder_is_said_and_any_value_may_still_be_typed() -> None:
    app = ControlsApp({"training.learning_rate": 10.0})
    async with app.run_test() as pilot:
        app.controls.choose("training.learning_rate")
        await pilot.press("right")
        assert "Learning rate steps no further" in " ".join(app.lines())
        await pilot.press("enter", "2", "0", "enter")
        assert app.asked == [{"training.learning_rate": 20.0}]


async def test_a_refusal_stands_beside_its_field_even_if_the_cursor_has_gone_on() -> None:
    app = ControlsApp(answers=False)
    async with app.run_test() as pilot:
        app.controls.choose("training.batch_size")
        await pilot.press("right", "down")
        app.controls.reject(app.asked[0], (Problem("training.batch_size", "is too large"),))
        lines = app.lines()
        y = next(y for y, line in enumerate(lines) if "Batch" in line)
        assert lines[y + 1].startswith("! Batch is too large")
        await pilot.press("escape")
        assert "too large" not in " ".join(app.lines())


async def test_a_setting_is_copied_as_a_preset_file_has_it() -> None:
    app = ControlsApp({"network.hidden": (3, 2), "training.learning_rate": 0.1 + 0.2})
    async with app.run_test():
        shown = {}
        for path in ("network.hidden", "training.learning_rate", "training.shuffle", "data.source"):
            app.controls.choose(path)
            shown[path] = app.controls.copyable()
        assert list(shown.values()) == [
            "network.hidden = [3, 2]",
            "training.learning_rate = 0.30000000000000004",
            "training.shuffle = true",
            'data.source = "circle"',
        ]


async def test_a_click_on_the_pen_begins_to_type() -> None:
    app = ControlsApp({"data.source": "formula"})
    async with app.run_test() as pilot:
        y = next(y for y, line in enumerate(app.lines()) if "✎" in line)
        await pilot.click(Controls, offset=(app.lines()[y].index("✎"), y))
        assert app.controls.editing


KEYS = [
    *("up", "down", "left", "right", "enter", "escape", "home", "end", "pageup", "pagedown"),
    *("slash", "backspace", "delete", "space", "a", "e", "r", "s", "0", "1", ".", "minus"),
]


@pytest.mark.parametrize("seed", range(3))
async def test_any_keys_leave_rows_that_fit_the_experiment(seed: int) -> None:
    app = ControlsApp({"data.samples": 20, "training.batch_size": 5})
    random = Random(seed)
    async with app.run_test() as pilot:
        for _ in range(150):
            app.simulate_key(random.choice(KEYS))
            await pilot.pause(0)
            assert len(app.lines()) == HEIGHT
            assert app.controls.current is None or app.controls.current in app.controls.rows
        await pilot.press("escape", "escape")
        in_force = app.session.experiment.values()
        for row in app.controls.rows:
            if value_at(in_force, row.path) is not None:
                assert row.value == value_at(in_force, row.path)


async def test_all_layers_changed_at_once_outweigh_what_was_asked_for_of_one() -> None:
    app = ControlsApp({"network.hidden": (3, 2)}, answers=False)
    async with app.run_test() as pilot:
        app.controls.choose("network.activation.2")
        await pilot.press("right")
        app.controls.choose("network.activation")
        await pilot.press("left")
        shown = {row.label: row.value for row in app.controls.rows}
        assert [shown[label] for label in ("Activation", "Layer 1", "Layer 2")] == ["sigmoid"] * 3
        app.controls.choose("network.activation.1")
        await pilot.press("right")
        assert app.asked[-1] == {"network.activation": ("tanh", "sigmoid")}
