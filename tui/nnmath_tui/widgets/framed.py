"""A shorter way from drawn lines to the screen, for widgets that draw many of them often.

Textual makes a line of a widget in half a dozen steps (style it, add the border, tint, filter,
...), each into a new strip; for a screen full of moving pictures that takes longer than drawing
them. Here a line that has not changed is the very strip that it was before, border included, and
one that has changed is made in one step.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Framed(Widget):
    """A widget with a border of one cell or none, and no padding, whose lines come ready-made.

    `lines` returns all lines of the content, and for a line that has not changed the same strip as
    before. What they leave open in color is that of the widget.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._stale = True  # whether the border may look other than it did
        self._row: int | None = None  # the only one that the next call of `refresh` is about
        self._border_lines: dict[int, Strip] = {}
        self._sides: tuple[list[Segment], list[Segment]] = ([], [])
        self._ground = Style()
        self._on_ground: dict[Style | None, Style] = {}
        self._framed: dict[int, tuple[Strip, Strip]] = {}  # by row: the content, the whole line
        super().__init__(id=id, classes=classes)

    @abstractmethod
    def lines(self) -> Sequence[Strip]:
        """The content: a strip for each row, all as wide as the content is."""

    def render_line(self, y: int) -> Strip:
        """One line, for Textual's own way of painting, which paints the border."""
        lines = self.lines()
        return lines[y] if y < len(lines) else Strip.blank(self.size.width)

    def refresh(self, *regions: Region, **options: Any) -> Self:
        """As in Textual, which refreshes all of a widget when its border, title or focus change."""
        if not regions and self._row is not None:
            self._border_lines.pop(self._row + self.gutter.top, None)
            regions = (Region(0, self._row, self.size.width, 1),)
        elif not regions:
            self._stale = True
        return super().refresh(*regions, **options)

    @contextmanager
    def changing_row(self, row: int) -> Iterator[None]:
        """Repaint one row for what happens within; -1 and the content's height are the border."""
        self._row = row
        try:
            yield
        finally:
            self._row = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines that `crop` asks for, in coordinates that count the border."""
        width, top = self.region.width, self.gutter.top
        if self._stale:
            self._look_at_border(width, top)
        content = self.lines()
        whole = [
            self._whole_line(y - top, content[y - top], width)
            if 0 <= y - top < len(content)
            else self._border_line(y, width)
            for y in crop.line_range
        ]
        if crop.column_span != (0, width):
            whole = [line.crop(*crop.column_span) for line in whole]
        return whole

    def _look_at_border(self, width: int, top: int) -> None:
        self._stale = False
        self._border_lines.clear()
        sides: tuple[list[Segment], list[Segment]] = ([], [])
        if top and self.size.height > 0:
            line = self._by_textual(top, width)
            sides = (list(line.crop(0, 1)), list(line.crop(width - 1, width)))
        ground = self.rich_style
        if (sides, ground) != (self._sides, self._ground):
            self._sides, self._ground = sides, ground
            self._on_ground.clear()
            self._framed.clear()

    def _border_line(self, y: int, width: int) -> Strip:
        if y not in self._border_lines:
            self._border_lines[y] = self._by_textual(y, width)
        return self._border_lines[y]

    def _whole_line(self, row: int, content: Strip, width: int) -> Strip:
        known = self._framed.get(row)
        if known is not None and known[0] is content:
            return known[1]
        left, right = self._sides
        middle = [Segment(text, self._grounded(style)) for text, style, _ in content]
        whole = Strip([*left, *middle, *right], width)
        self._framed[row] = (content, whole)
        return whole

    def _grounded(self, style: Style | None) -> Style:
        """`style` on the widget's own; there are few, and adding styles takes long."""
        known = self._on_ground.get(style)
        if known is None:
            known = self._on_ground[style] = self._ground + style
        return known

    def _by_textual(self, y: int, width: int) -> Strip:
        return super().render_lines(Region(0, y, width, 1))[0]
