"""Random streams: one for each purpose, so that no two draw the same numbers from equal seeds."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a random generator is for."""

    SAMPLES = 0
    SPLIT = 1
    WEIGHTS = 2
    TRAINING = 3
    """Shuffles and dropout masks."""

    def generator(self, seed: int) -> np.random.Generator:
        """The generator of this stream that belongs to `seed`."""
        return np.random.default_rng([seed, int(self)])
