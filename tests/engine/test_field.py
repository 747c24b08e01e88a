"""A field takes what its words allow and refuses the rest in words."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.field import Field
from nnmath_engine.fields import FIELDS

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["tanh", "sgd", "adam", "x1", "\0", "auto"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)

RATE = Field(path="a.b", kind="number", default=1.0, low=0, high=10, label="B", about="")
COUNT = Field(path="a.n", kind="integer", default=1, low=1, high=9, label="N", about="")


@pytest.mark.parametrize(
    ("field", "value", "normal"),
    [
        (RATE, 3, 3.0),
        (RATE, 0.5, 0.5),
        (COUNT, 9, 9),
        (FIELDS["network.hidden"], [4, 2], (4, 2)),
        (FIELDS["network.hidden"], [], ()),
        (FIELDS["network.activation"], ["relu", "tanh"], ("relu", "tanh")),
        (FIELDS["network.weights"], [[[1, 2]], [[0.5], [1]]], (((1.0, 2.0),), ((0.5,), (1.0,)))),
        (FIELDS["data.features"], ["x1"], ("x1",)),
    ],
)
def test_normal_forms(field: Field, value: Any, normal: Any) -> None:
    assert field.check(value) == normal
    assert type(field.check(value)) is type(normal)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (RATE, "abc", "must be a number from 0 to 10, not 'abc'"),
        (RATE, True, "must be a number from 0 to 10, not True"),
        (RATE, math.nan, "not nan"),
        (RATE, math.inf, "not inf"),
        (RATE, -1, "not -1"),
        (COUNT, 2.0, "must be a whole number from 1 to 9, not 2.0"),
        (COUNT, 0, "not 0"),
        (FIELDS["training.optimizer"], "adma", "did you mean 'adam'?"),
        (FIELDS["network.hidden"], [0], "not 0"),
        (FIELDS["network.hidden"], [1] * 65, "at most 64 whole numbers"),
        (FIELDS["network.weights"], [[[["deep"]]]], "nested lists of finite numbers"),
        (FIELDS["network.weights"], 3, "nested lists of finite numbers, not 3"),
        (FIELDS["training.shuffle"], 1, "must be true or false, not 1"),
    ],
)
def test_refusals_say_what_is_allowed(field: Field, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match="must be") as refusal:
        field.check(value)
    assert words in str(refusal.value)


@given(st.sampled_from(list(FIELDS.values())), JUNK)
def test_any_value_is_either_normal_or_refused_in_words(field: Field, value: Any) -> None:
    try:
        normal = field.check(value)
    except ValueError as error:
        refusal = str(error)
    else:
        assert field.check(normal) == normal
        return
    assert refusal.startswith("must be ")
    assert len(refusal) < 600


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.path)
def test_every_default_and_every_rung_of_a_ladder_is_allowed(field: Field) -> None:
    assert field.check(field.default) == field.default
    for rung in field.ladder:
        assert field.check(rung) == rung
    assert list(field.ladder) == sorted(field.ladder)
    assert field.about.endswith(".")
