"""C, compiled for the very sizes of a work: how fast the processor could be."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from nnmath_engine.arrays import Array

from benchmarks.work import Orders, Work

_SOURCE = Path(__file__).with_name("network.c")
_SCALAR = ("-O2", "-fno-tree-vectorize", "-fno-tree-slp-vectorize")
# With reordered sums and the vector versions of tanh in the C library.
_VECTORISED = ("-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-funroll-loops")


def scalar(work: Work) -> C:
    """One number at a time."""
    return C(work, _SCALAR)


def vectorised(work: Work) -> C:
    """As many numbers at a time as the compiler finds."""
    return C(work, _VECTORISED)


class C:
    """See `Peer`; always in double precision."""

    def __init__(self, work: Work, flags: tuple[str, ...]) -> None:
        self._work, self._shapes = work, list(pairwise(work.sizes))
        self._epoch = _compiled(work, flags)
        X, Y = work.data()
        self._X, self._Y = np.ascontiguousarray(X), np.ascontiguousarray(Y)
        self._p = np.concatenate([array.ravel() for layer in work.layers() for array in layer])
        self._m, self._v = np.zeros_like(self._p), np.zeros_like(self._p)
        self._step = ctypes.c_long(0)

    def train(self, orders: Orders) -> None:
        adam = int(self._work.optimizer == "adam")
        fixed = [array.ctypes.data for array in (self._p, self._m, self._v)]
        X, Y, step = self._X.ctypes.data, self._Y.ctypes.data, ctypes.byref(self._step)
        batches, rate = self._work.batches, self._work.learning_rate
        for order in orders:
            self._epoch(*fixed, step, X, Y, order.ctypes.data, batches, rate, adam)

    def layers(self) -> list[tuple[Array, Array]]:
        layers, start = [], 0
        for n, m in self._shapes:
            W, b = np.split(self._p[start : start + (n + 1) * m], [n * m])
            layers.append((W.reshape(n, m), b))
            start += (n + 1) * m
        return layers


def _compiled(work: Work, flags: tuple[str, ...]) -> ctypes._NamedFuncPointer:
    sizes = [f"-DN{i}={n}" for i, n in enumerate(work.sizes)]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "network.so")
        command = ["gcc", *flags, *sizes, f"-DB={work.batch}", "-shared", "-fPIC"]
        command += [str(_SOURCE), "-o", str(library), "-lm"]
        subprocess.run(command, check=True)
        epoch = ctypes.CDLL(str(library)).epoch
    pointer, number = ctypes.c_void_p, ctypes.c_long
    epoch.argtypes = [*[pointer] * 7, number, ctypes.c_double, ctypes.c_int]
    epoch.restype = None
    return epoch
