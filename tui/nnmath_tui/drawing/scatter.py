"""Predicted against true value: a good regression lies on the diagonal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import draw_frame, draw_header, draw_samples, few, sample_looks
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
) -> list[Strip]:
    """One mark for each sample at (truth, prediction) (n,), the diagonal, and R² of both parts.

    Both axes have the same range, that of the true values with a margin; predictions outside it
    are drawn at its edge. `name` is that of the target.
    """
    canvas = Canvas(width, height, palette)
    kept = np.isfinite(truth)
    test = test[kept]
    actual = np.clip(truth[kept], -scales.LARGEST, scales.LARGEST)
    answer = prediction[kept]
    scale = scales.range_of([actual])
    margin = 0.05 * (scale.high - scale.low)
    scale = scales.Scale(scale.low - margin, scale.high + margin)
    area = draw_frame(canvas, scale, scale, f"true {name}".strip())
    ends = np.array([0.0, 1.0])
    draw_line(canvas, area, ends, ends, palette.faint, series=3, dash=2)
    drawn = np.clip(np.nan_to_num(answer, nan=np.inf), -scales.LARGEST, scales.LARGEST)
    draw_samples(canvas, area, scale.place(actual), scale.place(drawn), test)
    entries = []
    looks = sample_looks(palette, few(area, len(actual)))
    for (glyph, color), label, chosen in zip(looks, ("train", "test"), (~test, test), strict=True):
        if chosen.any():
            share = r_squared(actual[chosen], answer[chosen])
            score = signed(share, 6, ascii=palette.ascii).removeprefix("+")
            entries.append(Entry(glyph, [color], f"{label} R² {score}"))
    draw_header(canvas, area, "predicted", entries)
    return canvas.strips()


def r_squared(truth: Array, prediction: Array) -> float:
    """1 - sum (y - yhat)^2 / sum (y - mean y)^2, the share of the variance that is explained.

    NaN where the true values do not vary or a prediction is NaN; −∞ where the sum overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(((truth - truth.mean()) ** 2).sum())
        rest = float(((truth - prediction) ** 2).sum())
    return 1 - rest / total if total > 0 else float("nan")
