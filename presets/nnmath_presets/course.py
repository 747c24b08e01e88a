"""A course: the presets of a folder in an order, in chapters, as its `course.toml` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath_engine.field import Field

from nnmath_presets.catalog import COURSE, FOLDER, files_in
from nnmath_presets.documents import check_version, parse, read_text
from nnmath_presets.findings import Findings, suggestion
from nnmath_presets.lines import Place
from nnmath_presets.preset import PresetError

MOST_CHAPTERS = 100

_TITLE = Field(path="title", kind="text", default="", label="Title", about="What it is called.")
_ABOUT = Field(path="about", kind="text", default="", label="About", about="In a sentence.")
_PRESETS = Field(
    path="presets",
    kind="names",
    default=(),
    longest=1000,
    label="Presets",
    about="The presets of the chapter by name, in their order.",
)
_HEAD = {"title": _TITLE, "about": _ABOUT}
_CHAPTER = {"title": _TITLE, "about": _ABOUT, "presets": _PRESETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Presets that belong together, by name."""

    title: str
    presets: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Chapters in their order. `others` are presets of the folder that no chapter names."""

    title: str
    chapters: tuple[Chapter, ...]
    others: tuple[str, ...] = ()
    about: str = ""
    folder: Path = FOLDER

    @property
    def presets(self) -> tuple[str, ...]:
        """All presets of the chapters, in the order of the course."""
        return tuple(name for chapter in self.chapters for name in chapter.presets)

    def chapter_of(self, name: str) -> Chapter | None:
        """The chapter that a preset is in, None if it is in none."""
        return next((chapter for chapter in self.chapters if name in chapter.presets), None)

    def next(self, name: str) -> str | None:
        """The preset after one, None after the last or if the course does not have it."""
        return self._beside(name, 1)

    def previous(self, name: str) -> str | None:
        """The preset before one, None before the first or if the course does not have it."""
        return self._beside(name, -1)

    def _beside(self, name: str, step: int) -> str | None:
        order = self.presets
        if name not in order or not 0 <= (place := order.index(name) + step) < len(order):
            return None
        return order[place]


def course(folder: Path = FOLDER) -> Course:
    """The course of a folder; one without a `course.toml` has its presets in one chapter.

    Raises:
        PresetError: with every problem of the course's file.
    """
    path = folder / COURSE
    names = tuple(file.stem for file in files_in(folder))
    if not path.exists():
        return Course(
            title=folder.name, chapters=(Chapter(title="", presets=names),), folder=folder
        )
    document, lines = parse(read_text(path), str(path))
    findings = Findings(lines)
    check_version(document, str(path), findings)
    head = _checked(document, _HEAD, ("schema", "chapter"), (), findings)
    chapters = _chapters(document.get("chapter", []), names, findings)
    if findings.problems:
        raise PresetError(str(path), findings.problems)
    named = {name for chapter in chapters for name in chapter.presets}
    return Course(
        title=head.get("title") or folder.name,
        about=head.get("about", ""),
        chapters=chapters,
        others=tuple(name for name in names if name not in named),
        folder=folder,
    )


def _chapters(tables: Any, names: tuple[str, ...], findings: Findings) -> tuple[Chapter, ...]:
    place: Place = ("chapter",)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        findings.add(place, "must be written [[chapter]], once for each chapter")
        return ()
    if not 1 <= len(tables) <= MOST_CHAPTERS:
        findings.add(place, f"is there {len(tables)} times; from 1 to {MOST_CHAPTERS} are allowed")
        return ()
    chapters, seen = [], dict[str, int]()
    for index, table in enumerate(tables):
        values = _checked(table, _CHAPTER, (), (*place, index), findings)
        for key in ("title", "presets"):
            if key not in table:
                findings.add((*place, index), f"needs {key}")
        for name in values.get("presets", ()):
            if name not in names:
                words = f"there is no preset {name[:60]!r} beside it; {suggestion(name, names)}"
                findings.add((*place, index, "presets"), words)
            elif name in seen:
                words = f"{name!r} is in chapter {seen[name]} already"
                findings.add((*place, index, "presets"), words)
            seen.setdefault(name, index + 1)
        chapters.append(
            Chapter(
                title=values.get("title", ""),
                about=values.get("about", ""),
                presets=values.get("presets", ()),
            )
        )
    return tuple(chapters)


def _checked(
    table: Mapping[str, Any],
    fields: Mapping[str, Field],
    more: tuple[str, ...],
    place: Place,
    findings: Findings,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key in fields:
            checked = findings.checked((*place, key), fields[key], value)
            values |= {} if checked is None else {key: checked}
        elif key not in more:
            known = [*more, *fields]
            findings.add((*place, key), f"is not a key here; {suggestion(key, known)}")
    return values
