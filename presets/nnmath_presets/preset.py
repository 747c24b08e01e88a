"""What a preset file holds once it is read and checked: an experiment, and maybe a lesson."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnmath_engine.datasets import is_file
from nnmath_engine.experiment import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Something that a lesson asks for and the program can check.

    `kind` tells which of the other attributes matter; `goals.GOAL_KINDS` says what each means.
    Absent bounds are None; `within_epochs` None means the epochs of the preset.
    """

    say: str
    kind: str = "metric"
    metric: str = ""
    at_least: float | None = None
    at_most: float | None = None
    within_epochs: int | None = None
    seeds: int = 1
    pass_seeds: int = 1
    max_neurons: int | None = None
    question: str = ""
    answer: float | str | None = None
    tolerance: float = 0.0
    choices: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    times: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a learner reads, may change, is asked for, and is helped with.

    `locked` holds paths of settings ("training.loss") or whole sections ("data"); `solution` maps
    paths to the values that reach the goals, and may be shown if `show_solution` says so.
    """

    text: str = ""
    locked: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    solution: Mapping[str, Any] = field(default_factory=dict)
    show_solution: bool = True

    def locks(self, path: str) -> bool:
        """Whether the learner may not change the setting at `path`."""
        return any(path == lock or path.startswith(lock + ".") for lock in self.locked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset file: `source` is its text, `base` the folder that its CSV path starts from."""

    name: str
    title: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    experiment: Experiment
    lesson: Lesson | None = None
    base: Path | None = None
    path: Path | None = None
    source: str = ""

    @property
    def is_bare_table(self) -> bool:
        """Whether it was made of a table alone, by settings that nobody wrote."""
        return self.path is None and is_file(self.experiment.data.source)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a preset file: the line (from 1, or 0 if none), the field, the words."""

    line: int
    field: str
    message: str


class PresetError(ValueError):
    """A preset that cannot be loaded; its text has one line for each problem.

    `more` counts the problems beyond those: a table may have one in each of its cells.
    """

    def __init__(self, file: str, problems: Iterable[Problem], more: int = 0) -> None:
        self.file = file
        # What one setting has several problems with, such as a table, has them in its own order.
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.field)))
        self.more = more
        super().__init__(file, self.problems, more)

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines of the text."""
        rest = (f"{self.file}: and {self.more:,} more",) if self.more else ()
        return (*map(self._row, self.problems), *rest)

    def __str__(self) -> str:
        return "\n".join(self.rows)

    def _row(self, problem: Problem) -> str:
        place = f"{self.file}:{problem.line}" if problem.line else self.file
        return ": ".join(part for part in (place, problem.field, problem.message) if part)
