"""The presets to choose from: by chapters, found by typing, with a picture of the data."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from nnmath_engine import confinement
from nnmath_engine.dataset import DataError
from nnmath_presets import catalog
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from nnmath_tui.background import deferred, in_background
from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.thumbnail import draw_thumbnail
from nnmath_tui.screens.overlay import Overlay, plain_scroll_bars
from nnmath_tui.views.settings import in_words as value_in_words
from nnmath_tui.views.shelf import STAGES, Book, Shelf, fill_shelf
from nnmath_tui.views.thumbnails import Thumbnail, thumbnail

_PATH = ("/", "~", ".")
"""What begins so is no title but the path of a folder or a file."""


class Picture(Widget):
    """A small picture of a data set."""

    can_focus = False

    def __init__(self, palette: Palette) -> None:
        super().__init__(id="thumbnail")
        self._palette = palette
        self._data: Thumbnail | None = None
        self._strips: list[Strip] = []

    def show(self, data: Thumbnail | None) -> None:
        self._data, self._strips = data, []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._data is None or not width or not height:
            return Strip.blank(width)
        if len(self._strips) != height or self._strips[0].cell_length != width:
            data = self._data
            picture = draw_thumbnail(data.points, data.kinds, width, height, self._palette)
            ground = self.rich_style.background_style
            self._strips = [strip.apply_style(ground) for strip in picture]
        return self._strips[y] if y < height else Strip.blank(width)


def about(book: Book, *, ascii: bool = False) -> Text:
    """What a preset is about, for the side of the list."""
    text = Text(f"{book.title}\n", style="bold")
    preset = book.preset
    if preset is None:
        text.append("\nThis file is wrong:\n\n")
        text.append("\n".join(book.problems))
        return _lettered(text, ascii)
    facts = [preset.difficulty, ", ".join(preset.topics)]
    text.append(" · ".join(fact for fact in facts if fact), style="dim")
    text.append(f"\n\n{preset.summary}")
    goals = preset.lesson.goals if preset.lesson is not None else ()
    if goals:
        met = len(book.entry.met) if book.entry is not None else 0
        text.append(f"\n\n{met} of {len(goals)} goals met" if met else "\n\nGoals:")
        for number, goal in enumerate(goals):
            done = book.entry is not None and number in book.entry.met
            text.append(f"\n{STAGES['done' if done else 'open'][ascii]} {goal.say}")
    experiment = preset.experiment
    network, training = experiment.network, experiment.training
    hidden = " ".join(map(str, network.hidden)) or "none"
    activations = ", ".join(dict.fromkeys(network.hidden_activations()))
    rate = value_in_words(training.learning_rate)
    text.append(
        f"\n\nData {experiment.data.source}; hidden layers {hidden}"
        f"{f' of {activations}' if activations else ''}; loss {training.loss}; "
        f"{training.optimizer}, learning rate {rate}; {training.epochs:,} epochs",
        style="dim",
    )
    return _lettered(text, ascii)


def _lettered(text: Text, ascii: bool) -> Text:
    if ascii:
        lines = text.plain.split("\n")
        text.plain = "\n".join("".join(map(chr, cell_codes(line, True))) for line in lines)
    return text


class PresetsScreen(Overlay[str | None]):
    """Returns the name or the path of the preset chosen, or None."""

    AUTO_FOCUS = "#names"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", id="close", tooltip="Keep what is open"),
    ]

    def __init__(
        self, folder: Path = catalog.FOLDER, learner: str = "", palette: Palette | None = None
    ) -> None:
        super().__init__()
        self.folder = folder
        """Whose presets are shown; another one may be opened."""
        self._learner, self._palette = learner, palette or Palette()
        self._shelf: Shelf | None = None
        self._wanted = ""

    def compose(self) -> ComposeResult:
        with Horizontal(id="dialog", classes="dialog"):
            yield OptionList(id="names")
            with Vertical(id="about"):
                yield Picture(self._palette)
                yield Static(id="picture-words")
                with VerticalScroll(can_focus=False):
                    yield Static(id="words")

    def on_mount(self) -> None:
        """Read the files while the empty list is already there."""
        if self._palette.ascii:
            plain_scroll_bars(self)
        self._list_books()
        self.run_worker(deferred(self._fill), exclusive=True)

    async def _fill(self) -> None:
        folder = self.folder
        self._shelf = await in_background(partial(fill_shelf, folder, self._learner))
        self._list_books()

    def _list_books(self) -> None:
        if not self.query(OptionList):
            return  # not there yet, or closed while the files were read
        names, shelf, ascii = self.query_one(OptionList), self._shelf, self._palette.ascii
        names.clear_options()
        if shelf is None:
            self._name_list()
            return
        wanted = "" if self._is_path else self._wanted
        for heading, books in shelf.chapters:
            found = [book for book in books if book.fits(wanted)]
            if not found:
                continue
            if heading:
                title = Text(heading, style="bold")
                names.add_option(Option(_lettered(title, ascii), disabled=True))
            for book in found:
                mark = STAGES[book.stage][ascii] if book.preset is not None else "!"
                row = Text(f" {mark} {book.title}")
                names.add_option(Option(_lettered(row, ascii), id=book.name))
        names.highlighted = next(
            (n for n, option in enumerate(names.options) if not option.disabled), None
        )
        self._name_list()

    def _name_list(self) -> None:
        dialog, ascii = self.query_one("#dialog"), self._palette.ascii
        bar = "|" if ascii else "▏"
        title = self._shelf.title if self._shelf is not None else "Presets"
        dialog.border_title = Text(f"/{self._wanted}{bar}" if self._wanted else title)
        problem = self._shelf.problem if self._shelf is not None else ""
        if self._is_path:
            words = "enter opens this folder or file - escape clears"
        elif self._wanted:
            words = "enter opens - escape clears"
        else:
            words = problem or "type to find, or a folder's path - enter opens - escape closes"
        dialog.border_subtitle = Text(words if ascii else words.replace(" - ", " · "))

    @property
    def _is_path(self) -> bool:
        return self._wanted.startswith(_PATH)

    # What is looked for

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list down."""
        letter = event.character if event.is_printable else None
        # A blank before the first letter would be looked for, and not be seen.
        if letter and (self._wanted or letter != " "):
            self._wanted += letter
        elif event.key == "backspace" and self._wanted:
            self._wanted = self._wanted[:-1]
        elif event.key == "ctrl+u":
            self._wanted = ""
        elif event.key == "enter" and self._is_path:
            self._open_path()
        else:
            return
        event.stop()
        event.prevent_default()
        self._list_books()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and character.isprintable()

    def on_paste(self, event: events.Paste) -> None:
        self._wanted += "".join(event.text.split("\n"))
        event.stop()
        self._list_books()

    def _open_path(self) -> None:
        typed = self._wanted.strip()
        # Of "~name" one could tell who there is on this machine.
        path = Path(typed).expanduser() if typed[:2] in ("~", "~/") else Path(typed)
        try:
            words = self._go_to(path)
        except OSError as error:
            words = f"cannot be read: {error.strerror}"
        if words:
            self.notify(f"{typed} {words}", severity="warning", markup=False)

    def _go_to(self, path: Path) -> str:
        """Look into a folder, or open a file; why not, if that is not possible."""
        if words := confinement.objection(path):
            return words  # not even whether it is there is to be known
        if path.is_dir():
            if not any(file.name != catalog.COURSE for file in path.glob("*.toml")):
                return "has no preset in it"
            self.folder, self._wanted, self._shelf = path, "", None
            self.run_worker(deferred(self._fill), exclusive=True)
        elif path.is_file() and path.suffix.lower() in (".toml", ".csv"):
            self.dismiss(str(path))
        else:
            return "is no folder, preset or table"
        return ""

    def action_close(self) -> None:
        """Forget what was typed or, if nothing was, keep what is open."""
        if self._wanted:
            self._wanted = ""
            self._list_books()
        else:
            self.dismiss(None)

    # What is chosen

    def _book(self, name: str | None) -> Book | None:
        books = self._shelf.books if self._shelf is not None else ()
        return next((book for book in books if book.name == name), None)

    @on(OptionList.OptionHighlighted)
    def _describe(self, event: OptionList.OptionHighlighted) -> None:
        book = self._book(event.option_id)
        if book is not None:
            self.query_one("#words", Static).update(about(book, ascii=self._palette.ascii))
            self.run_worker(deferred(self._draw, book), group="picture", exclusive=True)

    async def _draw(self, book: Book) -> None:
        words = self.query_one("#picture-words", Static)
        picture = self.query_one(Picture)
        if book.preset is None:
            picture.show(None)
            words.update("")
            return
        try:
            data = await in_background(partial(thumbnail, book.preset))
        except DataError as error:
            picture.show(None)
            words.update(Text(str(error)))
            return
        if self.is_attached:
            picture.show(data)
            words.update(Text(data.words, style="dim"))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        book = self._book(event.option_id)
        # What is wrong with a file stands beside it; there is nothing to open.
        if book is not None and book.preset is not None and self._shelf is not None:
            self.dismiss(book.name if self._shelf.is_shipped else str(book.path))
