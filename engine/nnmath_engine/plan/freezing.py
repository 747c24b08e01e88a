"""Calls that keep some parameters as they are, whatever the optimizer's rule does.

A frozen parameter has no gradient, so that it does not count where gradients are clipped by their
common length, and the optimizer forgets what it had in mind. That alone would not do: momentum goes
on for a while, and weight decay and the proximal L1 need no gradient. So its value is put back.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from nnmath_engine.plan.kernels import Calls, constant
from nnmath_engine.plan.rules import Vectors


def freezing(vectors: Vectors, frozen: npt.NDArray[np.intp]) -> tuple[Calls, Calls]:
    """What to call between penalties and clipping, and after the rule.

    Args: frozen: where in the flat vector they stand.
    """
    if not len(frozen):
        return [], []
    P, G = vectors.P, vectors.G
    values = np.empty(len(frozen), P.dtype)
    before: Calls = [
        partial(G.put, frozen, constant(0, G)),
        partial(P.take, frozen, None, values, "clip"),
    ]
    return before, [partial(P.put, frozen, values)]
