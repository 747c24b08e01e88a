"""Every kind of terminal: what is drawn suits it, and where nothing can be drawn, it says so."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack

import pytest

from tests.patience import PATIENCE
from tests.terminal import OWN, running


def colors_used(written: bytes) -> set[str]:
    """The kinds of colors that are selected."""
    kinds = set()
    for sequence in re.findall(rb"\x1b\[([\d;]*)m", written):
        parameters = sequence.decode().split(";")
        while parameters:
            parameter = parameters.pop(0)
            if parameter in ("38", "48"):
                kind = parameters.pop(0)
                kinds.add({"2": "truecolor", "5": "256"}[kind])
                del parameters[: 3 if kind == "2" else 1]
            elif re.fullmatch("3[0-7]|4[0-7]|9[0-7]|10[0-7]", parameter):
                kinds.add("16")
    return kinds


KINDS: list[tuple[dict[str, str | None], tuple[str, ...], set[str]]] = [
    ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, (), {"truecolor"}),
    ({"TERM": "linux", "COLORTERM": None, "LANG": "C"}, (), {"16"}),
    ({"TERM": "vt100", "COLORTERM": None, "LANG": "de_DE.ISO-8859-1"}, (), {"16"}),
    ({"NO_COLOR": "1"}, ("--ascii",), set()),
    ({"TERM": "screen-256color"}, ("--low-bandwidth", "--no-mouse"), {"256"}),
]


def test_colors_and_letters_that_it_has() -> None:
    with ExitStack() as stack:
        terminals = [
            stack.enter_context(running(*OWN, *options, environ=environ, size=(120, 40)))
            for environ, options, _ in KINDS
        ]
        for terminal, (environ, options, colors) in zip(terminals, KINDS, strict=True):
            lines = terminal.wait_to_settle(r"epoch 0[\s\S]*Learning rate")
            assert colors_used(terminal.written) == colors
            if "--ascii" in options or "LANG" in environ:
                assert "\n".join(lines).isascii(), lines
            assert (b"\x1b[?1000h" in terminal.written) == ("--no-mouse" not in options)
            assert "+" in "".join(lines), "the sign of a weight is written, whatever its color"
            terminal.type(b"q")
            assert terminal.end() == 0
            terminal.assert_clean()


def test_a_storm_of_sizes() -> None:
    exported = {"COLUMNS": "80", "LINES": "24"}  # by a shell, once; upstream would believe it
    with running(*OWN, size=(300, 100), environ=exported) as terminal:
        terminal.wait_for(b"Network")
        terminal.type(b" ")
        for step in range(30):
            terminal.resize(300 - step * 9, 100 - step * 3)
            terminal.read(0.01)
        terminal.resize(40, 12)
        terminal.wait_to_settle("40x12")
        terminal.resize(120, 40)
        lines = terminal.wait_to_settle("Learning rate")
        terminal.type(b"q")
        assert terminal.end() == 0
        terminal.assert_clean()
        assert lines[0].startswith(" nnmath")


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_cannot_draw_is_told_so(term: str | None) -> None:
    with running(*OWN, environ={"TERM": term}) as terminal:
        assert terminal.end() == 2
        assert terminal.written.count(b"\n") == 1
        assert b"TERM" in terminal.written
        terminal.assert_clean()


def test_nothing_is_drawn_without_a_terminal() -> None:
    done = subprocess.run(OWN, input=b"q", capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
