"""Predicted against true value: a good regression lies on the diagonal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import (
    draw_frame,
    draw_sample_legend,
    draw_samples,
    held_out_color,
    train_color,
)
from nnmath_tui.drawing.numbers import signed
from nnmath_tui.drawing.palette import Palette


def draw_scatter(
    truth: Array,
    prediction: Array,
    test: npt.NDArray[np.bool_],
    width: int,
    height: int,
    palette: Palette,
    *,
    name: str = "",
) -> list[Strip]:
    """One mark for each sample at (truth, prediction) (n,), the diagonal, and R² of both parts.

    Both axes have the same range, that of the true values with a margin; predictions outside it
    are drawn at its edge. `name` is that of the target.
    """
    canvas = Canvas(width, height, palette)
    kept = np.isfinite(truth)
    test = test[kept]
    actual = np.clip(truth[kept], -scales.LARGEST, scales.LARGEST)
    answer = np.nan_to_num(prediction[kept], nan=np.inf)
    answer = np.clip(answer, -scales.LARGEST, scales.LARGEST)
    scale = scales.range_of([actual])
    margin = 0.05 * (scale.high - scale.low)
    scale = scales.Scale(scale.low - margin, scale.high + margin)
    names = (f"true {name}".strip(), "predicted")
    area = draw_frame(canvas, scale, scale, names)
    ends = np.array([0.0, 1.0])
    draw_line(canvas, area, ends, ends, palette.faint, series=3, dash=2)
    draw_samples(canvas, area, scale.place(actual), scale.place(answer), test)
    entries = []
    for chosen, glyph, label, color in (
        (~test, "●", "train", train_color(palette)),
        (test, "○", "test", held_out_color(palette)),
    ):
        if chosen.any():
            score = signed(r_squared(actual[chosen], answer[chosen]), 6, ascii=palette.ascii)
            entries.append((glyph, f"{label} R² {score.removeprefix('+')}", color))
    draw_sample_legend(canvas, area, names[1], entries)
    return canvas.strips()


def r_squared(truth: Array, prediction: Array) -> float:
    """1 - sum (y - yhat)^2 / sum (y - mean y)^2, the share of the variance that is explained.

    NaN where the true values do not vary.
    """
    total = float(((truth - truth.mean()) ** 2).sum())
    if total == 0:
        return float("nan")
    return 1 - float(((truth - prediction) ** 2).sum()) / total
