"""Writing an experiment as a preset file, for those who want to keep or share what they set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnmath_engine import confinement, points
from nnmath_engine.datasets import is_file
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS

from nnmath_presets.lesson_fields import SCHEMA
from nnmath_presets.preset import Preset
from nnmath_presets.settings import SECTIONS

_WIDTH = 90


def preset_text(
    experiment: Experiment, title: str = "", summary: str = "", topics: Sequence[str] = ()
) -> str:
    """The TOML text of a preset; settings at their default are left out.

    `load_text` of it gives an equal experiment back.
    """
    head = {"schema": SCHEMA, "title": title, "summary": summary, "topics": tuple(topics)}
    lines = [f"{key} = {_literal(value)}" for key, value in head.items() if value not in ("", ())]
    values = experiment.values()
    for section in SECTIONS:
        changed = {
            field.name: values[path]
            for path, field in FIELDS.items()
            if field.section == section and (values[path] != field.default or path == "data.source")
        }
        tables = {name: value for name, value in changed.items() if isinstance(value, Mapping)}
        if plain := set(changed) - set(tables):
            lines += ["", f"[{section}]"]
            lines += [f"{name} = {_literal(changed[name])}" for name in changed if name in plain]
        for name, table in tables.items():
            lines += ["", f"[{section}.{name}]"]
            lines += [f"{key} = {_literal(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def kept_preset(preset: Preset, experiment: Experiment, folder: Path) -> str:
    """The TOML text of a preset whose settings have become `experiment`, for a file in `folder`.

    Its table is named from there: by a relative path if it is below, else by a whole one, which
    needs trust. The lesson stays behind: its goals are those of other settings.
    """
    source, heading = experiment.data.source, ""
    if is_file(source):
        table = ((preset.base or Path()) / source).absolute()
        with suppress(ValueError):
            table = table.relative_to(folder.absolute())
        if not confinement.lies_in(folder / table, folder):
            heading = "# Its table lies outside this folder: --trust lets it be read.\n"
        experiment = experiment.with_values({"data.source": table.as_posix()})
    if source != points.SOURCE:  # drawn once, and left for other data
        experiment = experiment.with_values({"data.points": ()})
    return heading + preset_text(experiment, preset.title, preset.summary, preset.topics)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's too, but TOML wants DEL escaped as well.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        items = [_literal(item) for item in value]
        if sum(map(len, items)) > _WIDTH and isinstance(value[0], tuple):
            # Matrices and points: a row to a line, to be read and changed by hand.
            return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
        return "[" + ", ".join(items) + "]"
    return repr(value)
