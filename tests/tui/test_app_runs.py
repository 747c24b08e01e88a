"""Time travel, undo and the ledger by keys and mouse."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nnmath_engine.session import Session
from nnmath_engine.timeline import GivenUp
from nnmath_tui.application import Application
from nnmath_tui.commands import commands
from nnmath_tui.messages import EpochRequested, FreezeRequested, WeightEdited
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.screens.runs import CompareScreen, RunsScreen
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.widgets.key_bar import KeyBar
from nnmath_tui.widgets.loss import LossPane
from nnmath_tui.widgets.run_table import RunTable
from textual.pilot import Pilot

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]
LONG = {"training.epochs": 30}


def main(app: Application) -> MainScreen:
    assert isinstance(app.board, MainScreen)
    return app.board


def epoch(app: Application) -> int:
    screen = app.board
    snapshot = screen.situation.snapshot if isinstance(screen, MainScreen) else None
    return -1 if snapshot is None else snapshot.epoch


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def words(app: Application) -> str:
    return " ".join(" ".join(lines(app)).split())


async def trained(app: Application, until: Until, pilot: Pilot[None]) -> None:
    """Wait until the planned epochs are done."""
    await until(lambda: epoch(app) == 0)
    await pilot.press("space")
    await until(lambda: epoch(app) == 30 and not main(app).situation.running)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_keys_go_back_and_on_in_time_and_all_panes_follow(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app(LONG)
    async with app.run_test(size=size) as pilot:
        await trained(app, until, pilot)
        for keys, expected in (
            ([","], 29),
            (["<"], 19),
            ([",", ",", ","], 16),
            (["."], 17),
            (["{"], 0),
            ([">"], 10),
        ):
            await pilot.press(*keys)
            await until(lambda at=expected: epoch(app) == at)  # type: ignore[misc]
        await pilot.pause()
        assert f"past: epoch {epoch(app)} of 30" in lines(app)[0]
        assert "space branch here" in lines(app)[-1]
        assert {pane.snapshot.epoch for pane in main(app).panes if pane.snapshot} == {10}
        ahead = main(app).query_one(LossPane).ahead
        assert ahead is not None
        assert ahead.epoch.tolist() == list(range(11, 31))
        await pilot.press("}")
        await until(lambda: epoch(app) == 30)
        await pilot.pause()
        assert "past" not in lines(app)[0]
        assert "space run" in lines(app)[-1]
        assert main(app).query_one(LossPane).ahead is None


async def test_the_palette_offers_every_way_in_time(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)):
        await until(lambda: epoch(app) == 0)
        offered = {command.title for command in commands(app, app.screen)}
        assert {
            "Go back one epoch",
            "Go on one epoch",
            "Go back ten epochs",
            "Go on ten epochs",
            "Go to epoch 0",
            "Go to the newest epoch",
            "Undo the last change",
            "Do again what was undone",
            "All runs: compare them, or go back to one",
        } <= offered


async def test_space_in_the_past_branches_and_draws_the_other_future(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app(LONG)
    async with app.run_test(size=(120, 40)) as pilot:
        await trained(app, until, pilot)
        main(app).query_one(LossPane).post_message(EpochRequested(12))
        await until(lambda: epoch(app) == 12)
        await pilot.press("space")
        await until(lambda: epoch(app) == 30 and not main(app).situation.running)
        await pilot.pause()
        assert "new run: branch at 12 of run 1; run 1 is kept" in words(app)
        (ghost,) = main(app).query_one(LossPane).ghosts
        assert ghost.name == "run 1"
        assert ghost.history.epoch[-1] == 30
        await pilot.press("z")
        await until(lambda: epoch(app) == 12)
        await pilot.pause()
        assert "undone: branch at 12 of run 1" in words(app)
        assert "past: epoch 12 of 30" in lines(app)[0]


async def test_held_keys_then_space_come_to_rest_in_one_branch(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await trained(app, until, pilot)
        for key in [*["comma"] * 25, *["full_stop"] * 5, "space"]:
            app.simulate_key(key)
        await until(lambda: len(main(app).trainer.runs) == 2)
        await until(lambda: epoch(app) == 30 and not main(app).situation.running)
        assert main(app).trainer.runs[1].begins == 10
        workers = {worker.name for worker in app.workers if worker.is_running}
        assert workers == {"trainer"}
        before = len(asyncio.all_tasks())
        for key in [*["comma"] * 40, "t", "escape", *["full_stop"] * 40]:
            app.simulate_key(key)
        await until(lambda: epoch(app) == 30 and isinstance(app.screen, MainScreen))
        await pilot.pause()
        await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_the_ledger_by_keys(
    make_app: MakeApp, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = make_app(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("t")
        await pilot.pause()
        assert "No run has an epoch yet." in words(app)
        await pilot.press("x", "g", "enter", "c", "n", "d", "escape")
        for number in (1, 2, 3):
            await pilot.press("s")
            await until(lambda: epoch(app) == 1)
            if number < 3:
                await pilot.press("R")
                await until(lambda: epoch(app) == 0)
        await pilot.press("t")
        await pilot.pause()
        table = app.screen.query_one(RunTable)
        assert table.current is not None
        assert table.current.number == 3
        shown = lines(app)
        assert "Runs · 3" in shown[0]
        assert shown[4].split()[:4] == ["│▸", "▶", "3", "seed"]

        await pilot.press("up", "up", "n", *"first", "enter")
        await until(lambda: table.rows[0].name == "first")
        await pilot.press("g")
        await until(lambda: table.rows[0].overlaid)
        assert [ghost.name for ghost in main(app).query_one(LossPane).ghosts] == ["first", "run 2"]
        await pilot.press("n", "escape")
        assert table.rows[0].name == "first"

        await pilot.press("c", "down", "c")
        await until(lambda: isinstance(app.screen, CompareScreen))
        await pilot.pause()
        assert "1 first" in words(app)
        assert "seed 0 1" in words(app)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, RunsScreen))

        await pilot.press("x")
        await until(lambda: len(list(tmp_path.iterdir())) == 2)
        await until(lambda: "nnmath-runs-" in words(app))
        await pilot.press("d")
        await pilot.pause()
        assert "Press d again to forget run 2" in words(app)
        await pilot.press("d")
        await until(lambda: [row.number for row in table.rows] == [1, 3])
        await pilot.press("up", "enter")
        await until(lambda: isinstance(app.screen, MainScreen))
        await until(lambda: main(app).trainer.runs[0].current)
        snapshot = main(app).situation.snapshot
        assert snapshot is not None
        assert snapshot.experiment.training.seed == 0
        await pilot.press("z")
        await until(lambda: main(app).trainer.runs[1].current)


async def test_the_ledger_says_where_it_cannot_write(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnmath_tui.screens.runs.export", fail)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("s")
        await until(lambda: epoch(app) == 1)
        await pilot.press("t", "x")
        await until(lambda: "not written: No space left on device" in words(app))


async def test_the_ledger_by_mouse(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(2):
            await until(lambda: epoch(app) == 0)
            await pilot.press("s")
            await until(lambda: epoch(app) == 1)
            await pilot.press("R")
            await until(lambda: epoch(app) == 0)
        await pilot.press("t")
        await pilot.pause()
        table = app.screen.query_one(RunTable)
        await pilot.click(table, offset=(20, 2))
        assert table.current is table.rows[0]
        bar = app.screen.query_one(KeyBar)
        at = next(x for x, key in _places(bar) if key == "g")
        await pilot.click(bar, offset=(at, 0))
        await until(lambda: table.rows[0].overlaid)
        await pilot.click(table, offset=(20, 2))
        await until(lambda: main(app).trainer.runs[0].current)
        assert isinstance(app.screen, MainScreen)


def _places(bar: KeyBar) -> list[tuple[int, str]]:
    start, places = 1, []
    for key in bar.keys:
        places.append((start, key.key))
        start += key.width
    return places


async def test_a_run_in_training_is_followed_while_the_ledger_is_open(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.epochs": 10**6})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("space")
        await until(lambda: epoch(app) > 0)
        app.simulate_key("t")
        await until(lambda: isinstance(app.screen, RunsScreen) and app.screen.is_mounted)
        table = app.screen.query_one(RunTable)
        await until(lambda: table.rows)
        first = table.rows[0].outcome.epoch
        await until(lambda: table.rows[0].outcome.epoch > first)


async def test_undo_is_answered_in_a_line_that_goes_away(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnmath_tui.screens.main.ANSWER_SHOWN", 0.3)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        main(app).trainer.change({"training.optimizer": "adam"})
        await until(lambda: "adam" in words(app))
        await pilot.press("z")
        await until(lambda: lines(app)[1].startswith(" undone: optimizer sgd → adam"))
        assert len(app._notifications) == 0
        await until(lambda: "undone" not in lines(app)[1])
        await pilot.press("Z")
        await until(lambda: lines(app)[1].startswith(" done again: optimizer sgd → adam"))


async def test_what_the_weights_pane_asks_for_is_done(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)):
        await until(lambda: epoch(app) == 0)
        pane = main(app).query_one("#weights")
        place = WeightPlace(1, 0, 1)

        def weight() -> float:
            snapshot = main(app).situation.snapshot
            assert snapshot is not None
            return float(snapshot.parameters.weights[0][0, 1])

        pane.post_message(WeightEdited(place, 4.25))
        await until(lambda: weight() == 4.25)
        pane.post_message(FreezeRequested(place, True))
        await until(lambda: main(app).situation.snapshot.frozen)  # type: ignore[union-attr]
        main(app).trainer.step("epoch")
        await until(lambda: epoch(app) == 1)
        assert weight() == 4.25
        pane.post_message(WeightEdited(place, float("inf")))
        await until(lambda: "not changed:" in words(app))


async def test_escape_gives_up_a_way_that_takes_long(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnmath_tui.sitting.PATIENCE", 0.02)
    rewind, given_up = Session.rewind, []

    def slowly(session: Session, epoch: int, unwanted: Callable[[], bool]) -> None:
        while epoch == 9:
            if unwanted():
                given_up.append(epoch)
                raise GivenUp
            time.sleep(0.002)
        rewind(session, epoch, unwanted)

    monkeypatch.setattr(Session, "rewind", slowly)
    app = make_app(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await trained(app, until, pilot)
        assert "stay here" not in lines(app)[-1]
        for start in (30, 20):
            main(app).trainer.go_to(start)
            await until(lambda at=start: epoch(app) == at)  # type: ignore[misc]
            main(app).trainer.go_to(9)
            await until(lambda: "going to epoch 9" in lines(app)[0])
            await until(lambda: "stay here" in lines(app)[-1])
            await pilot.press("escape")
            await until(lambda: main(app).situation.awaited is None)
            assert epoch(app) == start
            assert main(app).situation.past == (start == 20)
        await until(lambda: "stay here" not in lines(app)[-1])
        assert given_up == [9, 9]


async def test_a_click_beside_them_closes_the_comparison_and_the_ledger(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("s", "R", "s")
        await until(lambda: len(main(app).trainer.runs) == 2)
        await pilot.press("t")
        await until(lambda: isinstance(app.screen, RunsScreen) and app.screen.is_mounted)
        await pilot.press("c")
        await until(lambda: isinstance(app.screen, CompareScreen))
        await pilot.pause()
        await pilot.click(offset=(0, 0))
        await until(lambda: isinstance(app.screen, RunsScreen))
        await pilot.click(offset=(60, 20))
        await pilot.pause()
        assert isinstance(app.screen, RunsScreen)
        await pilot.click(offset=(0, 0))
        await until(lambda: isinstance(app.screen, MainScreen))
