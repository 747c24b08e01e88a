"""The loss pane: curves by epoch, and a cursor that reads them and goes back to an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.looks import look_of
from nnmath_tui.drawing.loss_plot import Cursor, LossPlot, Series, make_loss_plot
from nnmath_tui.drawing.numbers import count
from nnmath_tui.views.loss_caption import (
    LIVE_DIGITS,
    MOST_DIGITS,
    Entry,
    axis_words,
    first_that_fits,
    fit_entries,
    tabs,
)
from nnmath_tui.views.losses import (
    VIEWS,
    Curve,
    Ghost,
    ahead_series,
    curves,
    ghost_series,
    history_series,
    loss_marks,
    view_name,
)
from nnmath_tui.views.moments import Moments
from nnmath_tui.widgets.epoch_cursor import EpochCursor

_TITLE_MARGIN = 4
"""Cells beside a title in the border, which Textual does not write on."""
_TITLES = {"loss": "Loss", "gradient": "Gradient norm", "rate": "Learning rate"}


class LossPane(EpochCursor):
    """The curves of one view; their names and values stand in the border."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "next_view", "view", id="loss-view",
                tooltip="Loss, score, gradient norm of each layer, learning rate"),
        Binding("l", "scale", "log/linear", id="loss-scale", tooltip="Logarithmic or linear axis"),
        Binding("x", "epoch_scale", "log epochs", id="loss-epochs",
                tooltip="Logarithmic or linear epochs"),
    ]  # fmt: skip

    log_scale: reactive[bool] = reactive(True, repaint=False)
    """Whether the loss axis is logarithmic; a score's never is."""

    log_epochs: reactive[bool] = reactive(False, repaint=False)
    """Whether the epoch axis is logarithmic."""

    view: reactive[str] = reactive("loss", repaint=False)
    """Which of `VIEWS` is drawn."""

    ghosts: reactive[tuple[Ghost, ...]] = reactive[tuple[Ghost, ...]]((), repaint=False)
    """Earlier runs, drawn behind this one."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._curves: tuple[Curve, ...] = ()
        self._ghosts_drawn: tuple[object, tuple[Series, ...]] = (None, ())

    @property
    def logarithmic(self) -> bool:
        """Whether the axis of the values is logarithmic now."""
        return self.log_scale and self.view != "score"

    def draw(self, width: int, height: int) -> list[Strip]:
        snapshot = self.snapshot
        if snapshot is None:
            self._curves, self.plot = (), LossPlot([])
            return Canvas(width, height, self.palette).strips()
        self._curves = curves(self.view, snapshot, self.palette)
        self.plot = make_loss_plot(
            self._series(snapshot),
            width,
            height,
            self.palette,
            log_y=self.logarithmic,
            log_x=self.log_epochs,
            marks=self._marks(),
            legend=False,
            cursor=self._cursor_drawn(),
            now=None if self.ahead is None else snapshot.history.last.epoch,
        )
        return self.plot.strips

    def _series(self, snapshot: Snapshot) -> tuple[Series, ...]:
        """Ghosts below, then what is ahead, then what has been."""
        log_x = self.log_epochs
        key = (self.ghosts, self.view, log_x, self.palette, [one.label for one in self._curves])
        if self._ghosts_drawn[0] != key:
            # Earlier runs do not change, and may be long.
            behind = ghost_series(self._curves, self.ghosts, self.palette, log_x=log_x)
            self._ghosts_drawn = (key, behind)
        history, ahead = snapshot.history, self.ahead
        later = () if ahead is None else ahead_series(self._curves, history, ahead, log_x=log_x)
        return (*self._ghosts_drawn[1], *later, *history_series(self._curves, history, log_x=log_x))

    def _cursor_drawn(self) -> Cursor | None:
        moments = self.moments()
        if moments is None or self.cursor is None:
            return None
        epoch, row = moments.nearest(self.cursor)
        points = tuple((moments.value(one, row), one.color) for one in self._curves)
        return Cursor(epoch, points, dict(self._marks()).get(float(epoch), ""))

    def _marks(self) -> tuple[tuple[float, str], ...]:
        return () if self.snapshot is None else loss_marks(self.snapshot)

    # The border

    def describe(self) -> None:
        moments = self.moments()
        room = self.size.width - _TITLE_MARGIN
        head = first_that_fits(self._heads(moments), room)
        if moments is None:
            self.caption(head, first_that_fits(self._views(), room))
            return
        reads = self.cursor is not None
        lines = fit_entries(
            head,
            [*self._entries(moments)],
            (room, room),
            MOST_DIGITS if reads else LIVE_DIGITS,
            self.palette,
            names_alone=not reads,
        )
        gap = Text("  " if lines[1] else "")
        rest = first_that_fits(self._views(), room - len(lines[1]) - len(gap))
        if rest:
            lines[1].append_text(gap).append_text(rest)
        self.caption(*lines)

    def _heads(self, moments: Moments | None) -> Iterator[Text]:
        """The view's name, to click on for the next one, and the epoch that is read."""
        name = _TITLES.get(self.view) or view_name(self.view, self.snapshot).capitalize()
        title = Text(name, Style(meta={"@click": "next_view()"}))
        if moments is None or self.cursor is None:
            yield title
            return
        epoch = Text(f"@ {count(moments.nearest(self.cursor)[0])}", Style(bold=True))
        if self.view == "gradient":
            title.right_crop(len(" norm"))
        yield title.append(" ").append_text(epoch)
        yield epoch

    def _entries(self, moments: Moments) -> Iterator[Entry]:
        """The values at the cursor, or the last ones that there are."""
        row = None if self.cursor is None else moments.nearest(self.cursor)[1]
        for one in reversed(self._curves):
            value = moments.last(one) if row is None else moments.value(one, row)
            if row is None and self._without_rows(one.label):
                continue  # the last value is of rows that are no longer there
            if not np.isnan(value):
                look = look_of(self.palette, one.number, one.color)
                yield Entry(one.label, value, look.sample, one.color, one.short)
        penalty = moments.penalty(row)
        if self.view == "loss" and penalty > 0:
            yield Entry("penalty", penalty)
        if self.cursor is None:
            return
        for number, ghost in enumerate(self.ghosts):
            for one in reversed([one for one in self._curves if one.compared]):
                value = Moments(ghost.history).value_at(one, self.cursor)
                if not np.isnan(value):
                    look = look_of(self.palette, number, one.color, "ghost")
                    yield Entry(f"{ghost.name} {one.label}", value, look.sample, look.color)

    def _without_rows(self, label: str) -> bool:
        """Whether the label is of test or validation rows and, since points were drawn, none is."""
        if self.snapshot is None or label not in ("test", "validation"):
            return False
        dataset = self.snapshot.dataset
        return not len(dataset.test if label == "test" else dataset.validation)

    def _views(self) -> Iterator[Text]:
        """What there is to choose from, and how the axes are; ever shorter."""
        names = [(view, view_name(view, self.snapshot)) for view in VIEWS]
        chosen = tabs(names, self.view, self.palette)
        log_y = None if self.view == "score" else self.log_scale
        axes = [axis_words(log_y, self.log_epochs, whole=whole) for whole in (True, False)]
        diverged = self._diverged()
        if diverged:
            axes = [Text(diverged, Style(color=self.palette.bad, bold=True))]
        for axis in axes:
            yield chosen.copy().append("  ").append_text(axis)
        yield axes[-1]
        if not diverged:
            yield chosen

    def _diverged(self) -> str | None:
        snapshot = self.snapshot
        if snapshot is None or snapshot.status != "diverged":
            return None
        return f"diverged in epoch {snapshot.epoch + 1}"

    # Keys

    def action_next_view(self) -> None:
        """Show the next view."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def action_view(self, view: str) -> None:
        """Show that view."""
        self.view = view

    def action_scale(self) -> None:
        """Change between a logarithmic and a linear axis."""
        if self.view == "score":
            self.notify("A score may be zero or negative, so its axis is always linear.")
        else:
            self.log_scale = not self.log_scale

    def action_epoch_scale(self) -> None:
        """Change between logarithmic and linear epochs."""
        self.log_epochs = not self.log_epochs

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "scale" and self.view == "score":
            return False
        return super().check_action(action, parameters)

    # What the picture depends on

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        if before is None or now is None or not _same_curves(before, now):
            super().watch_snapshot(before, now)

    def watch_log_scale(self) -> None:
        self.redraw()

    def watch_log_epochs(self) -> None:
        self.redraw()

    def watch_view(self) -> None:
        self.refresh_bindings()
        self.redraw()

    def watch_ghosts(self) -> None:
        self.redraw()


def _same_curves(before: Snapshot, now: Snapshot) -> bool:
    """Whether two snapshots of one epoch have nothing to tell apart in the plot.

    The last row of a history holds the losses of its epoch, so it tells a reset from a batch.
    """
    return (
        len(before.history) == len(now.history)
        and before.marks == now.marks
        and before.status == now.status
        and np.array_equal(before.history.table[:, -1], now.history.table[:, -1], equal_nan=True)
    )
