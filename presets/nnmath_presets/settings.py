"""From the tables [data], [network] and [training] of a TOML document to an experiment's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnmath_engine import confinement
from nnmath_engine.datasets import is_file
from nnmath_engine.fields import FIELDS

from nnmath_presets.findings import Findings, suggestion, unsafe
from nnmath_presets.lesson_fields import HEAD
from nnmath_presets.lines import Place

SECTIONS = ("data", "network", "training")
NAMES = {
    section: tuple(f.name for f in FIELDS.values() if f.section == section) for section in SECTIONS
}


@dataclass(slots=True)
class Settings:
    """Values by path, where in the document they stand, and the paths of those left out."""

    root: Place = ()
    values: dict[str, Any] = field(default_factory=dict)
    unusable: set[str] = field(default_factory=set)
    schedule_is_table: bool = False

    def place(self, path: str) -> Place:
        """The place in the document of a setting, such as "training.optimizer_options.beta1"."""
        section, _, rest = path.partition(".")
        name, _, option = rest.partition(".")
        if self.schedule_is_table and name == "schedule":
            name, option = "schedule", "name"
        elif self.schedule_is_table and name == "schedule_options":
            name = "schedule"
        return (*self.root, *(part for part in (section, name, option) if part))


def read_settings(document: Mapping[str, Any], root: Place, findings: Findings) -> Settings:
    """Gather the settings of `document`, which stands at `root`.

    Unknown keys and values that no field could take are noted in `findings` and left out; whether
    the others are allowed is for the experiment to say.
    """
    settings = Settings(root)
    for section in SECTIONS:
        table = document.get(section, {})
        if not isinstance(table, dict):
            findings.add((*root, section), f"must be a table, [{section}]")
            settings.unusable.add(f"{section}.")
            continue
        for name, value in table.items():
            place = (*root, section, name)
            if name not in NAMES[section]:
                findings.add(place, misplaced(name, section))
            elif trouble := unsafe(value) or _leaving(place[-2:], value, findings.folder):
                findings.add(place, trouble)
                settings.unusable.add(f"{section}.{name}")
            elif name == "schedule" and isinstance(value, dict):
                _schedule_table(value, settings, findings)
            elif name == "schedule_options" and isinstance(table.get("schedule"), dict):
                findings.add(place, "and the table [training.schedule] are both there; keep one")
            else:
                settings.values[f"{section}.{name}"] = value
    return settings


def _leaving(setting: Place, value: Any, folder: Path | None) -> str:
    """Why a file in `folder` may not name this table; empty if it may, or it is another setting."""
    if setting != ("data", "source") or not isinstance(value, str) or folder is None:
        return ""
    if not is_file(value) or not ("." in value or "/" in value):
        return ""
    words = confinement.objection(folder / value, within=folder)
    return f"{value!r} {words}" if words else ""


def misplaced(name: str, section: str) -> str:
    """Say that [section] has no `name`, and where it belongs or what was meant."""
    homes = [home for home in SECTIONS if name in NAMES[home]]
    if homes:
        return f"is not a setting of [{section}]; it belongs in [{homes[0]}]"
    if name in HEAD or name == "schema":
        return f"is not a setting of [{section}]; it belongs at the top, before any [table]"
    return f"is not a setting of [{section}]; {suggestion(name, NAMES[section])}"


def _schedule_table(value: dict[str, Any], settings: Settings, findings: Findings) -> None:
    """[training.schedule] with `name` and the schedule's own options side by side."""
    if "name" not in value:
        place = (*settings.root, "training", "schedule")
        findings.add(place, 'needs a name, such as name = "cosine"')
        return
    settings.schedule_is_table = True
    settings.values["training.schedule"] = value["name"]
    options = {key: option for key, option in value.items() if key != "name"}
    settings.values["training.schedule_options"] = options
