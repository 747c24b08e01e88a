"""The index from places to lines, against hand-counted lines and against what tomllib finds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from nnmath_presets import catalog
from nnmath_presets.lines import DEPTH, ITEMS, KEYS, Lines, Place, TooMuch

TEXT = '''\
# A comment with [brackets], "quotes" and = signs
title = "a # no comment"
text = """
[not.a.table]
key = "no key"
ends with two quotes""""" # done
raw = \'\'\'
'quoted' \\\'\'\'

[data]
"quoted key" = 1
'raw key'.inner = 2
list = [
    1, # one ]
    [2, 3],
    { a = 1, b.c = [ { d = "}" } ] },
]
when = 1979-05-27 07:32:00

[[lesson.goal]]
say = "first"
[lesson.goal.extra]
x = 1
[[lesson.goal]]
say = "second"
  [ lesson . "sol\\u0075tion" ]
  x.y = 1
'''


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """All places of keys, and of lists and tables in lists."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*place, key)
            yield from places(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, list | dict):
                yield (*place, index)
            yield from places(item, (*place, index))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("text",), 3),
        (("raw",), 7),
        (("data",), 10),
        (("data", "quoted key"), 11),
        (("data", "raw key", "inner"), 12),
        (("data", "list"), 13),
        (("data", "list", 1), 15),
        (("data", "list", 2, "b", "c", 0, "d"), 16),
        (("data", "when"), 18),
        (("lesson", "goal", 0), 20),
        (("lesson", "goal", 0, "extra", "x"), 23),
        (("lesson", "goal", 1), 24),
        (("lesson", "goal", 1, "say"), 25),
        (("lesson", "solution", "x", "y"), 27),
    ],
)
def test_lines_counted_by_hand(place: Place, line: int) -> None:
    assert Lines(TEXT).line(place) == line


def test_an_unknown_place_has_the_line_of_what_is_around_it() -> None:
    lines = Lines(TEXT)
    assert lines.line(("data", "absent")) == 10
    assert lines.line(("lesson", "goal", 1, "absent")) == 24
    assert lines.line(("absent", "too")) == 0


def test_the_same_places_as_tomllib() -> None:
    assert Lines(TEXT).places() == set(places(tomllib.loads(TEXT)))


@pytest.mark.parametrize("name", catalog.names())
def test_the_same_places_as_tomllib_in_every_preset(name: str) -> None:
    text = catalog.path_of(name).read_text("utf-8")
    lines = Lines(text)
    assert lines.places() == set(places(tomllib.loads(text)))
    for number, row in enumerate(text.splitlines(), start=1):
        if row.startswith("say = "):
            assert any(lines.line(p) == number for p in lines.places() if p[-1] == "say")


def test_line_ends_of_windows_count_once() -> None:
    assert Lines("a = 1\r\n\r\nb = 2\r\n").line(("b",)) == 3


@pytest.mark.parametrize("text", ["a = ", "= 1", "[a", "a = [1 2", 'a = "', '"\\x" = 1', "a = }"])
def test_what_is_no_toml_ends_the_reading_without_an_error(text: str) -> None:
    lines = Lines("first = 1\n" + text)
    assert lines.line(("first",)) == 1


def test_lists_as_deep_as_allowed_pass_and_deeper_ones_do_not() -> None:
    deepest = DEPTH - 1
    Lines("a = " + "[" * (deepest + 1) + "]" * (deepest + 1))
    with pytest.raises(TooMuch) as caught:
        Lines("\na = " + "[" * (deepest + 2) + "]" * (deepest + 2))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * DEPTH + " = 1",
        "[a" + ".a" * DEPTH + "]",
        "a = " + "{a = " * DEPTH,
        "a = " + "[" * 100_000,
        "a" + ".a" * 100_000 + " = 1",
        "\n".join(f"k{index} = 1" for index in range(KEYS + 1)),
        "a = [" + "1," * ITEMS + "1]",
        "a = [" + "[]," * 100_000 + "]",
        "a = " + "9" * 5_000,
        "a = 0x" + "f" * 5_000,
    ],
)
def test_what_would_cost_the_parser_too_much_is_refused(text: str) -> None:
    with pytest.raises(TooMuch):
        Lines(text)
