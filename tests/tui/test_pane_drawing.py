"""Panes: when they draw, which lines they repaint, and what keys and mouse select in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Self

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session, StepSize
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import NeuronSelected, WeightSelected
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.widgets.formula import FormulaBar
from nnmath_tui.widgets.loss import LossPane
from nnmath_tui.widgets.network import NetworkPane
from nnmath_tui.widgets.output import OutputPane
from nnmath_tui.widgets.pane import GRACE, LONGEST_WAIT, Pane, runs_free
from nnmath_tui.widgets.weights import WeightsPane
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip


class CountingPane(Pane):
    """Two lines: the epoch, and one that never changes."""

    def __init__(self) -> None:
        super().__init__()
        self.drawings = 0
        self.repainted: list[tuple[Region, ...]] = []

    def draw(self, width: int, height: int) -> list[Strip]:
        self.drawings += 1
        canvas = Canvas(width, height, self.palette)
        canvas.put(0, 0, f"epoch {self.snapshot.epoch if self.snapshot else '-'}")
        canvas.put(0, 1, "always the same")
        return canvas.strips()

    def refresh(self, *regions: Region, **how: Any) -> Self:
        if hasattr(self, "repainted"):
            self.repainted.append(regions)
        super().refresh(*regions, **how)
        return self


class PaneApp(App[None]):
    """One pane of 60 x 20, or of the whole screen."""

    CSS = "Pane { width: 60; height: 20; } .hidden { display: none; }"

    def __init__(self, make: Callable[[], Pane]) -> None:
        super().__init__()
        self.pane = make()
        self.selected: list[tuple[int, int]] = []
        self.places: list[WeightPlace] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_neuron_selected(self, message: NeuronSelected) -> None:
        self.selected.append((message.layer, message.index))

    def on_weight_selected(self, message: WeightSelected) -> None:
        self.places.append(message.place)

    def text(self) -> str:
        return "\n".join(self.pane.render_line(y).text for y in range(self.pane.size.height))


def session(values: dict[str, Any] | None = None) -> Session:
    small = {"data.samples": 40, "network.hidden": (3, 2), "training.batch_size": 10}
    return Session(Experiment.from_values({**small, **(values or {})}))


def trained(values: dict[str, Any] | None = None, epochs: int = 2) -> Snapshot:
    training = session(values)
    for _ in range(epochs):
        training.step("epoch")
    return training.snapshot()


async def test_a_pane_draws_once_for_each_snapshot_and_repaints_changed_lines() -> None:
    app = PaneApp(CountingPane)
    async with app.run_test() as pilot:
        pane = app.query_one(CountingPane)
        training = session()
        pane.snapshot = training.snapshot()
        await pilot.pause()
        drawings = pane.drawings
        assert pane.render_line(0).text.startswith("epoch 0")
        pane.repainted.clear()
        training.step("epoch")
        pane.snapshot = training.snapshot()
        assert pane.drawings == drawings + 1
        assert pane.repainted == [(Region(0, 0, 60, 1),)]
        pane.snapshot = training.snapshot()
        # Another snapshot of the same picture: drawn, and nothing to repaint.
        assert pane.drawings == drawings + 2
        assert len(pane.repainted) == 1
        assert pane.render_line(0).text.startswith("epoch 1")


async def test_a_hidden_pane_draws_when_it_is_shown() -> None:
    app = PaneApp(CountingPane)
    async with app.run_test() as pilot:
        pane = app.query_one(CountingPane)
        await pilot.pause()
        pane.add_class("hidden")
        await pilot.pause()
        drawings = pane.drawings
        training = session()
        for _ in range(3):
            training.step("epoch")
            pane.snapshot = training.snapshot()
        await pilot.pause()
        assert pane.drawings == drawings
        pane.remove_class("hidden")
        await pilot.pause()
        assert pane.drawings == drawings + 1
        assert pane.render_line(0).text.startswith("epoch 3")


async def test_a_pane_draws_anew_at_another_size_and_in_other_colors() -> None:
    app = PaneApp(CountingPane)
    async with app.run_test() as pilot:
        pane = app.query_one(CountingPane)
        await pilot.pause()
        pane.styles.width = 30
        await pilot.pause()
        assert pane.render_line(1).cell_length == 30
        drawings = pane.drawings
        pane.palette = Palette("mono")
        assert pane.drawings == drawings + 1


SIZES: tuple[StepSize, ...] = ("epoch", "batch", "batch", "epoch")


class SlowPane(CountingPane):
    """Takes ten milliseconds for its picture, so that it may draw five times a second."""

    def draw(self, width: int, height: int) -> list[Strip]:
        time.sleep(0.01)
        return super().draw(width, height)


async def test_a_costly_pane_leaves_out_pictures_while_training_runs_free() -> None:
    app = PaneApp(SlowPane)
    async with app.run_test() as pilot:
        pane = app.query_one(SlowPane)
        training = session()
        pane.snapshot = training.snapshot()
        await pilot.pause()
        training.step("epoch")
        pane.snapshot = training.snapshot()
        drawings = pane.drawings
        # Step by step, every picture is drawn, and at once.
        for size in SIZES:
            training.step(size)
            pane.snapshot = training.snapshot()
        assert pane.drawings == drawings + 4
        drawings = pane.drawings
        for _ in range(6):
            training.run(60, until=training.epoch + 3)
            pane.snapshot = training.snapshot()
        assert pane.drawings < drawings + 6
        await pilot.pause(LONGEST_WAIT + 2 * GRACE)
        # The last picture is drawn in any case.
        assert pane.render_line(0).text.startswith(f"epoch {training.epoch} ")


def test_what_a_person_steps_is_told_from_running_free() -> None:
    training = session()
    shown = [training.snapshot()]
    for size in SIZES[1:]:
        training.step(size)
        shown.append(training.snapshot())
    training.run(60, until=training.epoch + 2)
    shown.append(training.snapshot())
    free = [runs_free(before, now) for before, now in pairwise([None, *shown])]
    assert free == [False, False, False, False, True]
    training.apply({"training.l2": 0.1})
    assert not runs_free(shown[0], training.snapshot())


PANES: list[Callable[[], Pane]] = [NetworkPane, OutputPane, WeightsPane, LossPane, FormulaBar]
DATA = ["circle", "blobs", "sine", "plane", "iris", "penguin_mass", "digits"]


@pytest.mark.parametrize("make", PANES)
async def test_every_pane_shows_every_kind_of_data_at_every_size(make: Callable[[], Pane]) -> None:
    app = PaneApp(make)
    async with app.run_test(size=(120, 50)) as pilot:
        assert app.text().strip() == "" or isinstance(app.pane, FormulaBar)
        for source in DATA:
            app.pane.snapshot = trained({"data.source": source, "data.standardize": True}, 1)
            for width, height in ((100, 40), (20, 5), (1, 1)):
                app.pane.styles.width, app.pane.styles.height = width, height
                await pilot.pause()
                assert app.pane.size == (width, height)
                assert {app.pane.render_line(y).cell_length for y in range(height)} == {width}


async def test_arrow_keys_walk_from_neuron_to_neuron() -> None:
    app = PaneApp(NetworkPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained()
        app.pane.focus()
        await pilot.press("right")
        assert app.selected == [(1, 0)]
        await pilot.press("down", "down", "down")
        # The layer has three neurons: the last press finds none further down.
        assert app.selected[-1] == (1, 2)
        await pilot.press("right")
        assert app.selected[-1][0] == 2
        await pilot.press("right", "right")
        assert app.selected[-1] == (3, 0)
        await pilot.press("left", "left", "left")
        assert app.selected[-1][0] == 0


async def test_a_click_selects_the_neuron_under_it() -> None:
    app = PaneApp(NetworkPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained()
        await pilot.pause()
        pane = app.query_one(NetworkPane)
        inputs = trained().layer_sizes[0]
        # Clicks on inputs that are off are for the tests of the pane itself.
        for spot in [s for s in pane.spots if s.layer > 0 or s.index < inputs]:
            await pilot.click(NetworkPane, offset=(spot.x + spot.width // 2, spot.y))
            assert app.selected[-1] == (spot.layer, spot.index)
        assert len(app.selected) == 2 + 3 + 2 + 1
        assert pane.selected == (3, 0)


async def test_titles_say_what_is_shown() -> None:
    app = PaneApp(NetworkPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained()
        await pilot.pause()
        # 2*3+3 + 3*2+2 + 2*1+1 parameters.
        assert app.pane.border_title == "Network 2–3–2–1 · 20 parameters"
        app.pane.snapshot = trained({"data.source": "iris", "data.standardize": True})
        assert "bars: activations over the samples" in str(app.pane.border_subtitle)


async def test_the_weights_cursor_tells_its_weight_and_its_neuron() -> None:
    app = PaneApp(WeightsPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained()
        app.pane.focus()
        await pilot.press("right")
        assert app.places == [WeightPlace(1, 0, 0)]
        await pilot.press("right", "down", "down", "down")
        # Two rows of weights, then the bias, and no further.
        assert app.places[-1] == WeightPlace(1, None, 1)
        assert app.selected[-1] == (1, 1)
        await pilot.press("right_square_bracket")
        assert "layer 2 of 3" in str(app.pane.border_title)
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert "layer 3 of 3" in str(app.pane.border_title)
        await pilot.press("left_square_bracket")
        assert "layer 2 of 3" in str(app.pane.border_title)


async def test_the_weights_pane_shows_gradients_updates_and_the_memory_of_the_optimizer() -> None:
    app = PaneApp(WeightsPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained({"training.optimizer": "adam"})
        app.pane.focus()
        for key, title in (
            ("g", "Gradients"),
            ("u", "Updates"),
            ("m", "m of adam"),
            ("m", "v of adam"),
            ("m", "m of adam"),
            ("w", "Weights"),
        ):
            await pilot.press(key)
            assert str(app.pane.border_title).startswith(title)
        await pilot.press("m", "m")
        app.pane.snapshot = trained({"training.optimizer": "sgd"})
        # Plain gradient descent remembers nothing, so the weights are shown again.
        assert str(app.pane.border_title).startswith("Weights")


async def test_a_click_on_a_weight_selects_it() -> None:
    app = PaneApp(WeightsPane)
    async with app.run_test() as pilot:
        app.pane.snapshot = trained()
        await pilot.pause()
        heatmap = app.query_one(WeightsPane).heatmap
        assert heatmap is not None
        assert len(heatmap.spots) == 9
        for spot in heatmap.spots:
            await pilot.click(WeightsPane, offset=(spot.x, spot.y))
            row = spot.row if spot.row < 2 else None
            assert app.places[-1] == WeightPlace(1, row, spot.column)


async def test_weights_follow_the_neuron_selected_elsewhere() -> None:
    app = PaneApp(WeightsPane)
    async with app.run_test():
        app.pane.snapshot = trained()
        app.pane.selected = (2, 1)
        assert "layer 2 of 3" in str(app.pane.border_title)
        # A network with fewer layers than the one selected in.
        app.pane.snapshot = trained({"network.hidden": ()})
        assert "layer 1 of 1" in str(app.pane.border_title)


async def test_the_loss_pane_names_its_curves_and_their_last_values() -> None:
    app = PaneApp(LossPane)
    async with app.run_test() as pilot:
        shown = trained()
        app.pane.snapshot = shown
        app.pane.focus()
        await pilot.pause()
        title = str(app.pane.border_title)
        assert "train" in title
        assert "test" in title
        assert f"{shown.history.last.train_loss:.3g}" in title
        subtitle = Content.from_markup(str(app.pane.border_subtitle)).plain
        assert subtitle == "loss accuracy gradient rate  y log x linear"
        await pilot.press("l")
        subtitle = Content.from_markup(str(app.pane.border_subtitle)).plain
        assert subtitle == "loss accuracy gradient rate  y linear x linear"


async def test_divergence_is_said_where_the_curve_ends() -> None:
    app = PaneApp(LossPane)
    async with app.run_test() as pilot:
        hopeless = {"network.activation": "linear", "training.learning_rate": 1e9}
        shown = trained({"data.source": "plane", **hopeless}, epochs=3)
        assert shown.status == "diverged"
        app.pane.snapshot = shown
        await pilot.pause()
        assert f"diverged in epoch {shown.epoch + 1}" in str(app.pane.border_subtitle)


async def test_the_formula_bar_follows_the_selection() -> None:
    app = PaneApp(FormulaBar)
    async with app.run_test():
        bar = app.query_one(FormulaBar)
        bar.snapshot = trained()
        assert "select a neuron" in bar.render_line(0).text
        bar.selected = (1, 0)
        assert "h₁ (hidden layer 1)" in bar.render_line(0).text
        bar.weight = WeightPlace(1, 0, 2)
        assert "weight x₁ → h₃" in bar.render_line(0).text
        bar.selected = (2, 1)
        assert "h₂ (hidden layer 2)" in bar.render_line(0).text


async def test_the_formula_bar_leaves_out_what_does_not_fit() -> None:
    app = PaneApp(FormulaBar)
    async with app.run_test():
        bar = app.query_one(FormulaBar)
        bar.snapshot, bar.selected = trained(), (1, 0)
        whole = bar.draw(120, 1)[0].text
        assert "b = " in whole
        for width in range(1, 120):
            text = bar.draw(width, 1)[0].text.rstrip()
            cut = text.removesuffix("…").rstrip()
            assert len(text) <= width
            assert whole.startswith(cut)
            # What follows the part that is shown is set apart from it, so no part is cut.
            assert whole[len(cut) : len(cut) + 1] in ("", " ")


class CountingLossPane(LossPane):
    """Counts how often its picture is made."""

    drawings = 0

    def draw(self, width: int, height: int) -> list[Strip]:
        self.drawings += 1
        return super().draw(width, height)


async def test_the_loss_pane_draws_only_when_there_is_more_to_draw() -> None:
    app = PaneApp(CountingLossPane)
    async with app.run_test() as pilot:
        pane = app.query_one(CountingLossPane)
        training = session()
        pane.snapshot = training.snapshot()
        await pilot.pause()
        drawings = pane.drawings
        training.step("batch")
        pane.snapshot = training.snapshot()
        await pilot.pause(0.4)
        assert pane.drawings == drawings
        training.step("epoch")
        for _ in range(5):
            training.step("epoch")
            pane.snapshot = training.snapshot()
        # At once or, where drawing takes long, a little later; the newest in any case.
        await pilot.pause(0.4)
        assert drawings < pane.drawings <= drawings + 5
        assert f"{training.snapshot().history.last.train_loss:.3g}" in str(pane.border_title)
