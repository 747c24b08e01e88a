"""The JSON Schema (draft 2020-12) of preset files, for editors that complete and check TOML.

It is made from the same tables that the loader checks by. What it cannot say, because it takes
the data or two settings at once, only the loader checks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from nnmath_engine.experiment import OPTION_TABLES
from nnmath_engine.field import LONGEST_TEXT, Field
from nnmath_engine.fields import FIELDS
from nnmath_engine.registry import Entry, Option

from nnmath_presets.goals import (
    BOUND,
    GOAL_KINDS,
    KIND,
    MOST_BOUNDS,
    MOST_GOALS,
    RULE,
    SAY,
    TABLES,
    GoalKind,
)
from nnmath_presets.lesson_fields import (
    HEAD,
    LESSON,
    LESSON_TABLES,
    LONGEST_PROSE,
    SCHEMA,
    SOLUTION,
    Prose,
)
from nnmath_presets.settings import SECTIONS
from nnmath_presets.solution_reader import MOST_RUNS

Schema = dict[str, Any]

# A text of the file format as the loader takes it: no control character but tab and line break.
_TEXT = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"


def json_schema() -> Schema:
    """The schema of a whole preset file, as a value for `json.dump`."""
    sections: Schema = {section: _section(section) for section in SECTIONS}
    head: Schema = {name: _field(field) for name, field in HEAD.items()}
    version = {"const": SCHEMA, "description": "The version of the preset format."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A preset of nnmath-tui",
        **_table({"schema": version, **head, **sections, "lesson": _lesson()}, ["schema"]),
    }


def _table(properties: Schema, required: Iterable[str] = ()) -> Schema:
    table: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return table | ({"required": list(required)} if required else {})


def _field(field: Field) -> Schema:
    schema = {"description": field.about, **_kind(field)}
    if field.default is not None and field.default != {}:
        default = field.default
        schema["default"] = list(default) if isinstance(default, tuple) else default
    return schema


def _kind(field: Field) -> Schema:
    choice = {"enum": list(field.choices)}
    match field.kind:
        case "boolean":
            return {"type": "boolean"}
        case "integer" | "number":
            return _number(field)
        case "text":
            longest = LONGEST_PROSE if isinstance(field, Prose) else LONGEST_TEXT
            return {"type": "string", "maxLength": longest, "pattern": _TEXT}
        case "choice":
            return choice
        case "choices":
            many = {"type": "array", "items": choice, "minItems": 1, "maxItems": field.longest}
            return {"anyOf": [choice, many]}
        case "integers":
            return {"type": "array", "maxItems": field.longest, "items": _number(field)}
        case "names":
            text = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": _TEXT}
            return {"type": "array", "maxItems": field.longest, "items": text}
        case "numbers":
            # One list for each layer: of numbers (biases), or of lists of them (weights).
            number: Schema = {"type": "number"}
            row = {"anyOf": [number, {"type": "array", "items": number}]}
            return {"type": "array", "items": {"type": "array", "items": row}}
        case "options":
            return {"type": "object"}


def _number(field: Field) -> Schema:
    """A number or whole number with the bounds of `field`."""
    whole = field.kind in ("integer", "integers")
    low = "exclusiveMinimum" if field.low_open else "minimum"
    return {
        "type": "integer" if whole else "number",
        **({low: field.low} if math.isfinite(field.low) else {}),
        **({"maximum": field.high} if math.isfinite(field.high) else {}),
    }


def _option(option: Option) -> Schema:
    kinds = {bool: "boolean", int: "integer", float: "number"}
    schema: Schema = {
        "description": option.about,
        "default": option.default,
        "type": kinds[type(option.default)],
    }
    if math.isfinite(option.low):
        schema["exclusiveMinimum" if option.low_open else "minimum"] = option.low
    if math.isfinite(option.high):
        schema["exclusiveMaximum" if option.high_open else "maximum"] = option.high
    return schema


def _options(entry: Entry) -> Schema:
    return {option.name: _option(option) for option in entry.options}


def _changes() -> Schema:
    """Tables of settings on top of others, which may have chosen what the options belong to."""
    return {section: _section(section, on_top=True) for section in SECTIONS}


def _section(section: str, on_top: bool = False) -> Schema:
    """A table of settings, with the options that go with each optimizer, schedule, ..."""
    fields = {field.name: field for field in FIELDS.values() if field.section == section}
    schema = _table({name: _field(field) for name, field in fields.items()})
    rules = []
    for path, (chooser, registry) in OPTION_TABLES.items():
        if FIELDS[path].section == section:
            rules += _option_rules(FIELDS[path].name, FIELDS[chooser], registry, on_top)
    if "schedule" in fields:
        _, registry = OPTION_TABLES["training.schedule_options"]
        schema["properties"]["schedule"] = _schedule(fields["schedule"], registry)
    return schema | ({"allOf": rules} if rules else {})


def _option_rules(
    table: str, chooser: Field, registry: Mapping[str, Entry], on_top: bool
) -> list[Schema]:
    """For each entry: if it is the chosen one, then the options table holds its options."""
    rules = []
    for name, entry in registry.items():
        chosen: Schema = {"properties": {chooser.name: {"const": name}}}
        if on_top or name != chooser.default:
            chosen["required"] = [chooser.name]
        rules.append({"if": chosen, "then": {"properties": {table: _table(_options(entry))}}})
    return rules


def _schedule(field: Field, registry: Mapping[str, Entry]) -> Schema:
    """The name of a schedule, or a table with its name and its options."""
    tables = [
        _table({"name": {"const": name}, **_options(entry)}, ["name"])
        for name, entry in registry.items()
    ]
    return {"description": field.about, "anyOf": [_kind(field), *tables]}


def _lesson() -> Schema:
    goals = {"type": "array", "maxItems": MOST_GOALS, "description": LESSON_TABLES["goal"]}
    return _table(
        {
            **{name: _field(field) for name, field in LESSON.items()},
            "goal": {**goals, "items": {"oneOf": [_goal(kind) for kind in GOAL_KINDS.values()]}},
            "solution": {"description": LESSON_TABLES["solution"], **_solution()},
        }
    )


def _solution() -> Schema:
    number: Schema = {"type": "number"}
    text: Schema = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": _TEXT}
    run = _changes()
    run["edits"] = {
        "description": SOLUTION["edits"],
        "type": "object",
        "additionalProperties": number,
    }
    answers = {"type": "array", "items": {"anyOf": [number, text]}}
    runs = {"type": "array", "minItems": 1, "maxItems": MOST_RUNS, "items": _table(run)}
    return _table(
        {
            **run,
            "answers": {"description": SOLUTION["answers"], **answers},
            "run": {"description": SOLUTION["run"], **runs},
        }
    )


def _goal(kind: GoalKind) -> Schema:
    required = ["say", *kind.required]
    if kind.name != KIND.default:
        required.append(KIND.name)
    properties = {
        "say": _field(SAY),
        "kind": {"const": kind.name},
        **{field.name: _field(field) for field in kind.fields},
        **{name: {"description": TABLES[name], **_goal_table(name)} for name in kind.tables},
    }
    schema = {"description": kind.about, **_table(properties, required)}
    rules = [_one_of(keys) for keys in kind.one_of]
    return schema | ({"allOf": rules} if rules else {})


def _one_of(keys: Iterable[str]) -> Schema:
    """At least one of these keys must be there."""
    return {"anyOf": [{"required": [name]} for name in keys]}


def _goal_table(name: str) -> Schema:
    if name == "changes":
        return _table(_changes())
    needed, fields = ("metric", BOUND) if name == "also" else ("setting", RULE)
    row = _table({key: _field(field) for key, field in fields.items()}, [needed])
    row |= _one_of(key for key in fields if key != needed)
    return {"type": "array", "maxItems": MOST_BOUNDS, "items": row}
