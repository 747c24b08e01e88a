"""Chosen columns, products and the common scale, by hand-worked numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nnmath_engine.features import LONGEST, Standardizer, expansion, needed_columns, parse, parts
from nnmath_engine.samples import DataError

PLANE = ("x1", "x2")
RAW = np.array([[0.5, -2.0], [1.0, 3.0]])


def test_all_playground_features_by_hand() -> None:
    features = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)")
    chosen = expansion(features, PLANE, {})
    assert chosen.names == features
    expected = [[0.5, -2.0, 0.25, 4.0, -1.0, 1.0, 0.0], [1.0, 3.0, 1.0, 9.0, 3.0, 0.0, 0.0]]
    assert chosen(RAW) == pytest.approx(np.array(expected), abs=1e-12)


def test_no_features_means_all_raw_inputs() -> None:
    assert expansion((), PLANE, {})(RAW) == pytest.approx(RAW)


def test_order_is_that_of_the_request() -> None:
    assert expansion(("x2", "x1"), PLANE, {})(RAW) == pytest.approx(RAW[:, ::-1])


def test_a_categorical_name_stands_for_its_one_hot_columns() -> None:
    names = ("size", "color=blue", "color=red")
    raw = np.array([[7.0, 1.0, 0.0], [8.0, 0.0, 1.0]])
    chosen = expansion(("color", "size"), names, {"color": (1, 2)})
    assert chosen.names == ("color=blue", "color=red", "size")
    assert chosen(raw).tolist() == [[1.0, 0.0, 7.0], [0.0, 1.0, 8.0]]


def test_restricted_needs_only_the_columns_that_are_used() -> None:
    chosen = expansion(("c^2", "a"), ("a", "b", "c"), {})
    assert chosen.columns == (0, 2)
    assert chosen.restricted()(np.array([[5.0, 3.0]])).tolist() == [[9.0, 5.0]]


def test_all_unknown_and_double_features_are_reported() -> None:
    with pytest.raises(DataError) as caught:
        expansion(("x1", "x1", "x3", "cube(x1)", "x1^3"), PLANE, {})
    double, *unknown = caught.value.problems
    assert "'x1' is there twice" in double
    assert len(unknown) == 3
    assert all("x1, x2" in problem for problem in unknown)


def test_a_misspelled_feature_gets_a_hint() -> None:
    with pytest.raises(DataError, match="no feature 'bil_length'; did you mean 'bill_length'"):
        expansion(("bil_length",), ("bill_length", "bill_depth"), {})


@pytest.mark.parametrize(
    ("feature", "columns"),
    [
        ("a", ("a",)),
        ("a^2", ("a",)),
        ("sin(pi*b)", ("b",)),
        ("a*b", ("a", "b")),
        ("p*q", ("p*q",)),
        ("a*p*q", ("a", "p*q")),
        ("color=red", ("color",)),
        ("color=red*a", ("color", "a")),
        ("color=a=b^2", ("color",)),
        ("a^2*b", None),
        ("sin(pi*a^2)", None),
        ("sin(pi*a", None),
        ("z", None),
        ("a*z", None),
        ("", None),
    ],
)
def test_parts_of_a_feature(feature: str, columns: tuple[str, ...] | None) -> None:
    assert parts(feature, ("a", "b", "p*q", "color")) == columns


@pytest.mark.parametrize(
    "feature",
    ["*".join("q" * 400), "q" + "*q" * 20, "sin(pi*" * 100 + "q", "q" + "*=" * 400, "q^2" * 300],
    ids=["products", "few products", "sines", "one-hot", "squares"],
)
def test_a_feature_is_read_in_linear_time(feature: str) -> None:
    asked = []

    def find(text: str) -> str | None:
        asked.append(text)
        return text if text == "q" else None

    assert parse(feature, find) is None
    assert len(asked) <= 2 * feature.count("*") + 3


def test_a_feature_that_is_too_long_is_told_so_without_repeating_it() -> None:
    assert parts("q" * LONGEST, {"q" * LONGEST}) is not None
    with pytest.raises(DataError, match=r"has at most 1,000 characters; 'q{20}...' has 1,001$"):
        needed_columns(("q" * (LONGEST + 1),), ("q", "r"))


@pytest.mark.parametrize("feature", ["a", "a^2", "sin(pi*b)", "a*b", "p*q", "a*p*q", "c=d*a"])
def test_what_is_needed_is_what_is_computed(feature: str) -> None:
    """One grammar for both, or a feature would be read but not made, or the other way round."""
    names = ("a", "b", "p*q", "c=d")
    needed = parts(feature, names)
    assert needed is not None
    chosen = expansion((feature,), names, {})
    assert {names[column] for column in chosen.columns} == set(needed)


def test_many_unknown_features_are_counted_and_few_are_told() -> None:
    with pytest.raises(DataError, match=r"and 980 more$"):
        needed_columns([f"z{index}" for index in range(1000)], ("a", "b"))


def test_needed_columns_keep_the_order_of_the_table() -> None:
    assert needed_columns(("c", "a^2"), ("a", "b", "c")) == ("a", "c")
    assert needed_columns((), ("a", "b")) == ("a", "b")
    with pytest.raises(DataError, match="no feature 'd'"):
        needed_columns(("a", "d"), ("a", "b"))


def test_standardizer_by_hand() -> None:
    # 1, 3, 8: mean 4, variance (9 + 1 + 16)/3 = 26/3.
    fitted = Standardizer.fit(np.array([[1.0], [3.0], [8.0]]))
    assert fitted.mean == pytest.approx([4.0])
    assert fitted.deviation == pytest.approx([np.sqrt(26 / 3)])
    assert fitted(np.array([[4.0], [30.0]])) == pytest.approx(np.array([[0.0], [8.831761]]))


def test_a_constant_column_becomes_zero_exactly() -> None:
    # The rounded mean of these is 0.09999999999999999 and not 0.1.
    fitted = Standardizer.fit(np.full((10, 1), 0.1))
    assert np.all(fitted(np.full((10, 1), 0.1)) == 0.0)
    assert fitted(np.array([[0.6]])) == pytest.approx(np.array([[0.5]]))


def test_one_row_becomes_zeros() -> None:
    assert np.all(Standardizer.fit(RAW[:1])(RAW[:1]) == 0.0)


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 12), st.integers(1, 3)),
        elements=st.floats(-1e100, 1e100),
    )
)
def test_standardized_columns_are_centered_with_deviation_one_or_zero(
    X: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    scaled = Standardizer.fit(X)(X)
    assert np.all(np.isfinite(scaled))
    for before, after in zip(X.T, scaled.T, strict=True):
        # Rounding of the mean matters if the numbers differ only in their last digits.
        if np.ptp(before) > 1e-9 * np.abs(before).max() and np.ptp(before) > 1e-140:
            assert after.mean() == pytest.approx(0.0, abs=1e-6)
            assert after.std() == pytest.approx(1.0, abs=1e-6)
        elif before.min() == before.max():
            assert np.all(after == 0.0)
