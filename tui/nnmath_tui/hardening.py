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
from typing import Any

from textual.app import App, ScreenStackError
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.worker import Worker


class HardenedPalette(CommandPalette):
    """The command palette, which may be closed while it still looks for commands (#6308)."""

    def run_worker(self, *arguments: Any, **settings: Any) -> Worker[Any]:
        """A search that finds its list gone has nothing to say, least of all a traceback."""
        return super().run_worker(*arguments, **{**settings, "exit_on_error": False})

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close it once: two keys that both do would close the screen below too (#6308)."""
        return super().dismiss(result) if self.is_current else _nothing()

    def _action_command_list(self, action: str) -> None:
        # A page of a list that is not laid out yet has no height, and no lines (#4884).
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)


class HardenedApp(App[None]):
    """An app that survives its keys, however fast they come."""

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top; the second of two keys that both close it has none to close."""
        try:
            return super().pop_screen()
        except ScreenStackError:
            return _nothing()

    def action_command_palette(self) -> None:
        """Open the palette, once."""
        is_open = any(isinstance(screen, CommandPalette) for screen in self.screen_stack)
        if self.use_command_palette and not is_open:
            self.push_screen(HardenedPalette(id="--command-palette"))


def _nothing() -> AwaitComplete:
    return AwaitComplete()
