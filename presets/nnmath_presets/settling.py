"""Whether one attempt meets one goal on all the seeds that it asks for, told while it is tried."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nnmath_engine.snapshot import Snapshot

from nnmath_presets.gradient_goals import check_attempt
from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.trial import Tally, Trial, compared

SLICE = 0.05
"""Seconds from one word on the progress to the next."""


def attempt_of(preset: Preset, now: Snapshot) -> Attempt:
    """What leads from a preset to a run, its seed included, if nothing was changed on the way."""
    old, new = preset.experiment.values(), now.experiment.values()
    changed: dict[str, Any] = {path: new[path] for path in new if new[path] != old[path]}
    return Attempt(settings=changed, edits=dict(now.hand_set))


def settle(preset: Preset, goal: Goal, attempt: Attempt, tell: Callable[[float], object]) -> Tally:
    """Train an attempt for a goal that is met by training, or check its gradients, headless.

    tell: called some twenty times a second with the share that is done; may raise to give up.

    Raises:
        DataError, ExperimentError: the attempt does not fit the preset.
    """
    if goal.kind == "gradient_check":
        verdict = check_attempt(preset, attempt, goal)
        return Tally(1, 1, {0: 0} if verdict.met else {}, tried=1, note=verdict.note)
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
