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
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.views.diagram import diagram_data
from nnmath_tui.views.matrices import layer_matrix, quantities
from nnmath_tui.views.output import draw_output, output_caption
from nnmath_tui.views.output_look import OutputLook, output_kinds
from nnmath_tui.views.pointing import moved, notes_on, pointed_at
from nnmath_tui.views.settings import settings
from nnmath_tui.views.weights import MatrixLook, draw_matrix
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


def pictures(
    shown: Snapshot, width: int, height: int, palette: Palette, rng: random.Random
) -> list[list[Strip]]:
    return [
        draw_diagram(diagram_data(shown, width, height), width, height, palette, (1, 0)).strips,
        draw_output(shown, width, height, palette),
        *pointed(shown, width, height, palette, rng),
        *matrices(shown, width, height, palette, rng),
    ]


def pointed(
    shown: Snapshot, width: int, height: int, palette: Palette, rng: random.Random
) -> list[list[Strip]]:
    """Every view after some keys and a click."""
    drawn = []
    for kind in output_kinds(shown.dataset):
        look = OutputLook(kind=kind, discrete=rng.random() < 0.5)
        for _ in range(3):
            look = moved(shown, look, width, height, rng.randint(-1, 1), rng.randint(-1, 1))
        x, y = rng.randrange(width), rng.randrange(height)
        look = pointed_at(shown, look, width, height, palette, x, y) or look
        notes, below = notes_on(shown, look, palette.ascii)
        assert not palette.ascii or all(note.isprintable() for note in below)
        drawn.append(draw_output(shown, width, height, palette, look, notes))
    return drawn


def matrices(
    shown: Snapshot, width: int, height: int, palette: Palette, rng: random.Random
) -> list[list[Strip]]:
    """Some quantity of the last layer, with and without a cursor."""
    layer = len(shown.parameters.weights)
    matrix = layer_matrix(shown, layer, rng.choice(quantities(shown)), rng.random() < 0.5)
    rows, columns = matrix.entries.shape
    cursor = (rng.randrange(rows), rng.randrange(columns))
    looks = (
        MatrixLook(),
        MatrixLook(cursor),
        MatrixLook(cursor, True),
        MatrixLook(None, False, True),
    )
    return [draw_matrix(matrix, look, width, height, palette).strips for look in looks]


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
            for strips in pictures(shown, width, height, palette, rng):
                assert len(strips) == height
                assert {strip.cell_length for strip in strips} == {width}
            assert output_caption(shown)
            assert settings(shown)
