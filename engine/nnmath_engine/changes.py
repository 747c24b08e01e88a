"""What becomes of a training's state when a setting changes while it runs.

Nothing is reset unless data or shapes change: the weights stay, and only what the change makes
stale is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nnmath_engine import points
from nnmath_engine.blueprint import initial_slots, reshapes_targets
from nnmath_engine.dataset import Dataset
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS
from nnmath_engine.schedules import Plateau
from nnmath_engine.state import Mark, State

ANOTHER_FUNCTION = frozenset(("training.loss", "network.activation", "network.output_activation"))
"""Settings that give the same weights another loss."""


def resetting(before: Experiment, after: Experiment, dataset: Dataset) -> tuple[str, ...]:
    """The paths of the settings whose change changes data or shapes.

    Args: dataset: that of `before`.
    """
    old, new = before.values(), after.values()
    reshapes = reshapes_targets(before, after, dataset)
    return tuple(
        path
        for path, field in FIELDS.items()
        if old[path] != new[path]
        and (field.effect == "reset" or (path == "training.loss" and reshapes))
    )


def may_carry_over(paths: Sequence[str], before: Experiment, after: Experiment) -> bool:
    """Whether the weights may stay though `paths` change the data: points come and go one by one.

    They do if the data's shapes stay too; see `same_shapes`.
    """
    drawn = points.SOURCE in (before.data.source, after.data.source)
    return drawn and all(FIELDS[path].section == "data" for path in paths)


def same_shapes(before: Dataset, after: Dataset) -> bool:
    """Whether a network of one data set fits the other, and means the same by its outputs."""
    old, new = (
        (data.task, len(data.inputs), len(data.raw_names), len(data.outputs), len(data.classes))
        for data in (before, after)
    )
    return old == new


def carry_over(
    state: State, before: Experiment, after: Experiment, changed: Sequence[str]
) -> State:
    """The state to go on from under `after`, with a mark for each changed setting.

    Another optimizer starts with an empty memory; under another loss or activation the best
    weights so far are no longer the best; a training that had diverged or stopped may go on.
    """
    if "training.optimizer" in changed:
        slots = initial_slots(after, state.parameters)
        state = replace(state, slots=slots, memory=None, optimizer_steps=0)
    another_function = not ANOTHER_FUNCTION.isdisjoint(changed)
    if another_function or "training.schedule" in changed:
        state = replace(state, plateau=Plateau())
    if another_function or "training.early_stopping" in changed or state.status != "ready":
        state = replace(state, status="ready", diagnosis=None, patience=Patience())
    notes = (Mark(state.epoch, _note(path, before, after)) for path in changed)
    return replace(state, marks=(*state.marks, *notes))


def _note(path: str, before: Experiment, after: Experiment) -> str:
    old, new = before.values()[path], after.values()[path]
    return f"{FIELDS[path].label}: {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
        case Mapping():
            return ", ".join(f"{key} {_shown(item)}" for key, item in value.items()) or "defaults"
        case tuple():
            return " ".join(map(_shown, value)) or "none"
        case _:
            return str(value)
