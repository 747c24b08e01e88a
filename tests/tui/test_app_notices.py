"""What the screen says when training ends by itself, and what it does not say twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from nnmath_tui.application import Application
from nnmath_tui.messages import ChangeRequested
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.widgets.formula import FormulaBar

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]

HOPELESS = {
    "data.source": "line",
    "network.hidden": (),
    "training.learning_rate": 1e5,
    "training.epochs": 10_000,
}


def main(app: Application) -> MainScreen:
    assert isinstance(app.board, MainScreen)
    return app.board


def status(app: Application) -> str:
    screen = app.board
    snapshot = screen.situation.snapshot if isinstance(screen, MainScreen) else None
    return "" if snapshot is None else snapshot.status


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
async def test_a_divergence_is_explained_beside_the_panes_for_as_long_as_it_holds(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app(HOPELESS)
    async with app.run_test(size=size) as pilot:
        await until(lambda: status(app) == "ready")
        await pilot.press("space")
        await until(lambda: status(app) == "diverged")
        for _ in range(3):
            await pilot.press("space")
        await pilot.pause()
        assert len(app._notifications) == 0
        bar = main(app).query_one(FormulaBar)
        shown = " ".join(" ".join(lines(app)[1 : 1 + bar.size.height]).split())
        assert shown.startswith("diverged in epoch ")
        assert size[0] < 80 or "the learning rate 100000. The last finite weights are" in shown
        assert size[0] < 80 or shown.endswith("press r to start afresh.")
        panes = [child for child in main(app).children if child.display]
        assert sum(pane.region.area for pane in panes) == size[0] * size[1]
        await pilot.press("r")
        await until(lambda: status(app) == "ready")
        await pilot.pause()
        assert bar.size.height == 1
        assert "diverged" not in "".join(lines(app))


async def test_a_selection_can_still_be_read_after_a_divergence(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app(HOPELESS)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: status(app) == "ready")
        await pilot.press("space")
        await until(lambda: status(app) == "diverged")
        await pilot.press("right")
        await pilot.pause()
        await until(lambda: "prediction 0" in lines(app)[1])
        assert "diverged" in lines(app)[0]


async def test_a_change_of_settings_ends_the_notice(make_app: MakeApp, until: Until) -> None:
    app = make_app(HOPELESS)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: status(app) == "ready")
        await pilot.press("space")
        await until(lambda: status(app) == "diverged")
        main(app).post_message(ChangeRequested({"training.learning_rate": 1e-3}))
        await until(lambda: status(app) == "ready")
        await pilot.pause()
        assert "select a neuron" in lines(app)[1]


async def test_early_stopping_is_explained_too(make_app: MakeApp, until: Until) -> None:
    # A learning rate of 0 improves nothing.
    app = make_app({"training.early_stopping": 2, "training.learning_rate": 0.0})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: status(app) == "ready")
        await pilot.press("space")
        await until(lambda: status(app) == "stopped")
        await pilot.pause()
        assert "stopped early: best at epoch 1" in lines(app)[1]
        assert len(app._notifications) == 0


async def test_the_pace_is_told_by_the_status_line_alone(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: status(app) == "ready")
        await pilot.press("minus")
        await pilot.pause()
        assert "pace 100/s" in lines(app)[0]
        await pilot.press(*["minus"] * 5)
        await pilot.pause()
        assert "pace 1/s" in lines(app)[0]
        await pilot.press(*["minus"] * 5)
        await pilot.pause()
        assert "pace 0.25/s" in lines(app)[0]
        await pilot.press(*["plus"] * 9)
        await pilot.pause()
        assert "pace" not in lines(app)[0]
        assert len(app._notifications) == 0


async def test_a_speed_measured_at_one_pace_is_not_shown_at_another(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.epochs": 10**6})
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: status(app) == "ready")
        main(app).trainer.toggle()
        await until(lambda: main(app).situation.speed > 10)
        await pilot.press(*["minus"] * 6)
        seen = main(app).situation.snapshot
        await until(lambda: main(app).situation.snapshot is not seen)
        assert main(app).situation.pace == 1
        assert main(app).situation.speed < 10
