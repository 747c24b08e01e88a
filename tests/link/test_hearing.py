"""Input of any kind becomes text that the library's parser understands."""

from __future__ import annotations

import random

import pytest
from nnmath_tui.link.hearing import PASTE_BEGINS, PASTE_ENDS, SILENCE, Hearing
from textual import events
from textual._xterm_parser import XTermParser


class Clock:
    """Stands still until told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def hear(*pieces: bytes) -> str:
    hearing = Hearing(Clock())
    return "".join(map(hearing.text, pieces))


def test_utf8_may_be_cut_anywhere() -> None:
    data = "η → 日本".encode()
    for cut in range(len(data)):
        assert hear(data[:cut], data[cut:]) == "η → 日本"


def test_other_bytes_are_marked_and_the_rest_is_heard() -> None:
    assert hear(b"a\xffb\xc3(c") == "a�b�(c"


@pytest.mark.parametrize(
    ("reports", "heard"),
    [
        ([b"\x1b[M !!"], "\x1b[<0;1;1M"),
        ([b"\x1b[M \xff\x41"], "\x1b[<0;223;33M"),
        ([b'\x1b[M"!!', b"\x1b[M#!!"], "\x1b[<2;1;1M\x1b[<2;1;1m"),
        ([b"\x1b[M`!!"], "\x1b[<64;1;1M"),
        ([b"\x1b[MC!!"], "\x1b[<35;1;1M"),
        ([b"\x1b[M \x1f!"], "\x1b[<0;0;0M"),
    ],
)
def test_old_mouse_reports_become_new_ones(reports: list[bytes], heard: str) -> None:
    data = b"".join(reports)
    assert hear(data + b"x") == heard + "x"
    for cut in range(len(data)):
        assert hear(data[:cut], data[cut:] + b"x") == heard + "x"


def test_a_click_beyond_column_95_is_one() -> None:
    parsed = list(XTermParser().feed(hear(b"\x1b[M \x84\x30\x1b[M#\x84\x30")))
    down, up = parsed
    assert isinstance(down, events.MouseDown)
    assert isinstance(up, events.MouseUp)
    assert (down.x, down.y, down.button) == (99, 15, 1)
    assert (up.x, up.y, up.button) == (99, 15, 1)


def test_a_paste_whose_end_is_lost_ends_by_silence() -> None:
    clock = Clock()
    hearing, parser = Hearing(clock), XTermParser()
    heard = list(parser.feed(hearing.text(b"\x1b[20")))
    heard += parser.feed(hearing.text(b"0~0.01"))
    assert hearing.due() == ""
    clock.now += SILENCE + 0.1
    heard += parser.feed(hearing.due())
    assert hearing.due() == "", "once"
    heard += parser.feed(hearing.text(b"q"))
    assert [type(event) for event in heard] == [events.Paste, events.Key]
    assert isinstance(heard[0], events.Paste)
    assert heard[0].text == "0.01"


def test_a_whole_paste_stays_whole() -> None:
    clock = Clock()
    hearing = Hearing(clock)
    assert hearing.text(f"{PASTE_BEGINS}q{PASTE_ENDS}".encode()) == "\x1b[200~q\x1b[201~"
    clock.now += SILENCE + 0.1
    assert hearing.due() == ""


def test_random_bytes_are_stood() -> None:
    chance = random.Random(1)
    for _ in range(300):
        clock = Clock()
        hearing, parser = Hearing(clock), XTermParser()
        for _ in range(20):
            text = hearing.text(chance.randbytes(chance.randint(1, 30)))
            if text:
                list(parser.feed(text))
            clock.now += chance.random()
            if due := hearing.due():
                list(parser.feed(due))
