"""Which inputs a network has, which it could have, and how one is switched on or off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.changes import request
from nnmath_tui.views.names import printed


class Refused(ValueError):
    """A change that cannot be made; the message says why."""


def all_features(snapshot: Snapshot, seen: Sequence[str] = ()) -> tuple[str, ...]:
    """All that are on, and those that can be switched on, in their usual order.

    Over one or two raw inputs those of TensorFlow Playground: squares, the product, sines. Of
    other data the columns that were `seen` before some were switched off. An image keeps its
    pixels.
    """
    dataset = snapshot.dataset
    names, inputs = dataset.raw_names, dataset.inputs
    if dataset.image_shape is not None:
        return inputs
    if len(names) > 2:
        return (*seen, *(name for name in inputs if name not in seen)) if seen else inputs
    usual = list(names)
    if not any("=" in name for name in names):
        usual += [f"{name}^2" for name in names]
        usual += ["*".join(names)] if len(names) == 2 else []
        usual += [f"sin(pi*{name})" for name in names]
    return (*usual, *(name for name in inputs if name not in usual))


def offered_features(snapshot: Snapshot, seen: Sequence[str] = ()) -> tuple[str, ...]:
    """Those that are off."""
    on = snapshot.dataset.inputs
    return tuple(name for name in all_features(snapshot, seen) if name not in on)


def switched(snapshot: Snapshot, name: str, seen: Sequence[str] = ()) -> dict[str, Any]:
    """The change that switches a feature on or off.

    Raises:
        Refused: it is the only one, or a pixel of an image.
    """
    dataset = snapshot.dataset
    if dataset.image_shape is not None:
        raise Refused("an image keeps all its pixels")
    on = [*dataset.inputs]
    if name not in on:
        on.append(name)
    elif len(on) == 1:
        raise Refused(f"{printed(name)} stays: a network needs at least one input")
    else:
        on.remove(name)
    chosen = tuple(feature for feature in all_features(snapshot, seen) if feature in on)
    plain = dataset.raw_names if len(dataset.raw_names) <= 2 else tuple(seen)
    return request(snapshot, "data.features", () if chosen == tuple(plain) else chosen)
