"""A screen on which every number opens: what is selected, how it came about, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from nnmath_engine.derivation import KINDS, Cell, Sample, Worksheet
from textual import on
from textual.timer import Timer

from nnmath_tui.messages import (
    Answered,
    CellOpened,
    NeuronSelected,
    SampleSelected,
    SettingChosen,
    WeightSelected,
)
from nnmath_tui.screens.proving import ProvingScreen
from nnmath_tui.share import Share
from nnmath_tui.views.cell_line import cell_of_neuron, cell_of_weight
from nnmath_tui.walk import Rung, Walk
from nnmath_tui.widgets.derivation import DerivationPane
from nnmath_tui.widgets.formula import FormulaBar
from nnmath_tui.widgets.network import NetworkPane
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.weights import WeightsPane

A_RUNG = 0.5
"""Seconds that a walk which goes by itself stays at each number."""

_OF_SETTING = {
    "training.learning_rate": Cell("lr"),
    "training.l1": Cell("penalty"),
    "training.l2": Cell("penalty"),
    "training.loss": Cell("loss"),
    "training.batch_size": Cell("loss"),
    "training.clip_norm": Cell("norm"),
}
"""The number that a setting is about."""


class DerivingScreen(ProvingScreen):
    """Knows the selected cell and the worksheet it is of, and walks through a step."""

    def __init__(self, fps: float, share: Share | None = None) -> None:
        super().__init__(fps, share)
        self.cell: Cell | None = None
        self._sheet: Worksheet | None = None
        self._sample: Sample | None = None
        self._walk: Walk | None = None
        self._rung = -1
        self._wish: Literal["neuron", "sample"] | None = None
        self._walking: Timer | None = None
        self._before_derivation = "network"
        self._formula = FormulaBar(id="formula")
        self._derivation = DerivationPane(id="derivation", classes="pane")
        self._network = NetworkPane(id="network", classes="pane")
        self._weights = WeightsPane(id="weights", classes="pane")
        self.panes: tuple[Pane, ...] = ()

    # What is selected

    def choose(self, cell: Cell | None) -> None:
        """Select a number: the formula bar says what it is, and Enter opens it."""
        if cell is not None and KINDS[cell.kind].of_sample and cell.sample is None:
            cell = replace(cell, sample=self._sample)
        if cell is not None and cell.sample is not None:
            self._sample = cell.sample
        self.cell = self._formula.cell = cell
        self.trainer.open_numbers(cell is not None)
        if cell is not None and not self._derivation.has_focus:
            self._derivation.open(cell)

    def select_nothing(self) -> None:
        """Another network: no number of the one before is meant any more."""
        self._leave_walk()
        self._sample = self._formula.weight = self._network.weight = None
        for pane in self.panes:
            pane.selected = None
        self.choose(None)
        self._derivation.path = ()

    def select_neuron(self, neuron: tuple[int, int] | None, but: Iterable[Pane] = ()) -> None:
        """Let all panes show which neuron is meant."""
        for pane in self.panes:
            if pane not in but:
                pane.selected = neuron

    @on(NeuronSelected)
    def _select(self, message: NeuronSelected) -> None:
        message.stop()
        self._leave_walk()
        self.select_neuron((message.layer, message.index))
        self.choose(cell_of_neuron(message.layer, message.index))

    @on(WeightSelected)
    def _select_weight(self, message: WeightSelected) -> None:
        message.stop()
        self._leave_walk()
        self._formula.weight = self._network.weight = message.place
        of_pane = self._weights.shown_quantity if self._weights.has_focus else "weights"
        self.choose(cell_of_weight(message.place, of_pane))

    @on(SampleSelected)
    def _select_sample(self, message: SampleSelected) -> None:
        message.stop()
        self._leave_walk()
        self._sample = Sample(message.split, message.index)
        of_sample = self.cell is not None and KINDS[self.cell.kind].of_sample
        cell = self.cell if of_sample and self.cell is not None else Cell("sample_loss")
        self.choose(replace(cell, sample=self._sample))

    @on(SettingChosen)
    def _select_setting(self, message: SettingChosen) -> None:
        message.stop()
        cell = _OF_SETTING.get(message.path)
        if message.path.startswith("training.schedule"):
            cell = Cell("lr")
        if cell is not None:
            self._leave_walk()
            self.choose(cell)

    # How it came about

    def take_sheet(self, sheet: Worksheet | None) -> None:
        """The step that comes next is another, or has other numbers."""
        if self._walk is not None and not _same_step(self._sheet, sheet):
            self._end_walk()
        self._sheet = self._formula.sheet = self._derivation.sheet = sheet
        self._pin_sample()
        if self._wish is not None and sheet is not None and not self.situation.running:
            wish, self._wish = self._wish, None
            self.action_walk(wish)

    def _pin_sample(self) -> None:
        """Keep to one sample: of another one in each batch, no two moments could be compared."""
        cell, sheet = self.cell, self._sheet
        if sheet is None or cell is None or not KINDS[cell.kind].of_sample or cell.sample:
            return
        self._sample = sheet.first_sample
        self.cell = self._formula.cell = replace(cell, sample=self._sample)
        if self._derivation.path == (cell,):
            self._derivation.path = (self.cell,)

    def action_derive(self) -> None:
        """Go to the derivation of the selected number, or of the objective."""
        if self.cell is None:
            self.choose(Cell("objective"))
        assert self.cell is not None
        if self._derivation.path[:1] != (self.cell,):
            self._derivation.open(self.cell)
        focused = self.focused
        if focused is not None and focused.id not in (None, "derivation"):
            self._before_derivation = str(focused.id)
        self.action_show("derivation")

    def action_show(self, pane: str) -> None:
        """Go to a pane; where the panes are laid out says how."""
        raise NotImplementedError

    @on(CellOpened)
    def _follow(self, message: CellOpened) -> None:
        message.stop()
        if message.cell is None:
            self.action_show(self._before_derivation)
            return
        self.cell = self._formula.cell = message.cell
        self.select_neuron(_neuron_of(message.cell, self._sheet), but=[self._weights])

    # The four clocks

    def action_walk(self, clock: Literal["neuron", "sample"]) -> None:
        """Compute the next neuron, or the rest of a sample, and say what came out."""
        if self.situation.snapshot is None:
            return
        if self.situation.running or self._sheet is None:
            if self.situation.running:
                self.trainer.toggle()
            self._wish = clock
            self.trainer.open_numbers(True)
            return
        if self._walk is None:
            self._walk, self._rung = Walk(self._sheet), -1
        last = len(self._walk) - 1
        if self._rung >= last:
            self._end_walk()
            self.trainer.step("batch")
            rows = len(self._sheet.rows)
            self.post_message(Answered("step taken:", f"on {rows} samples; n or j begins the next"))
            return
        after = self._rung + 1 if clock == "neuron" else self._walk.after_sample(self._rung)
        self._rung = min(after, last)
        self._show_rung(self._walk.rung(self._rung), clock)

    def _show_rung(self, rung: Rung, clock: Literal["neuron", "sample"]) -> None:
        assert self._walk is not None
        cell = rung.cell
        neuron = rung.neuron
        if clock == "sample" and rung.sample is not None:
            cell, neuron = Cell("sample_loss", sample=cell.sample), None
            rung = replace(rung, phase="loss")
        self.select_neuron(neuron, but=[self._weights])
        self.choose(cell)
        self._derivation.open(cell)
        self._formula.walk = self._walk.in_words(rung)

    def _end_walk(self) -> None:
        self._walk, self._formula.walk = None, ""

    def _leave_walk(self) -> None:
        """Something else is looked at: no walk by itself goes on either."""
        self._end_walk()
        self._wish = None
        if self._walking is not None:
            self._walking.stop()
            self._walking = None

    def action_walk_on(self) -> None:
        """Let the walk go on by itself, or stop it."""
        if self._walking is None:
            self._walking = self.set_interval(A_RUNG, self._walk_on)
            self.action_walk("neuron")
        else:
            self._walking.stop()
            self._walking = None

    def _walk_on(self) -> None:
        """The next rung, unless training was let run meanwhile."""
        if self.situation.running and self._wish is None:
            self._leave_walk()
        else:
            self.action_walk("neuron")


def _same_step(one: Worksheet | None, other: Worksheet | None) -> bool:
    if one is None or other is None or one.experiment is not other.experiment:
        return False
    return one.t == other.t and one.progress == other.progress and one.before is other.before


def _neuron_of(cell: Cell, sheet: Worksheet | None) -> tuple[int, int] | None:
    """The neuron that a number belongs to, in the numbering of the panes."""
    if not cell.index or cell.kind in ("y", "raw"):
        return None
    if cell.kind == "x":
        return 0, cell.index[0]
    if cell.kind in ("yhat", "dyhat"):
        return (len(sheet.blueprint.activations), cell.index[0]) if sheet is not None else None
    return cell.layer, cell.index[-1]
