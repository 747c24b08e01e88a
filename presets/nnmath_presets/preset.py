"""What a preset file holds once it is read and checked: an experiment, and maybe a lesson."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnmath_engine.experiment import Experiment
from nnmath_engine.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A metric and where it must lie; an absent bound is None."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether `value` lies there; NaN never does."""
        low = self.at_least is None or value >= self.at_least
        high = self.at_most is None or value <= self.at_most
        return low and high and value == value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a setting must be for a run to count: within bounds, or one of some names."""

    setting: str
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()


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
    also: tuple[Bound, ...] = ()
    within_epochs: int | None = None
    at_end: bool = False
    hold_epochs: int = 1
    seeds: int = 1
    pass_seeds: int = 1
    max_neurons: int | None = None
    max_layers: int | None = None
    max_parameters: int | None = None
    max_changes: int | None = None
    where: tuple[Rule, ...] = ()
    question: str = ""
    answer: float | str | None = None
    cell: str = ""
    over: str = ""
    absolute: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    tolerance: float | None = None
    relative_tolerance: float | None = None
    choices: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    layer: int | None = None
    times: float | None = None

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """All that must hold at the same moment."""
        metric = ZEROS if self.kind == "zeros" else self.metric
        return (Bound(metric=metric, at_least=self.at_least, at_most=self.at_most), *self.also)

    @property
    def is_typed(self) -> bool:
        """Whether it is met by an answer, not by a network."""
        return self.kind in ("answer", "choice")

    @property
    def is_trained(self) -> bool:
        """Whether it is met by a run of the network."""
        return self.kind in ("metric", "zeros", "faster")


ZEROS = "zeros"
"""What goals of the kind "zeros" count; no metric that a file could name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run that a learner may make: settings to change, by path, and numbers to set by hand."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    edits: Mapping[Place, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.settings or self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What meets the goals of a lesson: runs, answers in the order of the goals that ask for one.

    The first run is what "show me the solution" applies.
    """

    runs: tuple[Attempt, ...] = (Attempt(),)
    answers: tuple[float | str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a learner reads, may change, is asked for, and is helped with.

    `locked` holds paths of settings ("training.loss") or whole sections ("data"); `solution` may be
    shown if `show_solution` says so.
    """

    text: str = ""
    locked: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    solution: Solution = field(default_factory=Solution)
    show_solution: bool = True

    def locks(self, path: str) -> bool:
        """Whether the learner may not change the setting at `path`."""
        return any(path == lock or path.startswith(lock + ".") for lock in self.locked)

    def answers(self) -> dict[Goal, float | str]:
        """The answers of the solution by the goals that ask for them."""
        typed = [goal for goal in self.goals if goal.is_typed]
        return dict(zip(typed, self.solution.answers, strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset file: `source` is its text, `base` the folder that its CSV path starts from."""

    name: str
    title: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    difficulty: str = ""
    experiment: Experiment
    lesson: Lesson | None = None
    base: Path | None = None
    path: Path | None = None
    source: str = ""


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
