"""Predicted against true value: a good regression lies on the diagonal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import (
    draw_frame,
    draw_header,
    draw_samples,
    few,
    frame_of,
    sample_looks,
)
from nnmath_tui.drawing.frame import Frame, Marks, draw_marks
from nnmath_tui.drawing.numbers import signed
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plane import Entry


def draw_scatter(
    truth: Array,
    prediction: Array,
    test: npt.NDArray[np.bool_],
    width: int,
    height: int,
    palette: Palette,
    *,
    name: str = "",
    marks: Marks | None = None,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """One mark for each sample at (truth, prediction) (n,), the diagonal, and R² of both parts.

    Both axes have the same range, that of the true values with a margin; predictions outside it
    are drawn at its edge. `name` is that of the target. A cross is drawn at the cursor of `marks`,
    a ring around its sample; of the `notes` the first that fits takes the place of the legend.
    """
    canvas = Canvas(width, height, palette)
    kept = np.isfinite(truth)
    test = test[kept]
    actual = np.clip(truth[kept], -scales.LARGEST, scales.LARGEST)
    answer = prediction[kept]
    scale = _scale(actual)
    area = draw_frame(canvas, scale, scale, f"true {name}".strip())
    ends = np.array([0.0, 1.0])
    draw_line(canvas, area, ends, ends, palette.faint, series=3, dash=2)
    drawn = np.clip(np.nan_to_num(answer, nan=np.inf), -scales.LARGEST, scales.LARGEST)
    draw_samples(canvas, area, scale.place(actual), scale.place(drawn), test)
    if marks is not None:
        draw_marks(canvas, frame_of(canvas.width, canvas.height, scale, scale), marks)
    entries = []
    looks = sample_looks(palette, few(area, len(actual)))
    for (glyph, color), label, chosen in zip(looks, ("train", "test"), (~test, test), strict=True):
        if chosen.any():
            share = r_squared(actual[chosen], answer[chosen])
            score = signed(share, 6, ascii=palette.ascii).removeprefix("+")
            entries.append(Entry(glyph, [color], f"{label} R² {score}"))
    draw_header(canvas, area, "predicted", entries, notes)
    return canvas.strips()


def scatter_frame(truth: Array, width: int, height: int) -> Frame:
    """Where `draw_scatter` shows which values."""
    scale = _scale(np.clip(truth[np.isfinite(truth)], -scales.LARGEST, scales.LARGEST))
    return frame_of(width, height, scale, scale)


def _scale(truth: Array) -> scales.Scale:
    scale = scales.range_of([truth])
    margin = 0.05 * (scale.high - scale.low)
    return scales.Scale(scale.low - margin, scale.high + margin)


def r_squared(truth: Array, prediction: Array) -> float:
    """1 - sum (y - yhat)^2 / sum (y - mean y)^2, the share of the variance that is explained.

    NaN where the true values do not vary or a prediction is NaN; −∞ where the sum overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(((truth - truth.mean()) ** 2).sum())
        rest = float(((truth - prediction) ** 2).sum())
    return 1 - rest / total if total > 0 else float("nan")
