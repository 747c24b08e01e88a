"""What is laid over the main screen: how it says that there is more, and how it is closed."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.scrollbar import ScrollBarRender

from nnmath_tui.drawing.canvas import cell_codes

ROOMY = 60
"""So many columns have room for more than the two words that a dialog cannot do without."""


class PlainScrollBar(ScrollBarRender):
    """One that ends at whole cells, for terminals without the letters that end between them."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


def plain_scroll_bars(screen: Screen[Any]) -> None:
    """Draw the scroll bars of all lists and texts of a screen as `PlainScrollBar`."""
    for part in screen.query("OptionList, VerticalScroll"):
        part.vertical_scrollbar.renderer = PlainScrollBar  # type: ignore[misc]


class Overlay(ModalScreen[ScreenResultType]):
    """A dialog that a click beside it or on its border closes, as Escape does."""

    def on_click(self, event: events.Click) -> None:
        """Within the dialog, a click is for what is there."""
        inside = any(
            part.content_region.contains(event.screen_x, event.screen_y)
            for part in self.query(".dialog, KeyBar")
        )
        if not inside and self.is_current:
            self.dismiss(None)


class Page(Overlay[None]):
    """Text in one dialog that scrolls, and says so where there is more than fits."""

    ALSO: ClassVar[str] = ""
    """What else there is to press, in a few words."""

    def __init__(self, *, ascii: bool = False) -> None:
        super().__init__()
        self._ascii = ascii

    def on_mount(self) -> None:
        if self._ascii:
            plain_scroll_bars(self)

    def on_resize(self) -> None:
        """Say how to read on, if there is more than fits."""
        self.call_after_refresh(self._say_how_to_read_on)

    def _say_how_to_read_on(self) -> None:
        if not self.query(VerticalScroll):
            return  # closed meanwhile
        dialog = self.query_one(VerticalScroll)
        arrows = "up/down" if self._ascii else "↑↓"
        words = [f"{arrows} for more"] * (dialog.max_scroll_y > 0)
        words += [self.ALSO] * (bool(self.ALSO) and self.size.width >= ROOMY)
        dialog.border_subtitle = self.lettered(" · ".join([*words, "escape closes"]))

    def lettered(self, text: str) -> str:
        """The text in letters that the terminal has, and with the marks that the panes have."""
        if not self._ascii:
            return text
        lines = text.split("\n")
        return "\n".join("".join(map(chr, cell_codes(line, ascii_only=True))) for line in lines)
