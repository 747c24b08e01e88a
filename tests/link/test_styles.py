"""Every way from a style to another leads there, and is short."""

from __future__ import annotations

import random

import pytest
from nnmath_tui.link.styles import PLAIN, Style, Styles

from tests.link.emulator import ATTRIBUTES, COLORS, Emulator


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        ("", Style()),
        ("0", Style()),
        ("1;31", Style("31", "", frozenset({1}))),
        ("1;2;22", Style()),
        ("38;5;7;48;2;1;2;3;4", Style("38;5;7", "48;2;1;2;3", frozenset({4}))),
        ("31;91;39;104", Style("", "104")),
        ("1;0;3", Style("", "", frozenset({3}))),
    ],
)
def test_parameters_select_a_style(parameters: str, style: Style) -> None:
    styles = Styles()
    number = styles.selected(PLAIN, parameters)
    assert number is not None
    assert styles[number] == style


@pytest.mark.parametrize("parameters", ["38", "38;7;1", "48;5", "38;2;1;2", "26", "199"])
def test_what_is_not_understood_selects_nothing(parameters: str) -> None:
    assert Styles().selected(PLAIN, parameters) is None


def test_every_way_leads_where_it_should() -> None:
    chance = random.Random(2)
    styles = Styles()
    numbers = []
    for _ in range(60):
        parameters = ";".join(
            filter(None, (chance.choice(ATTRIBUTES), chance.choice(COLORS), chance.choice(COLORS)))
        )
        number = styles.selected(PLAIN, parameters)
        assert number is not None
        numbers.append((number, parameters))
    for before, _ in numbers:
        for after, parameters in chance.sample(numbers, 10):
            walked, direct = Emulator(2, 1), Emulator(2, 1)
            walked.write(styles.way(None, before) + styles.way(before, after) + "x")
            direct.write(f"\x1b[{parameters}mx")
            assert walked.cells == direct.cells, (styles[before], styles[after])


def test_ways_are_short() -> None:
    styles = Styles()
    blue, bold = styles.number(Style("34")), styles.number(Style("34", "", frozenset({1})))
    assert styles.way(blue, bold) == "\x1b[1m"
    assert styles.way(bold, blue) == "\x1b[22m"
    assert styles.way(bold, PLAIN) == "\x1b[m"
    assert styles.way(blue, blue) == ""
