"""The main screen: panes around one session, and the keys that drive it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from textual import on
from textual.app import ComposeResult
from textual.events import Resize
from textual.reactive import var
from textual.widget import Widget

from nnmath_tui.background import in_background
from nnmath_tui.drawing import lines
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import (
    Answered,
    ChangeRejected,
    PresetOpened,
    RunsChanged,
    SnapshotReady,
)
from nnmath_tui.screens.board import HUGE, PANES, SMALLEST
from nnmath_tui.screens.keeping import KeepingScreen
from nnmath_tui.screens.keys import MAIN_KEYS
from nnmath_tui.settings import Settings
from nnmath_tui.views.losses import Ghost
from nnmath_tui.views.notice import Notice
from nnmath_tui.views.runs import RunRow
from nnmath_tui.widgets.controls import Controls
from nnmath_tui.widgets.key_bar import KeyBar
from nnmath_tui.widgets.loss import LossPane
from nnmath_tui.widgets.output import OutputPane
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.spark import LossSpark
from nnmath_tui.widgets.status import Situation, StatusBar

ANSWER_SHOWN = 8.0
"""Seconds that the answer to a key stays."""

if TYPE_CHECKING:
    from nnmath_tui.application import Application


class MainScreen(KeepingScreen):
    """Panes that show the newest snapshot; what they ask for goes to the trainer."""

    AUTO_FOCUS = "#network"
    BINDINGS = MAIN_KEYS

    shown: var[str] = var("network")
    """The one large pane of a small screen."""

    def __init__(self, load: Callable[[], Preset], settings: Settings) -> None:
        super().__init__(load, settings)
        self._status, self._key_bar = StatusBar(id="status"), KeyBar(id="keys")
        self._loss = LossPane(id="loss", classes="pane")
        self._output = OutputPane(id="output", classes="pane")
        self._controls = Controls(id="controls", classes="pane")
        self._spark = LossSpark(id="spark", classes="pane")
        self._late_turn = False
        self.preset: Preset | None = None
        self.panes = (
            self._formula,
            self._lesson,
            self._network,
            self._output,
            self._derivation,
            self._weights,
            self._loss,
            self._controls,
            self._spark,
        )

    def compose(self) -> ComposeResult:
        yield self._status
        yield from self.panes
        yield self._key_bar

    def on_mount(self) -> None:
        """Training begins once the empty panes are on the screen."""
        self.paint(cast("Application", self.app).palette)
        self.call_after_refresh(self.start_training)

    def paint(self, palette: Palette) -> None:
        self._status.palette = self._key_bar.palette = self.palette = palette
        for pane in self.panes:
            pane.palette = palette

    def _turn(self, running: bool) -> Sequence[Pane]:
        """The panes to bring up to date now.

        While training runs and all panes are in sight, they take turns: each is drawn as often as
        the processor allows either way, but a key that comes amid a picture waits half as long.
        """
        if not (running and self.has_class("-wide") and self.has_class("-tall")):
            return self.panes
        self._late_turn = not self._late_turn
        late = (self._output, self._weights, self._loss)
        return [pane for pane in self.panes if (pane in late) is self._late_turn]

    # What the trainer tells

    @on(SnapshotReady)
    def _show_snapshot(self, message: SnapshotReady) -> None:
        before, snapshot = self.situation, message.snapshot
        was = before.snapshot
        other_rows = was is None or was.dataset is not snapshot.dataset
        # What was selected may be one of rows that are no longer there, or are others now.
        if was is None or other_rows or was.layer_sizes != snapshot.layer_sizes:
            self.select_nothing()
        if other_rows:
            self._say_what_is_assumed(snapshot)
        with self.app.batch_update():
            self._loss.ahead = message.ahead
            for pane in self._turn(message.running):
                shows_loss = pane in (self._loss, self._spark)
                pane.snapshot = self.veil.over_snapshot(snapshot) if shows_loss else snapshot
            self.take_note(message)
            self.take_sheet(message.sheet)
        # The status bar changes with every snapshot. Asked by the screen itself, "after refresh"
        # may be before: the widgets have not told it yet that they want to be painted.
        self._status.call_after_refresh(self.snapshot_shown)

    def _say_what_is_assumed(self, snapshot: Snapshot) -> None:
        """Of a table that nobody wrote a preset for."""
        if self.preset is None or not self.preset.is_bare_table:
            return
        from nnmath_tui.views.assumptions import in_short

        words = in_short(snapshot.experiment, snapshot.dataset)
        self.notify(words, title=f"Assumed of {self.preset.title}", timeout=12, markup=False)

    async def get_ready(self) -> None:
        await in_background(lines.get_ready)
        if not self.app.is_headless:
            # All that is there now stays until the end. Otherwise Python looks through all of it
            # every few pictures for what may be thrown away: 50 ms in which nothing moves.
            gc.freeze()
        gc.enable()

    @on(PresetOpened)
    def _title_preset(self, message: PresetOpened) -> None:
        before, preset = self.preset, message.preset
        self.preset = preset
        if before is not None and before.title != preset.title:
            self._formula.answer = None  # it was about the one before
        source = preset.experiment.data.source
        self.situation = replace(self.situation, title=preset.title, source=source)
        self.select_nothing()

    @on(RunsChanged)
    def _draw_ghosts(self, message: RunsChanged) -> None:
        self._show_ghosts(message.rows)

    def _show_ghosts(self, rows: Iterable[RunRow]) -> None:
        self._loss.ghosts = tuple(
            Ghost(row.label, self.veil.over_run(row).outcome.history)
            for row in rows
            if row.overlaid and not row.current
        )

    @on(Answered)
    def _answer(self, message: Answered) -> None:
        role: Literal["warning", "accent"] = "warning" if message.refused else "accent"
        answer = self._formula.answer = Notice(message.title, message.text, role)

        def fade() -> None:
            if self._formula.answer is answer:
                self._formula.answer = None

        self.set_timer(ANSWER_SHOWN, fade)

    @on(ChangeRejected)
    def _say_why(self, message: ChangeRejected) -> None:
        self._controls.reject(message.changes, message.problems)
        self._output.take_back()
        if not self._controls.display:
            self._answer(Answered("not changed:", "; ".join(map(str, message.problems)), True))

    # Layout

    def watch_situation(self, situation: Situation) -> None:
        """The status bar follows."""
        self._status.situation = situation

    def watch_verdict(self, before: Notice | None, verdict: Notice | None) -> None:
        """The formula bar says it; when it holds no more, what else is said there stays."""
        if verdict is not None or self._formula.answer is before:
            self._formula.answer = verdict

    def watch_shown(self, shown: str) -> None:
        """The style sheet shows the pane that the class names."""
        for pane in PANES:
            self.set_class(pane == shown, f"-show-{pane}")

    @on(Resize)
    def _measure(self, event: Resize) -> None:
        width, height = event.size
        self.set_class(width >= HUGE[0] and height >= HUGE[1], "-huge")
        least_width, least_height = SMALLEST
        small = width < least_width or height < least_height
        room = f"{width}x{height}, made for {least_width}x{least_height}" if small else ""
        self.situation = replace(self.situation, room=room)

    # Keys

    def action_show(self, pane: str) -> None:
        """Go to a pane, which on a small screen takes the place of the one before."""
        self.was_quicker = self.tutor.preset is None
        if pane == "lesson" or (pane in ("weights", "derivation") and not self.has_class("-huge")):
            self.set_class(pane == "lesson", "-lesson")
        if pane != "controls" or self.has_class("-tiny"):
            self.shown = pane
        target = self.query_one(f"#{pane}", Widget)
        if target.display:
            self.set_focus(target)  # at once: the next key may have come already
        else:
            self.call_after_refresh(target.focus)

    def action_lesson(self) -> None:
        """Go to the lesson or, from there, back; where all panes are seen, it closes."""
        if self.focused is not self._lesson:
            self.open_lesson(focus=True)
            return
        self.remove_class("-lesson")
        self.action_show(self._before_lesson)

    def open_lesson(self, *, focus: bool = False) -> None:
        """Bring the lesson into sight; where it covers the other panes, it is what keys go to."""
        focused = self.focused.id if self.focused is not None else None
        self._before_lesson = focused if focused in PANES and focused != "lesson" else "network"
        self.add_class("-lesson")
        covers = not (self.has_class("-wide") and self.has_class("-tall"))
        if focus or (covers and not self.was_quicker):
            self.action_show("lesson")

    def show_losses(self, snapshot: Snapshot) -> None:
        hidden = self.veil.losses and snapshot.epoch == 0
        self.situation = replace(self.situation, veiled=hidden)
        self._loss.snapshot = self._spark.snapshot = self.veil.over_snapshot(snapshot)
        self._show_ghosts(self.trainer.runs)

    def show_locks(self, preset: Preset) -> None:
        self._controls.keep_locked(preset.lesson.locks if preset.lesson is not None else None)

    def action_layer(self, direction: int) -> None:
        self._weights.action_layer(direction)

    def action_loss_scale(self) -> None:
        self._loss.action_scale()

    def action_runs(self) -> None:
        """Look at all runs."""
        from nnmath_tui.screens.runs import RunsScreen

        self.app.push_screen(RunsScreen(self.trainer, self._formula.palette, self.veil))

    def action_help(self) -> None:
        """Say what the focused pane shows and what can be done with it."""
        from nnmath_tui.screens.help import HelpScreen

        pane = self.focused.id if self.focused is not None else None
        about = self.focused.explain() if isinstance(self.focused, Pane) else ""
        ascii = self._formula.palette.ascii
        keys = self._keys_in_words()
        self.app.push_screen(HelpScreen(pane or self.shown, keys, about, ascii=ascii))

    def _keys_in_words(self) -> dict[str, str]:
        """What each key does now, by what to press: "5, c"."""
        pressed: dict[str, list[str]] = {}
        for active in self.active_bindings.values():
            if active.enabled and active.binding.tooltip and not active.binding.system:
                words = active.binding.tooltip
                pressed.setdefault(words, []).append(self.app.get_key_display(active.binding))
        return {", ".join(keys): words for words, keys in pressed.items()}
