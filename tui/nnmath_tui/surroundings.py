"""Where a preset stands in its course: its chapter, and the lessons before and after."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nnmath_presets import catalog
from nnmath_presets.course import Course, course
from nnmath_presets.preset import Preset, PresetError, Problem


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A lesson to go on to."""

    path: Path
    title: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The chapter in words, and what comes before and after in the order of the course."""

    chapter: str = ""
    before: Neighbor | None = None
    after: Neighbor | None = None


def surroundings(preset: Preset) -> Surroundings:
    """Those of a preset among the files of its folder; nothing if its course cannot be read."""
    folder = preset.path.parent if preset.path is not None else None
    if folder is None:
        return Surroundings()
    try:
        there = course(folder)
    except PresetError:
        return Surroundings()
    order = there.presets
    if preset.name not in order:
        return Surroundings()
    chapter = there.chapter_of(preset.name)
    number = there.chapters.index(chapter) + 1 if chapter is not None else 0
    words = f"{number}. {chapter.title}" if chapter is not None and chapter.title else ""
    return Surroundings(
        words,
        _neighbor(folder, there.previous(preset.name)),
        _neighbor(folder, there.next(preset.name)),
    )


def _neighbor(folder: Path, name: str | None) -> Neighbor | None:
    if name is None:
        return None
    path = folder / f"{name}.toml"
    with suppress(PresetError):
        return Neighbor(path, catalog.load(path).title)
    return Neighbor(path, name)


def first_to_do(folder: Path, learner: str) -> Preset:
    """The first preset of a course that is not done yet, or the first one if all are.

    Raises:
        PresetError: none of them can be read; it is what is wrong with the first.
    """
    from nnmath_tui import learning

    there, _ = read_course(folder)
    entries = learning.load(learner)
    first: Preset | None = None
    error: PresetError | None = None
    for name in (*there.presets, *there.others):
        try:
            preset = catalog.load(folder / f"{name}.toml")
        except PresetError as problem:
            error = error or problem
            continue
        first = first or preset
        key = learning.key(preset)
        if key not in entries or not entries[key].done:
            return preset
    if first is None:
        raise error or PresetError(str(folder), [Problem(0, "", "has no preset")])
    return first


def read_course(folder: Path) -> tuple[Course, str]:
    """The course of a folder and, if its file is wrong, its presets in one chapter and why."""
    try:
        return course(folder), ""
    except PresetError as error:
        from nnmath_presets.course import Chapter

        names = tuple(file.stem for file in catalog.files_in(folder))
        chapter = Chapter(title="", presets=names)
        return Course(title=folder.name, chapters=(chapter,), folder=folder), error.rows[0]
