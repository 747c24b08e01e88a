"""What the doctor has found, and one change to try for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nnmath_engine.doctor import Finding
from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.screens.overlay import Overlay, plain_scroll_bars
from nnmath_tui.views.findings import described


class DoctorScreen(Overlay[Finding | None]):
    """Returns the finding whose change is to be made, or None.

    Enter takes the one that is shown; a click shows one first, and a second click takes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,exclamation_mark,q",
            "dismiss(None)",
            "close",
            id="close",
            tooltip="Change nothing",
        ),
    ]

    def __init__(self, snapshot: Snapshot, findings: Sequence[Finding], palette: Palette) -> None:
        super().__init__()
        self._snapshot, self._findings, self._palette = snapshot, findings, palette
        self._armed: int | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Doctor: {len(self._findings)} found"
            dialog.border_subtitle = self._lettered("enter tries it · escape closes")
            yield OptionList(
                *(
                    Option(Text(self._lettered(one.title), no_wrap=True, overflow="ellipsis"))
                    for one in self._findings
                ),
                id="findings",
            )
            with VerticalScroll(can_focus=False):
                yield Static(id="finding")

    def on_mount(self) -> None:
        if self._palette.ascii:
            plain_scroll_bars(self)
        names = self.query_one(OptionList)
        names.highlighted = 0
        names.focus()

    @on(OptionList.OptionHighlighted)
    def _describe(self, event: OptionList.OptionHighlighted) -> None:
        palette, place = self._palette, event.option_index
        styles = {
            "label": Style(color=palette.accent, bold=True),
            "text": Style(color=palette.text),
            "heading": Style(color=palette.muted, bold=True),
            "try": Style(color=palette.good, bold=True),
        }
        text = Text()
        for role, words in described(self._findings[place], self._snapshot.experiment):
            text.append(self._lettered(words), styles[role])
        self.query_one("#finding", Static).update(text)
        # A click chooses at once what it points at: it has to be read before it can be taken.
        self.call_after_refresh(self._arm, place)

    def _arm(self, place: int) -> None:
        self._armed = place

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        if event.option_index == self._armed:
            self.dismiss(self._findings[event.option_index])

    def _lettered(self, text: str) -> str:
        if not self._palette.ascii:
            return text
        lines = text.split("\n")
        return "\n".join("".join(map(chr, cell_codes(line, ascii_only=True))) for line in lines)
