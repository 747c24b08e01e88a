"""An activation function and its slope, with the weighted sums of one neuron marked on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import draw_frame, draw_header, held_out_color, train_color
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plane import Entry
from nnmath_tui.drawing.scales import Scale, range_of

LEAST_WIDTH, LEAST_HEIGHT = 24, 6
_POINTS = 200
_MARGIN = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class ActivationCurves:
    """f and f′ at z (n,), and the z of one neuron for the samples of a batch (m,).

    here: the z of the sample in question.
    """

    z: Array
    f: Array
    slope: Array
    samples: Array
    here: float


def interval(samples: Array, here: float) -> Array:
    """Values of z to draw a function at: what the samples reach, and -3 to 3 at least."""
    reached = np.append(samples[np.isfinite(samples)], here if np.isfinite(here) else 0.0)
    low, high = min(-3.0, float(reached.min())), max(3.0, float(reached.max()))
    return np.linspace(low, high, _POINTS)


def draw_activation(
    curves: ActivationCurves, width: int, height: int, palette: Palette
) -> list[Strip]:
    """Both curves; samples as ticks on f, the one in question as a dot."""
    canvas = Canvas(width, height, palette)
    x = range_of([curves.z])
    y = range_of([curves.f[np.isfinite(curves.f)], curves.slope[np.isfinite(curves.slope)]])
    margin = _MARGIN * (y.high - y.low)
    y = Scale(y.low - margin, y.high + margin)
    area = draw_frame(canvas, x, y, "z")
    colors = (train_color(palette), held_out_color(palette))
    for number, values in reversed(list(enumerate((curves.f, curves.slope)))):
        finite = np.isfinite(values)
        places = x.place(curves.z[finite]), y.place(values[finite])
        draw_line(canvas, area, *places, colors[number], series=number, dash=2 * number)
    marked = curves.samples[np.isfinite(curves.samples)]
    across = x.place(marked)
    up = y.place(np.interp(marked, curves.z, curves.f))
    for column, row in zip(across.tolist(), up.tolist(), strict=True):
        canvas.put(area.column(column), area.row(row), "┃", palette.muted)
    if np.isfinite(curves.here):
        row = float(y.place(np.interp([curves.here], curves.z, curves.f))[0])
        column = float(x.place(np.array([curves.here]))[0])
        canvas.put(area.column(column), area.row(row), "●", palette.good, bold=True)
    entries = [Entry("━", [colors[0]], "f"), Entry("╌", [colors[1]], "f′")]
    draw_header(canvas, area, f"f(z), batch of {len(curves.samples)}", entries)
    return canvas.strips()
