"""The JSON Schema against the loader: the same presets pass, the same faults do not.

The checker below knows just the part of JSON Schema that ours uses, and stops at anything else.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from nnmath_engine.fields import FIELDS
from nnmath_presets import catalog
from nnmath_presets.findings import unsafe
from nnmath_presets.json_schema import json_schema
from nnmath_presets.preset import Preset

Load = Callable[[str], Preset]
Refusal = Callable[[str], list[tuple[int, str, str]]]

SCHEMA = json.loads(json.dumps(json_schema(), allow_nan=False))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}


def same(a: Any, b: Any) -> bool:
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def keyword_holds(key: str, argument: Any, value: Any, schema: dict[str, Any]) -> bool:
    """Whether one keyword of a schema allows `value`, as draft 2020-12 says."""
    match key:
        case "$schema" | "title" | "description" | "default" | "then":
            return True
        case "type":
            return TYPES[argument](value)
        case "const":
            return same(value, argument)
        case "enum":
            return any(same(value, item) for item in argument)
        case "allOf":
            return all(holds(part, value) for part in argument)
        case "anyOf":
            return any(holds(part, value) for part in argument)
        case "oneOf":
            return sum(holds(part, value) for part in argument) == 1
        case "if":
            return not holds(argument, value) or holds(schema["then"], value)
    if isinstance(value, dict):
        match key:
            case "properties":
                return all(holds(part, value[k]) for k, part in argument.items() if k in value)
            case "required":
                return all(k in value for k in argument)
            case "additionalProperties":
                others = [
                    item for k, item in value.items() if k not in schema.get("properties", {})
                ]
                return not others if argument is False else all(holds(argument, o) for o in others)
    if isinstance(value, list):
        match key:
            case "items":
                return all(holds(argument, item) for item in value)
            case "minItems":
                return len(value) >= int(argument)
            case "maxItems":
                return len(value) <= int(argument)
    if isinstance(value, str):
        match key:
            case "maxLength":
                return len(value) <= int(argument)
            case "pattern":
                return re.search(argument, value) is not None
    if is_number(value):
        match key:
            case "minimum":
                return bool(value >= argument)
            case "maximum":
                return bool(value <= argument)
            case "exclusiveMinimum":
                return bool(value > argument)
            case "exclusiveMaximum":
                return bool(value < argument)
    return True  # every other keyword speaks of another type


KNOWN = {
    *("$schema", "title", "description", "default", "type", "const", "enum"),
    *("allOf", "anyOf", "oneOf", "if", "then", "properties", "required", "additionalProperties"),
    *("items", "minItems", "maxItems", "maxLength", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}


def holds(schema: dict[str, Any], value: Any) -> bool:
    assert schema.keys() <= KNOWN
    return all(keyword_holds(key, argument, value, schema) for key, argument in schema.items())


def test_the_checker_itself() -> None:
    table = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert holds(table, {"a": 1, "b": 2})
    assert not holds(table, {"a": True})
    assert not holds(table, {})
    assert not holds({**table, "additionalProperties": False}, {"a": 1, "b": 2})
    assert not holds({"oneOf": [{"minimum": 1}, {"maximum": 3}]}, 2)
    rule = {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}
    assert not holds(rule, {"a": 1})
    assert holds(rule, {"a": 2})


@pytest.mark.parametrize("name", catalog.names())
def test_every_preset_passes(name: str) -> None:
    assert holds(SCHEMA, tomllib.loads(catalog.load(name).source))


VALUES: tuple[Any, ...] = (
    *(True, False, 0, 1, -1, 2, 100, 10**6 + 1, 10**9, 2**40, 0.5, -0.5, 0.95, 0.96, 1e13, 1e-320),
    *("", "relu", "adam", "auto", "ce", "zeros", "x" * 1000, "x" * 1001, "a\tb\n", "\x1b", "\x9f"),
    *([], [1], [0], [1, 2], [4097], [1] * 65, ["relu"], ["x1", "x\0"], [[]], [[0.5]], [[1, [2]]]),
    *([[[1.5]]], [[[[1]]]], ["softmax"], ["a"] * 1001, {}, [True], [None], [{}]),
)


@pytest.mark.parametrize("path", [path for path, f in FIELDS.items() if f.kind != "options"])
def test_each_setting_takes_the_same_values(path: str) -> None:
    field = FIELDS[path]
    schema = SCHEMA["properties"][field.section]["properties"][field.name]
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    assert holds(schema, default)
    assert all(holds(schema, step) for step in field.ladder)
    for value in (*VALUES, *field.choices):
        try:
            field.check(value)
            fine = not unsafe(value)
        except ValueError:
            fine = False
        if field.kind == "numbers":  # the loader wants a list for each layer, see crosscheck
            fine = fine and isinstance(value, list) and all(isinstance(v, list) for v in value)
        assert holds(schema, value) == fine, value


SOUND = (
    '[training]\noptimizer = "adam"\noptimizer_options = { beta1 = 0.5, bias_correction = false }',
    '[training.schedule]\nname = "step"\nstep_size = 3',
    '[training]\nschedule = "step"\nschedule_options.gamma = 0.5',
    '[network]\ninitializer = "normal"\ninitializer_options = { sigma = 2 }',
    "[network.initializer_options]\ngain = 2",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'gradient_check'",
    "[lesson.solution]\nnetwork.hidden = [3]",
    "[lesson.solution]\nedits = { 'w1[0,0]' = 1, 'b1[0]' = -0.5 }",
    "[lesson.solution]\nrun = [{ training.epochs = 3 }, { edits = { 'b1[0]' = 1 } }]",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'train_loss'\nat_most = 1\n"
    "also = [{ metric = 'margin', at_least = 1 }]\n"
    "where = [{ setting = 'training.epochs', at_most = 3 }]",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'answer'\nquestion = 'x'\ncell = 'loss'\ntolerance = 0\n"
    "changes = { training.epochs = 3 }\n[lesson.solution]\nanswers = [1]",
    "difficulty = 'easy'",
    "[training]\noptimizer = 'adam'\n[lesson.solution]\ntraining.optimizer_options.beta1 = 0.5",
)

BROKEN = (
    "titel = 'x'",
    "title = 3",
    "topics = ['a', 3]",
    "data = 3",
    "[[data]]",
    "[data]\nsample = 3",
    "[training.optimizer_options]\nbeta1 = 0.5",
    '[training]\noptimizer = "adam"\noptimizer_options = { beta1 = 1 }',
    '[training]\noptimizer = "adam"\noptimizer_options = { momentum = 0.9 }',
    '[training.schedule]\nname = "step"\nfloor = 3',
    "[training.schedule]\nfloor = 0",
    '[training.schedule]\nname = "steps"',
    "[network.initializer_options]\nsigma = 2",
    "[lesson]\ntexts = 'x'",
    "[lesson]\nshow_solution = 'x'",
    f"[lesson]\ntext = '{'x' * 20_001}'",
    "[lesson.goal]\nsay = 'x'",
    "[[lesson.goal]]\nkind = 'gradient_check'",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'none'",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'train_loss'",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'loss'\nat_most = 1",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'train_loss'\nat_most = 1\nanswer = 1",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'answer'\nquestion = 'x'\nanswer = 1",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'gradient_check'\nat_most = -1",
    "[lesson.solution]\nhidden = [3]",
    "[lesson.solution]\nnetwork.hidden = 3",
    "[lesson.solution]\nedits = { 'w1[0,0]' = 'x' }",
    "[lesson.solution]\nanswers = [[1]]",
    "[lesson.solution]\nrun = []",
    "[lesson.solution]\nrun = [{ answers = [1] }]",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'train_loss'\nat_most = 1\nalso = [{ at_least = 1 }]",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'margin'\nat_most = 1\nalso = [{ metric = 'margin' }]",
    "[[lesson.goal]]\nsay = 'x'\nmetric = 'train_loss'\nat_most = 1\nwhere = [{ setting = 'x' }]",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'answer'\nquestion = 'x'\ntolerance = 0",
    "[[lesson.goal]]\nsay = 'x'\nkind = 'answer'\nquestion = 'x'\ncell = 'loss'",
    "difficulty = 'awful'",
)


@pytest.mark.parametrize("text", SOUND)
def test_what_both_take(load: Load, text: str) -> None:
    load("\n" + text)
    assert holds(SCHEMA, tomllib.loads("schema = 1\n" + text))


@pytest.mark.parametrize("text", BROKEN)
def test_what_both_refuse(refusal: Refusal, text: str) -> None:
    assert refusal("\n" + text)
    assert not holds(SCHEMA, tomllib.loads("schema = 1\n" + text))


@pytest.mark.parametrize("document", [{}, {"schema": 2}, {"schema": "1"}, {"schema": True}])
def test_the_version_must_be_there(document: dict[str, Any]) -> None:
    assert not holds(SCHEMA, document)
    assert holds(SCHEMA, {"schema": 1})
