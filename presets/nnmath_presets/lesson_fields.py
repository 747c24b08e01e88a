"""The keys of a preset file that are no settings of the experiment: its head and its lesson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nnmath_engine.field import Field

LONGEST_PROSE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Field):
    """A text that may be longer than a setting's: the Markdown of a lesson."""

    @property
    def allowed(self) -> str:
        """What this field takes, in words that complete "must be ..."."""
        return f"a text of at most {LONGEST_PROSE:,} characters"

    def check(self, value: Any) -> Any:
        """Return `value`, or raise ValueError with what is allowed."""
        if not isinstance(value, str):
            self._refuse(value)
        if len(value) > LONGEST_PROSE:
            raise ValueError(f"must be {self.allowed}, not one of {len(value):,}")
        return value


SCHEMA = 1
"""The version of the preset format that this program reads."""

_HEAD = (
    Field(
        path="title",
        kind="text",
        default="",
        label="Title",
        about="The name in the list of presets; absent: the file's name.",
    ),
    Field(
        path="summary",
        kind="text",
        default="",
        label="Summary",
        about="One sentence: what there is to see.",
    ),
    Field(
        path="topics",
        kind="names",
        default=(),
        longest=10,
        label="Topics",
        about="What it teaches, in a few words each.",
    ),
    Field(
        path="difficulty",
        kind="choice",
        default="",
        choices=("", "easy", "medium", "hard"),
        label="Difficulty",
        about="How much it asks of a beginner.",
    ),
)

_LESSON = (
    Prose(
        path="lesson.text",
        kind="text",
        default="",
        label="Text",
        about="Markdown that is shown beside the network.",
    ),
    Field(
        path="lesson.locked",
        kind="names",
        default=(),
        longest=100,
        label="Locked",
        about='Settings ("training.loss") or sections ("data") that a learner may not change.',
    ),
    Field(
        path="lesson.hints",
        kind="names",
        default=(),
        longest=20,
        label="Hints",
        about="Help, shown one at a time, the gentlest first.",
    ),
    Field(
        path="lesson.show_solution",
        kind="boolean",
        default=True,
        label="Show solution",
        about="Whether a learner may ask for the solution.",
    ),
)

HEAD: dict[str, Field] = {field.name: field for field in _HEAD}
LESSON: dict[str, Field] = {field.name: field for field in _LESSON}
LESSON_TABLES = {
    "goal": "A list of goals, each written as a table [[lesson.goal]].",
    "solution": "What reaches the goals: settings (in tables as in the file), edits, answers.",
}
SOLUTION = {
    "edits": 'Weights and biases to set by hand, such as { "w1[0,0]" = 4.0, "b1[0]" = -6.0 }.',
    "answers": "What to type or to pick, one for each goal that asks for it, in their order.",
    "run": "A list of runs, each written as a table [[lesson.solution.run]], if it takes several.",
}
