"""The ledger of runs, and two of them compared."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip

from nnmath_tui.background import deferred, in_background
from nnmath_tui.drawing.comparison import draw_comparison
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.runs_file import export
from nnmath_tui.screens.overlay import Overlay
from nnmath_tui.trainer import Trainer
from nnmath_tui.views.comparison import comparison, comparison_series
from nnmath_tui.views.runs import RunRow
from nnmath_tui.views.veil import Veil
from nnmath_tui.widgets.key_bar import KeyBar
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.run_table import RunTable

LOOK_EVERY = 0.5
"""Seconds between looks at how far the present run is."""


class RunsScreen(Overlay[None]):
    """All runs; what is asked for of one goes to the trainer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", id="close", tooltip="Back to training"),
        Binding("t,q", "dismiss(None)", id="leave", tooltip="Back to training", show=False),
    ]

    def __init__(self, trainer: Trainer, palette: Palette, veil: Veil) -> None:
        super().__init__()
        self._trainer, self._palette, self._veil = trainer, palette, veil
        self._table = RunTable(id="runs", classes="dialog")
        self._key_bar = KeyBar(id="run-keys")
        self._table.palette = self._key_bar.palette = palette

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._table
            yield self._key_bar

    def on_mount(self) -> None:
        """Follow the present run while the table is open."""
        self._look()
        self._table.focus()
        self.set_interval(LOOK_EVERY, self._look)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not self._table.editing

    @property
    def _rows(self) -> tuple[RunRow, ...]:
        return tuple(map(self._veil.over_run, self._trainer.runs))

    def _look(self) -> None:
        rows = self._rows
        if list(map(_seen, rows)) != list(map(_seen, self._table.rows)):
            self._table.rows = rows

    def _row(self, number: int) -> RunRow | None:
        return next((row for row in self._rows if row.number == number), None)

    @on(RunTable.Chosen)
    def _do(self, message: RunTable.Chosen) -> None:
        trainer, number = self._trainer, message.number
        match message.what:
            case "go":
                trainer.go_to_run(number)
                self.dismiss(None)
            case "overlay":
                trainer.overlay(number)
            case "name":
                trainer.rename(number, message.text)
            case "delete":
                trainer.delete(number)
        self._look()

    @on(RunTable.Compared)
    def _compare(self, message: RunTable.Compared) -> None:
        first, second = self._row(message.first), self._row(message.second)
        if first is not None and second is not None:
            self.app.push_screen(CompareScreen(first, second, self._palette))

    @on(RunTable.ExportRequested)
    def _export(self) -> None:
        self.run_worker(deferred(self._write), name="exporting", group="exporting", exclusive=True)

    async def _write(self) -> None:
        rows = self._rows
        try:
            runs, epochs = await in_background(lambda: export(rows, Path.cwd()))
        except OSError as error:
            self._table.say(f"not written: {error.strerror or error}", True)
        else:
            self._table.say(f"written to {runs.parent}:\n{runs.name}\n{epochs.name}")


def _seen(row: RunRow) -> tuple[object, ...]:
    """What the table shows of a row; histories cannot be compared."""
    outcome = row.outcome
    last = repr(outcome.history.table[1, -1].item())  # NaN, which is not itself, is no news
    state = (outcome.epoch, outcome.step, last, outcome.status, len(outcome.marks))
    return (row.number, row.name, row.current, row.overlaid, row.kept, *state)


class Comparison(Pane):
    """Two runs side by side."""

    def __init__(self, first: RunRow, second: RunRow, *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._first, self._second = first, second

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = comparison(self._first, self._second, self.palette)
        series = comparison_series(self._first, self._second, self.palette)
        return draw_comparison(lines, series, width, height, self.palette)

    def describe(self) -> None:
        tested = self._first.outcome.tested and self._second.outcome.tested
        words = f"{'test' if tested else 'train'} loss, log · escape closes"
        self.caption(f"Runs {self._first.number} and {self._second.number}", words)


class CompareScreen(Overlay[None]):
    """What differs between two runs, how well they did, and their curves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,c,q,enter", "dismiss(None)", "close", id="close", tooltip="Back to the runs"
        ),
    ]

    def __init__(self, first: RunRow, second: RunRow, palette: Palette) -> None:
        super().__init__()
        self._pane = Comparison(first, second, id="comparison", classes="dialog")
        self._pane.palette = palette

    def compose(self) -> ComposeResult:
        yield self._pane
