"""A screen that drives a session: what it asks the trainer for, and what it hears from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual import on
from textual.reactive import var

from nnmath_tui import keyboard
from nnmath_tui.background import deferred
from nnmath_tui.messages import (
    ChangeRequested,
    EpochAwaited,
    EpochRequested,
    FreezeRequested,
    OpenFailed,
    SnapshotReady,
    WeightEdited,
)
from nnmath_tui.motion import PACES
from nnmath_tui.screens.board import Board
from nnmath_tui.share import Share
from nnmath_tui.trainer import Trainer
from nnmath_tui.widgets.status import Situation

NEWEST = 2**63
"""Beyond every epoch."""

REACTION = 0.01
"""Seconds within which a key has gone from widget to widget to the one that acts on it, and that
one has asked to be painted; before, waiting for the next painting would wait for none."""


class DrivingScreen(Board):
    """Owns the trainer and knows the situation; how that looks is for others to say."""

    situation: var[Situation] = var(Situation())
    """What training is about, how far it is, and whether it runs."""

    def __init__(self, fps: float, share: Share | None = None) -> None:
        super().__init__()
        self.trainer = Trainer(
            self.post_message,
            fps,
            self._until_shown,
            input_waits=keyboard.waiting,
            terminal_ready=lambda: bool(getattr(self.app, "terminal_is_ready", True)),
            share=share,
        )
        self._shown = asyncio.Event()
        self._ready = False

    def start_training(self) -> None:
        """Let the trainer obey from now on, for as long as there is an app."""
        self.run_worker(deferred(self.trainer.drive), name="trainer", group="trainer")

    async def _until_shown(self) -> None:
        """Wait until the snapshot that was posted last is on the screen."""
        self._shown.clear()
        await self._shown.wait()

    def snapshot_shown(self) -> None:
        """The snapshot that was posted last is on the screen."""
        self._shown.set()
        if not self._ready:
            self._ready = True
            self.run_worker(deferred(self.get_ready), name="getting ready", group="getting ready")

    async def get_ready(self) -> None:
        """Called once, with the first snapshot on the screen: do what moving pictures need."""

    def give_way(self) -> None:
        """Let training wait until the screen shows what a key or a click has changed."""
        self.trainer.give_way()
        self.set_timer(REACTION, self._go_on)

    def _go_on(self) -> None:
        self.call_after_refresh(self.trainer.go_on)

    def take_note(self, message: SnapshotReady) -> None:
        """Bring the situation up to date with a snapshot that the panes have drawn."""
        before = self.situation
        self.situation = replace(
            before,
            snapshot=message.snapshot,
            running=message.running,
            speed=message.speed,
            pace=self.trainer.pace,
            newest=newest(message),
            awaited=None,
        )
        if _keys_depend_on(before) != _keys_depend_on(self.situation):
            self.refresh_bindings()

    @on(EpochAwaited)
    def _say_where_to(self, message: EpochAwaited) -> None:
        self.situation = replace(self.situation, awaited=message.epoch)
        self.refresh_bindings()

    @on(OpenFailed)
    def _say_what_failed(self, message: OpenFailed) -> None:
        text = "\n".join(message.problems)
        if message.nothing_open:
            self.app.exit(return_code=2, message=text)
        else:
            self.notify(text, title="Not opened", severity="error", timeout=15, markup=False)

    @on(ChangeRequested)
    def _pass_on(self, message: ChangeRequested) -> None:
        message.stop()
        self.trainer.change(message.changes)

    @on(EpochRequested)
    def _go_to(self, message: EpochRequested) -> None:
        message.stop()
        self.trainer.go_to(message.epoch)

    @on(WeightEdited)
    def _edit(self, message: WeightEdited) -> None:
        message.stop()
        self.trainer.edit(message.place, message.value)

    @on(FreezeRequested)
    def _freeze(self, message: FreezeRequested) -> None:
        message.stop()
        self.trainer.freeze(message.place, message.frozen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One key runs, pauses and branches; the footer names what it would do."""
        situation = self.situation
        if action in ("run", "pause", "branch"):
            does = "pause" if situation.running else "branch" if situation.past else "run"
            return action == does
        return action != "stay" or situation.awaited is not None

    def action_run(self) -> None:
        self._toggle()

    def action_pause(self) -> None:
        self._toggle()

    def action_branch(self) -> None:
        """Train on from the epoch that is looked at; what came after it stays as a run."""
        self._toggle()

    def _toggle(self) -> None:
        """Say what the key does before all panes are drawn anew, which takes a while."""
        situation = self.situation
        if situation.snapshot is not None and not situation.past:
            self.situation = replace(situation, running=not situation.running, speed=0.0)
            self.refresh_bindings()
        self.call_after_refresh(self.trainer.toggle)

    def action_back(self, epochs: int) -> None:
        self.trainer.go_by(-epochs)

    def action_forward(self, epochs: int) -> None:
        self.trainer.go_by(epochs)

    def action_first(self) -> None:
        self.trainer.go_to(0)

    def action_newest(self) -> None:
        self.trainer.go_to(NEWEST)

    def action_stay(self) -> None:
        """See what was seen before the wish for another epoch, which is given up."""
        snapshot = self.situation.snapshot
        if snapshot is not None:
            self.trainer.go_to(snapshot.epoch if self.situation.past else NEWEST)

    def action_undo(self) -> None:
        self.trainer.undo()

    def action_redo(self) -> None:
        self.trainer.redo()

    def action_step(self, size: str) -> None:
        self.trainer.step("batch" if size == "batch" else "epoch")

    def action_reset(self, new_seed: bool) -> None:
        self.trainer.reset(new_seed=new_seed)

    def action_slower(self) -> None:
        self._change_pace(-1)

    def action_faster(self) -> None:
        self._change_pace(1)

    def _change_pace(self, direction: int) -> None:
        place = PACES.index(self.trainer.pace) + direction
        self.set_pace(PACES[min(max(place, 0), len(PACES) - 1)])

    def set_pace(self, pace: float | None) -> None:
        """Train at one of `PACES`."""
        if pace != self.trainer.pace:
            self.trainer.set_pace(pace)
            # The speed that was measured is that of the pace before.
            self.situation = replace(self.situation, pace=pace, speed=0.0)

    def open(self, name: str) -> None:
        """Put the preset of that name or path in the place of the present one."""
        from nnmath_presets import catalog

        self.trainer.open(lambda: catalog.load(name))


def newest(message: SnapshotReady) -> int | None:
    """The last epoch that can be gone to from a picture of the past; None in the present."""
    if message.ahead is None:
        return None
    return int(message.ahead.last.epoch) if len(message.ahead) else message.snapshot.epoch


def _keys_depend_on(situation: Situation) -> tuple[bool, bool, bool]:
    return situation.running, situation.past, situation.awaited is not None
