"""What a picture of the curves shows of a history: losses, and how good the predictions are."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.svg_chart import Curve, Panel, draw_svg
from nnmath_tui.views.losses import loss_marks, thinned

_LOG_FROM = 10.0
"""Losses whose largest is so many times their least are drawn on a logarithmic axis."""
_LOOKS = {
    "train": ("#0a62b0", "solid"),
    "test": ("#b85c00", "dashed"),
    "validation": ("#007a58", "dotted"),
    "objective": ("#565d6b", "dotted"),
}


def curves_svg(title: str, snapshot: Snapshot) -> str:
    """The history so far as an SVG picture."""
    history = snapshot.history
    losses = {
        "train": history.train_loss,
        "test": history.test_loss,
        "validation": history.validation_loss,
    }
    if bool((history.penalty > 0).any()):
        losses["objective"] = history.objective
    scores = {"train": history.train_score, "test": history.test_score}

    def curves(columns: dict[str, Array]) -> list[Curve]:
        return [
            Curve(name, *thinned(history, values), *_LOOKS[name])
            for name, values in columns.items()
            if bool(np.isfinite(values).any())
        ]

    shown = curves(losses)
    finite = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in shown] or [np.ones(1)])
    positive = finite[finite > 0]
    wide = len(positive) > 0 and float(positive.max()) >= _LOG_FROM * float(positive.min())
    score = "accuracy" if snapshot.dataset.task == "classification" else "R²"
    panels = [Panel(f"loss ({snapshot.loss.name})", shown, log=wide)]
    panels += [Panel(score, measured)] if (measured := curves(scores)) else []
    return draw_svg(title, panels, loss_marks(snapshot))
