"""Bounds that protect a shared host: what one experiment may ask for at most."""

from __future__ import annotations

ROWS = 100_000
"""Rows of a made data set."""

LAYERS = 64
"""Hidden layers."""

NEURONS = 4_096
"""Neurons of one layer."""

PARAMETERS = 5_000_000
"""Weights and biases of one network."""

BATCH_NUMBERS = 5_000_000
"""Rows of a batch times neurons of the network: about a second of work, some 250 MB."""

EVALUATED_NUMBERS = 1_000_000
"""Rows times neurons that are evaluated at once."""

EPOCHS = 10_000_000
"""Epochs of one run."""

CLASSES = 100
"""Classes of a classification."""

POINTS = 2_000
"""Points that are given one by one."""

POINT_CLASSES = 10
"""Their classes: each has a digit."""

BLOB_CLASSES = 10
"""Classes of the made data set "blobs": more round clouds on a ring could not be told apart."""

KEPT_BYTES = 32_000_000
"""Of a history's rows; and again of the states on its way, from which earlier epochs are made."""


PARAMETER_BYTES, NUMBER_BYTES = 320, 50
"""What a parameter takes, with its gradient, Adam's moments and the copies that are kept and shown;
and what a number of a batch does."""


def fit_into(count: int) -> None:
    """From now on allow no network and no batch that take more than so many bytes together."""
    global PARAMETERS, BATCH_NUMBERS, EVALUATED_NUMBERS
    PARAMETERS = min(PARAMETERS, count // 2 // PARAMETER_BYTES)
    BATCH_NUMBERS = min(BATCH_NUMBERS, count // 2 // NUMBER_BYTES)
    EVALUATED_NUMBERS = min(EVALUATED_NUMBERS, BATCH_NUMBERS)


def keep_at_most(count: int) -> None:
    """From now on keep no more than so many bytes in place of `KEPT_BYTES`.

    The past stays complete: its rows are fewer the longer ago they are, and the way back to an
    epoch takes longer.
    """
    global KEPT_BYTES
    KEPT_BYTES = count
