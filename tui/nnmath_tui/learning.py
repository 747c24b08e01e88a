"""What a learner has done, kept in a file of the user's state: read before each writing, whole or
not at all, so that two screens at once do not lose each other's ticks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from nnmath_presets.codes import fingerprint
from nnmath_presets.preset import Preset

from nnmath_tui import files

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was done in one lesson. Goals count from 0; `tries` are answers typed, by goal.

    code: holds what met the goals, to be verified; goals that were met in a way that no code can
    say are in `met` alone.
    """

    lesson: str
    title: str = ""
    goals: int = 0
    met: frozenset[int] = frozenset()
    tries: Mapping[int, int] = field(default_factory=dict)
    hints: int = 0
    solution: bool = False
    code: str = ""
    changed: str = ""

    @property
    def done(self) -> bool:
        """Whether all goals are met."""
        return self.goals > 0 and len(self.met) >= self.goals

    def joined(self, other: Entry) -> Entry:
        """What both know; of two codes the one for more goals, that is this one's if alike."""
        tries = {
            goal: max(self.tries.get(goal, 0), other.tries.get(goal, 0))
            for goal in sorted({*self.tries, *other.tries})
        }
        return replace(
            self,
            met=self.met | other.met,
            tries=tries,
            hints=max(self.hints, other.hints),
            solution=self.solution or other.solution,
            code=self.code or other.code,
        )


def key(preset: Preset) -> str:
    """Under what a lesson's entry stands: a changed lesson is another one."""
    return f"{preset.name} {fingerprint(preset)}"


def file_name(learner: str) -> str:
    """The file of a learner; names that make the same file name are kept apart."""
    if not learner:
        return "progress.json"
    mark = hashlib.sha256(learner.encode()).hexdigest()[:6]
    return f"progress-{files.as_file_name(learner)}-{mark}.json"


def load(learner: str) -> dict[str, Entry]:
    """All entries of a learner by `key`; none if there is no file that can be read."""
    try:
        text = (files.state_folder() / file_name(learner)).read_text(encoding="utf-8")
        document = json.loads(text)
        lessons = document["lessons"] if document["schema"] == SCHEMA else {}
        return {str(name): _entry(table) for name, table in lessons.items()}
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save(learner: str, name: str, entry: Entry) -> None:
    """Add to what is kept of a lesson.

    Raises:
        OSError: it cannot be written.
    """
    entries = load(learner)
    if not entries:
        _keep_aside(learner)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    before = entries.get(name)
    joined = entry.joined(before) if before is not None else entry
    entries[name] = replace(joined, changed=now)
    files.write_state(file_name(learner), json.dumps(document(learner, entries), indent=1) + "\n")


def document(learner: str, entries: Mapping[str, Entry]) -> dict[str, Any]:
    """What the file holds, and what `progress --json` prints."""
    lessons = {}
    for name, entry in entries.items():
        table = asdict(entry)
        table["met"] = sorted(entry.met)
        table["tries"] = {str(goal): count for goal, count in entry.tries.items()}
        lessons[name] = {**table, "done": entry.done}
    return {"schema": SCHEMA, "learner": learner, "lessons": lessons}


def _keep_aside(learner: str) -> None:
    """A file that cannot be understood is not written over."""
    with suppress(OSError, RuntimeError):
        path = files.state_folder() / file_name(learner)
        if path.is_file() and not load(learner) and path.stat().st_size > 100:
            path.replace(path.with_suffix(".unreadable"))


def _entry(table: Mapping[str, Any]) -> Entry:
    return Entry(
        lesson=str(table["lesson"]),
        title=str(table["title"]),
        goals=int(table["goals"]),
        met=frozenset(map(int, table["met"])),
        tries={int(goal): int(count) for goal, count in table["tries"].items()},
        hints=int(table["hints"]),
        solution=bool(table["solution"]),
        code=str(table["code"]),
        changed=str(table["changed"]),
    )
