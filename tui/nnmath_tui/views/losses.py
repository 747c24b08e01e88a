"""What the loss plot shows of a history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.loss_plot import Series
from nnmath_tui.drawing.palette import Palette

_TRAIN, _TEST, _VALIDATION, _OBJECTIVE = 1, 0, 2, 4
"""Numbers of the curves' colors; training and test samples wear the same."""
MOST_ROWS = 2_000
"""More epochs than this are thinned out, whatever the plot itself then does."""


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """An earlier run, drawn behind the present one."""

    name: str
    history: HistoryView


def loss_series(snapshot: Snapshot, palette: Palette) -> tuple[Series, ...]:
    """Train, validation and test loss by epoch, and the objective where there is a penalty."""
    history = snapshot.history
    drawn = [
        ("validation", history.validation_loss, _VALIDATION),
        ("test", history.test_loss, _TEST),
        ("train", history.train_loss, _TRAIN),
    ]
    if bool((history.penalty[-MOST_ROWS:] > 0).any()):
        drawn.insert(0, ("objective", history.objective, _OBJECTIVE))
    return tuple(
        Series(label, *thinned(history, losses), palette.category(color))
        for label, losses, color in drawn
        if bool(np.isfinite(losses[-MOST_ROWS:]).any())
    )


def thinned(history: HistoryView, losses: Array) -> tuple[Array, Array]:
    """Epochs and losses; of many rows the lowest and the highest of each stretch, and the last."""
    epoch, rows = history.epoch, len(history)
    if rows <= MOST_ROWS:
        return epoch, losses
    stretch = -(-2 * rows // MOST_ROWS)
    whole = rows // stretch * stretch
    parts = losses[:whole].reshape(-1, stretch)
    # fmin and fmax pass over NaN, and a stretch of nothing else stays NaN.
    ends = np.stack([np.fmin.reduce(parts, axis=1), np.fmax.reduce(parts, axis=1)], axis=1)
    x = np.stack([epoch[:whole:stretch], epoch[stretch // 2 : whole : stretch]], axis=1)
    tail = slice(min(whole, rows - 1), None)
    return np.r_[x.reshape(-1), epoch[tail]], np.r_[ends.reshape(-1), losses[tail]]


def loss_marks(snapshot: Snapshot) -> tuple[tuple[float, str], ...]:
    """The changes of controls, by epoch; those of one epoch as one mark."""
    by_epoch: dict[int, list[str]] = {}
    for mark in snapshot.marks:
        by_epoch.setdefault(mark.epoch, []).append(mark.text)
    return tuple((float(epoch), ", ".join(texts)) for epoch, texts in by_epoch.items())
