"""The main screen: panes around one session, and the keys that drive it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from nnmath_presets.preset import Preset
from textual import on
from textual.app import ComposeResult
from textual.events import Resize
from textual.reactive import var
from textual.widget import Widget

from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import (
    ChangeRejected,
    ChangeRequested,
    NeuronSelected,
    OpenFailed,
    PresetOpened,
    SnapshotReady,
)
from nnmath_tui.screens.board import PANES, SMALLEST, Board
from nnmath_tui.screens.keys import MAIN_KEYS
from nnmath_tui.trainer import PACES, Trainer
from nnmath_tui.widgets.controls import Controls
from nnmath_tui.widgets.formula import FormulaBar
from nnmath_tui.widgets.key_bar import KeyBar
from nnmath_tui.widgets.loss import LossPane
from nnmath_tui.widgets.network import NetworkPane
from nnmath_tui.widgets.output import OutputPane
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.spark import LossSpark
from nnmath_tui.widgets.status import Situation, StatusBar
from nnmath_tui.widgets.weights import WeightSelected, WeightsPane

if TYPE_CHECKING:
    from nnmath_tui.application import Application


class MainScreen(Board):
    """Panes that show the newest snapshot; what they ask for goes to the trainer."""

    AUTO_FOCUS = "#network"
    BINDINGS = MAIN_KEYS

    shown: var[str] = var("network")
    """The one large pane of a small screen."""

    situation: var[Situation] = var(Situation())
    """What the status bar tells of."""

    def __init__(self, load: Callable[[], Preset], fps: float) -> None:
        super().__init__()
        self.trainer = Trainer(self.post_message, fps, self._until_shown)
        self._shown = asyncio.Event()
        self.trainer.open(load)
        self._status, self._key_bar = StatusBar(id="status"), KeyBar(id="keys")
        self._formula, self._weights = (
            FormulaBar(id="formula"),
            WeightsPane(id="weights", classes="pane"),
        )
        self._loss = LossPane(id="loss", classes="pane")
        self.panes: tuple[Pane, ...] = (
            self._formula,
            NetworkPane(id="network", classes="pane"),
            OutputPane(id="output", classes="pane"),
            self._weights,
            self._loss,
            Controls(id="controls", classes="pane"),
            LossSpark(id="spark", classes="pane"),
        )

    def compose(self) -> ComposeResult:
        yield self._status
        yield from self.panes
        yield self._key_bar

    def on_mount(self) -> None:
        """Training begins once the empty panes are on the screen."""
        self.paint(cast("Application", self.app).palette)
        self.call_after_refresh(self._start_training)

    def _start_training(self) -> None:
        self.run_worker(self.trainer.drive(), name="trainer", group="trainer")

    def paint(self, palette: Palette) -> None:
        self._status.palette = self._key_bar.palette = palette
        for pane in self.panes:
            pane.palette = palette

    async def _until_shown(self) -> None:
        """Wait until the panes have drawn the snapshot that was posted last."""
        self._shown.clear()
        await self._shown.wait()

    def give_way(self) -> None:
        """Let training wait until the screen shows what a key or a click has changed."""
        self.trainer.give_way()
        self.call_after_refresh(self.trainer.go_on)

    # What the trainer tells

    @on(SnapshotReady)
    def _show_snapshot(self, message: SnapshotReady) -> None:
        before, snapshot = self.situation, message.snapshot
        with self.app.batch_update():
            for pane in self.panes:
                pane.snapshot = snapshot
            self.situation = replace(
                before,
                snapshot=snapshot,
                running=message.running,
                speed=message.speed,
                pace=self.trainer.pace,
            )
        self._shown.set()
        if before.running != message.running:
            self.refresh_bindings()
        self._announce(before, message)

    def _announce(self, before: Situation, message: SnapshotReady) -> None:
        """Say in words why a training has ended, once."""
        snapshot = message.snapshot
        if not before.running or message.running:
            return
        if snapshot.status == "diverged":
            self.notify(
                f"{snapshot.diagnosis}\n\nThe last finite weights are kept. Change a setting to go "
                "on from them, or press r to start afresh.",
                title=f"Diverged in epoch {snapshot.epoch + 1}",
                severity="error",
                timeout=30,
                markup=False,
            )
        elif snapshot.status == "stopped" and snapshot.marks:
            self.notify(snapshot.marks[-1].text, title="Early stopping", markup=False)

    @on(ChangeRejected)
    def _say_why(self, message: ChangeRejected) -> None:
        self.notify(
            "\n".join(map(str, message.problems)),
            title="Not changed",
            severity="warning",
            timeout=10,
            markup=False,
        )

    @on(PresetOpened)
    def _title_preset(self, message: PresetOpened) -> None:
        self.situation = replace(self.situation, title=message.preset.title)
        for pane in self.panes:
            pane.selected = None

    @on(OpenFailed)
    def _say_what_failed(self, message: OpenFailed) -> None:
        text = "\n".join(message.problems)
        if message.nothing_open:
            self.app.exit(return_code=2, message=text)
        else:
            self.notify(text, title="Not opened", severity="error", timeout=15, markup=False)

    # What the panes ask for

    @on(ChangeRequested)
    def _pass_on(self, message: ChangeRequested) -> None:
        message.stop()
        self.trainer.change(message.changes)

    @on(NeuronSelected)
    def _select(self, message: NeuronSelected) -> None:
        message.stop()
        for pane in self.panes:
            pane.selected = (message.layer, message.index)

    @on(WeightSelected)
    def _explain_weight(self, message: WeightSelected) -> None:
        message.stop()
        self._formula.weight = message.place

    # Layout

    def watch_situation(self, situation: Situation) -> None:
        """The status bar follows."""
        self._status.situation = situation

    def watch_shown(self, shown: str) -> None:
        """The style sheet shows the pane that the class names."""
        for pane in PANES:
            self.set_class(pane == shown, f"-show-{pane}")

    @on(Resize)
    def _measure(self, event: Resize) -> None:
        width, height = event.size
        least_width, least_height = SMALLEST
        small = width < least_width or height < least_height
        room = f"{width}x{height}, made for {least_width}x{least_height}" if small else ""
        self.situation = replace(self.situation, room=room)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One key runs and pauses; the footer names the one that it would do."""
        if action in ("run", "pause"):
            return self.situation.running == (action == "pause")
        return True

    def action_run(self) -> None:
        self.trainer.toggle()

    def action_pause(self) -> None:
        self.trainer.toggle()

    def action_step(self, size: str) -> None:
        self.trainer.step("batch" if size == "batch" else "epoch")

    def action_reset(self, new_seed: bool) -> None:
        self.trainer.reset(new_seed=new_seed)

    def action_show(self, pane: str) -> None:
        """Go to a pane, which on a small screen takes the place of the one before."""
        if pane != "controls" or self.has_class("-tiny"):
            self.shown = pane
        self.call_after_refresh(self._focus, f"#{pane}")

    def _focus(self, selector: str) -> None:
        self.query_one(selector, Widget).focus()

    def action_layer(self, direction: int) -> None:
        self._weights.action_layer(direction)

    def action_loss_scale(self) -> None:
        self._loss.action_scale()

    def action_slower(self) -> None:
        self._change_pace(-1)

    def action_faster(self) -> None:
        self._change_pace(1)

    def _change_pace(self, direction: int) -> None:
        place = PACES.index(self.trainer.pace) + direction
        pace = PACES[min(max(place, 0), len(PACES) - 1)]
        self.trainer.set_pace(pace)
        self.situation = replace(self.situation, pace=pace)
        speed = "full speed" if pace is None else f"{pace:g} epoch{'s' * (pace != 1)} a second"
        self.notify(speed, timeout=2)

    def action_presets(self) -> None:
        """Choose another experiment from a list."""
        from nnmath_tui.screens.presets import PresetsScreen

        self.app.push_screen(PresetsScreen(), self._open)

    def _open(self, name: str | None) -> None:
        if name is not None:
            self.open(name)

    def open(self, name: str) -> None:
        """Put the preset of that name or path in the place of the present one."""
        from nnmath_presets import catalog

        self.trainer.open(lambda: catalog.load(name))

    def action_help(self) -> None:
        """Say what the focused pane shows and what can be done with it."""
        from nnmath_tui.screens.help import HelpScreen

        pane = self.focused.id if self.focused is not None else None
        self.app.push_screen(HelpScreen(pane or self.shown, self._keys_in_words()))

    def _keys_in_words(self) -> dict[str, str]:
        """What each key does now, by what to press: "5, c"."""
        pressed: dict[str, list[str]] = {}
        for active in self.active_bindings.values():
            if active.enabled and active.binding.tooltip and not active.binding.system:
                words = active.binding.tooltip
                pressed.setdefault(words, []).append(self.app.get_key_display(active.binding))
        return {", ".join(keys): words for words, keys in pressed.items()}
