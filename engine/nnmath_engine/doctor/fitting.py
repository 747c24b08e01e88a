"""A network that learns its rows by heart: what it gains on them it loses on others."""

from __future__ import annotations

import numpy as np

from nnmath_engine.doctor.case import Case
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.words import number

RISE = 0.2
"""How far the test loss is above its lowest, relative to the loss of a constant answer. Trained
presets: up to 0.10; 40 moons with noise 0.3 after 60 epochs: 0.20 to 0.29, after 800: 2.7 to 3.3.
"""

RISE_RATIO = 1.3

FELL = 0.7
"""The train loss now, relative to that at the lowest test loss: 0.4 after 60 epochs of those moons,
0.0006 after 800. A rise of both is another fault, or noise."""

RECENT = 5
"""Rows whose median is looked at, as single epochs are noisy."""


def overfitting(case: Case) -> Finding | None:
    """A test loss that has risen from its lowest while the train loss went on falling."""
    snapshot, history = case.snapshot, case.history
    held = "validation" if len(snapshot.dataset.validation) else "test"
    losses = history.validation_loss if held == "validation" else history.test_loss
    if len(losses) < 2 * RECENT or not np.isfinite(losses).all():
        return None
    best = int(losses.argmin())
    now, train_now = (float(np.median(a[-RECENT:])) for a in (losses, history.train_loss))
    lowest, train_then = float(losses[best]), float(history.train_loss[best])
    rose = now - lowest > RISE * case.baseline and now > RISE_RATIO * lowest
    if not (rose and train_now < FELL * train_then):
        return None
    l2 = snapshot.experiment.training.l2
    stronger = 0.01 if l2 < 0.01 else 3 * l2
    return Finding(
        "overfitting",
        "it learns the rows by heart",
        f"{held}_loss",
        float(losses[-1]),
        f"the mean loss over the {len(getattr(snapshot.dataset, held)):,} {held} rows",
        f"the {held} loss was lowest at epoch {int(history.epoch[best])}, {number(lowest)}, and is "
        f"{number(now)} now, {number(now / lowest)} times that; meanwhile the train loss went from "
        f"{number(train_then)} to {number(train_now)}, for {snapshot.parameters.count:,} "
        f"parameters on {len(snapshot.dataset.train):,} rows",
        {"training.l2": stronger},
        f"L2 of {stronger:g}, which keeps weights small",
    )
