"""The loss pane: what its cursor reads, what keys and mouse do, what its border says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import History, HistoryView, Record
from nnmath_engine.session import Session
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import EpochRequested
from nnmath_tui.views.loss_caption import Entry, fit_entries
from nnmath_tui.views.losses import MOST_ROWS, Ghost, ahead_series, curves, ghost_series, thinned
from nnmath_tui.views.moments import Moments
from nnmath_tui.widgets.loss import LossPane
from rich.text import Text
from textual.app import App, ComposeResult
from textual.content import Content

NAN = float("nan")
SMALL = {
    "data.source": "circle",
    "data.samples": 40,
    "network.hidden": (3, 2),
    "training.batch_size": 10,
}


def session(values: dict[str, Any] | None = None, epochs: int = 0) -> Session:
    made = Session(Experiment.from_values({**SMALL, **(values or {})}))
    made.run(60, until=epochs)
    return made


class LossApp(App[None]):
    """A loss pane of 70 x 16, and the epochs that it asked for."""

    CSS = "LossPane { width: 70; height: 16; border: round gray; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = LossPane()
        self.asked: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_epoch_requested(self, message: EpochRequested) -> None:
        self.asked.append(message.epoch)

    @property
    def border(self) -> tuple[str, str]:
        """The words above and below the picture."""
        title, subtitle = self.pane.border_title, self.pane.border_subtitle
        return Content.from_markup(title or "").plain, Content.from_markup(subtitle or "").plain

    def text(self) -> str:
        pane = self.pane
        return "\n".join(pane.render_line(y).text for y in range(pane.size.height))


def shown_value(text: str, name: str) -> str:
    """The number behind a name."""
    return text.split(f" {name} ")[1].split("  ")[0].split(" ")[0]


async def test_arrow_keys_read_the_exact_values_of_each_epoch() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        training = session(epochs=30)
        history = training.snapshot().history
        app.pane.snapshot = training.snapshot()
        app.pane.focus()
        await pilot.pause()
        for keys, epoch in (
            (("left",), 29),
            (("left", "left"), 27),
            (("right",), 28),
            (("pageup",), 25),
            (("home",), 0),
            (("left",), 0),
            (("pagedown", "right"), 4),
            (("end",), 30),
            (("right",), 30),
        ):
            await pilot.press(*keys)
            assert app.pane.cursor == epoch
            title, _ = app.border
            assert title.startswith(f"Loss @ {epoch} ")
            told = shown_value(title, "train")
            # As many digits as fit, and all of them true.
            assert len(told) >= 8
            decimals = len(told.partition(".")[2])
            assert abs(float(told) - history.train_loss[epoch]) <= 0.51 * 10.0**-decimals
            assert "●" in app.text()
        await pilot.press("escape")
        assert app.pane.cursor is None
        assert app.border[0].startswith("Loss ━")
        assert "●" not in app.text()


async def test_enter_asks_for_the_epoch_at_the_cursor() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        app.pane.snapshot = session(epochs=20).snapshot()
        app.pane.focus()
        await pilot.press("enter")
        assert app.asked == []
        await pilot.press("left", "left", "enter")
        assert app.asked == [18]


async def test_a_click_asks_for_the_epoch_under_it_and_dragging_scrubs() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        app.pane.snapshot = session(epochs=40).snapshot()
        await pilot.pause()
        area = app.pane.plot.area
        assert area is not None
        middle = area.left + (area.width - 1) // 2
        await pilot.click(LossPane, offset=(1 + middle, 4))
        assert app.asked == [app.pane.cursor]
        assert app.asked[0] == pytest.approx(20, abs=1)
        app.asked.clear()
        await pilot.mouse_down(LossPane, offset=(1 + middle, 4))
        assert app.asked == []
        for column in (middle + 5, middle + 10, area.left + area.width):
            await pilot.hover(LossPane, offset=(1 + column, 4))
        # Beyond the end of the axis counts as its end.
        await pilot.hover(LossPane, offset=(69, 4))
        await pilot.mouse_up(LossPane, offset=(69, 4))
        assert app.asked == sorted(set(app.asked))
        assert len(app.asked) == 3
        assert app.asked[-1] == 40
        await pilot.hover(LossPane, offset=(1 + middle, 4))
        assert app.pane.cursor == 40


async def test_a_click_on_the_border_asks_for_nothing() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        app.pane.snapshot = session(epochs=10).snapshot()
        await pilot.pause()
        await pilot.click(LossPane, offset=(60, 0))
        assert app.asked == []
        assert app.pane.cursor is None


async def test_views_are_cycled_by_key_and_chosen_by_mouse() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        app.pane.snapshot = session({"training.learning_rate": 0.25}, 10).snapshot()
        app.pane.focus()
        await pilot.pause()
        titles = []
        for _ in range(4):
            titles.append(app.border[0].split(" ━")[0])
            await pilot.press("v")
        assert titles == ["Loss", "Accuracy", "Gradient norm", "Learning rate"]
        below = app.border[1]
        assert below.startswith("loss accuracy gradient rate")
        start = 70 - 2 - len(below) - 1
        await pilot.click(LossPane, offset=(start + below.index("rate") + 1, 15))
        assert app.pane.view == "rate"
        assert "learning rate 0.25" in app.border[0]
        below = app.border[1]
        start = 70 - 2 - len(below) - 1
        await pilot.click(LossPane, offset=(start + below.index("x linear") + 1, 15))
        assert app.pane.log_epochs
        assert app.border[1].endswith("y log x log")
        await pilot.press("x")
        assert not app.pane.log_epochs


async def test_a_score_is_never_logarithmic_and_has_its_name() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        app.pane.snapshot = session({"data.source": "plane"}, 10).snapshot()
        app.pane.focus()
        await pilot.press("v")
        assert app.border[0].startswith("R² ━ train")
        assert "y linear" in app.border[1]
        app.pane.action_scale()
        await pilot.pause()
        assert app.pane.log_scale
        assert len(app._notifications) == 1
        assert "loss R² gradient rate" in app.border[1]


async def test_the_border_tells_the_penalty_from_the_data_loss() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        training = session({"training.l2": 0.25}, 10)
        app.pane.snapshot = training.snapshot()
        await pilot.pause()
        last = training.snapshot().history.last
        words = " ".join(app.border)
        assert shown_value(words, "objective") == f"{last.objective:.3g}"
        assert shown_value(words, "penalty") == f"{last.penalty:.3g}"
        assert shown_value(words, "train") == f"{last.train_loss:.3g}"
        assert last.objective == pytest.approx(last.train_loss + last.penalty)


async def test_the_cursor_says_what_was_changed_there() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        training = session(epochs=4)
        training.apply({"training.optimizer": "adam", "training.l2": 0.001})
        training.run(60, until=9)
        app.pane.snapshot = training.snapshot()
        app.pane.focus()
        await pilot.press("home", "right", "right", "right")
        assert "sgd → adam, L2 0.001" in app.text()
        await pilot.press("right")
        assert app.border[0].startswith("Loss @ 4 ")
        words = " ".join(app.text().replace("│", " ").split())
        assert "Optimizer: sgd → adam, L2: 0" in words
        assert "L2 0.001" not in words
        # Where there is no room beside curves, it covers them.
        app.pane.styles.width = 38
        app.pane.styles.height = 7
        await pilot.pause()
        words = " ".join(app.text().replace("│", " ").split())
        assert "Optimizer:" in words
        assert "0.001" in words


async def test_the_past_is_read_and_drawn_with_what_is_ahead() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        training = session(epochs=30)
        whole = training.snapshot().history
        training.rewind(10)
        app.pane.snapshot, app.pane.ahead = training.snapshot(), whole
        app.pane.focus()
        await pilot.pause()
        assert "│now" in app.text()
        await pilot.press("right")
        assert app.pane.cursor == 11
        told = float(shown_value(app.border[0], "train"))
        assert told == pytest.approx(float(whole.train_loss[11]), rel=1e-6)
        await pilot.press("end", "enter")
        assert app.asked == [30]
        app.pane.ahead = None
        await pilot.pause()
        assert "now" not in app.text()


async def test_ghosts_are_named_and_read() -> None:
    app = LossApp()
    async with app.run_test() as pilot:
        earlier = session({"training.learning_rate": 0.001}, 20).snapshot().history
        app.pane.snapshot = session(epochs=30).snapshot()
        app.pane.ghosts = (Ghost("run 1", earlier),)
        app.pane.focus()
        await pilot.press("home", "right", "right")
        assert "run 1" in app.text()
        words = " ".join(app.border)
        told = shown_value(words.replace("run 1 train", "ghost"), "ghost")
        assert float(told) == pytest.approx(float(earlier.train_loss[2]), rel=1e-4)
        # It ended before the last epoch.
        await pilot.press("end")
        assert "run 1" not in " ".join(app.border)


@pytest.mark.parametrize(
    "palette", [Palette(), Palette("16", dark=False), Palette("mono", ascii=True)]
)
async def test_every_view_fits_every_size_with_all_that_can_be_drawn(palette: Palette) -> None:
    app = LossApp()
    async with app.run_test(size=(130, 45)) as pilot:
        training = session({"training.l2": 0.01}, 20)
        training.apply({"training.optimizer": "adam"})
        training.run(60, until=40)
        whole = training.snapshot().history
        training.rewind(30)
        pane = app.pane
        pane.palette, pane.snapshot, pane.ahead = palette, training.snapshot(), whole
        pane.ghosts = tuple(Ghost(f"run {n}", whole) for n in range(4))
        for width, height in ((120, 40), (44, 13), (20, 5), (3, 3)):
            pane.styles.width, pane.styles.height = width, height
            await pilot.pause()
            for view in ("loss", "score", "gradient", "rate"):
                for cursor in (None, 0, 20, 35):
                    pane.view, pane.cursor, pane.log_epochs = view, cursor, not pane.log_epochs
                    lines = [pane.render_line(y) for y in range(height - 2)]
                    assert {line.cell_length for line in lines} == {width - 2}
                    assert not palette.ascii or all(line.text.isascii() for line in lines)
                    pane.describe()
                    for words in app.border:
                        assert len(words) <= max(0, width - 2 - 4)


def history(rows: int, step: int = 1) -> HistoryView:
    kept = History()
    for row in range(rows):
        epoch = row * step
        kept.append(Record(epoch, 1 / (1 + epoch), NAN, NAN, 0.0, NAN, NAN, 0.1, 0.5))
    return kept.view()


def test_a_cursor_stops_at_the_epochs_that_are_kept() -> None:
    moments = Moments(history(10, step=4))
    assert [moments.nearest(epoch) for epoch in (-3, 0, 1.9, 2.1, 35, 99)] == [
        (0, 0), (0, 0), (0, 0), (4, 1), (36, 9), (36, 9),
    ]  # fmt: skip
    assert [moments.beside(8, way) for way in (-1, 1)] == [4, 12]
    assert [moments.beside(9, way) for way in (-1, 1)] == [8, 12]
    assert (moments.beside(0, -1), moments.beside(36, 1)) == (0, 36)


def test_of_two_rows_of_one_epoch_the_last_counts_and_the_cursor_passes_both() -> None:
    kept = History()
    for epoch, loss in ((0, 4.0), (1, 3.0), (2, 2.0), (2, 1.0)):
        kept.append(Record(epoch, loss, NAN, NAN, 0.0, NAN, NAN, 0.1, 0.5))
    moments = Moments(kept.view())
    assert moments.nearest(2) == (2, 3)
    assert moments.beside(2, -1) == 1


def test_what_is_ahead_begins_where_the_past_ends() -> None:
    training = session(epochs=12)
    whole = training.snapshot().history
    training.rewind(5)
    past = training.snapshot()
    shown = curves("loss", past, Palette())
    (test, train) = ahead_series(shown, past.history, whole)
    assert train.ahead
    np.testing.assert_array_equal(train.x, np.arange(5.0, 13.0))
    np.testing.assert_array_equal(train.y, whole.train_loss[5:])
    np.testing.assert_array_equal(test.y, whole.test_loss[5:])
    assert ahead_series(shown, whole, whole) == ()


def test_many_ghosts_are_one_curve_each() -> None:
    snapshot = session({"training.l2": 0.1}, 5).snapshot()
    ghosts = [Ghost(f"run {n}", snapshot.history) for n in range(3)]
    shown = curves("loss", snapshot, Palette())
    assert len(shown) == 3
    labels = [one.label for one in ghost_series(shown, ghosts[:2], Palette())]
    assert labels == ["run 0", "run 0", "run 1", "run 1"]
    assert [one.label for one in ghost_series(shown, ghosts, Palette())] == [
        "run 0", "run 1", "run 2",
    ]  # fmt: skip
    (only,) = ghost_series(shown, ghosts[:1], Palette("mono"))
    np.testing.assert_array_equal(only.y, snapshot.history.train_loss)


def test_a_logarithmic_axis_keeps_its_early_epochs() -> None:
    long = history(100_000)
    x, y = thinned(long, long.train_loss, log_x=True)
    assert len(x) <= MOST_ROWS + 1
    assert set(range(60)) <= set(x.astype(int).tolist())
    assert (np.diff(x) >= 0).all()
    assert (y.max(), y[-1]) == (1.0, 1e-5)


def test_captions_give_the_most_digits_that_fit_and_elide_whole_entries() -> None:
    entries = [Entry("train", 0.123456789), Entry("test", 20.5)]
    head, palette = Text("Loss"), Palette("mono")

    def fitted(first: int, second: int, some: list[Entry] = entries) -> tuple[str, str]:
        above, below = fit_entries(head, some, (first, second), 9, palette)
        return above.plain, below.plain

    assert fitted(40, 20) == ("Loss train 0.123456789 test 20.5", "")
    assert fitted(30, 0) == ("Loss train 0.1234568 test 20.5", "")
    assert fitted(22, 20) == ("Loss train 0.123456789", " test 20.5")
    assert fitted(17, 6) == ("Loss train test", "")
    many = [Entry(f"layer {n}", 1.0) for n in range(9)]
    assert fitted(22, 12, many) == ("Loss layer 0 layer 1", " layer 2 …")
    layers = [Entry(f"layer {n}", n / 3, short=str(n)) for n in range(1, 4)]
    assert fitted(30, 0, layers) == ("Loss 1 0.3333 2 0.6667 3 1", "")

    def read(first: int, second: int) -> tuple[str, str]:
        above, below = fit_entries(head, many, (first, second), 9, palette, names_alone=False)
        return above.plain, below.plain

    assert read(24, 14) == ("Loss layer 0 1 layer 1 1", " layer 2 1 …")
