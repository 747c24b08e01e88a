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
"""Rows of a batch times neurons of the network: about a second of work, some 200 MB."""

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
