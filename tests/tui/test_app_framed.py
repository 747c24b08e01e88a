"""Lines that come ready-made look as Textual would have made them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from nnmath_tui.widgets.framed import Framed
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Lines(Framed, can_focus=True):
    """Lines of digits, the first in red."""

    def __init__(self) -> None:
        super().__init__(id="lines")
        self.made: list[Strip] = []

    def lines(self) -> Sequence[Strip]:
        width, height = self.size
        if len(self.made) != height:
            styles = [Style(color="#ff0000"), None]
            self.made = [
                Strip([Segment(str(y % 10) * width, styles[min(y, 1)])], width)
                for y in range(height)
            ]
        return self.made


class Screenful(App[None]):
    """One such widget and another, to which the focus can go."""

    CSS = """
    #lines { height: 6; width: 20; background: #102030; color: #a0b0c0; }
    .bordered { border: round #405060; }
    .bordered:focus { border: round #ffffff; }
    """

    def compose(self) -> ComposeResult:
        yield Lines()


@pytest.mark.parametrize("bordered", [False, True])
async def test_lines_are_those_of_textual(bordered: bool) -> None:
    app = Screenful()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = app.query_one(Lines)
        lines.set_class(bordered, "bordered")
        lines.border_title = "Title"
        await pilot.pause()
        whole = Region(0, 0, *lines.region.size)
        ours, theirs = lines.render_lines(whole), Widget.render_lines(lines, whole)
        assert [line.text for line in ours] == [line.text for line in theirs]
        assert all(line.cell_length == 20 for line in ours)
        row = 1 if bordered else 0
        first = next(segment for segment in ours[row] if segment.text.startswith("0"))
        assert first.style is not None
        assert first.style.color == Style(color="#ff0000").color
        assert first.style.bgcolor == Style(bgcolor="#102030").bgcolor


async def test_a_line_that_has_not_changed_is_the_same_strip() -> None:
    app = Screenful()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = app.query_one(Lines).add_class("bordered")
        await pilot.pause()
        whole = Region(0, 0, 20, 6)
        before = lines.render_lines(whole)
        lines.made[2] = Strip([Segment("x" * 18)], 18)
        lines.refresh(Region(0, 2, 18, 1))
        after = lines.render_lines(whole)
        same = [old is new for old, new in zip(before, after, strict=True)]
        assert same == [True, True, True, False, True, True]
        assert after[3].text == "│" + "x" * 18 + "│"


async def test_the_border_follows_the_focus_and_the_title() -> None:
    app = Screenful()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = app.query_one(Lines).add_class("bordered")
        app.set_focus(None)
        await pilot.pause()
        whole = Region(0, 0, 20, 6)
        calm = lines.render_lines(whole)
        lines.focus()
        await pilot.pause()
        focused = lines.render_lines(whole)
        white = Style(color="#ffffff").color
        for before, after in zip(calm, focused, strict=True):
            left, *_, right = (segment.style for segment in after)
            assert left is not None
            assert right is not None
            assert left.color == right.color == white
            assert next(iter(before)).style != left
        lines.border_title = "New"
        await pilot.pause()
        assert "New" in lines.render_lines(whole)[0].text


async def test_a_part_of_the_lines() -> None:
    app = Screenful()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = app.query_one(Lines).add_class("bordered")
        await pilot.pause()
        part = lines.render_lines(Region(0, 1, 3, 2))
        assert [line.text for line in part] == ["│00", "│11"]
