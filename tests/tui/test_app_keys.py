"""The page of all keys, and the hint of the first start."""

from __future__ import annotations

import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nnmath_tui import files
from nnmath_tui.application import Application
from nnmath_tui.screens.key_map import KeyMapScreen, grouped
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.widgets.greeting import SEEN, WORDS, Greeting
from textual.binding import Binding
from textual.containers import VerticalScroll

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has never been here."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "nnmath-tui"


async def ready(app: Application, until: Until) -> None:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def test_keys_that_do_the_same_stand_together_and_one_that_does_two_things_once() -> None:
    bindings = [
        Binding("5,c", "show", tooltip="Go to the controls"),
        Binding("space", "run", tooltip="Train"),
        Binding("space", "pause", tooltip="Stop"),
        Binding("x", "hidden"),
    ]
    assert grouped({"All": bindings, "None": []}, lambda binding: binding.key) == {
        "All": {"5, c": "Go to the controls", "space": "Train; or: Stop"}
    }


@pytest.mark.parametrize(("size", "ascii"), [((120, 40), False), ((80, 24), True)])
async def test_f1_shows_the_keys_of_all_panes(
    make_app: MakeApp, until: Until, size: tuple[int, int], ascii: bool
) -> None:
    app = make_app(ascii=ascii)
    async with app.run_test(size=size) as pilot:
        await ready(app, until)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, KeyMapScreen)
        dialog = app.screen.query_one(VerticalScroll)
        assert app.screen.region.contains_region(dialog.region)
        assert not dialog.show_horizontal_scrollbar
        shown = "\n".join(lines(app))
        while dialog.scroll_y < dialog.max_scroll_y:
            before = dialog.scroll_y
            await pilot.press("pagedown")
            await until(lambda at=before: dialog.scroll_y > at)  # type: ignore[misc]
            await pilot.pause()
            shown += "\n".join(lines(app))
        assert "space  Train until the planned epochs are done;" in shown
        assert "Stop training" in shown
        assert "Go to the controls" in shown
        assert "Find a setting by its name" in shown
        assert not ascii or shown.isascii()
        await pilot.press("q")
        assert isinstance(app.screen, MainScreen)


@pytest.mark.parametrize("key", ["question_mark", "f1", "p"])
async def test_a_click_beside_a_dialog_closes_it_and_one_within_does_not(
    make_app: MakeApp, until: Until, key: str
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, until)
        await pilot.press(key)
        await pilot.pause()
        dialog = app.screen.query(".dialog").first()
        await pilot.click(offset=(dialog.region.right - 8, dialog.region.y + 2))
        assert not isinstance(app.screen, MainScreen)
        await pilot.click(offset=(0, 20))
        assert isinstance(app.screen, MainScreen)


async def test_help_leads_to_all_keys(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.press("question_mark", "f1")
        await pilot.pause()
        assert isinstance(app.screen, KeyMapScreen)


async def test_help_explains_the_setting_that_the_cursor_is_on(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(app, until)
        await pilot.press("5", "down", "down", "question_mark")
        await pilot.pause()
        shown = "\n".join(lines(app))
        assert "Optimizer: The rule that turns a gradient into a step." in shown
        assert "θ ← θ − η g" in shown


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_the_first_start_has_a_hint_that_goes_at_the_first_key_and_stays_away(
    make_app: MakeApp, until: Until, state: Path, size: tuple[int, int]
) -> None:
    app = make_app(greet=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, until)
        await pilot.pause()
        greeting = app.screen.query_one(Greeting)
        assert app.screen.region.contains_region(greeting.region)
        # What the keys do must be readable to the end, and the footer must stay in sight.
        shown = lines(app)
        for key, words in WORDS:
            assert any(f"{key}  {words}" in line for line in shown) or size[0] < 80
        assert "quit" in shown[-1]
        await pilot.press("5")
        await until(lambda: not app.screen.query(Greeting))
        await until(lambda: app.screen.focused and app.screen.focused.id == "controls")
    written = state / SEEN
    assert written.exists()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert [path.name for path in state.iterdir()] == [SEEN]
    again = make_app(greet=True)
    async with again.run_test(size=size):
        await ready(again, until)
        assert not again.screen.query(Greeting)


async def test_a_click_closes_the_hint_too(make_app: MakeApp, until: Until) -> None:
    app = make_app(greet=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.pause()
        await pilot.click(Greeting)
        await until(lambda: not app.screen.query(Greeting))


async def test_without_being_asked_to_nobody_is_greeted(
    make_app: MakeApp, until: Until, state: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.press("s")
        assert not app.screen.query(Greeting)
    assert not state.exists()


async def test_a_state_that_cannot_be_written_is_no_trouble(
    make_app: MakeApp, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    app = make_app(greet=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.press("s")
        await pilot.pause()
        assert not app.screen.query(Greeting)
    with pytest.raises(NotADirectoryError):
        files.write_state("x", "y")


@pytest.mark.parametrize("ascii", [False, True])
async def test_at_80_columns_the_footer_always_has_help_and_quit_whole(
    make_app: MakeApp, until: Until, ascii: bool
) -> None:
    app = make_app(ascii=ascii)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        for pane in "12345":
            await pilot.press(pane)
            await pilot.pause()
            await pilot.pause()
            footer = lines(app)[-1]
            assert "? help  q quit" in footer, pane
            assert "space run" in footer, pane
        assert ("↑↓ choose  ←→ change" in footer) != ascii
