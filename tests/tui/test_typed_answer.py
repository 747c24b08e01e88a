"""Numbers as people type them."""

from __future__ import annotations

import pytest
from nnmath_tui.views.typed_answer import typed_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.75", 0.75),
        (" -3e-2 ", -0.03),
        ("−0,5", -0.5),
        ("3/4", 0.75),
        ("75 %", 0.75),
        ("75%", 0.75),
        (".5", 0.5),
    ],
)
def test_ways_to_write_a_number(text: str, value: float) -> None:
    assert typed_number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "x", "1_0", "1/0", "nan", "1e999", "1,000.5", "1/2/3", "%"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        typed_number(text)
