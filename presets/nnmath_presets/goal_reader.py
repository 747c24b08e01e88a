"""From the tables [[lesson.goal]] of a TOML document to goals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.field import Field

from nnmath_presets.crosscheck import goal_complaints
from nnmath_presets.findings import Findings, suggestion
from nnmath_presets.goals import (
    BOUND,
    GOAL_KINDS,
    KIND,
    MOST_BOUNDS,
    MOST_GOALS,
    RULE,
    SAY,
    GoalKind,
)
from nnmath_presets.lines import Place
from nnmath_presets.preset import Bound, Goal, Rule
from nnmath_presets.settings import SECTIONS, read_settings

ROOT: Place = ("lesson", "goal")


def read_goals(tables: Any, experiment: Experiment | None, findings: Findings) -> tuple[Goal, ...]:
    """Check all goals; everything wrong is noted in `findings`."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        findings.add(ROOT, "must be written [[lesson.goal]], once for each goal")
        return ()
    if len(tables) > MOST_GOALS:
        findings.add(ROOT, f"is there {len(tables)} times; at most {MOST_GOALS} are allowed")
        return ()
    goals = (
        _read_goal(table, (*ROOT, index), experiment, findings)
        for index, table in enumerate(tables)
    )
    return tuple(goal for goal in goals if goal is not None)


def _read_goal(
    table: dict[str, Any], place: Place, experiment: Experiment | None, findings: Findings
) -> Goal | None:
    noted = len(findings.problems)
    name = findings.checked((*place, "kind"), KIND, table.get("kind", KIND.default))
    if name is None:
        return None
    kind = GOAL_KINDS[name]
    fields = {field.name: field for field in (SAY, KIND, *kind.fields)}
    values = {field.name: field.default for field in kind.fields if field.default is not None}
    for key, value in table.items():
        if key in fields:
            values[key] = findings.checked((*place, key), fields[key], value)
        elif key in kind.tables:
            values[key] = _read_table(key, value, (*place, key), experiment, findings)
        else:
            hint = suggestion(key, [*fields, *kind.tables])
            findings.add((*place, key), f"is not a key of a goal of the kind {name}; {hint}")
    _check_presence(kind, table, place, findings)
    if len(findings.problems) > noted:
        return None
    if values.get("pass_seeds") is None and "seeds" in fields:
        values["pass_seeds"] = values["seeds"]
    goal = Goal(**values)
    for key, message in goal_complaints(goal, experiment):
        findings.add((*place, key), message)
    return goal


def _read_table(
    key: str, value: Any, place: Place, experiment: Experiment | None, findings: Findings
) -> Any:
    match key:
        case "also":
            rows = _read_rows(value, BOUND, "metric", place, findings)
            return tuple(Bound(**row) for row in rows)
        case "where":
            rows = _read_rows(value, RULE, "setting", place, findings)
            return tuple(Rule(**row) for row in rows)
        case _:
            return _read_changes(value, place, experiment, findings)


def _read_rows(
    value: Any, fields: Mapping[str, Field], needed: str, place: Place, findings: Findings
) -> list[dict[str, Any]]:
    """A list of tables with these keys, of which `needed` and at least one more must be there."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        findings.add(place, f'must be a list of tables, such as [{{ {needed} = "..." }}]')
        return []
    if len(value) > MOST_BOUNDS:
        findings.add(place, f"has {len(value)} entries; at most {MOST_BOUNDS} are allowed")
        return []
    rows = []
    others = [key for key in fields if key != needed]
    for index, table in enumerate(value):
        row, noted = {}, len(findings.problems)
        for key, item in table.items():
            if key in fields:
                row[key] = findings.checked((*place, index, key), fields[key], item)
            else:
                findings.add((*place, index, key), f"is not known; {suggestion(key, fields)}")
        if needed not in table:
            findings.add((*place, index), f"needs {needed}")
        if not any(key in table for key in others):
            findings.add((*place, index), f"needs {' or '.join(others)}")
        if len(findings.problems) == noted:
            rows.append(row)
    return rows


def _read_changes(
    value: Any, place: Place, experiment: Experiment | None, findings: Findings
) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        findings.add(place, "must be a table of settings, such as { training.batch_size = 1 }")
        return {}
    for key in value:
        if key not in SECTIONS:
            findings.add((*place, key), f"is not a section; {suggestion(key, SECTIONS)}")
    settings = read_settings(value, place, findings)
    try:
        (experiment or Experiment.from_values()).with_values(settings.values)
    except ExperimentError as error:
        for problem in error.problems:
            findings.add(settings.place(problem.path), problem.message)
    return settings.values


def _check_presence(
    kind: GoalKind, table: dict[str, Any], place: Place, findings: Findings
) -> None:
    fields = {field.name: field for field in (SAY, *kind.fields)}
    for key in ("say", *kind.required):
        if key not in table:
            field = fields[key]
            about = field.about[0].lower() + field.about[1:].rstrip(".")
            findings.add((*place, key), f"is missing: {about}; it must be {field.allowed}")
    for keys in kind.one_of:
        if not any(key in table for key in keys):
            findings.add(place, f"needs {' or '.join(keys)}")
