"""Whether one attempt meets one goal on all the seeds that it asks for, told while it is tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Parameters
from nnmath_engine.places import Place

from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.trial import Tally, Trial, compared

SLICE = 0.05
"""Seconds from one word on the progress to the next."""


def attempt_of(preset: Preset, now: Experiment, edits: Mapping[Place, float]) -> Attempt:
    """What leads from a preset to `now`, its seed included, and the numbers set by hand."""
    old, new = preset.experiment.values(), now.values()
    changed: dict[str, Any] = {path: new[path] for path in new if new[path] != old[path]}
    return Attempt(settings=changed, edits=dict(edits))


def hand_set(first: Parameters, now: Parameters) -> dict[Place, float]:
    """The weights and biases of `now` that are not those of `first`, of the same shapes."""
    edits: dict[Place, float] = {}
    for layer, (W, b) in enumerate(zip(now.weights, now.biases, strict=True), start=1):
        for row, column in zip(*(first.weights[layer - 1] != W).nonzero(), strict=True):
            edits[Place(layer, int(row), int(column))] = float(W[row, column])
        for column in (b != first.biases[layer - 1]).nonzero()[0]:
            edits[Place(layer, None, int(column))] = float(b[column])
    return edits


def settle(preset: Preset, goal: Goal, attempt: Attempt, tell: Callable[[float], object]) -> Tally:
    """Train an attempt for a goal that is met by training, headless.

    tell: called some twenty times a second with the share that is done; may raise to give up.

    Raises:
        DataError, ExperimentError: the attempt does not fit the preset.
    """
    parts = 2 if goal.kind == "faster" else 1
    fast = _tried(Trial(preset, attempt, [goal]), goal, lambda share: tell(share / parts))
    if goal.kind != "faster" or not fast.epochs:
        return fast
    other = Trial(preset, Attempt(settings=goal.changes), [goal], rules=False)
    slow = _tried(other, goal, lambda share: tell((1 + share) / parts))
    within = goal.within_epochs
    most = preset.experiment.training.epochs if within is None else within
    return compared(fast, slow, goal, most)


def _tried(trial: Trial, goal: Goal, tell: Callable[[float], object]) -> Tally:
    while not trial.is_done:
        trial.run(SLICE)
        tell(math.floor(100 * trial.progress) / 100)
    return trial.tallies[goal]
