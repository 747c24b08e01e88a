"""Help at every size: whole within the terminal, and readable to its end by keys alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from nnmath_tui.application import Application
from nnmath_tui.screens.help import TEXTS, HelpScreen
from nnmath_tui.screens.main import MainScreen
from textual.containers import VerticalScroll

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


async def ready(app: Application, until: Until) -> None:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (90, 28), (80, 24), (60, 15), (40, 12)])
async def test_it_fits_with_one_scrollbar_and_its_end_can_be_reached(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await ready(app, until)
        await pilot.press("question_mark")
        await pilot.pause()
        dialog = app.screen.query_one(VerticalScroll)
        assert app.screen.region.contains_region(dialog.region)
        assert not app.screen.show_vertical_scrollbar
        assert not app.screen.show_horizontal_scrollbar
        assert not dialog.show_horizontal_scrollbar
        bottom = lines(app)[dialog.region.bottom - 1]
        assert "escape closes" in bottom
        assert ("for more" in bottom) == (dialog.max_scroll_y > 0)
        await pilot.press("end")
        await until(lambda: dialog.scroll_y == dialog.max_scroll_y)
        await pilot.pause()
        assert "^p  Open the command" in "\n".join(lines(app))


async def test_without_other_letters_it_names_the_marks_that_the_panes_show(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app(ascii=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, until)
        await pilot.press("5", "end")
        await pilot.pause()
        controls = "\n".join(lines(app))
        for number in range(1, 1 + len(TEXTS)):
            await pilot.press(str(number), "question_mark")
            await pilot.pause()
            assert isinstance(app.screen, HelpScreen)
            assert "\n".join(lines(app)).isascii()
            if number == 5:
                assert "marked @ give" in " ".join(" ".join(lines(app)).split())
            await pilot.press("escape")
        assert "@" in controls
        # The mark of a question would be taken for the key of this help.
        assert "> ?" not in controls
