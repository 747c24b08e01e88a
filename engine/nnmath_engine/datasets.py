"""The registry of data sets: everything that `data.source` can name besides a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nnmath_engine import limits, points
from nnmath_engine import real_data as real
from nnmath_engine import toy_classification as classified
from nnmath_engine import toy_regression as measured
from nnmath_engine.registry import Entry, Option
from nnmath_engine.samples import DataError, Samples, Task

__all__ = ["DATASETS", "DataError", "Generator", "Samples", "Source", "Task"]


class Generator(Protocol):
    """Makes or loads the rows.

    Toy data: `samples` rows from `rng`, disturbed by `noise` as the source's formula says; blobs
    take `classes` besides. Real data: all rows, whatever `samples` and `noise` are; they take
    `features` (the names asked for, () = all) and `missing` ("drop" or "mean") besides.
    """

    def __call__(self, rng: np.random.Generator, samples: int, noise: float, /) -> Samples: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Entry):
    """A named data set.

    real: rows that were measured, shipped in `data/` (DATA_LICENSES.md has their sources).
    table: the complete table of a logic function; it is never split, every row is trained on.
    """

    task: Task
    generate: Generator
    real: bool = False
    table: bool = False


_CLASSES = Option(
    name="classes",
    symbol="k",
    default=3,
    low=2,
    high=limits.BLOB_CLASSES,
    about="How many classes there are.",
)

_SOURCES = (
    Source(
        name="and",
        label="AND table",
        task="classification",
        formula="y = x₁ AND x₂",
        about="The four rows of AND; one neuron can do it. No noise, no split.",
        generate=classified.and_table,
        table=True,
    ),
    Source(
        name="or",
        label="OR table",
        task="classification",
        formula="y = x₁ OR x₂",
        about="The four rows of OR; one neuron can do it. No noise, no split.",
        generate=classified.or_table,
        table=True,
    ),
    Source(
        name="xor_table",
        label="XOR table",
        task="classification",
        formula="y = x₁ XOR x₂",
        about="The four rows of XOR; no single neuron can do it. No noise, no split.",
        generate=classified.xor_table,
        table=True,
    ),
    Source(
        name="circle",
        label="Circle",
        task="classification",
        formula="y = [‖x + noise·U(-1, 1)‖ < 0.5], no points from radius 0.5 to 0.7",
        about="A disk within a ring. Noise gives wrong labels near the edge of the disk.",
        generate=classified.circle,
    ),
    Source(
        name="gauss",
        label="Two Gaussians",
        task="classification",
        formula="x ~ N(±(0.5, 0.5), (0.5 + 7·noise)/16)",
        about="Two round clouds that one line separates. Noise widens the clouds.",
        generate=classified.gauss,
    ),
    Source(
        name="xor",
        label="Exclusive or",
        task="classification",
        formula="y = [x₁·x₂ ≥ 0] of x + noise·U(-1, 1)",
        about="Opposite quadrants belong together. Noise gives wrong labels near the axes.",
        generate=classified.xor,
    ),
    Source(
        name="spiral",
        label="Two spirals",
        task="classification",
        formula="x = r·(sin φ, cos φ) + noise/5·U(-1, 1), φ = 3.5π·r + π·[y = 0], r = 0…1",
        about="Two arms of 1.75 turns around each other. Noise moves the points.",
        generate=classified.spiral,
    ),
    Source(
        name="moons",
        label="Two moons",
        task="classification",
        formula="(cos φ, sin φ) or (1 - cos φ, ½ - sin φ), + noise·N(0, 1), then (x - (½, ¼))/1.5",
        about="Two interleaved half circles. Noise moves the points and makes the classes overlap.",
        generate=classified.moons,
    ),
    Source(
        name="blobs",
        label="Blobs",
        task="classification",
        formula="x ~ N(cⱼ, σ²), |cⱼ| = 0.6, σ = (0.25 + noise)·half the distance of neighbors",
        about="One round cloud for each class, on a ring. Noise widens the clouds.",
        generate=classified.blobs,
        options=(_CLASSES,),
    ),
    Source(
        name="checkerboard",
        label="Checkerboard",
        task="classification",
        formula="y = (⌊2x₁⌋ + ⌊2x₂⌋) mod 2 of x + noise·U(-1, 1)",
        about="A board of 4 x 4 squares. Noise gives wrong labels near the lines.",
        generate=classified.checkerboard,
    ),
    Source(
        name="sparse_features",
        label="Sparse features",
        task="classification",
        formula="y = [x₃ - x₇ + noise·N(0, 1) > 0], x ~ N(0, 1)¹⁰",
        about="Ten inputs, of which x3 and x7 matter. Noise gives wrong labels near the border.",
        generate=classified.sparse_features,
    ),
    Source(
        name="sine",
        label="Sine",
        task="regression",
        formula="y = sin(πx) + noise·N(0, 1)",
        about="One period of a sine at evenly spaced x.",
        generate=measured.sine,
    ),
    Source(
        name="step",
        label="Step",
        task="regression",
        formula="y = [x > 0] + noise·N(0, 1)",
        about="A jump from 0 to 1 at x = 0, at evenly spaced x.",
        generate=measured.step,
    ),
    Source(
        name="line",
        label="Line",
        task="regression",
        formula="y = 0.8·x + 0.3 + noise·N(0, 1)",
        about="A straight line at evenly spaced x: the loss is a bowl that is known by hand.",
        generate=measured.line,
    ),
    Source(
        name="plane",
        label="Plane",
        task="regression",
        formula="y = 0.6·(x₁ + x₂) of x + noise·U(-1, 1)",
        about="A tilted plane over two inputs. Noise moves the point at which it is measured.",
        generate=measured.plane,
    ),
    Source(
        name="bumps",
        label="Bumps",
        task="regression",
        formula="y = Σ ±max(0, 1 - 3·‖x - cⱼ‖) of x + noise·U(-1, 1)",
        about="Six cones up and down. Noise moves the point at which it is measured.",
        generate=measured.bumps,
    ),
    Source(
        name="penguins",
        label="Palmer penguins: species",
        task="classification",
        formula="species of 344 penguins from island, bill, flipper, body mass and sex",
        about="Measured on three Antarctic islands, 2007-2009; 11 rows have missing cells.",
        generate=real.penguins,
        real=True,
    ),
    Source(
        name="penguin_mass",
        label="Palmer penguins: body mass",
        task="regression",
        formula="body mass in kg of 344 penguins from species, island, bill, flipper and sex",
        about="Measured on three Antarctic islands, 2007-2009; 11 rows have missing cells.",
        generate=real.penguin_mass,
        real=True,
    ),
    Source(
        name="iris",
        label="Iris flowers",
        task="classification",
        formula="species of 150 irises from the length and width of sepal and petal in cm",
        about="Fisher's and Anderson's flowers; one species stands apart, two overlap.",
        generate=real.iris,
        real=True,
    ),
    Source(
        name="wine",
        label="Wine cultivars",
        task="classification",
        formula="cultivar of 178 wines from 13 chemical measurements",
        about="Three cultivars from one region; the inputs differ widely in scale: standardize.",
        generate=real.wine,
        real=True,
    ),
    Source(
        name="breast_cancer",
        label="Breast cancer (Wisconsin)",
        task="classification",
        formula="diagnosis of 569 cell samples from 30 measurements of the nuclei",
        about="Benign or malignant; the inputs differ widely in scale: standardize.",
        generate=real.breast_cancer,
        real=True,
    ),
    Source(
        name="digits",
        label="Handwritten digits",
        task="classification",
        formula="digit of 1,797 images of 8 x 8 pixels, each count of 0…16 divided by 16",
        about="Digits 0 to 9 written by 13 people, reduced to 64 gray pixels.",
        generate=real.digits,
        real=True,
    ),
)

DATASETS: dict[str, Source] = {source.name: source for source in _SOURCES}

GIVEN = ("formula", points.SOURCE)
"""What else `data.source` can be, apart from a file: data that the settings themselves hold."""


def is_file(source: str) -> bool:
    """Whether `source` is the path of a table, and not the name of a data set."""
    return source not in DATASETS and source not in GIVEN
