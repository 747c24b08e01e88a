"""The list of presets to choose from: chapters, titles, what is done, and what is looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nnmath_presets import catalog
from nnmath_presets.preset import Preset, PresetError

from nnmath_tui import learning
from nnmath_tui.learning import Entry
from nnmath_tui.surroundings import read_course

Stage = Literal["none", "open", "begun", "done"]
STAGES: dict[Stage, tuple[str, str]] = {
    "none": (" ", " "),
    "open": ("○", "."),
    "begun": ("◐", "~"),
    "done": ("✓", "x"),
}
"""How far a lesson is, with and without the letters for it."""


@dataclass(frozen=True, slots=True)
class Book:
    """One preset: what to open it by, or what is wrong with its file."""

    name: str
    path: Path
    preset: Preset | None = None
    problems: tuple[str, ...] = ()
    stage: Stage = "none"
    entry: Entry | None = None

    @property
    def title(self) -> str:
        return self.preset.title if self.preset is not None else self.name

    def fits(self, wanted: str) -> bool:
        """Whether every word that is looked for stands in its name, title, topics or difficulty."""
        preset = self.preset
        where = f"{self.name} {self.title}"
        if preset is not None:
            data = preset.experiment.data.source
            where += f" {preset.difficulty} {' '.join(preset.topics)} {preset.summary} {data}"
        return all(word in where.lower() for word in wanted.lower().split())


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder's presets by chapters; `problem` is what is wrong with its course file."""

    folder: Path
    title: str
    chapters: tuple[tuple[str, tuple[Book, ...]], ...]
    problem: str = ""

    @property
    def books(self) -> tuple[Book, ...]:
        return tuple(book for _, books in self.chapters for book in books)

    def find(self, path: Path) -> Book | None:
        """The preset of a file."""
        return next((book for book in self.books if book.path == path), None)

    @property
    def is_shipped(self) -> bool:
        """Whether these are the presets that come with the program."""
        return self.folder == catalog.FOLDER


def fill_shelf(folder: Path, learner: str) -> Shelf:
    """Read all presets of a folder; one that is wrong does not hide the others."""
    there, problem = read_course(folder)
    entries = learning.load(learner)
    chapters = []
    for number, chapter in enumerate(there.chapters, start=1):
        heading = f"{number}. {chapter.title}" if chapter.title else ""
        chapters.append((heading, tuple(_books(folder, chapter.presets, entries))))
    if there.others:
        chapters.append(("More to play with", tuple(_books(folder, there.others, entries))))
    return Shelf(folder, there.title, tuple(chapters), problem)


def _books(folder: Path, names: Sequence[str], entries: Mapping[str, Entry]) -> Iterator[Book]:
    for name in names:
        path = folder / f"{name}.toml"
        try:
            preset = catalog.load(path)
        except PresetError as error:
            problems = tuple(
                f"line {p.line}: {p.field} {p.message}" if p.line else f"{p.field} {p.message}"
                for p in error.problems
            )
            yield Book(name, path, problems=problems)
            continue
        entry = entries.get(learning.key(preset))
        yield Book(name, path, preset, stage=_stage(preset, entry), entry=entry)


def _stage(preset: Preset, entry: Entry | None) -> Stage:
    if preset.lesson is None or not preset.lesson.goals:
        return "none"
    if entry is None:
        return "open"
    return "done" if entry.done else "begun"
