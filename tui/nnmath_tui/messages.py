"""What the parts of the screen tell each other: facts in the past tense, and requests.

Snapshots go straight to the screen and stop there; requests bubble up from the controls and the
panes. The snapshot is left out of a message's repr, which the developer console prints for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nnmath_engine.experiment import Problem
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from textual.message import Message

from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.runs import RunRow

if TYPE_CHECKING:
    from nnmath_engine.derivation.cells import Cell
    from nnmath_engine.derivation.worksheet import Worksheet

    from nnmath_tui.autosave.revival import Revived


@dataclass(eq=False)
class SnapshotReady(Message, bubble=False):
    """The trainer has a new picture. `speed` is in epochs a second, smoothed; 0 when paused.

    When the picture is one of the past, `ahead` are the epochs after it that can still be gone to.
    `sheet` is the step that would come next, if numbers are opened.
    """

    snapshot: Snapshot
    running: bool
    speed: float
    ahead: HistoryView | None = None
    sheet: Worksheet | None = None

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield "epoch", self.snapshot.epoch
        yield "running", self.running


@dataclass(eq=False)
class ChangeRequested(Message):
    """Somebody wants settings changed: paths and their new values."""

    changes: Mapping[str, Any]


@dataclass(eq=False)
class ChangeRejected(Message, bubble=False):
    """The engine did not take a change, and nothing has changed."""

    changes: Mapping[str, Any]
    problems: tuple[Problem | str, ...]


@dataclass(eq=False)
class NeuronSelected(Message):
    """A neuron was chosen; layer 0 are the network's inputs."""

    layer: int
    index: int


@dataclass(eq=False)
class WeightSelected(Message):
    """A weight or a bias was chosen."""

    place: WeightPlace


@dataclass(eq=False)
class SettingChosen(Message):
    """The cursor of the controls went to a setting."""

    path: str


@dataclass(eq=False)
class SampleSelected(Message):
    """A row of the data was chosen: row `index`, counted from 0, of the training or test rows."""

    split: Literal["train", "test"]
    index: int


@dataclass(eq=False)
class WeightEdited(Message):
    """Somebody wants a weight or a bias to be `value`."""

    place: WeightPlace
    value: float


@dataclass(eq=False)
class FreezeRequested(Message):
    """Somebody wants a weight or a bias kept as it is while training, or no longer."""

    place: WeightPlace
    frozen: bool


@dataclass(eq=False)
class CellOpened(Message):
    """The derivation of another number is shown; None: it is left."""

    cell: Cell | None


@dataclass(eq=False)
class EpochRequested(Message):
    """Somebody wants to see the end of this epoch, an earlier one or a later one."""

    epoch: int


@dataclass(eq=False)
class EpochAwaited(Message, bubble=False):
    """It takes a while to get to an epoch; a snapshot of it follows, unless it is given up."""

    epoch: int


@dataclass(eq=False)
class RunsChanged(Message, bubble=False):
    """A run has begun, or is called, drawn or kept otherwise than before."""

    rows: tuple[RunRow, ...]

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield "runs", len(self.rows)


@dataclass(eq=False)
class Answered(Message, bubble=False):
    """A few words on what has come of a key; with `refused`, why nothing has."""

    title: str
    text: str
    refused: bool = False


@dataclass(eq=False)
class PresetOpened(Message, bubble=False):
    """Another experiment has taken the place of the one before; its snapshot follows."""

    preset: Preset


@dataclass(eq=False)
class SessionResumed(Message, bubble=False):
    """A saved session has taken the place of the one before, and its snapshot was shown."""

    revived: Revived


@dataclass(eq=False)
class OpenFailed(Message, bubble=False):
    """A preset or its data could not be opened; what was there before is still there, if any."""

    problems: tuple[str, ...]
    nothing_open: bool


@dataclass(eq=False)
class AnswerGiven(Message):
    """Somebody has typed or picked what a goal of the lesson asks for."""

    goal: int
    answer: float | str


@dataclass(eq=False)
class GoalTried(Message):
    """Somebody wants to know whether a goal is met: on all its seeds, or by the gradient check."""

    goal: int


@dataclass(eq=False)
class SolutionAsked(Message):
    """Somebody wants the solution of the lesson set."""


@dataclass(eq=False)
class LessonLeft(Message):
    """Somebody goes on to the lesson `by` after (or before) this one; 0: to the pane before."""

    by: int
