"""The Textual application: colors, the main screen, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from nnmath_tui.appearance import color_mode, palette_of, theme, theme_name
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.hardening import HardenedApp
from nnmath_tui.last_words import say
from nnmath_tui.link.choice import driver_class
from nnmath_tui.screens.board import Board
from nnmath_tui.screens.opening import OpeningScreen
from nnmath_tui.settings import LOOKS, Look, Settings

if TYPE_CHECKING:
    from nnmath_presets.preset import Preset

    from nnmath_tui.widgets.greeting import Greeting

INPUT = (events.Key, events.MouseDown, events.MouseUp, events.MouseScrollDown, events.MouseScrollUp)


class Application(HardenedApp):
    """One experiment on the main screen, and what is laid over it."""

    TITLE = "nnmath"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "T", "next_look", "theme", id="theme", show=False, tooltip="Dark, light, high contrast"
        ),
        Binding(
            "P",
            "save_pictures",
            "picture",
            id="picture",
            show=False,
            tooltip="Save the screen and the curves as SVG pictures",
        ),
        Binding(
            "Y",
            "copy",
            "copy",
            id="copy",
            show=False,
            tooltip="Copy what is selected, with all its digits",
        ),
        Binding("f1", "key_map", "keys", id="key-map", show=False, tooltip="All keys"),
        # These two also where something is laid over the screen, or is typed.
        Binding(
            "ctrl+l",
            "redraw",
            show=False,
            priority=True,
            id="redraw",
            tooltip="Draw the screen anew",
        ),
        Binding(
            "ctrl+z",
            "suspend_process",
            show=False,
            priority=True,
            id="suspend",
            tooltip="Back to the shell",
        ),
        Binding("q", "quit", "quit", id="quit", tooltip="Leave at once"),
    ]

    def __init__(self, load: Callable[[], Preset], settings: Settings) -> None:
        """Open what `load` returns, once the first frame is on the screen."""
        super().__init__(driver_class=driver_class())
        self._load = load
        self._settings = settings
        self._mode = color_mode(settings, self.console.color_system, self.no_color)
        self._no_color = NoColor()
        self._greeting: Greeting | None = None
        self.before_end: Callable[[], None] = lambda: None
        """What there is to do once the app has ended, however it did."""
        self._look: Look = settings.theme
        if self._mode in ("truecolor", "256"):
            for look in LOOKS:
                self.register_theme(theme(self._mode, look))
        self.theme = theme_name(self._mode, self._look)
        self.set_class(settings.ascii, "-ascii")
        self.set_class(self._mode in ("16", "mono"), "-ansi")
        self.set_class(self._mode == "mono", "-mono")

    def run(self, *arguments: Any, **settings: Any) -> None:
        """Run until the end, keep what there is to keep, and only then tell of faults."""
        try:
            super().run(*arguments, **settings)
        finally:
            try:
                self.before_end()
            finally:
                self._tell_faults()

    def _print_error_renderables(self) -> None:
        """Not yet: a terminal that stands still would keep us from saving, and from ending."""

    def _tell_faults(self) -> None:
        words = self.error_console.file = StringIO()
        super()._print_error_renderables()
        say(words.getvalue())

    @property
    def palette(self) -> Palette:
        """The colors and glyphs to draw with under the present theme."""
        return palette_of(self._look, self._mode, self._settings.ascii)

    def get_default_screen(self) -> Screen[Any]:
        """A screen to look at while the main one is imported."""
        return OpeningScreen(self._load, self._settings)

    @property
    def board(self) -> Board | None:
        """The main screen or, before it is there, the opening one."""
        boards = [screen for screen in self.screen_stack if isinstance(screen, Board)]
        return boards[-1] if boards else None

    def on_mount(self) -> None:
        """Follow the theme."""
        self.theme_changed_signal.subscribe(self, lambda _: self.paint())
        self.paint()

    def paint(self) -> None:
        """Draw the panes in the colors of the theme; a new screen asks for it."""
        if self.board is not None:
            self.board.paint(self.palette)

    def greet(self) -> None:
        """Tell somebody who is here for the first time how to begin; the first key ends it."""
        if not self._settings.greet or self.board is None or not self.board.is_attached:
            return  # it may not be attached if somebody has left at once
        from nnmath_tui.widgets.greeting import Greeting, is_due

        if is_due():
            self._greeting = Greeting()
            self.board.mount(self._greeting)

    @property
    def terminal_is_ready(self) -> bool:
        """Whether the terminal shows all that was drawn, so that another picture makes sense."""
        return bool(getattr(self._driver, "is_ready", True))  # only our driver knows

    def action_redraw(self) -> None:
        """Draw everything anew, over what others have written on the terminal."""
        self.refresh()
        if (redraw := getattr(self._driver, "redraw", None)) is not None:
            redraw()

    async def on_event(self, event: events.Event) -> None:
        """Input goes before training, which would otherwise have half of the interpreter."""
        if isinstance(event, INPUT) and self.board is not None:
            self.board.give_way()
            if self._greeting is not None:
                self._greeting.leave()
                self._greeting = None
        await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colors, one that leaves the terminal's own alone; else none.

        Textual's turns the 16 named colors into others. No color of ours is a named one unless
        the terminal has no others, and asking costs a tenth of each frame.
        """
        return [self._no_color] if self._mode == "mono" else []

    def get_key_display(self, binding: Binding) -> str:
        """How a key is named in the footer: arrows as such where there are letters for them."""
        shown = super().get_key_display(binding)
        if binding.key == "enter" or (self._settings.ascii and not shown.isascii()):
            return binding.key
        if re.fullmatch(r"f\d+", shown):
            return shown.upper()
        return shown

    def action_help_quit(self) -> None:
        """Somebody has pressed ctrl+c."""
        self.notify("Press q to leave.", timeout=4)

    def action_next_look(self) -> None:
        """Light in the place of dark, high contrast in that of light, and round again."""
        looks = list(LOOKS)
        self.wear(looks[(looks.index(self._look) + 1) % len(looks)])
        words = f"Colors: {LOOKS[self._look]}"
        if self._mode == "mono":
            words = "There are no colors here: how the screen looks is for the terminal to say"
        self.clear_notifications()
        self.notify(words, timeout=2)

    @property
    def look(self) -> Look:
        """Dark, light or high contrast."""
        return self._look

    def wear(self, look: Look) -> None:
        """Look so from now on."""
        self._look = look
        self.theme = theme_name(self._mode, look)
        # Of 16 colors, high contrast takes others of the same theme.
        self.paint()

    def action_save_pictures(self) -> None:
        """Write what is on the screen, and the curves, into new files of the current folder."""
        from nnmath_tui.screens.main import MainScreen
        from nnmath_tui.takeaway import save_pictures

        if isinstance(self.board, MainScreen):
            save_pictures(self, self.board)

    def action_copy(self) -> None:
        """Send the terminal what is selected for its clipboard."""
        from nnmath_tui.screens.main import MainScreen
        from nnmath_tui.takeaway import copy

        if isinstance(self.board, MainScreen):
            copy(self, self.board)

    def action_key_map(self) -> None:
        """Show all keys, those of all panes among them."""
        from nnmath_tui.screens.key_map import KeyMapScreen, all_keys
        from nnmath_tui.screens.main import MainScreen

        if isinstance(self.board, MainScreen):
            self.push_screen(KeyMapScreen(all_keys(self, self.board), ascii=self._settings.ascii))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers: every key's action, then settings and presets."""
        from nnmath_tui.commands import commands, in_plain_letters

        offered = commands(self, screen)
        return map(in_plain_letters, offered) if self._settings.ascii else offered
