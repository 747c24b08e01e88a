"""Every number on the screen opens, and a step can be walked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from nnmath_engine.derivation import parse_cell
from nnmath_tui.messages import SampleSelected, WeightSelected
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.widgets.derivation import DerivationPane
from nnmath_tui.widgets.formula import FormulaBar

from tests.calculator import reproduces
from tests.tui.conftest import MakeApp, Until

if TYPE_CHECKING:
    from nnmath_tui.application import Application


def screen(app: Application) -> MainScreen:
    assert isinstance(app.screen, MainScreen)
    return app.screen


def ready(app: Application) -> bool:
    return isinstance(app.screen, MainScreen) and app.screen.situation.snapshot is not None


def bar(app: Application) -> str:
    strips = app.screen.query_one(FormulaBar).lines()
    return strips[0].text.strip()


def page(app: Application) -> str:
    return "\n".join(strip.text for strip in app.screen.query_one(DerivationPane).lines())


def path(app: Application) -> list[str]:
    return [str(cell) for cell in app.screen.query_one(DerivationPane).path]


async def test_the_bar_gives_numbers_that_a_calculator_confirms(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("s", "right", "right")
        await until(lambda: "tanh" in bar(app) and bar(app).count("=") == 3)
        *_, numbers, value = bar(app).split(" = ")
        assert reproduces(numbers, value)


async def test_enter_opens_number_after_number_and_backspace_returns(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(WeightSelected(WeightPlace(1, 0, 2)))
        await until(lambda: bar(app).startswith("ƒ next w1[0,2]"))
        await pilot.press("enter")
        await until(lambda: "next w1[0,2] = w − step" in page(app))
        await pilot.press("down", "enter")
        await until(lambda: path(app) == ["next w1[0,2]", "step w1[0,2]"])
        await pilot.press("end", "enter")
        assert path(app)[-1] == "grad w1[0,2]"
        await until(lambda: bar(app).startswith("ƒ grad w1[0,2]"))
        await pilot.press("backspace", "backspace")
        assert path(app) == ["next w1[0,2]"]
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query_one(DerivationPane).display


async def test_what_the_derivation_promises_is_what_the_step_does(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.optimizer": "adam"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(WeightSelected(WeightPlace(2, 1, 0)))
        pane = app.screen.query_one(DerivationPane)
        await until(lambda: pane.sheet is not None)
        assert pane.sheet is not None
        promised = pane.sheet.after.weights[1][1, 0]
        await pilot.press("b")
        await until(lambda: screen(app).situation.snapshot.step == 1)  # type: ignore[union-attr]
        snapshot = screen(app).situation.snapshot
        assert snapshot is not None
        assert snapshot.parameters.weights[1][1, 0] == promised


async def test_a_sample_that_is_chosen_is_the_one_that_is_derived(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(SampleSelected("test", 3))
        await until(lambda: str(screen(app).cell) == "sample_loss@test3")
        await pilot.press("1", "right", "enter")
        await until(lambda: "@test3" in page(app))


async def test_neurons_and_samples_are_computed_one_by_one(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("n")
        await until(lambda: "sample 1 of 10 · forward" in bar(app))
        assert "a1[0]" in bar(app)
        assert screen(app)._network.selected == (1, 0)
        await pilot.press("n", "n", "n")
        await until(lambda: "a2[0]" in bar(app))
        await pilot.press("j")
        await until(lambda: "sample 1 of 10 · loss" in bar(app))
        assert "sample_loss" in bar(app)
        for _ in range(10):
            await pilot.press("j")
        await until(lambda: "batch of 10 · update" in bar(app))
        before = screen(app).situation.snapshot
        await pilot.press("j")
        await until(lambda: screen(app).situation.snapshot is not before)
        after = screen(app).situation.snapshot
        assert before is not None
        assert after is not None
        assert after.step == before.step + 1
        assert not np.array_equal(after.parameters.weights[0], before.parameters.weights[0])
        await until(lambda: "step taken" in bar(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_walk_pauses_training_and_begins(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app({"training.epochs": 1_000_000})
    async with app.run_test(size=size) as pilot:
        await until(lambda: ready(app))
        await pilot.press("space")
        await until(lambda: screen(app).situation.running)
        await pilot.press("n")
        await until(lambda: not screen(app).situation.running)
        await until(lambda: "sample 1" in bar(app))


async def test_the_derivation_of_another_network_is_not_left_standing(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("1", "right", "right", "right", "enter")
        await until(lambda: path(app))
        screen(app).trainer.change({"network.hidden": ()})
        await until(lambda: screen(app).situation.snapshot.layer_sizes == (2, 1))  # type: ignore[union-attr]
        await until(lambda: not path(app))
        assert "a2[" not in page(app)


async def test_the_learning_rate_opens_from_its_control(make_app: MakeApp, until: Until) -> None:
    app = make_app({"training.schedule": "cosine"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("s", "s", "c")
        for _ in range(4):
            await pilot.press("down")
            if "lr" in bar(app):
                break
        await until(lambda: "lr" in bar(app))
        assert str(parse_cell("lr")) in bar(app)
        *_, numbers, value = bar(app).split(" = ")
        assert reproduces(numbers, value)


async def test_the_derivation_goes_along_with_a_walk(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("6", "down", "enter", "n")
        await until(lambda: "sample 1 of 10" in bar(app))
        assert app.focused is app.screen.query_one(DerivationPane)
        assert path(app) == [str(screen(app).cell)]
        await pilot.press("n")
        await until(lambda: path(app)[0].startswith("a1[1]"))


async def test_training_that_is_let_run_ends_a_walk_by_itself(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnmath_tui.screens.deriving.A_RUNG", 0.02)
    app = make_app({"training.epochs": 1_000_000})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("N")
        await until(lambda: screen(app)._rung > 2)
        await pilot.press("space")
        await until(lambda: screen(app)._walking is None)
        await pilot.pause(0.1)
        assert screen(app).situation.running


async def test_a_walk_by_itself_leaves_what_is_selected_alone(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnmath_tui.screens.deriving.A_RUNG", 0.02)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("N")
        await until(lambda: screen(app)._rung > 2)
        app.screen.post_message(WeightSelected(WeightPlace(1, 0, 2)))
        await until(lambda: bar(app).startswith("ƒ next w1[0,2]"))
        await pilot.pause(0.1)
        assert str(screen(app).cell) == "next w1[0,2]"


async def test_the_selected_cell_is_what_the_weights_pane_shows(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.optimizer": "adam"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("3")
        await pilot.pause()
        await pilot.press("right")
        await until(lambda: str(screen(app).cell) == "next w1[0,0]")
        await pilot.press("g")
        await until(lambda: str(screen(app).cell) == "grad w1[0,0]")
        await pilot.press("m")
        await until(lambda: str(screen(app).cell) == "m w1[0,0]")
        # Without a memory the pane shows the weights again, and so does the next cell.
        screen(app).trainer.change({"training.optimizer": "sgd"})
        await until(lambda: not screen(app)._weights.snapshot.slots)  # type: ignore[union-attr]
        await pilot.press("right")
        await until(lambda: str(screen(app).cell) == "next w1[0,1]")


async def test_formulas_keep_their_powers_in_ascii(make_app: MakeApp, until: Until) -> None:
    app = make_app({"training.loss": "mse"}, ascii=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(SampleSelected("train", 3))
        await until(lambda: "sum_j" in bar(app))
        assert "(yhat_ij - y_ij)^2" in bar(app)
        await pilot.press("right", "right", "enter")
        await until(lambda: "(e^z - e^-z) / (e^z + e^-z)" in page(app))
        assert "?" not in page(app) + bar(app)


async def test_a_long_name_in_a_narrow_derivation_is_whole(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(SampleSelected("test", 13))
        await pilot.press("6")
        await until(lambda: page(app).count("sample_loss@test13") == 2)


async def test_a_derivation_can_be_copied_as_text(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        app.screen.post_message(WeightSelected(WeightPlace(1, 0, 2)))
        await until(lambda: bar(app).startswith("ƒ next w1[0,2]"))
        await pilot.press("enter")
        await until(lambda: "next w1[0,2] = w − step" in page(app))
        await pilot.press("Y")
        lines = app.clipboard.splitlines()
        assert lines[0] == "next w1[0,2]: w1[0,2] after the next step"
        assert lines[1].endswith("w − step,  step = η·g")
        assert reproduces(*(line.strip().removeprefix("= ") for line in lines[2:4]))


async def test_keys_of_the_screen_work_where_an_equals_sign_begins_a_number(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        await pilot.press("s", "s", "3")
        await pilot.pause()
        await pilot.press("right", "comma")
        await until(lambda: screen(app).situation.past)
        await pilot.press("full_stop")
        await until(lambda: not screen(app).situation.past)
        assert screen(app)._weights.typing is None
        await pilot.press("equals_sign")
        await until(lambda: screen(app)._weights.typing is not None)
