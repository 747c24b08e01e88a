"""The conventions card on the screen: text that scrolls, with a key for each part."""

from __future__ import annotations

from typing import ClassVar

from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from nnmath_tui.drawing.palette import Palette
from nnmath_tui.screens.overlay import Page
from nnmath_tui.views.conventions import Line, card
from nnmath_tui.views.conventions.card import wrapped

PARTS = ("ours", "PyTorch", "Keras", "scikit-learn")


class ConventionsScreen(Page):
    """Scrolls by the arrow and page keys, Home and End; 1 to 4 go to a part."""

    ALSO: ClassVar[str] = " · ".join(f"{part} {name}" for part, name in enumerate(PARTS, start=1))

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,C,q,enter", "dismiss", "close", id="close", tooltip="Close the card"),
        *(
            Binding(str(part), f"part({part - 1})", name, show=False, tooltip=f"Go to: {name}")
            for part, name in enumerate(PARTS, start=1)
        ),
    ]

    def __init__(self, snapshot: Snapshot, palette: Palette) -> None:
        super().__init__(ascii=palette.ascii)
        self._palette = palette
        self._parts: list[list[Line]] = []
        for line in card(snapshot):
            if line.role == "heading":
                self._parts.append([])
            self._parts[-1].append(line)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Conventions"
            for place in range(len(self._parts)):
                yield Static(id=f"part-{place}")

    def on_mount(self) -> None:
        super().on_mount()
        for dialog in self.query(VerticalScroll):  # none, if it is closed already
            dialog.focus()

    def on_resize(self) -> None:
        """Wrap the words anew."""
        self.call_after_refresh(self._write)
        super().on_resize()

    def _write(self) -> None:
        if not self.query(VerticalScroll):
            return  # closed meanwhile
        dialog = self.query_one(VerticalScroll)
        # With room for the scroll bar, which comes only with the text.
        width = dialog.content_size.width - dialog.styles.scrollbar_size_vertical
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
                text.append(self.lettered(row) + "\n", styles.get(line.role, plain))
        return text

    def action_part(self, place: int) -> None:
        """Scroll so that a part begins at the top."""
        part = self.query_one(f"#part-{place}")
        self.query_one(VerticalScroll).scroll_to_widget(part, top=True, animate=False)
