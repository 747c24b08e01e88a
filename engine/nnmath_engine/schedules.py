"""How the learning rate changes from epoch to epoch.

    learning rate in force = learning_rate × factor(progress, **options)

A factor depends only on the progress of the training, so changing a schedule while the network
trains needs no memory. The one schedule that watches the loss, plateau, gets what it needs from
`Plateau`, which the session feeds once an epoch.

Formulas as in torch.optim.lr_scheduler, one scheduler step an epoch
(https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate).
The symbols on the screen: η₀ learning_rate, η learning rate in force, e epoch (0, 1, 2, ...),
E planned epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, inf, pi
from typing import NamedTuple, TypeAlias

from nnmath_engine.registry import Entry, Option

Factor: TypeAlias = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is: the epoch about to run (from 0), the planned epochs, the drops."""

    epoch: int
    epochs: int
    drops: int = 0


class Plateau(NamedTuple):
    """What the plateau schedule remembers of the loss; pure, so that it is easy to save.

    best: lowest loss so far; waited: epochs without improvement since the last improvement or
    drop; drops: how often the learning rate was lowered.
    """

    best: float = inf
    waited: int = 0
    drops: int = 0

    def observe(self, loss: float, patience: int, threshold: float) -> Plateau:
        """The memory after an epoch that ended with `loss`.

        An epoch improves if loss < best · (1 − threshold). After more than `patience` epochs
        in a row without improvement the rate drops, and the counting starts anew, as in
        torch.optim.lr_scheduler.ReduceLROnPlateau.
        """
        if loss < self.best * (1 - threshold):
            return Plateau(loss, 0, self.drops)
        if self.waited < patience:
            return Plateau(self.best, self.waited + 1, self.drops)
        return Plateau(self.best, 0, self.drops + 1)


def constant(progress: Progress) -> float:
    """η = η₀."""
    return 1.0


def step(progress: Progress, *, step_size: int = 30, gamma: float = 0.1) -> float:
    """η = η₀ γ^⌊e / s⌋: lower by the factor γ every s epochs; lr_scheduler.StepLR."""
    return float(gamma ** (progress.epoch // step_size))


def exponential(progress: Progress, *, gamma: float = 0.99) -> float:
    """η = η₀ γ^e: lower by the factor γ every epoch; lr_scheduler.ExponentialLR."""
    return float(gamma**progress.epoch)


def inverse_time(progress: Progress, *, decay: float = 0.1) -> float:
    """η = η₀ / (1 + k e): falls like 1/e, slow enough to arrive, fast enough to settle.

    Such a rate meets the conditions Σ η = ∞, Σ η² < ∞ of Robbins & Monro, "A stochastic
    approximation method", 1951; keras.optimizers.schedules.InverseTimeDecay.
    """
    return 1 / (1 + decay * progress.epoch)


def cosine(progress: Progress, *, floor: float = 0.0) -> float:
    """η = η₀ (f + (1 − f) (1 + cos(π e / E)) / 2): from η₀ down to f η₀ after E epochs.

    Stays at the floor when training goes on beyond E. Loshchilov & Hutter, "SGDR: stochastic
    gradient descent with warm restarts", 2017, arXiv:1608.03983, equation 5, without restarts;
    lr_scheduler.CosineAnnealingLR(T_max=E, eta_min=f η₀).
    """
    share = min(1.0, progress.epoch / max(1, progress.epochs))
    return floor + (1 - floor) * (1 + cos(pi * share)) / 2


def warmup(progress: Progress, *, warmup_epochs: int = 5) -> float:
    """η = η₀ min(1, (e + 1) / w): climbs to η₀ in w equal steps, then stays.

    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017,
    arXiv:1706.02677, section 2.2; lr_scheduler.LinearLR(start_factor=1/w, total_iters=w−1).
    """
    return min(1.0, (progress.epoch + 1) / warmup_epochs)


def plateau(
    progress: Progress, *, gamma: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> float:
    """η = η₀ γ^drops: lower by the factor γ whenever the loss stops falling.

    `patience` and `threshold` are for `Plateau.observe`, which counts the drops;
    lr_scheduler.ReduceLROnPlateau.
    """
    return float(gamma**progress.drops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Entry):
    """A factor on the learning rate as a function of the training's progress."""

    factor: Factor


def _gamma(default: float) -> Option:
    return Option(
        name="gamma",
        symbol="γ",
        default=default,
        low=0.0,
        high=1.0,
        low_open=True,
        about="Factor on the learning rate each time it is lowered.",
    )


_STEP_SIZE = Option(
    name="step_size",
    symbol="s",
    default=30,
    low=1,
    high=1_000_000,
    about="Epochs from one drop of the learning rate to the next.",
)
_DECAY = Option(
    name="decay",
    symbol="k",
    default=0.1,
    low=0.0,
    high=1e6,
    about="How fast the rate falls: it is halved after 1/k epochs.",
)
_FLOOR = Option(
    name="floor",
    symbol="f",
    default=0.0,
    low=0.0,
    high=1.0,
    about="Share of the learning rate that is left at the end.",
)
_WARMUP_EPOCHS = Option(
    name="warmup_epochs",
    symbol="w",
    default=5,
    low=1,
    high=1_000_000,
    about="Epochs until the full learning rate is reached.",
)
_PATIENCE = Option(
    name="patience",
    symbol="p",
    default=10,
    low=0,
    high=1_000_000,
    about="Epochs without improvement that are tolerated; the next one lowers the rate.",
)
_THRESHOLD = Option(
    name="threshold",
    symbol="τ",
    default=1e-4,
    low=0.0,
    high=1.0,
    high_open=True,
    about="Share by which the loss must fall below its best to count as an improvement.",
)

_ALL = (
    Schedule(
        name="constant",
        label="Constant",
        formula="η = η₀",
        about="The same learning rate throughout.",
        factor=constant,
    ),
    Schedule(
        name="step",
        label="Step",
        formula="η = η₀ γ^⌊e / s⌋",
        about="Drops by a factor every few epochs.",
        factor=step,
        options=(_STEP_SIZE, _gamma(0.1)),
    ),
    Schedule(
        name="exponential",
        label="Exponential",
        formula="η = η₀ γ^e",
        about="Falls by the same share every epoch.",
        factor=exponential,
        options=(_gamma(0.99),),
    ),
    Schedule(
        name="inverse_time",
        label="1/t",
        formula="η = η₀ / (1 + k e)",
        about="Falls like one over time, so that the noise of small batches averages out.",
        factor=inverse_time,
        options=(_DECAY,),
    ),
    Schedule(
        name="cosine",
        label="Cosine",
        formula="η = η₀ (f + (1 − f) (1 + cos(π e / E)) / 2)",
        about="Glides down half a cosine wave over the planned epochs.",
        factor=cosine,
        options=(_FLOOR,),
    ),
    Schedule(
        name="warmup",
        label="Warm-up",
        formula="η = η₀ min(1, (e + 1) / w)",
        about="Climbs to the learning rate over the first epochs, then stays.",
        factor=warmup,
        options=(_WARMUP_EPOCHS,),
    ),
    Schedule(
        name="plateau",
        label="Plateau",
        formula="η = η₀ γ^drops;  a drop after more than p epochs without loss < best (1 − τ)",
        about="Drops by a factor whenever the loss stops falling.",
        factor=plateau,
        options=(_gamma(0.1), _PATIENCE, _THRESHOLD),
    ),
)

SCHEDULES: dict[str, Schedule] = {schedule.name: schedule for schedule in _ALL}
"""Every schedule by its key."""
