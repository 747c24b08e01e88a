"""What flags, the environment and the terminal make of the screen's settings."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from nnmath_tui.appearance import color_mode, palette_of, theme, theme_name
from nnmath_tui.arguments import parse
from nnmath_tui.drawing.palette import ColorMode
from nnmath_tui.settings import LOOKS, Look, Settings, speaks_utf8
from nnmath_tui.terminal import problem


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


UTF8 = {"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}


def test_a_local_terminal_gets_twelve_pictures_a_second_and_animation() -> None:
    settings = Settings.from_environment(UTF8)
    assert (settings.fps, settings.animation, settings.theme, settings.ascii) == (
        12,
        True,
        "dark",
        False,
    )
    assert settings.textual_environment() == {}


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_TTY"])
def test_over_ssh_there_are_fewer_pictures_and_no_animation(name: str) -> None:
    settings = Settings.from_environment({**UTF8, name: "x"})
    assert (settings.fps, settings.animation) == (5, False)
    assert settings.textual_environment() == {
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }


def test_flags_outweigh_the_environment() -> None:
    environ = {**UTF8, "SSH_TTY": "x", "COLORFGBG": "0;15", "NO_COLOR": "1"}
    settings = Settings.from_environment(
        environ, fps=30, theme="dark", color="16", ascii=True, mouse=False
    )
    assert settings == Settings(
        fps=30, animation=False, theme="dark", color="16", ascii=True, mouse=False
    )
    assert settings.textual_environment()["TEXTUAL_COLOR_SYSTEM"] == "standard"


@pytest.mark.parametrize(("value", "theme"), [("15;0", "dark"), ("0;15", "light"), ("", "dark")])
def test_a_light_background_is_told_by_colorfgbg(value: str, theme: str) -> None:
    assert Settings.from_environment({**UTF8, "COLORFGBG": value}).theme == theme


@pytest.mark.parametrize("fps", [0.0, -1.0, 61.0, float("nan")])
def test_a_frame_rate_that_cannot_be_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match=r"a number from 0\.1 to 60"):
        Settings.from_environment(UTF8, fps=fps)


def test_no_color_means_monochrome_unless_it_is_empty() -> None:
    assert Settings.from_environment({**UTF8, "NO_COLOR": "1"}).color == "mono"
    assert Settings.from_environment({**UTF8, "NO_COLOR": ""}).color == "auto"


@pytest.mark.parametrize(
    ("environ", "speaks"),
    [
        ({}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "en_US.ISO-8859-1"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        # Python's own coercion of the "C" locale, seen from inside.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
    ],
)
def test_the_locale_tells_whether_there_is_more_than_ascii(
    environ: Mapping[str, str], speaks: bool
) -> None:
    assert speaks_utf8(environ) is speaks


@pytest.mark.parametrize(
    ("color", "system", "no_color", "mode"),
    [
        ("auto", "truecolor", False, "truecolor"),
        ("auto", "256", False, "256"),
        ("auto", "standard", False, "16"),
        ("auto", None, False, "mono"),
        ("auto", "truecolor", True, "mono"),
        ("16", "truecolor", True, "16"),
    ],
)
def test_color_mode(color: ColorMode, system: str | None, no_color: bool, mode: ColorMode) -> None:
    assert color_mode(Settings(color=color), system, no_color) == mode


@pytest.mark.parametrize("look", LOOKS)
def test_the_theme_wears_the_palettes_colors(look: Look) -> None:
    palette = palette_of(look, "truecolor")
    made = theme("truecolor", look)
    assert made.name == theme_name("truecolor", look)
    assert made.dark == (look != "light")
    assert (made.background, made.surface, made.error) == (
        palette.background,
        palette.surface,
        palette.bad,
    )


def test_few_colors_are_left_to_the_terminals_own() -> None:
    assert theme_name("16", "dark") == "ansi-dark"
    assert theme_name("mono", "light") == "ansi-light"
    assert theme_name("16", "contrast") == "ansi-dark"


def test_high_contrast_can_be_asked_for_from_the_start() -> None:
    assert Settings.from_environment(UTF8, theme="contrast").theme == "contrast"
    assert parse(["--theme", "contrast"]).theme == "contrast"


def test_a_terminal_is_no_problem() -> None:
    assert problem(UTF8, Terminal(), Terminal(), Terminal()) is None


@pytest.mark.parametrize(
    ("streams", "name"),
    [
        ((io.StringIO(), Terminal(), Terminal()), "input"),
        ((Terminal(), io.StringIO(), Terminal()), "output"),
        ((Terminal(), Terminal(), None), "error output"),
    ],
)
def test_a_stream_that_is_no_terminal_is_named(
    streams: tuple[io.StringIO | None, ...], name: str
) -> None:
    sentence = problem(UTF8, *streams)
    assert sentence is not None
    assert f"standard {name} " in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_terminal_that_cannot_place_the_cursor_is_refused(environ: dict[str, str]) -> None:
    sentence = problem(environ, Terminal(), Terminal(), Terminal())
    assert sentence is not None
    assert "place the cursor" in sentence


def test_a_thin_link_has_fewer_pictures_and_cheaper_colors() -> None:
    thin = Settings.from_environment({"COLORTERM": "truecolor"}, low_bandwidth=True)
    assert (thin.fps, thin.color, thin.animation) == (2.0, "256", False)
    asked = Settings.from_environment({}, low_bandwidth=True, fps=7, color="16")
    assert (asked.fps, asked.color) == (7, "16")
    assert Settings.from_environment({"NO_COLOR": "1"}, low_bandwidth=True).color == "mono"


def test_a_locale_that_python_hides_is_told_by_lang() -> None:
    hidden = {"LC_CTYPE": "C.UTF-8"}
    assert Settings.from_environment({**hidden, "LANG": "de_DE.ISO-8859-1"}).ascii
    assert not Settings.from_environment({**hidden, "LANG": "de_DE.UTF-8"}).ascii
    assert not Settings.from_environment(hidden).ascii
