"""The command palette: every action once, and from wherever it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from nnmath_tui.application import Application
from nnmath_tui.commands import commands
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.widgets.controls import Controls
from textual.command import CommandPalette

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def epoch(app: Application) -> int:
    screen = app.board
    snapshot = screen.situation.snapshot if isinstance(screen, MainScreen) else None
    return -1 if snapshot is None else snapshot.epoch


async def test_an_action_of_two_keys_is_offered_once(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("3")
        await pilot.pause()
        titles = Counter(command.title for command in commands(app, app.screen))
        assert [title for title, times in titles.items() if times > 1] == []
        (controls,) = (c for c in commands(app, app.screen) if c.title == "Go to the controls")
        assert controls.help == "keys 5, c"


@pytest.mark.parametrize("key", ["question_mark", "p"])
async def test_over_another_screen_it_offers_what_the_one_below_can_do(
    make_app: MakeApp, until: Until, key: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press(key)
        await pilot.pause()
        await pilot.press("ctrl+p", *"Train for one")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        await until(lambda: palette.query_one("OptionList").size.height > 0)
        await pilot.pause(0.2)
        await pilot.press("enter")
        await until(lambda: epoch(app) == 1)
        assert isinstance(app.screen, MainScreen)


async def test_it_offers_what_the_other_panes_can_do(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        offered = {command.title: command for command in commands(app, app.screen)}
        assert "Save the screen and the curves as SVG pictures" in offered
        assert "Copy what is selected, with all its digits" in offered
        assert "Dark, light, high contrast" in offered
        assert not any("above" in title for title in offered if title.startswith("Weights"))
        await offered["Controls: Find a setting by its name"].callback()
        await pilot.pause()
        assert app.screen.focused is not None
        assert app.screen.focused.id == "controls"
        assert "/" in str(app.screen.query_one(Controls).border_title)


async def test_it_leads_to_every_setting(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        controls = app.screen.query_one(Controls)
        offered = {command.title: command for command in commands(app, app.screen)}
        for label in ("Clip norm", "Test share", "Precision"):
            offered[f"Setting: {label}"].callback()
            await pilot.pause()
            assert controls.has_focus
            assert controls.current is not None
            assert controls.current.label == label


async def test_a_choice_takes_along_what_must_change_with_it(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.loss": "mse", "network.output_activation": "tanh"})
    async with app.run_test(size=(80, 24)):
        await until(lambda: epoch(app) == 0)
        offered = {command.title: command for command in commands(app, app.screen)}
        offered["Loss: bce"].callback()
        screen = app.board
        assert isinstance(screen, MainScreen)
        await until(
            lambda: screen.situation.snapshot and screen.situation.snapshot.loss.name == "bce"
        )


@pytest.mark.parametrize("key", ["ctrl+p", "p"])
async def test_in_ascii_a_list_has_no_other_letters(
    make_app: MakeApp, until: Until, key: str
) -> None:
    app = make_app(ascii=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press(key)
        names = "CommandList" if key == "ctrl+p" else "#names"
        await until(lambda: app.screen.query(names) and app.screen.query_one(names).max_scroll_y)
        for typed in ("", "e"):  # what all presets and most commands have
            await pilot.press(*typed)
            await pilot.pause(0.5)
            rows = [strip.text for strip in app.screen._compositor.render_strips()]
            assert [row for row in rows if not row.isascii()] == []
            assert app.screen.query_one(names).show_vertical_scrollbar
