"""Mends of open faults of Textual 8.2.8, each with its issue at github.com/Textualize/textual.

| fault | mend |
|---|---|
| #5140: signals leave seven modes of the terminal on | `link/ending.py` |
| reads a terminal that is gone for ever, at full speed | `link/sturdy.py` |
| its writing thread dies with the terminal, and the app hangs | `link/writer.py` |
| #6668: dies of a byte that is not UTF-8, or of an old mouse report | `link/hearing.py` |
| deaf after a paste whose end was lost | `link/hearing.py` |
| SIGCONT after SIGSTOP starts a second thread that reads keys | `link/sturdy.py` |
| #4884, #6308: the palette and lists crash on keys in one packet | here |

`tests/ssh/test_upstream.py` shows that each is still there, and fails once one is not.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import OptionList
from textual.worker import Worker


class HardenedPalette(CommandPalette):
    """The command palette, which may be closed while it still looks for commands (#6308)."""

    def run_worker(self, *arguments: Any, **settings: Any) -> Worker[Any]:
        """A search that finds its list gone has nothing to say, least of all a traceback."""
        return super().run_worker(*arguments, **{**settings, "exit_on_error": False})


class HardenedApp(App[None]):
    """An app that survives its keys, however fast they come."""

    async def on_event(self, event: events.Event) -> None:
        """A key that comes when the screens have been taken down is too late."""
        if self.screen_stack or not isinstance(event, (events.InputEvent, events.Paste)):
            await super().on_event(event)

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


Screen.dismiss = _dismiss_once  # type: ignore[method-assign]
OptionList._move_page = _move_page_if_laid_out  # type: ignore[method-assign]
