"""Curves as SVG: well formed for any history, every value at its place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from nnmath_engine.arrays import Array
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_tui.drawing import svg_chart
from nnmath_tui.drawing.svg_chart import Curve, Panel, draw_svg
from nnmath_tui.views.curves import curves_svg

GOLDEN = Path(__file__).parent / "golden"
X = np.array([0.0, 1.0, 2.0])
BOTTOM = svg_chart.TOP + svg_chart.PANEL
RIGHT = svg_chart.WIDTH - svg_chart.RIGHT


def curve(y: list[float], name: str = "train") -> Curve:
    return Curve(name, X[: len(y)], np.array(y), "#0a62b0")


def points(svg: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]
        for line in re.findall(r'<polyline points="([^"]*)"', svg)
    ]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.text]


def test_values_lie_where_their_axes_say() -> None:
    (line,) = points(draw_svg("t", [Panel("loss", [curve([4.0, 2.0, 0.0])])]))
    middle = (svg_chart.LEFT + RIGHT) / 2
    assert line == [
        (svg_chart.LEFT, svg_chart.TOP),
        (middle, svg_chart.TOP + svg_chart.PANEL / 2),
        (RIGHT, BOTTOM),
    ]


def test_on_a_logarithmic_axis_a_tenth_is_as_far_from_one_as_ten() -> None:
    svg = draw_svg("t", [Panel("loss", [curve([10.0, 1.0, 0.1])], log=True)])
    (line,) = points(svg)
    assert line[1][1] == (line[0][1] + line[2][1]) / 2
    assert {"10", "1", "0.1", "loss, logarithmic", "train 0.1"} <= set(texts(svg))


def test_marks_and_words_cannot_break_the_picture() -> None:
    svg = draw_svg('<a & "b">', [Panel("<loss>", [curve([1.0, 2.0])])], [(1.0, "Adam → <SGD>")])
    assert '<a & "b">' in texts(svg)
    assert "epoch 1: Adam → <SGD>" in texts(svg)


@example(y=np.zeros(3), log=False, start=1999998.0)
@example(y=np.array([2e223]), log=True, start=0.0)
@given(
    y=st_numpy.arrays(np.float64, st.integers(0, 30), elements=st.floats()),
    log=st.booleans(),
    start=st.floats(-1e15, 1e15),
)
def test_any_history_makes_a_well_formed_picture(y: Array, log: bool, start: float) -> None:
    x = np.arange(len(y)) + start
    svg = draw_svg("t", [Panel("loss", [Curve("train", x, y, "#000000")], log)], [(start, "m")])
    ElementTree.fromstring(svg)
    for line in points(svg):
        for px, py in line:
            assert svg_chart.LEFT - 0.1 <= px <= RIGHT + 0.1
            assert svg_chart.TOP - 0.1 <= py <= BOTTOM + 0.1


@pytest.mark.parametrize(
    ("values", "panels"),
    [
        ({"training.l2": 0.01}, ["loss (bce)", "accuracy"]),
        ({"data.source": "plane"}, ["loss (mse)", "R²"]),
    ],
)
def test_a_training_is_drawn_with_its_losses_and_its_score(
    values: dict[str, object], panels: list[str]
) -> None:
    small = {"data.samples": 40, "network.hidden": (3,), "training.epochs": 30}
    session = Session(Experiment.from_values({**small, **values}))
    session.run(seconds=60, until=30)
    svg = curves_svg("Small", session.snapshot())
    assert [text for text in texts(svg) if text in panels] == panels
    assert any(text.startswith("objective ") for text in texts(svg)) == ("training.l2" in values)
    train = session.snapshot().history.last.train_loss
    assert f"train {train:.4g}" in texts(svg)


def test_golden() -> None:
    svg = draw_svg(
        "Small, epoch 2",
        [
            Panel(
                "loss (bce)",
                [
                    curve([0.69, 0.3, 0.08]),
                    Curve("test", X, np.array([0.7, np.nan, 0.1]), "#b85c00", "dashed"),
                ],
                log=True,
            ),
            Panel("accuracy", [curve([0.5, 0.75, 1.0])]),
        ],
        [(1.0, "Optimizer: sgd → adam")],
    )
    path = GOLDEN / "chart.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")
