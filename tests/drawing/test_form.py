"""The list of settings as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.form import FormRow, FormState, draw_form, rows_shown
from nnmath_tui.drawing.palette import Palette
from rich.style import Style
from textual.strip import Strip

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


SETTINGS = [
    FormRow("Activation", "tanh"),
    FormRow("Learning rate", "0.02", waiting=True),
    FormRow("Hidden layers", "24 24", resets=True),
    FormRow("Network", "", "heading"),
    FormRow("Output activation", "sigmoid auto"),
    FormRow("Formula", "sin(pi * x1) + cos(pi * x2)", "type", resets=True),
    FormRow("Run", "", "heading"),
    FormRow("Epochs", "300"),
]
STATES = {
    "chosen": FormState(cursor=0, note="What a hidden neuron does.", focused=True),
    "resets": FormState(
        cursor=2, warning="↺ Starts the network afresh.", note="Neurons of each.", focused=True
    ),
    "refused": FormState(
        cursor=1,
        typed=("abc", 3, False),
        note="The length of a step.",
        refusal="Learning rate must be a number from 0 to 1e+12, not 'abc'",
        focused=True,
    ),
}


def test_golden(golden: Callable[[str, Mapping[str, Sequence[Strip]]], None]) -> None:
    pictures = {}
    for mode, palette in {
        "truecolor": Palette(),
        "16": Palette("16"),
        "mono": Palette("mono"),
        "ascii": Palette("mono", ascii=True),
    }.items():
        for width, height in ((30, 12), (40, 10), (64, 13)):
            for name, state in STATES.items():
                title = f"{name} in {width}x{height} {mode}"
                pictures[title] = draw_form(SETTINGS, width, height, palette, state)
    golden("form", pictures)


def styles(palette: Palette, state: FormState) -> list[tuple[str, Style | None]]:
    strips = draw_form(SETTINGS, 40, 12, palette, state)
    return [(segment.text, segment.style) for strip in strips for segment in strip]


def test_warnings_and_refusals_stand_out() -> None:
    palette = Palette()
    for state, words, color in (
        (STATES["resets"], "Starts the network afresh", palette.warning),
        (STATES["refused"], "Learning rate must be", palette.bad),
    ):
        (style,) = (style for text, style in styles(palette, state) if words in text)
        assert style is not None
        assert style.bold
        assert style.color is not None
        assert style.color.name == color


def test_without_color_the_chosen_value_is_reversed_and_a_refusal_has_a_mark() -> None:
    shown = dict(styles(Palette("mono"), STATES["chosen"]))
    assert any(style and style.reverse and text.strip() == "tanh" for text, style in shown.items())
    strips = draw_form(SETTINGS, 40, 12, Palette("mono"), STATES["refused"])
    assert strips[2].text.startswith("! Learning rate must")


def test_a_long_note_takes_room_from_the_rows_and_never_more_than_half() -> None:
    assert [rows_shown(12, wanted) for wanted in (0, 3, 5, 6, 40)] == [9, 9, 7, 6, 6]
    assert [rows_shown(height, 40) for height in (4, 5, 10, 30)] == [4, 3, 5, 15]


def test_where_there_is_no_room_below_a_refusal_stands_above() -> None:
    state = FormState(cursor=2, refusal="must be a number")
    shown = [strip.text for strip in draw_form(ROWS, 30, 3, Palette("mono"), state)]
    assert shown[1].startswith("! must be a number")
    assert "Formula" in shown[2]
