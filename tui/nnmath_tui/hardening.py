"""Mends of open faults of Textual 8.2.8, each with its issue at github.com/Textualize/textual.

| fault | mend |
|---|---|
| #5140: signals leave seven modes of the terminal on | `link/ending.py` |
| reads a terminal that is gone for ever, at full speed | `link/sturdy.py` |
| its writing thread dies with the terminal, and the app hangs | `link/writer.py` |
| #6668: dies of a byte that is not UTF-8, or of an old mouse report | `link/hearing.py` |
| deaf after a paste whose end was lost | `link/hearing.py` |
| dies of a key's report with unasked parts, or with numbers too large | `link/parsing.py` |
| dies of the mouse in a terminal that does not know its size in pixels | `link/parsing.py` |
| keeps to the size that COLUMNS and LINES name, however the window changes | `link/sturdy.py` |
| SIGCONT after SIGSTOP starts a second thread that reads keys | `link/sturdy.py` |
| what changes just after a painting waits for the second tick of a clock | `painting.py` |
| #4884, #6308: the palette and lists crash on keys in one packet | here |

`tests/ssh/test_upstream.py` shows that each is still there, and fails once one is not.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import Any, Literal

from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, SearchIcon
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.worker import Worker

from nnmath_tui import painting


class HardenedPalette(CommandPalette):
    """The command palette, which may be closed while it still looks for commands (#6308)."""

    def on_mount(self) -> None:
        """Where there is nothing but ASCII, so it is here."""
        if self.app.has_class("-ascii"):
            from nnmath_tui.screens.overlay import plain_scroll_bars  # whose imports take long

            plain_scroll_bars(self)
            self.query_one(SearchIcon).icon = ">"
            self.query_one(Input).placeholder = "Search for commands"

    def run_worker(self, *arguments: Any, **settings: Any) -> Worker[Any]:
        """A search that finds its list gone has nothing to say, least of all a traceback."""
        return super().run_worker(*arguments, **{**settings, "exit_on_error": False})

    def _action_command_list(self, action: str) -> None:
        with suppress(NoMatches):  # it is not there yet, or any more
            super()._action_command_list(action)


class HardenedApp(App[None]):
    """An app that survives its keys and clicks, however fast they come."""

    ALLOW_SELECT = False
    """Selecting text looks for a widget where a window that shrinks has none, and crashes."""

    def on_mount(self) -> None:
        """Under Textual's own driver, where ours is not used, a signal still ends the app (#5140).

        Ours has taken the signals over before it changed the terminal.
        """
        if self.is_headless or hasattr(self._driver, "redraw"):
            return
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"):
            with suppress(NotImplementedError, AttributeError):  # on Windows
                number = getattr(signal, name)
                loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    async def on_event(self, event: events.Event) -> None:
        """A key that comes when the screens have been taken down is too late."""
        is_input = isinstance(event, (events.InputEvent, events.Paste))
        if self.screen_stack or not is_input:
            await super().on_event(event)
        if is_input:
            # A queue that is not empty does not let anybody else have a turn: of hundreds of keys
            # at once nothing would show before the last.
            await asyncio.sleep(0)

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """A key that comes before a screen has its parts, or after, does nothing yet, or any more.

        An exception would end the app itself, which runs the actions of its screens.
        """
        try:
            return await super()._dispatch_action(namespace, action_name, params)
        except NoMatches as error:
            self.log.warning(f"{namespace!r} cannot {action_name}: {error}")
            return True

    def _handle_exception(self, error: Exception) -> None:
        """What is being taken down does not find its parts any more, which is no fault."""
        leaving = isinstance(error, NoMatches) and _is_leaving(active_message_pump.get(self))
        if not leaving:
            super()._handle_exception(error)

    def action_suspend_process(self) -> None:
        """Stop, as ctrl+z does everywhere; without a shell below nobody could let us go on."""
        if self._driver is not None and self._driver.can_suspend:
            super().action_suspend_process()
        else:
            self.notify("There is no shell here to go back to.", severity="warning", markup=False)

    def action_command_palette(self) -> None:
        """Open the palette, once."""
        is_open = any(isinstance(screen, CommandPalette) for screen in self.screen_stack)
        if self.use_command_palette and not is_open:
            self.push_screen(HardenedPalette(id="--command-palette"))


def _is_leaving(node: object) -> bool:
    """Whether a screen, or what is on it, has been closed."""
    if isinstance(node, App) or not isinstance(node, DOMNode):
        return False
    screens = [ancestor for ancestor in node.ancestors_with_self if isinstance(ancestor, Screen)]
    return not screens or screens[0] not in screens[0].app.screen_stack


_dismiss = Screen.dismiss


def _dismiss_once(self: Screen[Any], result: Any = None) -> AwaitComplete:
    """Close a screen that is on top: the second of two keys would close the one below (#6308)."""
    stack = self.app.screen_stack
    if len(stack) > 1 and stack[-1] is self:
        return _dismiss(self, result)
    return AwaitComplete()


_move_page = OptionList._move_page


def _move_page_if_laid_out(self: OptionList, direction: Literal[-1, 1]) -> None:
    """Move by a page; a list that is not laid out yet has no lines to move by (#4884)."""
    with suppress(KeyError, IndexError):
        _move_page(self, direction)


_on_click = OptionList._on_click


async def _on_click_on_what_is_there(self: OptionList, event: events.Click) -> None:
    """Choose an option; the list may have been filled anew since it was clicked on (#4884)."""
    with suppress(IndexError):
        await _on_click(self, event)


_on_click_beside = CommandPalette._on_click


def _on_click_anywhere(self: CommandPalette, event: events.Click) -> None:
    """Close the palette by a click beside it, even where a window that has shrunk has nothing."""
    with suppress(NoWidget):
        _on_click_beside(self, event)


CommandPalette._on_click = _on_click_anywhere  # type: ignore[method-assign]
OptionList._on_click = _on_click_on_what_is_there  # type: ignore[method-assign]
Screen.dismiss = _dismiss_once  # type: ignore[method-assign]
painting.instead_of_textuals()
OptionList._move_page = _move_page_if_laid_out  # type: ignore[method-assign]
