"""What the loss plot shows of a history: which curves, and as many of their points as matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.loss_plot import Series
from nnmath_tui.drawing.palette import Color, Palette, mix

VIEWS = ("loss", "score", "gradient", "rate")
"""What there is to see by epoch: losses, accuracy or R², gradient norms, the learning rate."""
MOST_ROWS = 2_000
"""More epochs than this are thinned out, whatever the plot itself then does."""

_TRAIN, _TEST, _VALIDATION, _WHOLE = 1, 0, 2, 7
_OBJECTIVE, _OBJECTIVE_OF_16 = 4, 3
"""Numbers of the curves' colors; training and test samples wear the same."""
_FIRST_LAYER = 2
_PLAIN_COLORS = 6
"""So many layers have colors of their own, those of more run from one color to another."""
_BOTH_CURVES = 2
"""Of so many earlier runs all curves are drawn, where hues tell them apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """An earlier run, drawn behind the present one."""

    name: str
    history: HistoryView


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One quantity by epoch: `values` takes it out of a history, NaN where there is none.

    `number` is by which it is told apart where there are no colors. Runs are `compared` by it.
    `short` is a shorter label.
    """

    label: str
    values: Callable[[HistoryView], Array]
    color: Color
    number: int
    compared: bool = False
    short: str = ""

    def at(self, history: HistoryView, row: int) -> float:
        """The value in a row."""
        return float(self.values(HistoryView(history.table[:, row : row + 1]))[0])


def view_name(view: str, snapshot: Snapshot | None) -> str:
    """A view's name in one short word."""
    if view != "score":
        return view
    regression = snapshot is not None and snapshot.dataset.task == "regression"
    return "R²" if regression else "accuracy"


def curves(view: str, snapshot: Snapshot, palette: Palette) -> tuple[Curve, ...]:
    """The curves of a view that there is something to show of, the most important last."""
    colored = palette.category
    if view == "score":
        candidates = [
            Curve("test", lambda history: history.test_score, colored(_TEST), 1, True),
            Curve("train", lambda history: history.train_score, colored(_TRAIN), 0, True),
        ]
    elif view == "gradient":
        candidates = [*_gradient_curves(snapshot, palette)]
    elif view == "rate":
        rate = Curve(
            "learning rate", lambda history: history.learning_rate, colored(_TRAIN), 0, True
        )
        candidates = [rate]
    else:
        candidates = [
            Curve("validation", lambda history: history.validation_loss, colored(_VALIDATION), 2),
            Curve("test", lambda history: history.test_loss, colored(_TEST), 1, True),
            Curve("train", lambda history: history.train_loss, colored(_TRAIN), 0, True),
        ]
        if bool((snapshot.history.penalty[-MOST_ROWS:] > 0).any()):
            hue = colored(_OBJECTIVE_OF_16 if palette.mode == "16" else _OBJECTIVE)
            candidates.insert(0, Curve("objective", lambda history: history.objective, hue, 3))
    newest = HistoryView(snapshot.history.table[:, -MOST_ROWS:])
    return tuple(one for one in candidates if bool(np.isfinite(one.values(newest)).any()))


def _gradient_curves(snapshot: Snapshot, palette: Palette) -> Iterator[Curve]:
    """The gradient's length in all, and in each layer."""
    count = len(snapshot.layer_sizes) - 1
    whole = palette.category(_WHOLE)
    yield Curve("all", lambda history: history.gradient_norm, whole, count, compared=True)
    for layer in reversed(range(count) if count > 1 else ()):
        is_last = layer == count - 1
        yield Curve(
            "output" if is_last else f"layer {layer + 1}",
            _layer_norm(layer),
            _layer_color(layer, count, palette),
            layer,
            short="out" if is_last else str(layer + 1),
        )


def _layer_norm(layer: int) -> Callable[[HistoryView], Array]:
    def values(history: HistoryView) -> Array:
        norms = history.layer_gradient_norms
        nothing: Array = np.full(len(history), np.nan)
        return norms[layer] if layer < len(norms) else nothing

    return values


def _layer_color(layer: int, count: int, palette: Palette) -> Color:
    first, last = palette.category(0), palette.category(1)
    if count > _PLAIN_COLORS and first and last and first.startswith("#"):
        return mix(first, last, layer / (count - 1))
    return palette.category((_FIRST_LAYER + layer) % 8)


def history_series(
    shown: Sequence[Curve], history: HistoryView, *, log_x: bool = False, ahead: bool = False
) -> tuple[Series, ...]:
    """The curves of one history."""
    return tuple(
        Series(
            one.label,
            *thinned(history, one.values(history), log_x=log_x),
            one.color,
            ahead=ahead,
            number=one.number,
        )
        for one in shown
    )


def ahead_series(
    shown: Sequence[Curve], history: HistoryView, ahead: HistoryView, *, log_x: bool = False
) -> tuple[Series, ...]:
    """The curves from the present moment on; nothing where there is no later one."""
    start = int(ahead.epoch.searchsorted(history.epoch[-1], side="right"))
    if start == len(ahead):
        return ()
    later = HistoryView(ahead.table[:, max(0, start - 1) :])
    return history_series(shown, later, log_x=log_x, ahead=True)


def ghost_series(
    shown: Sequence[Curve], ghosts: Sequence[Ghost], palette: Palette, *, log_x: bool = False
) -> tuple[Series, ...]:
    """The curves of earlier runs, or the main one of each where they could not be told apart."""
    by_hue = palette.mode in ("truecolor", "256") and not palette.ascii
    compared = [one for one in shown if one.compared]
    if not by_hue or len(ghosts) > _BOTH_CURVES:
        compared = compared[-1:]
    return tuple(
        Series(
            ghost.name,
            *thinned(ghost.history, one.values(ghost.history), log_x=log_x),
            one.color,
            dim=True,
            number=number,
        )
        for number, ghost in enumerate(ghosts)
        for one in compared
    )


def thinned(history: HistoryView, values: Array, *, log_x: bool = False) -> tuple[Array, Array]:
    """Epochs and values; of many rows the lowest and the highest of each stretch, and the last.

    The stretches are as wide as they look on the axis, so those of a logarithmic one begin short.
    """
    epoch, rows = history.epoch, len(history)
    if rows <= MOST_ROWS:
        return epoch, values
    bounds = _bounds(rows, log_x)
    middles = (bounds + np.append(bounds[1:], rows)) // 2
    # fmin and fmax pass over NaN, and a stretch of nothing else stays NaN.
    ends = np.stack([np.fmin.reduceat(values, bounds), np.fmax.reduceat(values, bounds)], axis=1)
    x = np.stack([epoch[bounds], epoch[middles]], axis=1)
    return np.append(x.reshape(-1), epoch[-1]), np.append(ends.reshape(-1), values[-1])


def _bounds(rows: int, log_x: bool) -> npt.NDArray[np.intp]:
    """The first row of each stretch."""
    if log_x:
        places = np.linspace(0.0, np.log(rows), MOST_ROWS // 2, endpoint=False)
        return np.unique(np.exp(places).astype(np.intp) - 1)
    return np.arange(0, rows, -(-2 * rows // MOST_ROWS))


def loss_marks(snapshot: Snapshot) -> tuple[tuple[float, str], ...]:
    """The changes of controls, by epoch; those of one epoch as one mark."""
    by_epoch: dict[int, list[str]] = {}
    for mark in snapshot.marks:
        by_epoch.setdefault(mark.epoch, []).append(mark.text)
    return tuple((float(epoch), ", ".join(texts)) for epoch, texts in by_epoch.items())
