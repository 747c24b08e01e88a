"""Where the engine's forward passes for pictures are kept from one frame to the next.

A frame asks about two or three sets of inputs: the planes of two panes, and the samples. Each has
its own arrays for as long as it is asked about, and a picture that several panes need of one
snapshot is computed once. All drawing is done in one thread, that of the event loop.
"""

from __future__ import annotations

from collections import OrderedDict

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.network import Parameters
from nnmath_engine.plan import Responses
from nnmath_engine.snapshot import Snapshot

MOST_KEPT, MOST_BYTES = 8, 64_000_000
"""Enough for two networks in turn. What alone is larger, wide layers on a large plane, goes."""


def run(snapshot: Snapshot, X: Array) -> Responses:
    """The network's layers on X (n, d), an array that stays as it is, whatever overflows included.

    The answer holds good until another snapshot of a network of this shape is run on the same X:
    draw from it and let it go, and copy what is to stay.
    """
    return _kept.run(snapshot.blueprint, snapshot.parameters, X)


class _Entry:
    """The answers to X, and whose they are. It holds X and the parameters: their identity counts,
    which a new object could take over once they are gone."""

    def __init__(self, blueprint: Blueprint, X: Array) -> None:
        self.X, self.responses = X, Responses(blueprint, X)
        self._of: Parameters | None = None

    def update(self, parameters: Parameters) -> None:
        if self._of is not parameters:
            self._of = None  # should the work break off half done
            self.responses.update(parameters)
            self._of = parameters


class _Kept:
    """The entries that were asked for last, the newest at the end."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[Blueprint, int], _Entry] = OrderedDict()

    def run(self, blueprint: Blueprint, parameters: Parameters, X: Array) -> Responses:
        key = (blueprint, id(X))
        entry = self._entries.pop(key, None) or _Entry(blueprint, X)
        entry.update(parameters)
        if entry.responses.nbytes <= MOST_BYTES:
            self._entries[key] = entry
            while len(self._entries) > MOST_KEPT or self._bytes() > MOST_BYTES:
                self._entries.popitem(last=False)
        return entry.responses

    def _bytes(self) -> int:
        return sum(entry.responses.nbytes for entry in self._entries.values())


_kept = _Kept()
