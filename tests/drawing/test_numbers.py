"""Numbers as text: true digits, never a cut one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.numbers import count, percent, plain_powers, short, signed

# Rounding up to one digit must not overflow when a test reads the text back.
WIDE = st.floats(-1e307, 1e307)


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.0212, 6, "0.0212"),
        (0.0212, 5, "0.021"),
        (0.0212, 4, "0.02"),
        (0.0212, 3, "…"),
        (3000, 5, "3 000"),
        (3000, 4, "3000"),
        (3000, 3, "3e3"),
        (12345.67, 6, "12 346"),
        (12345.67, 4, "1e4"),
        (999.96, 6, "1 000"),
        (1e-5, 6, "1e-5"),
        (0.00042, 6, "4.2e-4"),
        (0.00042, 4, "4e-4"),
        (-0.42, 5, "−0.42"),
        (-0.42, 4, "−0.4"),
        (-0.42, 3, "−.4"),
        (0.5, 6, "0.5"),
        (0.0, 1, "0"),
        (-0.0, 1, "0"),
        (1e300, 5, "1e300"),
        (1e300, 4, "…"),
        (1234567, 9, "1 234 567"),
        (1234567, 6, "1.2e6"),
        (math.inf, 1, "∞"),
        (-math.inf, 2, "−∞"),
        (-math.inf, 1, "…"),
        (math.nan, 3, "nan"),
        (math.nan, 2, "…"),
        (7, 0, ""),
    ],
)
def test_short(value: float, width: int, text: str) -> None:
    assert short(value, width) == text


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.4, 5, "+0.40"),
        (-1.25, 5, "−1.25"),
        (12.0, 5, "+12.0"),
        (0.0, 5, "0"),
        (0.42, 3, "+.4"),
        (1e-5, 5, "+1e-5"),
        (-0.999, 4, "−1.0"),
    ],
)
def test_signed(value: float, width: int, text: str) -> None:
    assert signed(value, width) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.42, "-0.42"), (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan")],
)
def test_ascii(value: float, text: str) -> None:
    assert short(value, 6, ascii=True) == text


def test_ascii_elision_has_no_ellipsis() -> None:
    assert short(1e300, 2, ascii=True).isascii()


@given(WIDE, st.integers(0, 12), st.booleans())
def test_a_number_fits_and_is_close_or_elided(value: float, width: int, ascii: bool) -> None:
    for text in (short(value, width, ascii=ascii), signed(value, width, ascii=ascii)):
        assert len(text) <= width
        assert text.isascii() or not ascii
        if text in ("", "…", "."):
            continue
        shown = float(text.replace(" ", "").replace("−", "-"))
        # One significant digit, rounded, is off by at most a half in one.
        assert shown == pytest.approx(value, rel=0.5)
        assert math.copysign(1, shown) == math.copysign(1, value) or shown == value == 0


@given(st.floats(1e-3, 9e6))
def test_four_digits_are_right_where_there_is_room(value: float) -> None:
    assert float(short(value, 12).replace(" ", "")) == pytest.approx(value, rel=5.001e-4)


@given(WIDE, st.integers(1, 11))
def test_more_room_never_elides_what_fitted(value: float, width: int) -> None:
    if short(value, width) != "…":
        assert short(value, width + 1) != "…"


def test_count() -> None:
    assert [count(n) for n in (0, 999, 1797, 1234567)] == ["0", "999", "1 797", "1 234 567"]


@pytest.mark.parametrize(
    ("fraction", "width", "text"),
    [
        (1.0, 7, "100 %"),
        (0.99999, 7, "99.9 %"),
        (0.99999, 4, "99 %"),
        (0.992, 7, "99.2 %"),
        (0.992, 5, "99 %"),
        (0.5, 7, "50 %"),
        (0.0001, 7, "<0.1 %"),
        (0.0001, 4, "<1 %"),
        (0.0, 7, "0 %"),
        (1.0, 4, "…"),
        (math.nan, 7, "nan"),
    ],
)
def test_percent(fraction: float, width: int, text: str) -> None:
    assert percent(fraction, width) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1e+09", "1e9"),
        ("1e-08", "1e-8"),
        ("rate 1.5e+305, w 2e+00", "rate 1.5e305, w 2e0"),
        ("one+two", "one+two"),
    ],
)
def test_powers_of_ten_are_written_alike_everywhere(text: str, plain: str) -> None:
    assert plain_powers(text) == plain
