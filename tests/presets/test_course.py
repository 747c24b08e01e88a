"""The order of presets: the course that ships, and those that somebody writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nnmath_presets import catalog
from nnmath_presets.course import course
from nnmath_presets.preset import PresetError

LESSONS = [
    *("neuron-and", "relu-hat", "xor-by-hand", "forward-by-hand", "backprop-by-hand"),
    *("logistic-line", "xor-impossible", "xor-seeds", "linear-collapse", "circle-minimal"),
    *("features-not-layers", "universal-sine", "lr-cliff", "lr-ladder", "batch-noise"),
    *("scale-inputs", "momentum-ravine", "adam-first-step", "mse-vs-ce", "vanishing", "symmetry"),
    *("init-scale", "dead-network", "overfit-moons", "l2-rescue", "early-stop", "l1-selects"),
    *("softmax-three", "spiral-race", "lr-schedule", "bug-hunt-1", "bug-hunt-2", "bug-hunt-3"),
    *("bug-hunt-4", "bug-hunt-5", "bug-hunt-6", "iris", "penguins", "breast-cancer"),
    *("penguin-mass", "digits"),
]


def test_the_course_has_seven_chapters_and_every_lesson_once() -> None:
    shipped = course()
    assert len(shipped.chapters) == 7
    assert sorted(shipped.presets) == sorted(LESSONS)
    assert sorted([*shipped.presets, *shipped.others]) == list(catalog.names())
    assert all(chapter.title and chapter.about for chapter in shipped.chapters)


def test_one_leads_to_the_next_across_chapters() -> None:
    shipped = course()
    first, second = shipped.chapters[:2]
    assert shipped.next(first.presets[-1]) == second.presets[0]
    assert shipped.previous(second.presets[0]) == first.presets[-1]
    assert shipped.previous(shipped.presets[0]) is None
    assert shipped.next(shipped.presets[-1]) is None
    assert shipped.next("moons") is None
    assert shipped.chapter_of("relu-hat") == first
    assert shipped.chapter_of("moons") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.toml").write_text("schema = 1\n")
    return tmp_path


def test_a_folder_without_a_course_has_one_chapter(folder: Path) -> None:
    (chapter,) = course(folder).chapters
    assert chapter.presets == ("a", "b", "c")


def test_a_folder_with_one_keeps_its_order(folder: Path) -> None:
    text = 'schema = 1\ntitle = "Mine"\n[[chapter]]\ntitle = "One"\npresets = ["c", "a"]\n'
    (folder / "course.toml").write_text(text)
    mine = course(folder)
    assert (mine.title, mine.presets, mine.others) == ("Mine", ("c", "a"), ("b",))


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("schema = 2", 1, "schema", "must be 1"),
        (
            "schema = 1\nname = 3\nchapter = [{ title = 'x', presets = [] }]",
            2,
            "name",
            "is not a key here",
        ),
        ("schema = 1\nchapter = 3", 2, "chapter", "[[chapter]]"),
        ("schema = 1\nchapter = []", 2, "chapter", "is there 0 times"),
        ("schema = 1\n[[chapter]]\ntitle = 'x'", 2, "chapter[1]", "needs presets"),
        ("schema = 1\n[[chapter]]\npresets = ['a']", 2, "chapter[1]", "needs title"),
        (
            "schema = 1\n[[chapter]]\ntitle = 'x'\npresets = ['a', 'bb']",
            4,
            "chapter[1].presets",
            "no preset 'bb' beside it",
        ),
        (
            "schema = 1\n[[chapter]]\ntitle = 'x'\npresets = ['a']\n"
            "[[chapter]]\ntitle = 'y'\npresets = ['a']",
            7,
            "chapter[2].presets",
            "'a' is in chapter 1 already",
        ),
        ("schema = 1\n[[chapter", 2, "", "expected ']]'"),
    ],
)
def test_a_fault_of_a_course(folder: Path, text: str, line: int, field: str, words: str) -> None:
    (folder / "course.toml").write_text(text)
    with pytest.raises(PresetError) as caught:
        course(folder)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (line, field)
    assert words in problem.message
