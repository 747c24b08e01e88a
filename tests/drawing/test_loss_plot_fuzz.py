"""plotext aborts the process on bad data, so random charts are drawn in a process of their own."""

from __future__ import annotations

import subprocess
import sys

CHARTS = 200

PROGRAM = """
import sys
import numpy as np
from nnmath_tui.drawing.loss_plot import Cursor, Series, make_loss_plot
from nnmath_tui.drawing.palette import Palette

rng = np.random.default_rng(20260)
wild = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 1e-300, 0.0, -1.0, 1e7, 5e-324])
for chart in range(int(sys.argv[1])):
    series = []
    for number in range(rng.integers(0, 5)):
        size = int(rng.choice([0, 1, 2, 3, 50, 700, 5000]))
        x = np.arange(size) * 10.0 ** rng.integers(-3, 4)
        y = 10.0 ** rng.uniform(-12, 3) * np.exp(rng.normal(0, rng.uniform(0, 5), size))
        for values, share in ((y, rng.choice([0, 0.02, 0.5, 1])), (x, rng.choice([0, 0, 0.05]))):
            hit = rng.random(size) < share
            values[hit] = rng.choice(wild, hit.sum())
        if rng.random() < 0.1:
            y[:] = rng.choice(wild)
        series.append(Series(f"s{number}", x, y, "#1188ff", *(rng.random(2) < 0.3).tolist()))
    width, height = int(rng.integers(1, 161)), int(rng.integers(1, 51))
    marks = [(float(rng.choice(wild)), "change"), (float(rng.uniform(0, 5000)), "change")]
    mode = rng.choice(["truecolor", "256", "16", "mono"])
    palette = Palette(mode, bool(rng.random() < 0.5), bool(rng.random() < 0.2))
    log_y, log_x = bool(rng.random() < 0.7), bool(rng.random() < 0.3)
    with np.errstate(all="raise", under="ignore"):
        points = ((float(rng.choice(wild)), None), (float(rng.uniform(0, 9)), "#1188ff"))
        cursor = Cursor(float(rng.choice([np.nan, 3.0, 1e9])), points)
        now = None if rng.random() < 0.5 else float(rng.choice(wild))
        plot = make_loss_plot(
            series, width, height, palette, log_y, log_x, marks, True, cursor, now
        )
    strips = plot.strips
    assert len(strips) == height
    assert all(sum(s.cell_length for s in strip) == width for strip in strips)
print("drawn", chart + 1, "with", "plotext" if "plotext" in sys.modules else "braille")
"""


def test_no_chart_aborts_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(CHARTS)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == f"drawn {CHARTS} with plotext"
