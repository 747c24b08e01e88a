"""Drawing points on the output's plane: by keys, by the mouse, and what becomes of the network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog
from nnmath_tui.application import Application
from nnmath_tui.cli import main
from nnmath_tui.commands import commands
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.planes import plane_frame
from nnmath_tui.widgets.loss import LossPane
from nnmath_tui.widgets.output import OutputPane
from textual.pilot import Pilot

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


async def opened(app: Application, pilot: Pilot[None], until: Until) -> OutputPane:
    """The output pane, focused, after two epochs."""
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    await pilot.press("s", "s", "2")
    await pilot.pause()
    await until(lambda: now(app).epoch == 2)
    return app.screen.query_one(OutputPane)


def now(app: Application) -> Snapshot:
    assert isinstance(app.board, MainScreen)
    snapshot = app.board.situation.snapshot
    assert snapshot is not None
    return snapshot


def points(app: Application) -> tuple[Any, ...]:
    return now(app).experiment.data.points


async def test_keys_put_points_that_training_goes_on_with(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        before, epoch = now(app).parameters, now(app).epoch
        await pilot.press("D")
        assert pane.drawing
        assert "20 points" in str(pane.border_subtitle)
        await pilot.press("1")
        await until(lambda: len(points(app)) == 21)
        # In the middle of the plane, of class 1; the rows to train on are all there is.
        x1, x2, y = points(app)[-1]
        assert y == 1
        assert max(abs(x1), abs(x2)) < 0.1
        dataset = now(app).dataset
        assert (len(dataset.train), len(dataset.test)) == (21, 0)
        # No value is shown as that of test rows, which are no longer there.
        assert "test" not in str(app.screen.query_one(LossPane).border_title)
        for one, other in zip(before.arrays(), now(app).parameters.arrays(), strict=True):
            np.testing.assert_array_equal(one, other)
        await pilot.press("right", "right", "0", "up", "0")
        await until(lambda: len(points(app)) == 23)
        assert points(app)[-1][0] > x1
        assert points(app)[-1][1] > points(app)[-2][1]
        assert "23 points" in str(pane.border_subtitle)
        await pilot.press("delete")
        await until(lambda: len(points(app)) == 22)
        await pilot.press("s")
        await until(lambda: now(app).epoch == epoch + 1)
        # Digits go to panes again once drawing has ended.
        await pilot.press("escape", "3")
        await pilot.pause()
        assert not pane.drawing
        assert len(points(app)) == 22
        assert app.screen.focused is not None
        assert app.screen.focused.id == "weights"


async def test_clicks_put_points_of_the_class_drawn_last(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        await pilot.press("D", "0")
        await until(lambda: len(points(app)) == 21)
        frame = plane_frame(now(app).dataset, (0, 1), *pane.size)
        column, row = frame.area.left + 3, frame.area.top + 2
        place = frame.point(column, row)
        assert place is not None
        offset = (column + 1, row + 1)  # within the border
        for count in (22, 23, 24):
            await pilot.click(OutputPane, offset=offset)
            await until(lambda count=count: len(points(app)) == count)  # type: ignore[misc]
        assert points(app)[-1] == (*(round(x, 6) for x in place), 0.0)
        await pilot.click(OutputPane, offset=offset, button=3)
        await until(lambda: len(points(app)) == 23)
        await pilot.press("escape")
        await pilot.click(OutputPane, offset=offset)
        await pilot.pause(0.1)
        assert len(points(app)) == 23


async def test_keys_may_come_faster_than_training_takes_them(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("D", "space")
        await pilot.press("1", "right", "1", "right", "1", "right", "0", "down", "0")
        await until(lambda: len(points(app)) == 25)
        await pilot.press("space")
        assert [y for *_, y in points(app)[-5:]] == [1, 1, 1, 0, 0]


async def test_undo_takes_single_points_back(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        await pilot.press("D", "1", "right", "0")
        await until(lambda: len(points(app)) == 22)
        await pilot.press("z")
        await until(lambda: len(points(app)) == 21)
        await pilot.pause()
        assert "21 points" in str(pane.border_subtitle)
        await pilot.press("s", "z")
        await until(lambda: now(app).experiment.data.source == "circle")
        assert now(app).epoch == 3
        assert "20 points" in str(pane.border_subtitle)


async def test_an_empty_plane_begins_with_its_first_point(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        await pilot.press("D", "w")
        assert "empty: put a first point" in str(pane.border_subtitle)
        await pilot.press("1")
        await until(lambda: len(points(app)) == 1)
        assert now(app).dataset.classes == ("0", "1")
        assert now(app).epoch == 2


async def test_numbers_are_drawn_in_tenths(make_app: MakeApp, until: Until) -> None:
    app = make_app({"data.source": "plane"})
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, until)
        y = now(app).dataset.train.y
        await pilot.press("D", "9")
        await until(lambda: len(points(app)) == 21)
        assert points(app)[-1][2] == pytest.approx(y.max(), abs=1e-6)
        assert now(app).dataset.task == "regression"


@pytest.mark.parametrize("source", ["iris", "sine", "digits"])
async def test_there_is_no_drawing_where_there_is_no_plane(
    make_app: MakeApp, until: Until, source: str
) -> None:
    app = make_app({"data.source": source, "training.batch_size": 500})
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        await pilot.press("D", "v", "D")
        assert not pane.drawing
        assert not any("Draw points" in c.title for c in commands(app, app.screen))


async def test_a_drawing_becomes_a_preset_and_a_table(
    make_app: MakeApp, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("D", "1", "right", "0")
        await until(lambda: len(points(app)) == 22)
        for title in ("Save as preset", "Save the rows as CSV"):
            (command,) = (c for c in commands(app, app.screen) if c.title == title)
            result: Any = command.callback()
            await result
        experiment, train = now(app).experiment, now(app).dataset.train
    assert catalog.load(tmp_path / "small.toml").experiment == experiment
    assert main(["check", "small.toml", "small-rows.csv"]) == 0
    assert len((tmp_path / "small.toml").read_text().splitlines()) > 22  # a point to a line
    table = (tmp_path / "small-rows.csv").read_text().splitlines()
    assert table[0] == "x1,x2,class"
    rows = np.array([line.split(",") for line in table[1:]], dtype=float)
    np.testing.assert_array_equal(rows, np.column_stack([train.raw, train.y]))


async def test_a_selected_sample_that_is_gone_is_selected_no_longer(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = await opened(app, pilot, until)
        await pilot.press("right", "right")
        await pilot.pause()
        await pilot.press("D", "w", "1")
        await until(lambda: len(points(app)) == 1)
        await pilot.pause()
        assert pane.look.sample is None
        assert isinstance(app.board, MainScreen)
        text = "\n".join(strip.text for strip in app.board._formula.lines())
        assert "rows 0 to 0" not in text
        assert "select a neuron" in text
