"""Formulas: values against Python's math, refusals with their place, and no way around the list."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.formulas import formula_samples, parse_formula
from nnmath_engine.samples import DataError, Samples

POINTS = np.array([[0.5, -0.25], [-1.0, 0.75], [0.0, 1.0]])


def make(text: str, samples: int = 200, noise: float = 0.0) -> Samples:
    return formula_samples(text, np.random.default_rng(0), samples, noise)


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("2*x1 - x2/4", lambda a, b: 2 * a - b / 4),
        ("-x1^2 + 1", lambda a, b: -(a**2) + 1),
        ("2^3^x2", lambda a, b: 2 ** (3**b)),
        ("x1^2 + x2**2", lambda a, b: a**2 + b**2),
        ("sin(pi*x1) * cos(x2)", lambda a, b: math.sin(math.pi * a) * math.cos(b)),
        ("tan(x1) + tanh(x2)", lambda a, b: math.tan(a) + math.tanh(b)),
        ("exp(-x1) + log(2 + x2)", lambda a, b: math.exp(-a) + math.log(2 + b)),
        ("sqrt(abs(x1*x2))", lambda a, b: math.sqrt(abs(a * b))),
        ("sign(x1) + e", lambda a, b: math.copysign(1, a) * (a != 0) + math.e),
        ("max(0, 1 - 2*abs(x1), x2)", lambda a, b: max(0, 1 - 2 * abs(a), b)),
        ("min(x1, x2)", lambda a, b: min(a, b)),
        ("y = x1 + 0.5e1", lambda a, b: a + 5),
        (" (\n x1 ) ", lambda a, b: a),
        ("x", lambda a, b: a),
        ("007 + .5", lambda a, b: 7.5),
        ("(x1 > 0) * 3", lambda a, b: 3.0 * (a > 0)),
        ("x1 < x2", lambda a, b: float(a < b)),
        ("-0.5 <= x1 < 0.5 and not x2 == 1", lambda a, b: float(-0.5 <= a < 0.5 and b != 1)),
        ("x1 >= 0.5 or x2 != 0.75", lambda a, b: float(a >= 0.5 or b != 0.75)),
    ],
)
def test_values_equal_pythons(text: str, f: Callable[[float, float], float]) -> None:
    expected = [f(float(a), float(b)) for a, b in POINTS]
    assert parse_formula(text)(POINTS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "inputs", "classification"),
    [
        ("3", 1, False),
        ("x4", 4, False),
        ("x1 > x3", 3, True),
        ("not x1", 1, True),
        ("x1 > 0 and x2 > 0", 2, True),
        ("(x1 > 0) + 1", 1, False),
    ],
)
def test_inputs_and_task(text: str, inputs: int, classification: bool) -> None:
    formula = parse_formula(text)
    assert (formula.inputs, formula.classification) == (inputs, classification)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("y =", "empty"),
        ("2x1", "character 2: a sign is missing"),
        ("x1 + 3(x2)", "character 7: a sign is missing"),
        ("x1 + z", "character 6: unknown name 'z'"),
        ("x0", "character 1: unknown name 'x0'"),
        ("x1 + foo(x2)", "character 6: unknown function 'foo'"),
        ("sin", "character 1: unknown name 'sin'; write sin(...)"),
        ("sin(x1, x2)", "character 1: sin takes one value, not 2"),
        ("1 + max(x1)", "character 5: max takes two values"),
        ("x1 $ x2", "character 4: '$' is not allowed"),
        ("x1^2 + x2^2 + q", "character 15: unknown name 'q'"),
        ("x1 +", "not a complete expression"),
        ("(x1", "not a complete expression"),
        ("x1 x2", "not a complete expression"),
        ("__import__('os')", "character 1: '_' is not allowed"),
        ("x1.real", "is not allowed"),
        ("[x1]", "character 1: '[' is not allowed"),
        ("lambda", "not a complete expression"),
        ("x1 if x2 else 0", "not allowed"),
        ("None", "not allowed"),
        ("True", "not allowed"),
        ("x1(2)", "unknown function 'x1'"),
        ("(x1)(2)", "unknown function 'x1'"),
        ("x1 in x2", "not allowed"),
        ("max(x1, *x2)", "not allowed"),
        ("1e60", "character 1: a number beyond 1e50"),
        ("x21", "x21 is too high; x1 to x20"),
        ("(" * 60 + "x1" + ")" * 60, "more than 40 parentheses"),
        ("-" * 400 + "x1", "too many operations"),
        ("x1" + "+1" * 240, "too many operations"),
        ("1+" * 300 + "1", "601 characters; the limit is 500"),
    ],
)
def test_refusals_say_what_and_where(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_formula(text)
    (problem,) = caught.value.problems
    assert problem.startswith("data.formula:")
    assert message in problem


def test_one_input_is_evenly_spaced_and_more_are_drawn() -> None:
    assert make("x1", 5).X[:, 0] == pytest.approx([-1, -0.5, 0, 0.5, 1])
    drawn = make("x1 * x3", 500)
    assert drawn.features == ("x1", "x2", "x3")
    assert -1 <= drawn.X.min() < -0.9 < 0.9 < drawn.X.max() <= 1


def test_comparison_gives_classes_and_noise_flips_that_share_of_labels() -> None:
    clean, noisy = make("x1 > x2", 20_000), make("x1 > x2", 20_000, 0.2)
    assert clean.classes == ("0", "1")
    assert np.array_equal(clean.y == 1, clean.X[:, 0] > clean.X[:, 1])
    assert np.mean(clean.y != noisy.y) == pytest.approx(0.2, abs=0.01)
    assert np.mean(clean.y != make("x1 > x2", 20_000, 9.0).y) == pytest.approx(0.5, abs=0.02)


def test_noise_on_a_number_is_normal() -> None:
    residual = make("x1", 20_000, 0.3).y - make("x1", 20_000).y
    assert residual.std() == pytest.approx(0.3, rel=0.03)


@pytest.mark.parametrize("text", ["log(x1)", "1/x1", "sqrt(x1)", "0/0", "10^(60*x1)", "x1^0.5"])
def test_values_that_are_not_finite_are_refused_with_a_point(text: str) -> None:
    with pytest.raises(DataError, match="no finite value"):
        make(text, 5)


def test_one_class_only_is_refused() -> None:
    with pytest.raises(DataError, match="true everywhere"):
        make("x1 < 2")


@given(st.text(alphabet="x12y=+-*/^()<>!., \n\tesinaxlogpt_'\"\\0\0é", max_size=40))
def test_any_text_gives_samples_or_a_refusal(text: str) -> None:
    try:
        made = make(text, 9)
    except DataError as error:
        problems = error.problems
    else:
        problems = ()
        assert np.all(np.isfinite(made.y))
    assert all(problem.startswith("data.formula:") for problem in problems)
