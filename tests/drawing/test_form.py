"""The list of settings as a picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.form import FormRow, FormState, draw_form, rows_shown
from nnmath_tui.drawing.palette import Palette

ROWS = [
    FormRow("Activation", "tanh"),
    FormRow("Learning rate", "0.02"),
    FormRow("Formula", "sin(pi * x1) + cos(pi * x2)", "type", resets=True),
]


def lines(width: int, height: int, state: FormState, palette: Palette | None = None) -> list[str]:
    strips = draw_form(ROWS, width, height, palette or Palette("mono"), state)
    return [strip.text for strip in strips]


def test_rows_with_their_values_and_how_to_change_them() -> None:
    assert lines(40, 6, FormState(cursor=1, note="The length of a step.", focused=True)) == [
        "  Activation    tanh               ◂ ▸  ",
        "▸ Learning rate 0.02               ◂ ▸  ",
        "  Formula       sin(pi * x1) + co…   ✎ ↺",
        "                                        ",
        "  The length of a step.                 ",
        "                                        ",
    ]


def test_what_is_typed_stands_in_place_of_the_value() -> None:
    state = FormState(cursor=1, typed=("0.035", 5, False), focused=True)
    assert lines(40, 3, state)[1].startswith("▸ Learning rate 0.035 ")


def test_a_refusal_is_shown_whole_even_over_the_rows() -> None:
    refusal = "Learning rate must be a number from 0 to 1e+12, not 'abc'"
    shown = lines(24, 5, FormState(refusal=refusal))
    assert refusal in " ".join(" ".join(shown).split())
    shown = lines(16, 7, FormState(refusal=refusal))
    assert refusal in " ".join(" ".join(shown).split())


def test_a_long_note_is_elided_with_a_mark() -> None:
    shown = lines(30, 6, FormState(note="word " * 60))
    assert shown[-1].rstrip().endswith("…")


@given(
    width=st.integers(1, 120),
    height=st.integers(1, 40),
    cursor=st.integers(0, 2),
    top=st.integers(0, 2),
    note=st.text(max_size=80),
    refused=st.booleans(),
    ascii_only=st.booleans(),
)
def test_every_picture_has_exactly_its_size(
    width: int, height: int, cursor: int, top: int, note: str, refused: bool, ascii_only: bool
) -> None:
    warning, refusal = ("Resets.", "Must be a number.") if refused else ("", "")
    state = FormState(cursor, top, ("1.5", 1, True), warning, note, refusal, True)
    strips = draw_form(ROWS, width, height, Palette(ascii=ascii_only), state)
    assert len(strips) == height
    assert {strip.cell_length for strip in strips} == {width}
    assert 1 <= rows_shown(height) <= height
    if ascii_only:
        assert all(strip.text.isascii() for strip in strips)
