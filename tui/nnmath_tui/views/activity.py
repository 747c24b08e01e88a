"""What the neurons of a network do on the samples: how often they give what, and which rest.

Everything is told from the activations alone, whatever the layer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.diagram_data import Flags, Histograms
from nnmath_tui.drawing.field import calm_scale
from nnmath_tui.views.forwards import drawn_samples, on_samples

BINS = 48
"""Divides evenly into the usual widths of boxes."""
_MOST_MULTIPLICATIONS = 40_000_000
"""Larger networks on many samples would take longer than a frame has."""
_SINGLY = 48
"""Layers with more neurons are not drawn neuron by neuron."""
FLAT_SHARE = 0.95
"""A neuron is saturated when it is on a flat part of its activation for that share of samples."""
_FLAT = 0.05
"""A slope below that share of the steepest one is flat."""


def affordable(snapshot: Snapshot) -> bool:
    """Whether the network can be run on the samples in every frame."""
    weights = snapshot.parameters.count
    return weights * len(drawn_samples(snapshot.dataset).X) <= _MOST_MULTIPLICATIONS


def activations(snapshot: Snapshot) -> list[Array]:
    """What each layer gives for `drawn_samples`, inputs first: (neurons, n) each, float32."""
    answers = on_samples(snapshot)
    return [answers.inputs, *answers.layers[:-1], answers.yhat.T]


def histograms(snapshot: Snapshot) -> dict[int, Histograms]:
    """By layer, of those that are drawn neuron by neuron; inputs have scales of their own."""
    return {
        layer: _histograms(a, own_scales=layer == 0)
        for layer, a in enumerate(activations(snapshot))
        if len(a) <= _SINGLY
    }


def _histograms(a: Array, own_scales: bool) -> Histograms:
    """Of a layer's values (neurons, n): from zero up, or if some are negative from -m to m."""
    neurons = len(a)
    a = np.nan_to_num(a.astype(np.float64), nan=0.0, posinf=1e30, neginf=-1e30)
    if own_scales:
        reach = np.array([calm_scale(row, 1.0) for row in a])
        negative = a.min(axis=1, initial=0.0) < 0
    else:
        reach = np.full(neurons, calm_scale(a, 0.999))
        negative = np.full(neurons, a.min(initial=0.0) < 0)
    high = np.where(reach > 0, reach, 1.0)
    low = np.where(negative, -high, 0.0)
    shares = (a - low[:, None]) / (high - low)[:, None]
    bins = np.clip((shares * BINS).astype(np.intp), 0, BINS - 1)
    bins += BINS * np.arange(neurons)[:, None]
    counts = np.bincount(bins.reshape(-1), minlength=neurons * BINS).astype(np.float64)
    return Histograms(counts.reshape(neurons, BINS), low, high)


_FLAT_WHERE: dict[str, Callable[[Array], Flags]] = {
    # From a = f(z) follows f'(z): 1 - a², a(1 - a), (1 - |a|)², and a + 1 below zero.
    "tanh": lambda a: 1 - a * a < _FLAT,
    "sigmoid": lambda a: 4 * a * (1 - a) < _FLAT,
    "softsign": lambda a: (1 - np.abs(a)) ** 2 < _FLAT,
    "elu": lambda a: a + 1 < _FLAT,
}

Marks = tuple[Flags | None, ...]


def resting(snapshot: Snapshot) -> tuple[Marks, Marks]:
    """Which hidden neurons are dead and which saturated, for each layer after the inputs.

    A dead one (ReLU) gives 0 for every sample, so that no gradient reaches it; a saturated one is
    where its activation is nearly flat for 95 % of the samples. Nothing is said where samples are
    thinned out, among which a neuron may only seem to rest.
    """
    names = [activation.name for activation in snapshot.activations[:-1]]
    drawn = drawn_samples(snapshot.dataset)
    watched = any(name == "relu" or name in _FLAT_WHERE for name in names)
    if not watched or drawn.of > len(drawn.X) or not affordable(snapshot):
        return (), ()
    hidden = activations(snapshot)[1:-1]
    dead: list[Flags | None] = []
    saturated: list[Flags | None] = []
    for name, a in zip(names, hidden, strict=True):
        flat = _FLAT_WHERE.get(name)
        dead.append(np.asarray((a <= 0).all(axis=1)) if name == "relu" else None)
        saturated.append(None if flat is None else flat(a).mean(axis=1) >= FLAT_SHARE)
    return _marks(dead), _marks(saturated)


def _marks(layers: list[Flags | None]) -> Marks:
    """With none for the output layer; () where no layer can be marked."""
    return (*layers, None) if any(flags is not None for flags in layers) else ()


@lru_cache(maxsize=2)
def _centered_inputs(dataset: Dataset) -> Array:
    X = drawn_samples(dataset).X
    return np.asarray((X - X.mean(axis=0)) / len(X), dtype=np.float32)


def excitation(a: Array, dataset: Dataset) -> Array:
    """What a layer's activations (neurons, n) on `drawn_samples` rise and fall with: (neurons, d).

    The covariance with each input over the samples, in deviations of the activation; zero for a
    neuron that gives the same for every sample.
    """
    a = np.nan_to_num(a, nan=0.0, posinf=0.0, neginf=0.0)
    centered = a - a.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centered**2).mean(axis=1, keepdims=True))
    scaled = centered / np.where(deviation > 1e-12, deviation, np.inf)
    return np.asarray(scaled @ _centered_inputs(dataset))
