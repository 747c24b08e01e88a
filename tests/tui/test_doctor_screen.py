"""The doctor on the screen: a sign, a list, and a change at a key or a second click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from nnmath_engine.doctor import examine
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_tui.application import Application
from nnmath_tui.consultation import PERIOD, Consultation
from nnmath_tui.screens.doctor import DoctorScreen
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.findings import described
from textual.widgets import OptionList

MakePreset = Callable[..., Preset]
MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]

EQUAL: dict[str, Any] = {"network.initializer": "constant"}


async def ready(app: Application, until: Until) -> MainScreen:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    assert isinstance(app.board, MainScreen)
    return app.board


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_sign_a_list_and_enter_makes_the_change(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app(EQUAL)
    async with app.run_test(size=size) as pilot:
        screen = await ready(app, until)
        await until(lambda: screen.situation.findings == 1)
        await pilot.pause()
        assert "doctor: 1" in lines(app)[0]
        await pilot.press("exclamation_mark")
        await until(lambda: isinstance(app.screen, DoctorScreen))
        await pilot.pause()
        text = "\n".join(lines(app))
        assert "neurons of layer 1 are the same" in text
        assert "w1[0,1] = 0.3" in text
        assert "Initializer: constant → glorot_uniform" in text
        assert app.screen.region.contains_region(app.screen.query_one(OptionList).region)
        await pilot.press("enter")
        await until(
            lambda: (
                screen.situation.snapshot
                and screen.situation.snapshot.experiment.network.initializer == "glorot_uniform"
            )
        )
        await until(lambda: screen.situation.findings == 0)
        await pilot.pause()
        assert "doctor" not in lines(app)[0]


async def test_escape_changes_nothing(make_app: MakeApp, until: Until) -> None:
    app = make_app(EQUAL)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("exclamation_mark")
        await until(lambda: isinstance(app.screen, DoctorScreen))
        await pilot.press("escape")
        await until(lambda: app.screen is screen)
        assert screen.situation.snapshot is not None
        assert screen.situation.snapshot.experiment.network.initializer == "constant"


async def test_a_click_shows_a_finding_and_only_a_second_one_takes_it(
    make_preset: MakePreset, make_app: MakeApp, until: Until
) -> None:
    snapshot = Session(make_preset(EQUAL).experiment).snapshot()
    findings = examine(snapshot) * 3
    taken: list[object] = []
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        app.push_screen(DoctorScreen(snapshot, findings, screen.palette), taken.append)
        await until(lambda: isinstance(app.screen, DoctorScreen))
        await pilot.pause()
        await pilot.click(OptionList, offset=(4, 2))
        await pilot.pause()
        assert taken == []
        assert app.screen.query_one(OptionList).highlighted == 2
        await pilot.click(OptionList, offset=(4, 2))
        await until(lambda: taken == [findings[2]])


async def test_without_a_fault_it_says_so_in_a_line(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert app.screen is screen
        assert "doctor: nothing found at epoch 0" in lines(app)[1]
        assert "doctor" not in lines(app)[0]


async def test_a_change_that_needs_a_fresh_start_gets_one(make_app: MakeApp, until: Until) -> None:
    line = {
        "data.source": "line",
        "network.hidden": (),
        "training.learning_rate": 1e5,
        "training.epochs": 1000,
    }
    app = make_app(line)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("space")
        await until(
            lambda: screen.situation.snapshot and screen.situation.snapshot.status == "diverged"
        )
        await pilot.press("exclamation_mark")
        await until(lambda: isinstance(app.screen, DoctorScreen))
        await pilot.pause()
        await pilot.press("enter")
        await until(
            lambda: (
                screen.situation.snapshot
                and screen.situation.snapshot.epoch == 0
                and screen.situation.snapshot.status == "ready"
                and screen.situation.snapshot.experiment.training.learning_rate < 10
            )
        )


def test_ascii_has_letters_for_all_of_it(make_preset: MakePreset) -> None:
    experiment = make_preset(EQUAL).experiment
    (finding,) = examine(Session(experiment).snapshot())
    roles = [role for role, _ in described(finding, experiment)]
    assert roles[0] == "label"
    assert "try" in roles


async def test_a_running_training_is_looked_at_once_a_second_and_a_paused_one_at_once(
    make_preset: MakePreset, until: Until
) -> None:
    now, changes = 0.0, 0

    def count() -> None:
        nonlocal changes
        changes += 1

    consultation = Consultation(count, clock=lambda: now)
    faulty = Session(make_preset(EQUAL).experiment).snapshot()
    healthy = Session(make_preset().experiment).snapshot()
    consultation.see(faulty, running=True)
    await until(lambda: len(consultation.findings) == 1)
    consultation.see(healthy, running=True)  # too soon
    assert consultation._task is None
    now = PERIOD
    consultation.see(healthy, running=True)
    await until(lambda: consultation.findings == ())
    consultation.see(faulty, running=False)
    await until(lambda: len(consultation.findings) == 1)
    assert changes == 3
