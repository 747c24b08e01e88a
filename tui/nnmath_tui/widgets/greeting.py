"""The hint for somebody who opens the screen for the first time; it goes at the first key."""

from __future__ import annotations

from contextlib import suppress

from rich.text import Text
from textual.widgets import Static

from nnmath_tui import files

SEEN = "greeted"
SECONDS = 40.0
WORDS = (
    ("space", "trains the network, and pauses"),
    ("+ -", "let it go faster, or slower down to batch by batch"),
    ("enter", "opens the selected number: how it came about"),
    ("5", "goes to the settings: arrow keys change them while it trains"),
    ("?", "explains whatever has the focus"),
    ("F1", "shows all keys"),
    ("q", "leaves"),
)


def is_due() -> bool:
    """Whether this user has not seen the hint; a state that cannot be read counts as seen."""
    try:
        return not (files.state_folder() / SEEN).exists()
    except (OSError, RuntimeError):
        return False


class Greeting(Static):
    """A few lines over the foot of the screen. It takes no focus and no key."""

    can_focus = False

    def __init__(self) -> None:
        width = max(len(key) for key, _ in WORDS)
        text = Text()
        for number, (key, words) in enumerate(WORDS):
            text.append("\n" * (number > 0) + key.rjust(width), "bold")
            text.append(f"  {words}")
        super().__init__(text, id="greeting")
        self.border_title = "First time here?"
        self.border_subtitle = "any key closes this"

    def on_mount(self) -> None:
        self.set_timer(SECONDS, self.leave)

    def on_click(self) -> None:
        self.leave()

    def leave(self) -> None:
        """Go, and do not come again; where that cannot be written down, only go."""
        with suppress(OSError, RuntimeError):
            files.write_state(SEEN, "The hint of the first start has been seen.\n")
        self.remove()
