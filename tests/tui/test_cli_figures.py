"""Numbers in words."""

from __future__ import annotations

import pytest
from nnmath_tui.subcommands import figures


@pytest.mark.parametrize(
    ("value", "task", "text"),
    [
        (0.93123, "regression", "R2 0.9312"),
        (-12.5, "regression", "R2 -12.5000"),
        (-123456.0, "regression", "R2 -1.235e+05"),
        (-1e220, "regression", "R2 -1e+220"),
        (float("-inf"), "regression", "R2 -inf"),
        (float("nan"), "regression", ""),
        (0.97174, "classification", "accuracy 97.17 %"),
    ],
)
def test_a_score_has_as_many_digits_as_tell_something(value: float, task: str, text: str) -> None:
    assert figures.score(value, task) == text
