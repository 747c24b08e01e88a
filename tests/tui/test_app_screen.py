"""The main screen by its keys, with training paused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from nnmath_tui.application import Application
from nnmath_tui.messages import ChangeRequested
from nnmath_tui.screens.board import PANES
from nnmath_tui.screens.help import TEXTS, HelpScreen
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.screens.presets import PresetsScreen
from nnmath_tui.widgets.key_bar import KeyBar
from rich.style import Style
from textual.color import Color
from textual.widgets import OptionList

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def main(app: Application) -> MainScreen:
    """The screen under those that are laid over it."""
    screen = app.board
    assert isinstance(screen, MainScreen)
    return screen


def epoch(app: Application) -> int:
    """The epoch on the screen; -1 before there is one."""
    screen = app.board
    snapshot = screen.situation.snapshot if isinstance(screen, MainScreen) else None
    return -1 if snapshot is None else snapshot.epoch


def seen(app: Application) -> set[str]:
    """The ids of the panes that are on the screen."""
    return {
        pane.id or ""
        for pane in main(app).panes
        if pane.display and pane.region.area > 0 and pane.id in PANES
    }


def lines(app: Application) -> list[str]:
    """What is on the screen, as text."""
    return [
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()
    ]


async def test_first_shows_the_frame_and_then_the_experiment(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.pause()
        shown = lines(app)
        assert shown[0].startswith(" nnmath Small 2–3–2–1 tanh")
        assert "ready" in shown[0]
        assert "q quit" in shown[-1]
        assert all(len(line) == 120 for line in shown)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((200, 60), set(PANES)),
        ((170, 50), set(PANES)),
        ((169, 50), set(PANES) - {"derivation"}),
        ((120, 40), set(PANES) - {"derivation"}),
        ((110, 34), set(PANES) - {"derivation"}),
        ((109, 40), {"network", "controls"}),
        ((120, 33), {"network", "controls"}),
        ((80, 24), {"network", "controls"}),
        ((40, 12), {"network"}),
    ],
)
async def test_shows_the_panes_that_there_is_room_for(
    make_app: MakeApp, until: Until, size: tuple[int, int], expected: set[str]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.pause()
        assert seen(app) == expected
        small = "made for 80x24" in lines(app)[0]
        assert small == (size[0] < 80 or size[1] < 24)


async def test_panes_fill_the_screen_without_gaps(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        for width, height in ((120, 40), (80, 24), (200, 60), (40, 12)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            shown = [child for child in main(app).children if child.display]
            assert sum(child.region.area for child in shown) == width * height


async def test_numbers_switch_panes_on_a_small_screen(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        for key, pane in (("2", "output"), ("3", "weights"), ("4", "loss"), ("1", "network")):
            await pilot.press(key)
            await pilot.pause()
            assert seen(app) == {pane, "controls"}
            assert app.focused is app.screen.query_one(f"#{pane}")
        await pilot.press("c")
        await pilot.pause()
        assert seen(app) == {"network", "controls"}
        assert app.focused is app.screen.query_one("#controls")


async def test_numbers_move_the_focus_on_a_large_screen(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("3")
        await pilot.pause()
        assert seen(app) == set(PANES) - {"derivation"}
        assert app.focused is app.screen.query_one("#weights")


async def test_steps_and_resets(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("s", "s", "s")
        await until(lambda: epoch(app) == 3)
        await pilot.press("b")
        await until(lambda: main(app).situation.snapshot.batch == 1)  # type: ignore[union-attr]
        await pilot.press("r")
        await until(lambda: epoch(app) == 0)
        seed = main(app).situation.snapshot.experiment.training.seed  # type: ignore[union-attr]
        await pilot.press("R")
        await until(
            lambda: (
                main(app).situation.snapshot.experiment.training.seed == seed + 1  # type: ignore[union-attr]
            )
        )


async def test_space_runs_to_the_planned_end_and_says_so(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("space")
        await until(lambda: epoch(app) == 5 and not main(app).situation.running)
        await pilot.pause()
        assert "5 epochs done; space goes on" in lines(app)[0]
        assert "space run" in lines(app)[-1]


async def test_a_change_that_is_asked_for_reaches_the_engine_and_comes_back(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)):
        await until(lambda: epoch(app) == 0)
        controls = app.screen.query_one("#controls")
        controls.post_message(ChangeRequested({"training.optimizer": "adam"}))
        await until(
            lambda: (
                main(app).situation.snapshot.experiment.training.optimizer == "adam"  # type: ignore[union-attr]
            )
        )


async def test_a_change_that_cannot_be_says_why(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)):
        await until(lambda: epoch(app) == 0)
        app.screen.query_one("#controls").post_message(ChangeRequested({"training.l1": -1.0}))
        await until(lambda: "L1 must be a number" in " ".join(" ".join(lines(app)).split()))
        assert len(app._notifications) == 0, "nothing is laid over the panes"


async def test_capital_t_goes_through_dark_light_and_high_contrast(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        looks = []
        for _ in range(4):
            palettes = {pane.palette for pane in main(app).panes}
            palettes.add(app.screen.query_one(KeyBar).palette)
            (palette,) = palettes
            looks.append((palette.dark, palette.vivid, app.current_theme.background))
            await pilot.press("T")
            await pilot.pause()
        assert looks == [
            (True, False, "#101218"),
            (False, False, "#eceef2"),
            (True, True, "#000000"),
            (True, False, "#101218"),
        ]
        assert "Colors: light" in {note.message for note in app._notifications}


async def test_of_16_colors_high_contrast_takes_the_brightest(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app(color="16", theme="contrast")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        assert app.palette.muted == "bright_white"
        await pilot.press("T")
        await pilot.pause()
        assert {pane.palette.muted for pane in main(app).panes} == {"white"}


@pytest.mark.parametrize(
    ("color", "ascii"), [("truecolor", True), ("256", False), ("16", False), ("mono", True)]
)
async def test_every_color_mode_shows_the_same_screen(
    make_app: MakeApp, until: Until, color: str, ascii: bool
) -> None:
    app = make_app(color=color, ascii=ascii)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.pause()
        shown = lines(app)
        assert "nnmath Small" in shown[0]
        assert not ascii or all(line.isascii() for line in shown)
        assert {pane.palette.mode for pane in main(app).panes} == {color}
        assert app.native_ansi_color is (color in ("16", "mono"))


async def test_without_color_nothing_is_painted(make_app: MakeApp, until: Until) -> None:
    app = make_app(color="mono")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.pause()
        (no_color,) = app.get_line_filters()
        for strip in app.screen._compositor.render_strips():
            for segment in no_color.apply(list(strip), Color(0, 0, 0)):
                style = segment.style or Style()
                assert (style.color is None) or style.color.is_default
                assert (style.bgcolor is None) or style.bgcolor.is_default


async def test_help_explains_the_focused_pane(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        for number, pane in enumerate(PANES, start=1):
            await pilot.press(str(number), "question_mark")
            assert isinstance(app.screen, HelpScreen)
            text = "\n".join(lines(app))
            assert TEXTS[pane][0] in text
            await pilot.press("end")
            await until(lambda: "What the focused pane shows" in "\n".join(lines(app)))
            await pilot.press("escape")
            assert isinstance(app.screen, MainScreen)


async def test_the_preset_list_opens_what_is_chosen(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("p")
        await until(lambda: isinstance(app.screen, PresetsScreen))
        await until(lambda: app.screen.query_one(OptionList).option_count > 1)
        names = app.screen.query_one(OptionList)
        names.highlighted = next(
            i for i in range(names.option_count) if names.get_option_at_index(i).id == "xor"
        )
        await pilot.press("enter")
        await until(lambda: main(app).situation.title != "Small")
        snapshot = main(app).situation.snapshot
        assert snapshot is not None
        assert snapshot.experiment.data.source == "xor"


async def test_the_preset_list_can_be_left(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.press("p")
        await until(lambda: isinstance(app.screen, PresetsScreen))
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        assert main(app).situation.title == "Small"


async def test_the_footer_can_be_clicked(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: epoch(app) == 0)
        await pilot.pause()
        column = lines(app)[-1].index("s epoch")
        await pilot.click("#keys", offset=(column, 0))
        await until(lambda: epoch(app) == 1)


async def test_a_first_preset_that_cannot_be_opened_ends_the_app(until: Until) -> None:
    from nnmath_presets import catalog
    from nnmath_tui.settings import Settings

    app = Application(lambda: catalog.load("no-such-preset"), Settings(color="truecolor"))
    async with app.run_test(size=(80, 24)):
        await until(lambda: app.return_code is not None)
    assert app.return_code == 2


async def test_a_list_of_presets_that_is_closed_at_once_is_not_filled() -> None:
    await PresetsScreen()._fill()
