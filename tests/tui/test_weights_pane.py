"""The weights pane: what its keys and clicks show, select, type and ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.measures import Signed
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import FreezeRequested, WeightEdited
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.matrices import layer_matrix
from nnmath_tui.views.matrix_notes import entry_notes, layer_notes
from nnmath_tui.views.weights import MatrixLook, draw_matrix
from nnmath_tui.widgets.number_edit import NumberEdit
from nnmath_tui.widgets.weights import WeightsPane
from textual.app import App, ComposeResult

HAND = {
    "data.source": "circle",
    "data.samples": 40,
    "network.hidden": (2,),
    "network.weights": [[[0.5, -0.4], [0.3, 0.0]], [[7.0], [-0.6]]],
    "network.biases": [[0.1, -0.2], [0.0]],
}


def snapshot(values: dict[str, Any] | None = None, batches: int = 0) -> Snapshot:
    session = Session(Experiment.from_values({**HAND, **(values or {})}))
    for _ in range(batches):
        session.step("batch")
    return session.snapshot()


class WeightsApp(App[None]):
    """The pane alone, and what it asks for."""

    CSS = "WeightsPane { width: 60; height: 16; border: round white; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = WeightsPane()
        self.edited: list[tuple[WeightPlace, float]] = []
        self.frozen: list[tuple[WeightPlace, bool]] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_weight_edited(self, message: WeightEdited) -> None:
        self.edited.append((message.place, message.value))

    def on_freeze_requested(self, message: FreezeRequested) -> None:
        self.frozen.append((message.place, message.frozen))

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.pane.lines())


def test_the_ratio_is_that_of_the_last_step_to_the_weight_before_it() -> None:
    shown = snapshot({"training.learning_rate": 0.5}, batches=1)
    ratio = layer_matrix(shown, 1, "ratio")
    update, before = shown.updates.weights[0], np.array([[0.5, -0.4], [0.3, 0.0]])
    np.testing.assert_allclose(ratio.W[:, 0], np.abs(update / np.where(before, before, 1))[:, 0])
    assert np.isinf(ratio.W[1, 1])  # moved from zero
    # By hand: the lengths of both matrices.
    whole = np.sqrt((update**2).sum() / (0.25 + 0.16 + 0.09))
    assert ratio.typical == pytest.approx(whole)
    assert layer_notes(ratio, False)[0].startswith("layer ΔW/W ")


def test_before_the_first_step_nothing_has_moved() -> None:
    ratio = layer_matrix(snapshot(), 1, "ratio")
    assert ratio.typical == 0
    # 0 / 0 for the weight that is zero, 0 for the other five entries.
    assert np.isnan(ratio.W[1, 1])
    assert layer_notes(ratio, False)[0] == "layer ΔW/W 0 · typical 1e-3 · 5 unmoved"


def test_zeros_are_counted() -> None:
    assert layer_notes(layer_matrix(snapshot(), 1, "weights"), False)[0].startswith(
        "1 exact zero · root mean square "
    )
    assert "4 exact zeros" not in layer_notes(layer_matrix(snapshot(), 1, "weights"), False)[0]
    assert layer_notes(layer_matrix(snapshot(), 1, "updates"), False)[0].startswith("6 exact zeros")


def test_a_shared_scale_is_that_of_the_largest_layer() -> None:
    shown = snapshot()
    assert layer_matrix(shown, 1, "weights").measure == Signed(0.5)
    assert layer_matrix(shown, 2, "weights").measure == Signed(8.0)
    assert layer_matrix(shown, 1, "weights", shared=True).measure == Signed(8.0)


def test_the_cursor_tells_the_range_of_its_block() -> None:
    shown = snapshot({"data.source": "digits", "network.hidden": (32,)} | NO_WEIGHTS)
    matrix = layer_matrix(shown, 1, "weights")
    picture = draw_matrix(matrix, MatrixLook((13, 5)), 60, 16, Palette())
    assert picture.heatmap is not None
    grid = picture.heatmap.grid
    assert grid is not None
    assert grid.averaged
    block = matrix.W[13 // grid.row_step * grid.row_step :][: grid.row_step, 5:6]
    note = entry_notes(matrix, (13, 5), grid, False)[0]
    low, high = (f"{end:+.3f}".replace("-", "−") for end in (block.min(), block.max()))
    assert note.endswith(f"block of {grid.row_step}: {low} to {high}")
    assert any(note[:30] in strip.text for strip in picture.strips)


NO_WEIGHTS: dict[str, Any] = {"network.weights": (), "network.biases": ()}


@pytest.mark.parametrize("size", [(38, 11), (62, 19), (46, 17), (1, 1), (12, 4)])
def test_pictures_have_exactly_the_size(size: tuple[int, int]) -> None:
    width, height = size
    for source, hidden in (("circle", (2,)), ("circle", (24,)), ("digits", (32,))):
        shown = snapshot({"data.source": source, "network.hidden": hidden} | NO_WEIGHTS)
        for layer in (1, 2):
            matrix = layer_matrix(shown, layer, "weights")
            for look in (MatrixLook(), MatrixLook((1, 0), True), MatrixLook((0, 0), False, True)):
                strips = draw_matrix(matrix, look, width, height, Palette()).strips
                assert len(strips) == height
                assert {strip.cell_length for strip in strips} == {width}


def test_a_histogram_stands_where_there_is_room() -> None:
    shown = snapshot({"network.hidden": (4,)} | NO_WEIGHTS)
    matrix = layer_matrix(shown, 1, "weights")
    # Beside four columns of eight cells, but not where these take all of the width.
    wide = draw_matrix(matrix, MatrixLook(), 60, 12, Palette()).strips
    assert "12 numbers" in wide[0].text
    narrow = draw_matrix(matrix, MatrixLook(), 40, 12, Palette()).strips
    assert not any("numbers" in strip.text for strip in narrow)
    # Below them in a tall pane.
    tall = draw_matrix(matrix, MatrixLook(), 40, 24, Palette()).strips
    assert any("12 numbers" in strip.text for strip in tall[10:])
    # Five numbers say all by themselves.
    few = draw_matrix(layer_matrix(shown, 2, "weights"), MatrixLook(), 60, 24, Palette()).strips
    assert not any("numbers" in strip.text for strip in few)


async def test_keys_change_what_is_shown() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot({"training.optimizer": "adam"}, batches=2)
        app.pane.focus()
        for key, title in (("u", "Updates ΔW1"), ("u", "Ratio |ΔW1/W1|"), ("u", "Updates ΔW1")):
            await pilot.press(key)
            assert str(app.pane.border_title).startswith(title)
        await pilot.press("w", "y")
        assert "one scale · 2×2" in app.text()
        await pilot.press("y", "h")
        assert "highest bar" in app.text()
        assert "bias" not in app.text()
        await pilot.press("h")
        assert "bias" in app.text()


async def test_what_can_be_shown_is_named_in_the_border_to_be_clicked() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot({"training.optimizer": "adam"}, batches=2)
        app.pane.focus()
        await pilot.pause()
        line = app.pane.render_lines(app.pane.region.at_offset((0, 0)))[-1].text
        assert "weights grads updates ratio m v" in line
        for word, title in (("ratio", "Ratio"), ("grads", "Gradients"), ("weights", "Weights")):
            await pilot.click(WeightsPane, offset=(line.index(word) + 1, 15))
            await pilot.pause()
            assert str(app.pane.border_title).startswith(title)
            marked = [
                span for span in app.pane._words(("weights", "gradients", "ratio")).spans
                if getattr(span.style, "bold", False)
            ]  # fmt: skip
            assert len(marked) == 1


async def test_the_mouse_changes_layer_and_scale() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot()
        await pilot.pause()
        whole = app.pane.region.at_offset((0, 0))
        for arrow, title in (("▸", "Weights W2"), ("▸", "Weights W2"), ("◂", "Weights W1")):
            line = app.pane.render_lines(whole)[0].text
            await pilot.click(WeightsPane, offset=(line.index(arrow), 0))
            await pilot.pause()
            assert str(app.pane.border_title).startswith(title)
        # The legend is the last line inside the border.
        await pilot.click(WeightsPane, offset=(3, 14))
        assert app.pane.shared_scale
        assert "one scale" in app.text()


async def test_typing_on_a_selected_cell_asks_for_another_value() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot()
        app.pane.focus()
        await pilot.press("equals_sign")  # nothing is selected yet
        assert app.pane.typing is None
        await pilot.press("right", "right", "5")  # the key of a pane
        assert app.pane.typing is None
        await pilot.press("equals_sign", *"-2.5")
        assert "x₁ → h₂ = -2.5▏" in app.text()
        await pilot.press("enter")
        assert app.edited == [(WeightPlace(1, 0, 1), -2.5)]
        assert app.pane.typing is None
        await pilot.press("down", "down", "e")
        assert "bias of h₂ = -0.2▏" in app.text()
        await pilot.press("backspace", *"1e-3", "enter")
        assert app.edited[-1] == (WeightPlace(1, None, 1), 1e-3)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "x", "--1", "1e", ""])
async def test_what_is_no_finite_number_is_refused_in_words(text: str) -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot()
        app.pane.focus()
        await pilot.press("right", "e", "backspace", *text, "enter")
        assert "is no finite number" in app.text() or "type a number" in app.text()
        assert app.edited == []
        await pilot.press("escape")
        assert app.pane.typing is None
        assert app.pane.cursor == (0, 0)
        await pilot.press("escape")
        assert app.pane.cursor is None


def test_a_minus_of_print_is_a_minus() -> None:
    assert NumberEdit.begun("−").insert("1").value() == -1


async def test_editing_shows_the_weights_whatever_was_shown() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot(batches=1)
        app.pane.focus()
        await pilot.press("right", "g", "h", "equals_sign", "7")
        assert str(app.pane.border_title).startswith("Weights")
        assert "= 7▏" in app.text()


async def test_freezing_is_asked_for() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot()
        app.pane.focus()
        await pilot.press("f")
        assert app.frozen == []
        await pilot.press("right", "f")
        assert app.frozen == [(WeightPlace(1, 0, 0), True)]


async def test_what_is_frozen_is_marked_counted_and_let_go() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        session = Session(Experiment.from_values(HAND))
        session.freeze(1, 1, 0)
        session.freeze(1, None, 1)
        app.pane.snapshot = session.snapshot()
        app.pane.focus()
        await pilot.pause()
        assert "+0.300*" in app.text()
        assert "−0.200*" in app.text()
        assert app.text().count("*") == 2
        assert "2 frozen" in app.text()
        await pilot.press("right", "down", "f")
        assert "x₂ → h₁ = +0.3" in app.text()
        assert "frozen" in app.text().splitlines()[-2]
        assert app.frozen == [(WeightPlace(1, 1, 0), False)]
        await pilot.press("right_square_bracket")
        assert "frozen" not in app.text()


async def test_zoomed_in_a_click_selects_what_it_shows() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot({"network.hidden": (24,)} | NO_WEIGHTS)
        app.pane.focus()
        app.pane.cursor = (1, 20)
        await pilot.press("o")
        heatmap = app.pane.heatmap
        assert heatmap is not None
        spot = next(spot for spot in heatmap.spots if (spot.row, spot.column) == (0, 21))
        await pilot.click(WeightsPane, offset=(spot.x + 1, spot.y + 1))
        assert app.pane.cursor == (0, 21)


async def test_a_smaller_network_takes_the_cursor_along() -> None:
    app = WeightsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.snapshot = snapshot({"network.hidden": (24,)} | NO_WEIGHTS)
        app.pane.focus()
        app.pane.cursor = (2, 20)
        app.pane.snapshot = snapshot()
        await pilot.pause()
        assert app.pane.cursor == (2, 1)
        assert "bias of h₂ = −0.2" in app.text()
