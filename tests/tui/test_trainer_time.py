"""Back in time and on from there: the trainer without an app."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_engine.timeline import GivenUp
from nnmath_presets.preset import Preset
from nnmath_tui import sitting
from nnmath_tui.messages import EpochAwaited, PresetOpened, RunsChanged, SnapshotReady
from nnmath_tui.trainer import Trainer
from textual.message import Message

MakePreset = Callable[..., Preset]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Driving = Callable[[Preset], Any]
LONG = {"training.epochs": 30}


def assert_same(one: Snapshot, other: Snapshot) -> None:
    """Bit for bit."""
    assert (one.epoch, one.batch, one.step) == (other.epoch, other.batch, other.step)
    for ours, theirs in zip(one.parameters.arrays(), other.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for name, slot in one.slots.items():
        for ours, theirs in zip(slot.arrays(), other.slots[name].arrays(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(one.history.table, other.history.table)


def reference(preset: Preset, epoch: int) -> Snapshot:
    session = Session(preset.experiment)
    session.run(60, until=epoch)
    return session.snapshot()


async def test_an_earlier_epoch_has_the_very_same_numbers(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    preset = make_preset({**LONG, "training.optimizer": "adam", "network.dropout": 0.2})
    async with driving(preset) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        present = heard.now
        for epoch in (29, 7, 0, 23):
            trainer.go_to(epoch)
            await until(heard.showing(lambda snapshot: snapshot.epoch, epoch))
            assert_same(heard.now, reference(preset, epoch))
            ahead = heard.last.ahead
            assert ahead is not None
            np.testing.assert_array_equal(ahead.table, present.history.table[:, epoch + 1 :])
        trainer.go_to(10**9)
        await until(lambda: heard.epoch == 30)
        assert heard.last.ahead is None
        assert_same(heard.now, present)


async def test_the_present_comes_back_to_the_very_batch_and_with_its_last_change(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset(LONG)) as (trainer, heard):
        for size in ("epoch", "epoch", "epoch", "batch"):
            trainer.step(size)
        await until(lambda: heard.epoch == 3 and heard.now.batch == 1)
        trainer.change({"training.learning_rate": 0.7})
        await until(lambda: heard.epoch == 3 and heard.now.learning_rate == 0.7)
        present = heard.now
        trainer.go_by(-1)
        await until(lambda: heard.now.batch == 0)
        assert heard.epoch == 3, "amid the fourth epoch, one back is the end of the third"
        assert heard.now.learning_rate != 0.7
        trainer.go_by(-1)
        await until(lambda: heard.epoch == 2)
        trainer.go_by(2)
        await until(lambda: heard.last.ahead is None)
        assert_same(heard.now, present)
        assert heard.now.learning_rate == 0.7


async def test_steps_in_time_add_up_and_stop_at_both_ends(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset(LONG)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        seen = len(heard.of(SnapshotReady))
        for by in (-1, -1, -10, 3, -1):
            trainer.go_by(by)
        await until(lambda: heard.epoch == 20)
        assert len(heard.of(SnapshotReady)) == seen + 1, "one picture for all of them"
        trainer.go_by(-1000)
        await until(lambda: heard.epoch == 0)
        trainer.go_by(1000)
        await until(lambda: heard.epoch == 30)


async def test_going_back_pauses(make_preset: MakePreset, until: Until, driving: Driving) -> None:
    async with driving(make_preset({"training.epochs": 10**6})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch > 20)
        trainer.go_to(5)
        await until(lambda: heard.epoch == 5)
        assert not trainer.running
        assert not heard.last.running
        await asyncio.sleep(0.05)
        assert heard.epoch == 5


async def test_a_way_that_takes_long_is_announced_and_given_up_for_a_newer_wish(
    make_preset: MakePreset, until: Until, driving: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitting, "PATIENCE", 0.02)
    asked, blocked = [], threading.Event()
    rewind = Session.rewind

    def slowly(session: Session, epoch: int, unwanted: Callable[[], bool]) -> None:
        asked.append(epoch)
        while epoch == 9 and not blocked.wait(0.005):
            if unwanted():
                raise GivenUp
        rewind(session, epoch, unwanted)

    monkeypatch.setattr(Session, "rewind", slowly)
    async with driving(make_preset(LONG)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        trainer.go_to(9)
        await until(lambda: [message.epoch for message in heard.of(EpochAwaited)] == [9])
        for epoch in (15, 14, 13):
            trainer.go_to(epoch)
        await until(lambda: heard.epoch == 13)
        assert asked == [9, 13], "the newest wish wins, and there is no queue"
        blocked.set()
        assert_same(heard.now, reference(make_preset(LONG), 13))


async def test_a_key_after_a_wish_waits_for_it(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset(LONG)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        for _ in range(5):
            trainer.go_by(-1)
        trainer.step("epoch")
        await until(lambda: heard.epoch == 26)
        assert [row.origin for row in trainer.runs] == ["Small", "branch at 25 of run 1"]


async def test_to_train_on_in_the_past_begins_a_branch_and_keeps_the_run(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    preset = make_preset(LONG)
    async with driving(preset) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        present = heard.now
        trainer.go_to(12)
        trainer.change({"training.learning_rate": 1.0})
        await until(lambda: heard.epoch == 12 and heard.now.learning_rate == 1.0)
        assert heard.last.ahead is None, "a change is the beginning of another future"
        assert [row.number for row in trainer.runs] == [1], "no row without an epoch"
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        one, two = trainer.runs
        assert (one.current, one.overlaid, one.kept) == (False, True, True)
        assert two.current
        assert two.begins == 12
        assert two.differs.startswith("branch at 12 of run 1, learning rate 0.1 → 1")
        np.testing.assert_array_equal(one.outcome.history.table, present.history.table)
        expected = Session(preset.experiment)
        expected.run(60, until=12)
        expected.apply({"training.learning_rate": 1.0})
        expected.run(60, until=30)
        assert_same(heard.now, expected.snapshot())
        trainer.go_to_run(1)
        await until(lambda: trainer.runs[0].current)
        assert_same(heard.now, present)
        trainer.go_to(12)
        await until(lambda: heard.epoch == 12)
        assert_same(heard.now, reference(preset, 12))


async def test_a_branch_that_goes_on_unchanged_has_the_same_future(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset(LONG)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        present = heard.now
        trainer.go_to(12)
        await until(lambda: heard.epoch == 12)
        trainer.toggle()
        await until(lambda: heard.epoch == 30 and not heard.last.running)
        assert len(trainer.runs) == 2
        assert_same(heard.now, present)


async def test_every_way_to_a_new_run_leaves_a_row(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    other = make_preset({"data.source": "moons"}, title="Moons")
    async with driving(make_preset()) as (trainer, heard):
        for act in (
            trainer.reset,
            lambda: trainer.reset(new_seed=True),
            lambda: trainer.change({"network.hidden": (2,)}),
            lambda: trainer.open(lambda: other),
            trainer.reset,
        ):
            trainer.step("epoch")
            await until(lambda: heard.epoch == 1)
            act()
            await until(lambda: heard.epoch == 0)
        trainer.reset()  # without an epoch since, nothing to keep
        trainer.step("batch")
        trainer.reset()
        await asyncio.sleep(0.1)
        assert [row.origin for row in trainer.runs] == [
            "Small",
            "reset",
            "seed 0 → 1",
            "hidden layers 3 2 → 2",
            "Moons",
        ]
        assert [row.number for row in trainer.runs] == [1, 2, 3, 4, 5]
        assert not any(row.current for row in trainer.runs)
        assert heard.of(RunsChanged)[-1].rows[-1].outcome.experiment.data.source == "moons"


async def test_a_run_of_another_preset_comes_back_with_its_title(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    other = make_preset({"data.source": "moons"}, title="Moons")
    async with driving(make_preset()) as (trainer, heard):
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        trainer.open(lambda: other)
        await until(lambda: heard.epoch == 0 and heard.now.experiment.data.source == "moons")
        trainer.go_to_run(1)
        await until(lambda: heard.epoch == 1)
        titles = [message.preset.title for message in heard.of(PresetOpened)]
        assert titles == ["Small", "Moons", "Small"]
        assert heard.now.experiment.data.source == "circle"


async def test_a_diverged_training_can_be_taken_back_and_go_another_way(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    values = {
        "data.source": "line",
        "training.learning_rate": 1e5,
        "network.hidden": (),
        "training.epochs": 1000,
    }
    async with driving(make_preset(values)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch >= 0 and heard.now.status == "diverged")
        end = heard.epoch
        assert end >= 2
        trainer.go_to(1)
        await until(lambda: heard.epoch == 1)
        assert heard.now.status == "ready"
        trainer.go_to(end + 1)
        await until(lambda: heard.now.status == "diverged")
        trainer.go_to(1)
        trainer.change({"training.learning_rate": 1e-3})
        trainer.step("epoch")
        await until(lambda: heard.epoch == 2)
        assert heard.now.status == "ready"
        assert [row.outcome.status for row in trainer.runs] == ["diverged", "ready"]


async def test_slow_motion_shows_the_batches_evenly(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset({"training.batch_size": 5})) as (trainer, heard):
        trainer.set_pace(0.5)
        trainer.toggle()
        await until(lambda: heard.epoch == 1)
        times = [(m.snapshot.epoch, m.snapshot.batch) for m in heard.of(SnapshotReady)]
        assert sorted(set(times)) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
        trainer.toggle()
        await until(lambda: not heard.last.running)


async def test_slow_motion_draws_no_more_pictures_than_asked_for(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    preset = make_preset({"data.samples": 800, "training.batch_size": 1})
    async with driving(preset) as (trainer, heard):
        trainer.set_pace(0.5)
        trainer.toggle()
        await until(lambda: heard.epoch == 0 and heard.now.batch > 0)
        # 400 batches an epoch are 200 a second: 17 for each of 12 pictures a second.
        assert heard.now.batch == 17


async def test_wishes_that_come_faster_than_pictures_become_one(
    make_preset: MakePreset, until: Until
) -> None:
    heard: list[SnapshotReady] = []
    drawn = asyncio.Event()

    async def draw() -> None:
        drawn.clear()
        await drawn.wait()

    def post(message: Message) -> None:
        if isinstance(message, SnapshotReady):
            heard.append(message)

    trainer = Trainer(post, 12, draw)
    trainer.open(lambda: make_preset(LONG))
    task = asyncio.create_task(trainer.drive())
    for _ in range(8):
        trainer.step("epoch")
    await until(lambda: heard and heard[-1].snapshot.epoch == 8)
    del heard[:]
    trainer.go_by(-1)
    await until(lambda: heard)
    for _ in range(5):
        trainer.go_by(-1)
        await asyncio.sleep(0.01)
    assert [message.snapshot.epoch for message in heard] == [7]
    drawn.set()
    await until(lambda: len(heard) == 2)
    assert heard[-1].snapshot.epoch == 2
    task.cancel()


async def test_a_run_that_is_left_amid_training_is_in_the_ledger_as_it_was_left(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset({"training.epochs": 10**6})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch > 50)
        trainer.reset(new_seed=True)
        await until(lambda: heard.now.experiment.training.seed == 1)
        run = trainer._ledger.find(1)
        assert run is not None
        assert run.session is not None
        assert run.outcome.epoch == run.session.epoch
        assert heard.last.running
