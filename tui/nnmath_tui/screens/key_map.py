"""All keys on one page, by where they work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from nnmath_tui.screens.board import PANES
from nnmath_tui.screens.help import keys_in_words
from nnmath_tui.screens.overlay import Page

if TYPE_CHECKING:
    from nnmath_tui.screens.main import MainScreen

Groups = Mapping[str, Mapping[str, str]]
"""Under each heading, what each key does by what to press."""


def all_keys(app: App[Any], screen: MainScreen) -> Groups:
    """Every key that has words: those that work everywhere, then those of each pane."""
    palette = Binding("ctrl+p", "command_palette", tooltip="Find any of these by typing")
    bindings: dict[str, list[BindingType]] = {
        "Everywhere": [*type(screen).BINDINGS, *type(app).BINDINGS, palette]
    }
    for pane in screen.panes:
        if pane.id in PANES:
            bindings[PANES[pane.id]] = list(type(pane).BINDINGS)
    return grouped(bindings, app.get_key_display)


def grouped(
    bindings: Mapping[str, Iterable[BindingType]], name: Callable[[Binding], str]
) -> dict[str, dict[str, str]]:
    """Bindings in words under their headings; those that do the same together: "5, c".

    `name` says how a key is printed.
    """
    groups: dict[str, dict[str, str]] = {}
    for heading, some in bindings.items():
        pressed: dict[str, dict[str, None]] = {}
        for binding in Binding.make_bindings(some):
            if binding.tooltip and not binding.system:
                pressed.setdefault(binding.tooltip, {})[name(binding)] = None
        # One key may do one thing or another, as the moment asks.
        words: dict[str, list[str]] = {}
        for tooltip, keys in pressed.items():
            words.setdefault(", ".join(keys), []).append(tooltip)
        if words:
            groups[heading] = {keys: "; or: ".join(some) for keys, some in words.items()}
    return groups


WIDTHS = [(0, "-one"), (100, "-two")]


class KeyMapScreen(Page):
    """Two columns where there is room, else one; it scrolls as the help does."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,f1,question_mark", "dismiss", "close", tooltip="Close the keys"),
    ]

    def __init__(self, groups: Groups, *, ascii: bool = False) -> None:
        super().__init__(ascii=ascii)
        self._groups = groups

    def compose(self) -> ComposeResult:
        first, *rest = self._groups
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "All keys"
            with Horizontal(id="columns"):
                with Vertical(classes="column"):
                    yield from self._group(first)
                with Vertical(classes="column"):
                    for heading in rest:
                        yield from self._group(heading)

    def _group(self, heading: str) -> ComposeResult:
        yield Static(Text(heading, style="bold"), classes="heading")
        yield Static(keys_in_words(self._groups[heading]))
