"""The line at the bottom: the keys that do something here and now, each to be clicked too.

Textual's own footer mounts a widget for each key and mounts them anew whenever a key's meaning
changes; a training that starts and stops does that often, so this one draws a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from nnmath_tui.drawing.palette import Palette

KEPT = 2
"""How many of the last keys (help and quit) keep their place when room is short."""

FIRST = "space"
"""The key that makes it run or pause gives way after all but those."""

PAIRS = {"up": ("down", "↑↓"), "left": ("right", "←→"), "right": ("left", "←→")}
"""Keys that go together with another one, and how both are shown where there are arrows."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is shown, the word for what it does, and the key to simulate on a click."""

    shown: str
    label: str
    key: str

    @property
    def width(self) -> int:
        """Cells, with the space that sets it apart from the next."""
        return len(self.shown) + len(self.label) + 3


def fitting(keys: Sequence[Key], width: int) -> list[Key]:
    """As many of the keys as there is room for, the last ones always among them."""
    first, last = list(keys[:-KEPT]), list(keys[-KEPT:])
    while first and 1 + sum(key.width for key in [*first, *last]) > width:
        other = [place for place, key in enumerate(first) if key.key != FIRST]
        del first[other[-1] if other else -1]
    return first + last


class KeyBar(Widget):
    """Shows the screen's bindings that are to be shown, the focused widget's own first."""

    palette: reactive[Palette] = reactive(Palette())
    keys: reactive[tuple[Key, ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the focus, and actions that come and go."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def _update(self, screen: Screen[Any]) -> None:
        if screen is not self.screen or not self.is_attached:
            return
        active_keys = screen.active_bindings
        own: list[Key] = []
        rest: list[Key] = []
        for active in active_keys.values():
            binding = active.binding
            if not (binding.show and active.enabled):
                continue
            shown = self.app.get_key_display(binding)
            other, both = PAIRS.get(binding.key, ("", ""))
            beside = active_keys.get(other)
            if beside and beside.node is active.node and beside.enabled and not shown.isascii():
                shown = both
            key = Key(shown, binding.description, binding.key)
            on_screen = active.node in (screen, self.app)
            (rest if on_screen else own).append(key)
        unique = dict.fromkeys([*own, *rest])
        self.keys = tuple(unique)

    def render_line(self, y: int) -> Strip:
        """Key, word, key, word, ..."""
        palette, width = self.palette, self.size.width
        ground = Style(bgcolor=palette.surface)
        key_style = ground + Style(color=palette.accent, bold=True)
        label_style = ground + Style(color=palette.muted)
        segments = [Segment(" ", ground)]
        for key in fitting(self.keys, width):
            segments += [Segment(key.shown, key_style), Segment(f" {key.label}  ", label_style)]
        return Strip(segments).adjust_cell_length(width, ground)

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        start = 1
        for key in fitting(self.keys, self.size.width):
            if start <= event.x < start + key.width - 2:
                self.app.simulate_key(key.key)
                return
            start += key.width
