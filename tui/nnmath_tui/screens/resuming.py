"""The question at the start: go on where you were, or begin anew?"""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from nnmath_tui.autosave.notes import Description
from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.screens.overlay import Overlay


class Choice(Static):
    """One of the two answers, to click on; `key` gives it too."""

    def __init__(self, key: str, words: str, resumes: bool) -> None:
        super().__init__(Text.assemble((f"{key:>6}", "bold"), f"  {words}"))
        self._resumes = resumes

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.screen.dismiss(self._resumes)


class ResumeScreen(Overlay[bool | None]):
    """Returns whether the saved session is to be taken up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "resume", id="resume", tooltip="Go on where you were"),
        Binding("escape,n", "dismiss(False)", "anew", id="anew", tooltip="Begin anew"),
        Binding("q", "app.quit", "quit", id="quit", tooltip="Leave at once"),
    ]

    def __init__(self, about: Description, palette: Palette) -> None:
        super().__init__()
        self._about, self._palette = about, palette

    def compose(self) -> ComposeResult:
        about = self._about
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Where you were"
            title = Text(self._lettered(about.title), no_wrap=True, overflow="ellipsis")
            yield Static(title, id="resume-title")
            yield Static(f"epoch {about.epoch:,}, saved {about.age}\n", id="resume-about")
            yield Choice("enter", "resumes it", True)
            yield Choice("escape", "begins anew; ctrl+p still finds it", False)

    def _lettered(self, text: str) -> str:
        if not self._palette.ascii:
            return text
        return "".join(map(chr, cell_codes(text, ascii_only=True)))
