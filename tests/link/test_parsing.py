"""Keys and reports with parts that nobody asked for, and numbers that make no sense."""

from __future__ import annotations

import random
import time

import pytest
from nnmath_tui.link.hearing import Hearing
from nnmath_tui.link.parsing import SturdyParser, is_size
from textual import events
from textual._xterm_parser import XTermParser

from tests.ssh.babble import piece


def keys(sequence: str) -> list[str]:
    return [event.key for event in SturdyParser().feed(sequence) if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("sequence", "heard"),
    [
        ("\x1b[97:65;2:1;65u", ["A"]),
        ("\x1b[97;5:1u", ["ctrl+a"]),
        ("\x1b[97;5:2u", ["ctrl+a"]),  # held down
        ("\x1b[97;5:3u", []),  # released
        ("\x1b[1;1:1A", ["up"]),
        ("\x1b[5;1:3~", []),
        ("\x1b[97;;97:98u", ["a", "b"]),
        ("\x1b[100000000;5u", []),
        ("\x1b[55296u", []),
        ("\x1b[97;99999999999u", []),
        ("\x1b[97;;1114112u", []),
    ],
)
def test_what_of_a_key_matters(sequence: str, heard: list[str]) -> None:
    assert keys(sequence + "x") == [*heard, "x"]


def test_plain_keys_are_what_they_are_upstream() -> None:
    def told(parser: XTermParser, sequence: str) -> list[tuple[str, str | None]]:
        return [(key.key, key.character) for key in parser._parse_extended_key(sequence) or ()]

    for code in ("", "1", "97", "27", "13", "57362", "57454"):
        for fields in ("", ";", ";1", ";2", ";5", ";129", ";2;65", ";;97:769"):
            for end in "u~ABHPS":
                sequence = f"\x1b[{code}{fields}{end}"
                assert told(SturdyParser(), sequence) == told(XTermParser(), sequence), sequence


def test_a_mouse_in_a_terminal_of_no_pixels_is_nowhere() -> None:
    assert list(SturdyParser().feed("\x1b[48;24;80;0;0t\x1b[<0;3;4M"))[1:] == []
    sized = list(SturdyParser().feed("\x1b[48;24;80;384;640t\x1b[<0;17;33M"))
    assert isinstance(sized[1], events.MouseDown)
    assert (sized[1].x, sized[1].y) == (2, 2)


def test_sizes_that_screens_may_have() -> None:
    assert is_size(1, 1)
    assert is_size(1_000, 500)
    assert not is_size(0, 24)
    assert not is_size(65_535, 24)
    assert not is_size(80, 65_535)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_comes_ends_it(seed: int) -> None:
    chance, parser, hearing = random.Random(seed), SturdyParser(), Hearing(time.monotonic)
    count = 0
    for _ in range(1_000):
        if text := hearing.text(piece(chance)):
            count += len(list(parser.feed(text)))
    assert count > 1_000
