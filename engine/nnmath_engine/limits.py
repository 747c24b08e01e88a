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

EPOCHS = 10_000_000
"""Epochs of one run."""

CLASSES = 100
"""Classes of a classification."""
