"""What all panes share: they draw a snapshot when it changes, and repaint only changed lines."""

from __future__ import annotations

from abc import abstractmethod
from time import monotonic

from nnmath_engine.snapshot import Snapshot
from rich.text import Text
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.veil import OPEN, Veil
from nnmath_tui.widgets.framed import Framed

SHARE = 0.05
"""The part of the time that one pane may spend on drawing while training runs free."""
LONGEST_WAIT, GRACE = 0.3, 0.1
"""No picture is so many seconds late, nor, when it is the last, so many more."""


class Pane(Framed, can_focus=True):
    """A picture of the newest snapshot, cached line by line.

    A pane that cannot be seen draws nothing; it draws once when it is shown. Whatever else a
    picture depends on (a cursor, a scale) calls `redraw` when it changes.
    """

    snapshot: reactive[Snapshot | None] = reactive[Snapshot | None](None, repaint=False)
    """What to show; assign a newer one to bring the pane up to date."""

    palette: reactive[Palette] = reactive(Palette(), repaint=False)
    """The colors and glyphs that the terminal can show."""

    selected: reactive[tuple[int, int] | None] = reactive[tuple[int, int] | None](
        None, repaint=False
    )
    """The selected neuron as (layer, index), layer 0 being the inputs."""

    veil: reactive[Veil] = reactive[Veil](OPEN, repaint=False)
    """The numbers that are not to be seen yet."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._caption: tuple[str | Text | None, str | Text | None] = (None, None)
        self._strips: list[Strip] = []
        self._drawn: Size | None = None
        self._seen = False
        self._due = 0.0
        self._late: Timer | None = None

    @abstractmethod
    def draw(self, width: int, height: int) -> list[Strip]:
        """The picture: `height` strips of `width` cells, both at least 1."""

    def explain(self) -> str:
        """What is selected in it, in words for a beginner; empty where help on the pane will do."""
        return ""

    def copyable(self) -> str:
        """What is selected in it, as text to copy; empty if that is for the formula bar to say."""
        return ""

    def describe(self) -> None:
        """Say in the border what the picture shows, by `caption`; called after each drawing."""

    def caption(self, title: str | Text, subtitle: str | Text | None = None) -> None:
        """Write on the border, above and below the picture."""
        # Assigning a title repaints, even if it is the title that is there.
        above, below = self._caption
        self._caption = (title, subtitle)
        if title != above:
            with self.changing_row(-1):
                self.border_title = self._lettered(title)
        if subtitle != below:
            with self.changing_row(self.size.height):
                self.border_subtitle = None if subtitle is None else self._lettered(subtitle)

    def _lettered(self, words: str | Text) -> Text:
        """The words in letters that the terminal has."""
        text = Text(words) if isinstance(words, str) else words.copy()
        if self.palette.ascii:
            text.plain = "".join(map(chr, cell_codes(text.plain, ascii_only=True)))
        return text

    def redraw(self) -> None:
        """Draw again and repaint the lines that differ, now if the pane is seen, or when it is."""
        if not self._seen or self._drawn != self.size:
            # The whole picture is asked for line by line when the pane is next painted.
            self._drawn = None
            self.refresh()
            return
        if self._late is not None:
            self._late.stop()
            self._late = None
        old, start = self._strips, monotonic()
        self._draw()
        self.describe()
        self._due = start + min((monotonic() - start) / SHARE, LONGEST_WAIT)
        changed = [
            Region(0, y, self.size.width, 1)
            for y, (before, after) in enumerate(zip(old, self._strips, strict=True))
            if before is not after
        ]
        if changed:
            self.refresh(*changed)

    def lines(self) -> list[Strip]:
        if self._drawn != self.size:
            self._draw()
            # A title that is set amid painting would not be painted.
            self.call_later(self.describe)
        return self._strips

    def _draw(self) -> None:
        size = self.size
        old, new = self._strips, []
        if size.width > 0 and size.height > 0:
            new = self.draw(size.width, size.height)
        if len(old) == len(new) and self._drawn == size:
            # A line that is as it was stays the same object, which saves all that comes after.
            new = [was if was == now else now for was, now in zip(old, new, strict=True)]
        self._strips = new
        self._drawn = size

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        self.redraw_in_turn(runs_free(before, now))

    def redraw_in_turn(self, runs_free: bool) -> None:
        """Draw, but while training runs free no oftener than the share of time allows."""
        wait = self._due - monotonic()
        if wait <= 0 or not runs_free:
            self.redraw()
        elif self._late is None:
            # The next snapshot will be in time; if there is none, this was the last one.
            self._late = self.set_timer(wait + GRACE, self.redraw)

    def watch_palette(self) -> None:
        self.redraw()

    def watch_selected(self) -> None:
        """Called when another neuron is selected: for those whose picture tells which it is."""

    def watch_veil(self) -> None:
        self.redraw()

    def on_show(self) -> None:
        self._seen = True

    def on_hide(self) -> None:
        self._seen = False


def runs_free(before: Snapshot | None, now: Snapshot | None) -> bool:
    """Whether more than one batch or one epoch, the steps of a person, lie between snapshots."""
    if before is None or now is None or now.experiment is not before.experiment:
        return False
    within = now.batch > 0 and now.step - before.step > 1
    return within or now.epoch - before.epoch > 1
