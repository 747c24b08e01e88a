"""What is on the screen while the program is still being read: empty panes.

NumPy, the engine and the pictures take as long to import as Textual itself. With this screen there
is something to see in half the time, and q quits at once.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from nnmath_tui.background import in_background
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.screens.board import PANES, Board
from nnmath_tui.settings import Settings
from nnmath_tui.widgets.key_bar import KeyBar
from nnmath_tui.widgets.status import StatusBar

if TYPE_CHECKING:
    from nnmath_presets.preset import Preset

    from nnmath_tui.application import Application


class Blank(Widget):
    """Nothing, within its border; where the grid asks for its height, one line of nothing."""

    def render(self) -> str:
        return " "


class OpeningScreen(Board):
    """The main screen's layout without its content; the main screen covers it once it can."""

    def __init__(self, load: Callable[[], Preset], settings: Settings) -> None:
        super().__init__()
        self._load, self._settings = load, settings
        self._status, self._key_bar = StatusBar(id="status"), KeyBar(id="keys")
        self._pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self._status
        yield Blank(id="formula")
        for id, name in PANES.items():
            pane = Blank(id=id, classes="pane")
            pane.border_title = name
            yield pane
        spark = Blank(id="spark", classes="pane")
        spark.border_title = "Loss"
        yield spark
        yield self._key_bar

    def paint(self, palette: Palette) -> None:
        self._status.palette = self._key_bar.palette = palette

    def on_mount(self) -> None:
        """Go on once the empty panes are on the screen."""
        self.call_after_refresh(self.run_worker, self._go_on, name="opening")

    async def _go_on(self) -> None:
        await in_background(lambda: import_module("nnmath_tui.screens.main"))
        from nnmath_tui.screens.main import MainScreen

        await self.app.push_screen(MainScreen(self._load, self._settings))
        if not self._pressed:
            cast("Application", self.app).greet()
        for key in self._pressed:
            self.app.simulate_key(key)

    def on_key(self, event: events.Key) -> None:
        """Keep what is pressed too early for the screen that it is meant for."""
        if event.key not in self.active_bindings:
            self._pressed.append(event.key)
            event.stop()
