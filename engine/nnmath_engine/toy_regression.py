"""Points with a number to predict, made from a seed, inputs in [-1, 1].

Curves of one input stand at evenly spaced x, so that their mean is 0 and the curvature of the loss
is known by hand; noise is added to y, normal with deviation `noise`. Plane and bumps follow
TensorFlow Playground's regression sets, scaled from its radius of 6 to 1: there, noise moves the
point at which y is computed by up to +-noise in each coordinate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.samples import Samples, numbered


def grid_line(samples: int) -> Array:
    """`samples` evenly spaced numbers from -1 to 1, both included; 0 alone if there is one."""
    return np.linspace(-1.0, 1.0, samples) if samples > 1 else np.zeros(samples)


def _curve(
    f: Callable[[Array], Array], rng: np.random.Generator, samples: int, noise: float
) -> Samples:
    x = grid_line(samples)
    y = f(x) + noise * rng.standard_normal(samples)
    return Samples(x[:, None], y, "regression", numbered(1))


def _surface(
    f: Callable[[Array], Array], rng: np.random.Generator, samples: int, noise: float
) -> Samples:
    X = rng.uniform(-1.0, 1.0, (samples, 2))
    y = f(X + noise * rng.uniform(-1.0, 1.0, X.shape))
    return Samples(X, y, "regression", numbered(2))


def sine(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """y = sin(pi x) + noise * N(0, 1)."""
    return _curve(lambda x: np.sin(np.pi * x), rng, samples, noise)


def step(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """y = 1 where x > 0, else 0, + noise * N(0, 1)."""
    return _curve(lambda x: (x > 0.0).astype(np.float64), rng, samples, noise)


def line(rng: np.random.Generator, samples: int = 32, noise: float = 0.0) -> Samples:
    """y = 0.8 x + 0.3 + noise * N(0, 1)."""
    return _curve(lambda x: 0.8 * x + 0.3, rng, samples, noise)


def plane(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """y = 0.6 (x1 + x2), at the moved point."""
    return _surface(lambda X: 0.6 * X.sum(axis=1), rng, samples, noise)


# Center (x1, x2) and sign of each bump.
BUMPS = (
    (-2 / 3, 5 / 12, 1.0),
    (0.0, 5 / 12, -1.0),
    (2 / 3, 5 / 12, 1.0),
    (-2 / 3, -5 / 12, -1.0),
    (0.0, -5 / 12, 1.0),
    (2 / 3, -5 / 12, -1.0),
)


def _bumps_height(X: Array) -> Array:
    # The cones do not overlap (centers are at least 2/3 apart), so the sum is the nearest cone.
    height = np.zeros(len(X))
    for x1, x2, sign in BUMPS:
        height += sign * np.maximum(0.0, 1.0 - 3.0 * np.hypot(X[:, 0] - x1, X[:, 1] - x2))
    return height


def bumps(rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Six cones of radius 1/3 and height +-1 in two rows, at the moved point."""
    return _surface(_bumps_height, rng, samples, noise)
