"""The lines of the controls: headings, settings, and the choices of the one that is open."""

from __future__ import annotations

from collections.abc import Container, Sequence

from nnmath_tui.drawing.form import FormRow, Way
from nnmath_tui.views.choices import Choice
from nnmath_tui.views.settings import Setting

Line = int | str
"""The place of a setting among all, or a heading."""


def matches(setting: Setting, wanted: str) -> bool:
    """Whether every word of `wanted` stands in a setting's label, heading or path."""
    where = f"{setting.label} {setting.section} {setting.path}".lower()
    return all(word in where for word in wanted.lower().split())


def listed(settings: Sequence[Setting], wanted: str = "") -> list[Line]:
    """All settings under their headings or, if something is `wanted`, those that match it."""
    if wanted.strip():
        return [place for place, setting in enumerate(settings) if matches(setting, wanted)]
    lines: list[Line] = []
    section = ""
    for place, setting in enumerate(settings):
        if setting.section != section:
            section = setting.section
            lines.append(section)
        lines.append(place)
    return lines


def form_rows(
    settings: Sequence[Setting], lines: Sequence[Line], waiting: Container[str]
) -> list[FormRow]:
    """The lines as they are drawn."""
    ways: dict[bool, Way] = {True: "step", False: "type"}
    rows = []
    for line in lines:
        if isinstance(line, str):
            rows.append(FormRow(line, "", "heading"))
            continue
        row = settings[line]
        way = ways[bool(row.steps)]
        rows.append(FormRow(row.label, row.text, way, row.resets, row.path in waiting))
    return rows


def choice_rows(choices: Sequence[Choice]) -> list[FormRow]:
    """The choices as they are drawn, each with its formula."""
    return [FormRow(choice.name, choice.formula, "pick") for choice in choices]
