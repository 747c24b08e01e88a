"""Who else can train such a network, and what each can do.

A peer is made for one `Work` in a process of its own; `train` runs epochs over rows that come in
the given orders. Modules are only imported there, since most need a package that may be missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from nnmath_engine.arrays import Array

from benchmarks.timing import Run
from benchmarks.work import Orders, Work


class Peer(Protocol):
    """A network in training."""

    def train(self, orders: Orders) -> None:
        """Train for an epoch with each of the orders."""

    def layers(self) -> list[tuple[Array, Array]]:
        """The weights W (fan_in, fan_out) and biases b (fan_out,) of each layer."""


def _same(work: Work) -> Work:
    return work


def _like_sklearn(work: Work) -> Work:
    """No activation at a regression's output; an epsilon so small that its place is no matter.

    scikit-learn's Adam adds epsilon before the bias correction. At 1e-8 that tells, since in large
    networks there are gradients as small.
    """
    return replace(work, epsilon=1e-16, output="linear" if work.loss == "half_mse" else work.output)


def _everything(work: Work) -> bool:
    return True


def _three_layers_of_tanh(work: Work) -> bool:
    return len(work.sizes) == 4 and work.hidden == "tanh" and work.dtype == "float64"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of peer.

    maker: "module:function", which makes a `Peer` for a work.
    needs: the module without which it is skipped, or the command, if it starts with "$".
    covers: whether it can do a work at all. closest: the work that it does in its place.
    tolerance: how far its parameters may be from the reference's, all in float64.
    """

    maker: str
    needs: str = ""
    covers: Callable[[Work], bool] = _everything
    closest: Callable[[Work], Work] = _same
    tolerance: float = 1e-9

    def is_here(self) -> bool:
        """Whether what it needs is installed."""
        if self.needs.startswith("$"):
            return shutil.which(self.needs[1:]) is not None
        return not self.needs or find_spec(self.needs) is not None

    def make(self, work: Work) -> Peer:
        """A peer at the start of a work."""
        module, _, function = self.maker.partition(":")
        made = getattr(import_module(f"benchmarks.peers.{module}"), function)(self.closest(work))
        return cast(Peer, made)


OURS, REFERENCE = "ours", "torch eager"
"""What all times are multiples of, and what all parameters are compared with."""

KINDS = {
    OURS: Kind("ours:Ours"),
    "naive NumPy": Kind("naive:Naive"),
    REFERENCE: Kind("with_torch:eager", "torch"),
    "torch fused": Kind("with_torch:fused", "torch"),
    "scikit-learn": Kind("with_sklearn:Sklearn", "sklearn", closest=_like_sklearn),
    "JAX scan": Kind("with_jax:Jax", "jax"),
    "C scalar": Kind("with_c:scalar", "$gcc", covers=_three_layers_of_tanh),
    "C SIMD": Kind("with_c:vectorised", "$gcc", covers=_three_layers_of_tanh),
}
"""All peers by the name that the table gives them."""

_POOL = 2_000_000
"""Numbers in the orders that are drawn before the measuring, and come again and again."""


def epochs(peer: Peer, work: Work) -> Run:
    """What is measured: so many epochs of a peer."""
    pool = work.orders(max(1, min(64, _POOL // work.rows)))

    def run(count: int) -> None:
        peer.train((pool * -(-count // len(pool)))[:count])

    fit: Run | None = getattr(peer, "fit", None)
    return run if fit is None else fit
