"""What is compared of two runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from nnmath_tui.drawing.comparison import Line
from nnmath_tui.drawing.loss_plot import Series
from nnmath_tui.drawing.numbers import count, short
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.run_table import score_in_words
from nnmath_tui.views.differences import differing
from nnmath_tui.views.losses import thinned
from nnmath_tui.views.runs import RunRow


def comparison(first: RunRow, second: RunRow, palette: Palette) -> list[Line]:
    """A heading, the settings that differ, and the figures of both runs."""
    lines = [Line("", title(first), title(second), heading=True)]
    lines.append(Line("began as", first.origin, second.origin))
    settings = [
        Line(label, was, now)
        for label, was, now in differing(first.outcome.experiment, second.outcome.experiment)
    ]
    lines += settings or [Line("settings", "the same", "the same")]
    return [*lines, *_figures(first, second, palette)]


def title(row: RunRow) -> str:
    """The run's number, and its name if it has one."""
    return f"{row.number} {row.name}" if row.name else row.label


def _figures(first: RunRow, second: RunRow, palette: Palette) -> Iterator[Line]:
    one, other = first.outcome, second.outcome
    yield Line("epochs", count(one.epoch), count(other.epoch))

    def losses(label: str, of: Callable[[RunRow], float]) -> Line:
        a, b = of(first), of(second)
        shown = [short(value, 9, digits=4, ascii=palette.ascii) for value in (a, b)]
        better = _lower(a, b) if shown[0] != shown[1] else None
        return Line(label, shown[0], shown[1], better)

    yield losses("train loss", lambda row: float(row.outcome.history.last.train_loss))
    if one.tested and other.tested:
        yield losses("test loss", lambda row: row.last_loss)
        yield losses("best test loss", lambda row: row.best_loss)
    if one.task == other.task and first.last_score == first.last_score:
        share = one.task == "classification"
        name = "accuracy" if share else "R²"
        of = "test " if one.tested and other.tested else ""
        for label, a, b in (
            (f"{of}{name}", first.last_score, second.last_score),
            (f"best {of}{name}", first.best_score, second.best_score),
        ):
            shown = [score_in_words(value, share, palette, 9) for value in (a, b)]
            better = _lower(-a, -b) if shown[0] != shown[1] else None
            yield Line(label, shown[0], shown[1], better)


def _lower(a: float, b: float) -> int | None:
    if not (np.isfinite(a) and np.isfinite(b)):
        return None
    return int(b < a)


def comparison_series(first: RunRow, second: RunRow, palette: Palette) -> list[Series]:
    """One curve for each run: the test loss if both have one."""
    tested = first.outcome.tested and second.outcome.tested
    series = []
    for side, row in enumerate((first, second)):
        history = row.outcome.history
        losses = history.test_loss if tested else history.train_loss
        label = title(row)
        series.append(Series(label, *thinned(history, losses), palette.category(side), number=side))
    return series
