"""Points with classes, made from a seed, inputs in about [-1, 1].

Circle, gauss, xor and spiral follow TensorFlow Playground's definitions (D. Smilkov et al.,
"Direct-Manipulation Visualization of Deep Networks", 2017), scaled from its radius of 5 (gauss: 4)
to 1. "Jitter" is a uniform displacement of each coordinate by up to +-noise; where it moves only
the point that is *labeled*, noise gives wrong labels near the border, as in the Playground.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.samples import Samples, numbered

Labels = npt.NDArray[np.int64]


def _two_classes(X: Array, is_one: npt.NDArray[np.bool_] | Labels) -> Samples:
    y = np.asarray(is_one, dtype=np.int64)
    return Samples(X, y, "classification", numbered(X.shape[1]), ("0", "1"), "class")


def _halves(samples: int) -> Labels:
    """Class ids of `samples` rows, first all of class 1, then all of class 0."""
    return (np.arange(samples) < (samples + 1) // 2).astype(np.int64)


def _jitter(rng: np.random.Generator, X: Array, noise: float) -> Array:
    return X + noise * rng.uniform(-1.0, 1.0, X.shape)


def and_table(rng: np.random.Generator, samples: int = 4, noise: float = 0.0) -> Samples:
    """Truth table of AND: 4 rows, inputs 0 and 1. Samples and noise do not change it."""
    return _table((0, 0, 0, 1))


def or_table(rng: np.random.Generator, samples: int = 4, noise: float = 0.0) -> Samples:
    """Truth table of OR: 4 rows, inputs 0 and 1. Samples and noise do not change it."""
    return _table((0, 1, 1, 1))


def xor_table(rng: np.random.Generator, samples: int = 4, noise: float = 0.0) -> Samples:
    """Truth table of XOR: 4 rows, inputs 0 and 1. Samples and noise do not change it."""
    return _table((0, 1, 1, 0))


def _table(answers: tuple[int, int, int, int]) -> Samples:
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return _two_classes(X, np.array(answers))


def circle(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """A disk of radius 0.5 (class 1) in a ring from 0.7 to 1 (class 0); labeled after jitter."""
    inside = _halves(samples)
    radius = np.where(inside == 1, rng.uniform(0.0, 0.5, samples), rng.uniform(0.7, 1.0, samples))
    angle = rng.uniform(0.0, 2.0 * np.pi, samples)
    X = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    return _two_classes(X, np.hypot(*_jitter(rng, X, noise).T) < 0.5)


def gauss(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Normal clouds about (0.5, 0.5) (class 1) and (-0.5, -0.5); variance (0.5 + 7 noise) / 16."""
    label = _halves(samples)
    center = np.where(label == 1, 0.5, -0.5)[:, None]
    spread = np.sqrt((0.5 + 7.0 * noise) / 16.0)
    return _two_classes(center + spread * rng.standard_normal((samples, 2)), label)


def xor(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Uniform points, class 1 where x1 x2 >= 0 after jitter; there is a gap along the axes."""
    X = rng.uniform(-1.0, 1.0, (samples, 2))
    X = np.where(X > 0.0, 0.06 + 0.94 * X, -0.06 + 0.94 * X)
    moved = _jitter(rng, X, noise)
    return _two_classes(X, moved[:, 0] * moved[:, 1] >= 0.0)


def spiral(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Two arms of 1.75 turns, points evenly spaced along them, moved by jitter of noise / 5."""
    label = _halves(samples)
    ones = int(label.sum())
    along = np.concatenate(
        [np.arange(ones) / max(ones, 1), np.arange(samples - ones) / max(ones, 1)]
    )
    angle = 1.75 * 2.0 * np.pi * along + np.where(label == 1, 0.0, np.pi)
    X = np.column_stack([along * np.sin(angle), along * np.cos(angle)])
    return _two_classes(_jitter(rng, X, noise / 5.0), label)


def moons(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Two interleaved half circles of radius 2/3, moved by normal noise of deviation 2/3 noise.

    It is scikit-learn's make_moons(noise=noise), centered at (0.5, 0.25) and divided by 1.5.
    """
    label = _halves(samples)
    angle = np.pi * rng.uniform(0.0, 1.0, samples)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)])
    X = np.where(label[:, None] == 1, lower, upper) + noise * rng.standard_normal((samples, 2))
    return _two_classes((X - [0.5, 0.25]) / 1.5, label)


def blobs(rng: np.random.Generator, samples: int, noise: float, classes: int = 3) -> Samples:
    """k normal clouds on a ring of radius 0.6.

    Their deviation is (0.25 + noise) times half the distance of neighboring centers, so that a
    noise means the same for every k.
    """
    label = np.arange(samples) % classes
    angle = 2.0 * np.pi * label / classes + np.pi / 2.0
    centers = 0.6 * np.column_stack([np.cos(angle), np.sin(angle)])
    spread = (0.25 + noise) * 0.6 * np.sin(np.pi / classes)
    X = centers + spread * rng.standard_normal((samples, 2))
    names = tuple(str(index) for index in range(classes))
    return Samples(X, label, "classification", numbered(2), names, "class")


def checkerboard(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Uniform points on a board of 4 x 4 squares, labeled by the square's color after jitter."""
    X = rng.uniform(-1.0, 1.0, (samples, 2))
    squares = np.floor(2.0 * _jitter(rng, X, noise)).astype(np.int64)
    return _two_classes(X, squares.sum(axis=1) % 2)


def sparse_features(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Ten standard normal inputs, two matter: class 1 where x3 - x7 + noise * N(0, 1) > 0."""
    X = rng.standard_normal((samples, 10))
    return _two_classes(X, X[:, 2] - X[:, 6] + noise * rng.standard_normal(samples) > 0.0)
