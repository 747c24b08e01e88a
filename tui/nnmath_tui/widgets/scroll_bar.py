"""Scroll bars for a terminal without letters for parts of a cell."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.widget import Widget


class WholeCells(ScrollBarRender):
    """A scroll bar that begins and ends at whole cells."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


def scroll_by_whole_cells(widget: Widget) -> None:
    """Let the vertical bar of a widget be drawn without other letters than blanks."""
    widget.vertical_scrollbar.renderer = WholeCells  # type: ignore[misc]
