"""What numbers say of themselves: by hand, by a calculator, and bit for bit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine.derivation import CellError, Worksheet, derive, parse_cell
from nnmath_engine.derivation.digits import exactly, printed, rounded
from nnmath_engine.derivation.equation import Equation
from nnmath_engine.derivation.expression import (
    Call,
    Difference,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    setting,
)
from nnmath_engine.derivation.outline import ALL_TERMS, lines, tree
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session

from tests.calculator import calculate, reproduces
from tests.fuzz_derivations import check

FORWARD = {
    "network.hidden": (2,),
    "network.activation": "sigmoid",
    "network.output_activation": "sigmoid",
    "network.weights": [[[0.5, -0.4], [0.3, 0.8]], [[0.7], [-0.6]]],
    "network.biases": [[0.1, -0.2], [0.2]],
    "training.loss": "mse",
    "training.batch_size": 1,
}
"""The network of the lessons "forward by hand" and "backprop by hand"."""


def sheet_of(
    tmp_path: Path, rows: str, values: dict[str, Any], *, epochs: int = 0, task: str = "regression"
) -> Worksheet:
    (tmp_path / "data.csv").write_text(rows)
    data = {"data.source": "data.csv", "data.test_fraction": 0.0, "data.task": task}
    experiment = Experiment.from_values({**data, **values})
    session = Session(experiment, base=tmp_path)
    session.run(math.inf, until=epochs)
    return session.worksheet()


@pytest.fixture
def forward(tmp_path: Path) -> Worksheet:
    return sheet_of(tmp_path, "a,b,y\n1,0.5,1\n", FORWARD)


def value(sheet: Worksheet, cell: str) -> float:
    return derive(sheet, parse_cell(cell)).value


def shown(sheet: Worksheet, cell: str) -> tuple[str, str]:
    printed = derive(sheet, parse_cell(cell)).equations[0].printed()
    return printed.numbers, printed.value


def test_the_forward_pass_is_the_one_worked_by_hand(forward: Worksheet) -> None:
    # z1 = (1 * .5 + .5 * .3 + .1, 1 * -.4 + .5 * .8 - .2)
    assert shown(forward, "z1[0]") == ("1·0.5 + 0.5·0.3 + 0.1", "0.75")
    assert shown(forward, "z1[1]") == ("1·(−0.4) + 0.5·0.8 − 0.2", "−0.2")
    assert value(forward, "a1[0]") == pytest.approx(0.6792, abs=5e-5)
    assert value(forward, "a1[1]") == pytest.approx(0.4502, abs=5e-5)
    assert value(forward, "z2[0]") == pytest.approx(0.4053, abs=5e-5)
    assert value(forward, "yhat[0]") == pytest.approx(0.59997, abs=1e-5)


def test_the_backward_pass_is_the_one_worked_by_hand(forward: Worksheet) -> None:
    assert value(forward, "loss") == pytest.approx(0.16003, abs=5e-6)
    by_hand = {
        "grad w2[0,0]": -0.1304,
        "grad w2[1,0]": -0.0864,
        "grad b2[0]": -0.1920,
        "grad w1[0,0]": -0.0293,
        "grad w1[0,1]": 0.0285,
        "grad w1[1,0]": -0.0146,
        "grad w1[1,1]": 0.0143,
    }
    for cell, number in by_hand.items():
        assert value(forward, cell) == pytest.approx(number, abs=5e-5), cell


@pytest.mark.parametrize(("corrects", "length"), [(True, 1.0), (False, 3.162)])
def test_adams_first_step_has_a_length_that_the_gradient_does_not_change(
    tmp_path: Path, corrects: bool, length: float
) -> None:
    values = {
        **FORWARD,
        "training.optimizer": "adam",
        "training.learning_rate": 0.01,
        "training.optimizer_options": {"bias_correction": corrects},
    }
    sheet = sheet_of(tmp_path, "a,b,y\n1,0.5,1\n", values)
    for cell in ("step w1[0,0]", "step w2[1,0]"):
        assert abs(value(sheet, cell)) / 0.01 == pytest.approx(length, abs=5e-4)


@pytest.mark.parametrize(("loss", "gradient"), [("mse", 0.0347), ("bce", 0.982)])
def test_cross_entropy_learns_from_a_sure_mistake_and_squares_do_not(
    tmp_path: Path, loss: str, gradient: float
) -> None:
    values = {
        "network.hidden": (),
        "network.output_activation": "sigmoid",
        "network.weights": [[[2.0]]],
        "network.biases": [[2.0]],
        "training.loss": loss,
    }
    rows = "x,y\n" + "1,no\n" * 4 + "0,yes\n"
    sheet = sheet_of(tmp_path, rows, values, task="classification")
    row = int(np.flatnonzero(sheet.dataset.train.X[:, 0] == 1)[0])
    # dL/dw = delta * x, and x = 1
    assert value(sheet, f"delta1[0]@{row}") == pytest.approx(gradient, abs=5e-4)


def test_the_output_delta_of_cross_entropy_is_also_derived_by_the_chain_rule(
    tmp_path: Path,
) -> None:
    values = {"network.hidden": (), "training.loss": "bce"}
    sheet = sheet_of(tmp_path, "x,y\n1,no\n0,yes\n2,no\n", values, task="classification")
    simple, first, second, product = derive(sheet, parse_cell("delta1[0]")).equations
    assert product.value == pytest.approx(simple.value, rel=1e-12)
    assert first.value * second.value == pytest.approx(simple.value, rel=1e-12)


def test_proximal_l1_ends_on_an_exact_zero(tmp_path: Path) -> None:
    values = {**FORWARD, "training.l1": 50.0, "training.learning_rate": 0.1}
    sheet = sheet_of(tmp_path, "a,b,y\n1,0.5,1\n", values)
    numbers, result = shown(sheet, "next w1[0,0]")
    assert result == "0"
    assert calculate(numbers) == 0


def test_a_new_weight_is_printed_so_that_its_step_shows(tmp_path: Path) -> None:
    values = {**FORWARD, "training.learning_rate": 1e-5}
    sheet = sheet_of(tmp_path, "a,b,y\n1,0.5,1\n", values)
    numbers, result = shown(sheet, "next w1[0,0]")
    # 0.5 + 1e-5 * 0.0293
    assert result == "0.50000029"
    assert reproduces(numbers, result)


def test_a_long_sum_shows_its_first_and_its_largest_terms_and_how_many_more() -> None:
    numbers = np.array([0.1, 0.2, 5.0, 0.3, -7.0, 0.4])
    series = Series(numbers, lambda i: Number(float(numbers[i])))
    equation = Equation("s", "Σ", Sum((series, setting(1.0))), float(numbers.sum()) + 1)
    assert equation.printed(4).numbers == "0.1 + 5 − 7 + 0.9 (3 more) + 1"
    assert equation.printed(4).value == "0"
    assert equation.printed(ALL_TERMS).numbers == "0.1 + 0.2 + 5 + 0.3 − 7 + 0.4 + 1"


def test_signs_and_parentheses_are_those_of_a_calculator() -> None:
    a, b = Number(-0.5), Number(2.0)
    assert Product((a, a)).text(3) == "−0.5·(−0.5)"
    assert Difference(b, a).text(3) == "2 − (−0.5)"
    assert Sum((b, Product((a, b)))).text(3) == "2 − 0.5·2"
    assert Power(a, b).text(3) == "(−0.5)^2"
    assert Negative(Sum((a, b))).text(3) == "−(−0.5 + 2)"
    assert Quotient(Sum((a, b)), Product((b, b))).text(3) == "(−0.5 + 2)/(2·2)"
    assert Call("tanh", (Negative(a),)).text(3) == "tanh(−(−0.5))"


def test_a_difference_that_no_digits_resolve_is_printed_with_fewer() -> None:
    # What is computed in another order differs in its last bits: the equation does not pretend.
    left, right = Number(0.1), Number(0.1)
    equation = Equation("d", "a − b", Difference(left, right), 1.3e-17)
    assert equation.printed().value == "0"


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0.5, 4, "0.5"),
        (0.123456, 4, "0.1235"),
        (-1234.56, 4, "−1235"),
        (12345.6, 4, "1.235e4"),
        (12345.0, 4, "12345"),
        (0.00001234, 3, "1.23e-5"),
        (0.99999, 4, "1.000"),
        (1e300, 4, "1e300"),
        (math.inf, 4, "∞"),
        (math.nan, 4, "NaN"),
        (-0.0, 4, "0"),
    ],
)
def test_numbers_in_print(number: float, digits: int, text: str) -> None:
    assert printed(number, digits) == text


def test_settings_keep_all_their_digits() -> None:
    assert [exactly(x) for x in (0.999, 1e-8, 25.0, -0.5)] == ["0.999", "1e-8", "25", "−0.5"]


def test_rounding_to_a_place() -> None:
    assert [rounded(x, -2) for x in (0.996, 0.004, 12.3456)] == ["1.00", "0", "12.35"]


@pytest.mark.parametrize(
    "text",
    ["", "q1[0]", "w1[0]", "b1[0,1]", "grad", "grad z1[0]", "z1", "w1[-1,0]", "loss@3", "x[0]@-1"],
)
def test_what_is_no_cell_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(CellError, match="allowed"):
        parse_cell(text)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("z3[0]", "layers 1 to 2"),
        ("w1[2,0]", "2 is not between 0 and 1"),
        ("x[2]", "2 is not between 0 and 1"),
        ("z1[0]@1", "has rows 0 to 0"),
        ("z1[0]@test0", "has no rows"),
        ("m w1[0,0]", "sgd remembers nothing"),
    ],
)
def test_a_number_that_this_network_lacks_is_refused(
    forward: Worksheet, cell: str, words: str
) -> None:
    with pytest.raises(CellError, match=words):
        derive(forward, parse_cell(cell))


def test_an_outline_derives_each_number_once(forward: Worksheet) -> None:
    text = list(lines(forward, parse_cell("grad w1[0,0]"), depth=20, most_terms=8))
    heads = [line for line in text if line and not line.startswith(" ")]
    assert len(heads) == len(set(heads))
    assert any(line.startswith("sample_loss") or line.startswith("dyhat") for line in heads)
    nested = tree(forward, parse_cell("z1[0]"), depth=2, most_terms=8)
    assert [child["label"] for child in nested["children"]] == [
        "x[0]@0",
        "w1[0,0]",
        "x[1]@0",
        "w1[1,0]",
        "b1[0]",
    ]


def test_looking_changes_nothing() -> None:
    values = {"data.source": "circle", "network.dropout": 0.3, "training.optimizer": "adam"}
    looked, other = (Session(Experiment.from_values(values)) for _ in range(2))
    for session in (looked, other):
        session.run(math.inf, until=2)
        session.step("batch")
    looked.worksheet()
    for session in (looked, other):
        session.run(math.inf, until=4)
        assert session.epoch == 4
    ours, theirs = (s.snapshot() for s in (looked, other))
    assert all(map(np.array_equal, ours.parameters.arrays(), theirs.parameters.arrays()))
    np.testing.assert_array_equal(ours.history.table, theirs.history.table)


@pytest.mark.parametrize("index", range(40))
def test_digits_give_digits_and_the_next_weights_are_the_next(index: int) -> None:
    checked, _, found = check(index, seed=1)
    assert not found
    assert checked


def test_every_number_that_opens_is_found_where_it_is_printed(forward: Worksheet) -> None:
    shown = derive(forward, parse_cell("z1[1]")).equations[0].printed()
    assert shown.numbers == "1·(−0.4) + 0.5·0.8 − 0.2"
    assert [(shown.numbers[place], str(cell)) for place, cell in shown.places] == [
        ("1", "x[0]@0"),
        ("−0.4", "w1[0,1]"),
        ("0.5", "x[1]@0"),
        ("0.8", "w1[1,1]"),
        ("0.2", "b1[1]"),
    ]


def test_the_loss_of_a_sure_answer_keeps_its_digits(tmp_path: Path) -> None:
    values = {
        "network.hidden": (),
        "network.weights": [[[-45.0]]],
        "network.biases": [[0.0]],
        "training.loss": "bce",
    }
    sheet = sheet_of(tmp_path, "x,y\n1,no\n0,yes\n", values, task="classification")
    row = int(np.flatnonzero(sheet.dataset.train.X[:, 0] == 1)[0])
    # ln(1 + e^-45)
    assert shown(sheet, f"sample_loss@{row}") == ("exp(−45)", "2.863e-20")
