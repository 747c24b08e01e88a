"""Any snapshot of any experiment can be drawn at any size in any colors, diverged ones included."""

from __future__ import annotations

import random
from typing import Any

import pytest
from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session, StepSize
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.diagram import draw_diagram
from nnmath_tui.drawing.heatmap import draw_heatmap
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.views.diagram import diagram_data
from nnmath_tui.views.matrices import layer_matrix, quantities
from nnmath_tui.views.output import draw_output, output_caption
from nnmath_tui.views.settings import settings
from textual.strip import Strip

SIZES = ((1, 1), (5, 3), (38, 12), (78, 21), (130, 34))
STEPS: tuple[StepSize, ...] = ("batch", "epoch")
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")


def experiment(source: str, rng: random.Random) -> dict[str, Any]:
    """Small, and wild in whatever a person may set."""
    return {
        "data.source": source,
        "data.samples": rng.choice([10, 60]),
        "data.formula": rng.choice(["x1", "x1 * x2", "x1 > 0", "x1 + x2 + x3", "sin(x1) * 1e40"]),
        "data.test_fraction": rng.choice([0.0, 0.5]),
        "data.validation_fraction": rng.choice([0.0, 0.2]),
        "network.hidden": rng.choice([(), (1,), (3, 2), (64,), (2,) * 12]),
        "network.activation": rng.choice(["tanh", "relu", "linear", "step", "gelu", "leaky_relu"]),
        "network.initializer": rng.choice(["zeros", "glorot_uniform"]),
        "training.optimizer": rng.choice(["sgd", "adam", "momentum"]),
        "training.learning_rate": rng.choice([0.01, 1.0, 1e9, 1e12]),
        "training.l2": rng.choice([0.0, 0.01]),
    }


def pictures(shown: Snapshot, width: int, height: int, palette: Palette) -> list[list[Strip]]:
    layer = len(shown.parameters.weights)
    matrix = layer_matrix(shown, layer, quantities(shown)[-1])
    names = (matrix.rows, matrix.columns)
    return [
        draw_diagram(diagram_data(shown, width, height), width, height, palette, (1, 0)).strips,
        draw_output(shown, width, height, palette),
        draw_heatmap(matrix.W, *names, width, height, palette, bias=matrix.b).strips,
    ]


@pytest.mark.parametrize("source", [*DATASETS, "formula"])
def test_whatever_is_trained_can_be_drawn(source: str) -> None:
    rng = random.Random(source)
    for _ in range(2):
        session = Session(Experiment.from_values(experiment(source, rng)))
        for step in STEPS:
            session.step(step)
            shown = session.snapshot()
            palette = Palette(rng.choice(MODES), rng.random() < 0.5, rng.random() < 0.3)
            width, height = rng.choice(SIZES)
            for strips in pictures(shown, width, height, palette):
                assert len(strips) == height
                assert {strip.cell_length for strip in strips} == {width}
            assert output_caption(shown)
            assert settings(shown)
