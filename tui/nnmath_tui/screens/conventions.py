"""The conventions card on the screen: text that scrolls, with a key for each part."""

from __future__ import annotations

from typing import ClassVar

from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.conventions import Line, card
from nnmath_tui.views.conventions.card import wrapped
from nnmath_tui.widgets.scroll_bar import scroll_by_whole_cells

PARTS = ("ours", "PyTorch", "Keras", "scikit-learn")


class ConventionsScreen(ModalScreen[None]):
    """Scrolls by the arrow and page keys, Home and End; 1 to 4 go to a part."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,C,q,enter", "dismiss", "close", id="close", tooltip="Close the card"),
        *(
            Binding(str(part), f"part({part - 1})", name, show=False, tooltip=f"Go to: {name}")
            for part, name in enumerate(PARTS, start=1)
        ),
    ]

    def __init__(self, snapshot: Snapshot, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._parts: list[list[Line]] = []
        for line in card(snapshot):
            if line.role == "heading":
                self._parts.append([])
            self._parts[-1].append(line)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Conventions"
            keys = " · ".join(f"{part} {name}" for part, name in enumerate(PARTS, start=1))
            dialog.border_subtitle = self._lettered(keys + " · escape closes")
            for place in range(len(self._parts)):
                yield Static(id=f"part-{place}")

    def on_mount(self) -> None:
        dialog = self.query_one(VerticalScroll)
        dialog.focus()
        if self._palette.ascii:
            scroll_by_whole_cells(dialog)

    def on_resize(self, event: Resize) -> None:
        """Wrap the words anew."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        # One column for the scroll bar, which comes only with the text.
        width = self.query_one(VerticalScroll).content_size.width - 1
        for place, lines in enumerate(self._parts):
            self.query_one(f"#part-{place}", Static).update(self._text(lines, width))

    def _text(self, lines: list[Line], width: int) -> Text:
        palette = self._palette
        styles = {
            "heading": Style(color=palette.accent, bold=True),
            "term": Style(color=palette.text, bold=True),
            "formula": Style(color=palette.good),
            "code": Style(color=palette.text),
        }
        plain = Style(color=palette.muted)
        text = Text(no_wrap=True, overflow="fold")
        for line in lines:
            for row in wrapped(line, width):
                text.append(self._lettered(row) + "\n", styles.get(line.role, plain))
        return text

    def action_part(self, place: int) -> None:
        """Scroll so that a part begins at the top."""
        part = self.query_one(f"#part-{place}")
        self.query_one(VerticalScroll).scroll_to_widget(part, top=True, animate=False)

    def _lettered(self, text: str) -> str:
        if not self._palette.ascii:
            return text
        return "".join(map(chr, cell_codes(text, ascii_only=True)))
