"""Markdown as lines: what is told apart, how it is wrapped, and that no word is lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.markdown import Span, rendered

TEXT = """
# A title

Some **strong words** and `a code`, which
go on; *one* more, and [a link](http://x).

- first of a list that is long enough
- second
1. one

```
x = w * a   + b
```

> quoted
"""


def plain(markdown: str, width: int) -> list[str]:
    return ["".join(span.text for span in line) for line in rendered(markdown, width)]


def test_blocks_are_told_apart_and_wrapped() -> None:
    assert plain(TEXT, 24) == [
        "A title",
        "",
        "Some strong words and a",
        "code, which go on; one",
        "more, and a link.",
        "",
        "• first of a list that",
        "  is long enough",
        "• second",
        "1. one",
        "",
        "x = w * a   + b",
        "",
        "│ quoted",
    ]


def test_what_is_stressed_keeps_its_look_over_a_break() -> None:
    first, second = rendered("one **two three** four", 10)
    assert first == (Span("one "), Span("two", "strong"))
    assert second == (Span("three", "strong"), Span(" four"))


def test_marks_inside_words_and_code_are_left_alone() -> None:
    assert plain("2*3*4 is `a**b**` and w_1_2", 60) == ["2*3*4 is a**b** and w_1_2"]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert plain("ab abcdefghij", 4) == ["ab", "abcd", "efgh", "ij"]


@given(st.text(st.sampled_from("ab *`_#>-1.|[]()\n\t"), max_size=80), st.integers(1, 20))
def test_no_line_is_too_long_and_no_letter_is_lost(markdown: str, width: int) -> None:
    lines = plain(markdown, width)
    assert all(len(line) <= width for line in lines)
    kept = "".join(lines)
    if not re.search(r"[\[\]()`~]", markdown):
        assert kept.count("a") == markdown.count("a")
        assert kept.count("b") == markdown.count("b")
