"""Formulas in ASCII keep their powers, indices and places."""

from __future__ import annotations

import pytest
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.losses import LOSSES
from nnmath_tui.drawing.plain_letters import plain, plain_with_places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)", "(e^z - e^-z) / (e^z + e^-z)"),
        ("1/k · Σⱼ (ŷᵢⱼ − yᵢⱼ)²", "1/k * sum_j (yhat_ij - y_ij)^2"),
        ("η·m_hat/(√v_hat + ε)", "eta*m_hat/(sqrt v_hat + eps)"),
        ("√(Σ g²) over all parameters", "sqrt(sum g^2) over all parameters"),
        ("clipped·c/(‖g‖ + 10⁻⁶)", "clipped*c/(||g|| + 10^-6)"),
        ("λ₁·Σ|w| + λ₂/2·Σw²", "lambda1*sum|w| + lambda2/2*sumw^2"),
        ("∂Lᵢ/∂ŷ", "dL_i/dyhat"),
        ("0.5·(−2)", "0.5*(-2)"),
        ("sin(πx₁)", "sin(pi*x1)"),
        ("größe", "größe"),
    ],
)
def test_formulas_in_ascii(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_every_formula_of_the_engine_can_be_written() -> None:
    entries = [*ACTIVATIONS.values(), *LOSSES.values()]
    assert [one.formula for one in entries if not plain(one.formula).isascii()] == []


def test_places_follow_the_numbers() -> None:
    text = "√(0.5^2 + (−2)^2)·−3"
    places = [(slice(text.index(number), text.index(number) + len(number)), row)
              for row, number in enumerate(("0.5", "−2", "−3"))]  # fmt: skip
    written, moved = plain_with_places(text, places)
    assert written == "sqrt(0.5^2 + (-2)^2)*-3"
    assert [(written[at], row) for at, row in moved] == [("0.5", 0), ("-2", 1), ("-3", 2)]
