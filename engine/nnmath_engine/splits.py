"""Which rows train, validate and test."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.distinct import grouped
from nnmath_engine.samples import DataError

Rows = npt.NDArray[np.intp]


def split_rows(
    rng: np.random.Generator,
    classes: npt.NDArray[Any],
    test_fraction: float,
    validation_fraction: float,
) -> tuple[Rows, Rows, Rows]:
    """Row numbers (train, validation, test), each in shuffled order.

    classes: shape (n,), the class id of each row, all equal for a regression. Test and validation
    get their fraction of the rows, rounded, with the same share of each class as nearly as whole
    rows allow; one row of each class always stays in training.
    Raises DataError if the fractions leave nothing to train on.
    """
    if test_fraction + validation_fraction >= 1.0:
        raise DataError(
            [
                f"data.test_fraction {test_fraction:g} and data.validation_fraction "
                f"{validation_fraction:g} leave no rows to train on; their sum must be below 1"
            ]
        )
    n = len(classes)
    _, ids, available = grouped(classes)
    order = rng.permutation(n)
    for_test = _shares(available, int(n * test_fraction + 0.5))
    for_validation = _shares(available - for_test, int(n * validation_fraction + 0.5))
    # Rank of each row among the shuffled rows of its class: the first ones test, the next validate.
    rank = np.empty(n, dtype=np.intp)
    for class_id in range(len(available)):
        members = order[ids[order] == class_id]
        rank[members] = np.arange(len(members))
    in_test = rank < for_test[ids]
    in_validation = ~in_test & (rank < (for_test + for_validation)[ids])
    in_train = ~in_test & ~in_validation
    return order[in_train[order]], order[in_validation[order]], order[in_test[order]]


def _shares(available: Rows, total: int) -> Rows:
    """How many rows of each class make up `total`: in proportion, by largest remainder."""
    capacity = np.maximum(available - 1, 0)
    total = min(total, int(capacity.sum()))
    ideal = total * available / max(int(available.sum()), 1)
    shares = np.minimum(np.floor(ideal).astype(np.intp), capacity)
    while (short := total - int(shares.sum())) > 0:
        wanting = np.where(shares < capacity, ideal - shares, -np.inf)
        open_classes = int(np.isfinite(wanting).sum())
        shares[np.argsort(-wanting, kind="stable")[: min(short, open_classes)]] += 1
    return shares
