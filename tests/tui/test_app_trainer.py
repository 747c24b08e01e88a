"""The trainer, without an app: what it posts when it is told what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import numpy as np
import pytest
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset, PresetError, Problem
from nnmath_tui.messages import Answered, ChangeRejected, OpenFailed, PresetOpened, SnapshotReady
from nnmath_tui.motion import NO_MEMORY
from nnmath_tui.trainer import Trainer
from textual.message import Message

from tests.patience import PATIENCE

MakePreset = Callable[..., Preset]
Until = Callable[[Callable[[], object]], Awaitable[None]]
M = TypeVar("M", bound=Message)


class Listener:
    """Keeps what a trainer posts."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def post(self, message: Message) -> None:
        self.messages.append(message)

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def last(self) -> SnapshotReady:
        return self.of(SnapshotReady)[-1]

    @property
    def epoch(self) -> int:
        """The epoch last shown, -1 before there is one."""
        shown = self.of(SnapshotReady)
        return shown[-1].snapshot.epoch if shown else -1


@asynccontextmanager
async def driving(preset: Preset, fps: float = 12) -> AsyncIterator[tuple[Trainer, Listener]]:
    """A trainer at work on a preset, and what it says."""
    listener = Listener()
    trainer = Trainer(listener.post, fps)
    trainer.open(lambda: preset)
    task = asyncio.create_task(trainer.drive())
    try:
        yield trainer, listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_opens_paused_and_shows_epoch_0(make_preset: MakePreset, until: Until) -> None:
    async with driving(make_preset(title="Mine")) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        assert [message.preset.title for message in heard.of(PresetOpened)] == ["Mine"]
        assert not heard.last.running
        assert heard.last.speed == 0
        assert not trainer.running


async def test_steps_give_the_numbers_of_a_run(make_preset: MakePreset, until: Until) -> None:
    preset = make_preset()
    session = Session(preset.experiment)
    session.run(seconds=60, until=2)
    async with driving(preset) as (trainer, heard):
        trainer.step("epoch")
        trainer.step("batch")
        trainer.step("batch")
        await until(lambda: heard.epoch == 2)
        shown = heard.last.snapshot
        assert not heard.last.running
    expected = session.snapshot().parameters.arrays()
    for mine, theirs in zip(shown.parameters.arrays(), expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


async def test_a_step_of_a_batch_stops_within_the_epoch(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.step("batch")
        await until(lambda: heard.of(SnapshotReady) and heard.last.snapshot.step == 1)
        assert (heard.last.snapshot.epoch, heard.last.snapshot.batch) == (0, 1)


async def test_a_run_ends_at_the_planned_epoch_and_the_next_goes_on(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset({"training.epochs": 5})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 5 and not heard.last.running)
        assert not trainer.running
        trainer.toggle()
        await until(lambda: heard.epoch == 10 and not heard.last.running)
        trainer.step("epoch")
        await until(lambda: heard.epoch == 11)
        trainer.toggle()
        await until(lambda: heard.epoch == 15 and not heard.last.running)
        assert len(heard.last.snapshot.history) == heard.epoch + 1, "every epoch is recorded"


async def test_posts_no_faster_than_the_frame_rate(make_preset: MakePreset, until: Until) -> None:
    async with driving(make_preset({"training.epochs": 10**6}), fps=10) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        trainer.toggle()
        await until(lambda: heard.last.running)
        before = len(heard.messages)
        await asyncio.sleep(1)
        posted = len(heard.messages) - before
        assert 2 <= posted <= 12
        assert heard.epoch > posted, "one message stands for many epochs"
        assert heard.last.speed > 0


async def test_training_stands_still_for_pictures_no_longer_than_their_share(
    make_preset: MakePreset, until: Until
) -> None:
    pictures: list[float] = []
    listener = Listener()

    async def slowly() -> None:
        pictures.append(time.monotonic())
        await asyncio.sleep(0.04)

    trainer = Trainer(listener.post, 60, slowly)
    trainer.open(lambda: make_preset({"training.epochs": 10**7}))
    task = asyncio.create_task(trainer.drive())
    trainer.toggle()
    await until(lambda: len(pictures) >= 9)
    task.cancel()
    apart = np.diff(pictures[-4:])
    assert apart.min() > 0.25, "0.04 s of waiting at a share of a tenth: every 0.4 s, in the end"


async def test_slow_motion_shows_every_epoch_at_its_time(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset({"training.epochs": 10**6})) as (trainer, heard):
        trainer.set_pace(20.0)
        trainer.toggle()
        await until(lambda: heard.epoch == 1)
        begin = time.monotonic()
        await until(lambda: heard.epoch == 6)
        assert time.monotonic() - begin == pytest.approx(5 / 20, abs=0.15)
        epochs = [message.snapshot.epoch for message in heard.of(SnapshotReady)]
        assert sorted(set(epochs)) == list(range(7))


async def test_slow_motion_obeys_while_it_waits(make_preset: MakePreset, until: Until) -> None:
    async with driving(make_preset({"training.epochs": 100})) as (trainer, heard):
        trainer.set_pace(0.1)
        trainer.toggle()
        await until(lambda: heard.epoch == 0 and heard.last.snapshot.step == 1)
        trainer.set_pace(None)
        await until(lambda: heard.epoch == 100)


async def test_a_paused_trainer_uses_no_processor_time(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset()) as (_, heard):
        await until(lambda: heard.epoch == 0)
        before = time.process_time()
        await asyncio.sleep(0.5)
        assert time.process_time() - before < 0.02


async def test_a_change_acts_while_it_runs_and_resets_nothing(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset({"training.epochs": 10**6})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch > 0)
        trainer.change({"training.optimizer": "adam", "training.l2": 0.01})
        await until(lambda: heard.last.snapshot.experiment.training.optimizer == "adam")
        shown = heard.last
        assert shown.running
        assert shown.snapshot.epoch > 0
        assert {mark.text for mark in shown.snapshot.marks} == {
            "Optimizer: sgd → adam",
            "L2: 0 → 0.01",
        }


async def test_new_data_start_afresh_and_run_on(make_preset: MakePreset, until: Until) -> None:
    async with driving(make_preset({"training.epochs": 50})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 50)
        trainer.change({"data.source": "xor"})
        await until(lambda: heard.epoch == 0 and heard.last.snapshot.step == 0)
        assert heard.last.snapshot.dataset.task == "classification"
        trainer.toggle()
        await until(lambda: heard.epoch == 50 and not heard.last.running)


async def test_a_change_that_cannot_be_is_rejected_with_every_reason(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.change({"training.l1": -1, "training.l2": "much"})
        await until(lambda: heard.of(ChangeRejected))
        (rejected,) = heard.of(ChangeRejected)
        assert {problem.path for problem in rejected.problems if not isinstance(problem, str)} == {
            "training.l1",
            "training.l2",
        }
        await until(lambda: len(heard.of(SnapshotReady)) == 2)
        assert heard.last.snapshot.experiment == make_preset().experiment


async def test_reset_takes_the_same_weights_or_those_of_the_next_seed(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset({"training.seed": 2**32 - 1})) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        first = heard.last.snapshot.parameters.weights[0]
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        trainer.reset()
        await until(lambda: heard.epoch == 0)
        np.testing.assert_array_equal(heard.last.snapshot.parameters.weights[0], first)
        trainer.reset(new_seed=True)
        await until(lambda: heard.last.snapshot.experiment.training.seed == 0)
        assert not np.array_equal(heard.last.snapshot.parameters.weights[0], first)


async def test_divergence_ends_the_run_with_a_diagnosis(
    make_preset: MakePreset, until: Until
) -> None:
    values = {
        "data.source": "line",
        "training.learning_rate": 1e5,
        "network.hidden": (),
        "training.epochs": 10**6,
    }
    async with driving(make_preset(values)) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.of(SnapshotReady) and heard.last.snapshot.status == "diverged")
        assert not heard.last.running
        assert heard.last.snapshot.diagnosis is not None
        assert all(np.isfinite(a).all() for a in heard.last.snapshot.parameters.arrays())


async def test_what_cannot_be_opened_leaves_all_as_it_was(
    make_preset: MakePreset, until: Until
) -> None:
    def fail() -> Preset:
        raise PresetError("x.toml", [Problem(3, "training.l1", "must be a number")])

    async with driving(make_preset()) as (trainer, heard):
        trainer.step("epoch")
        trainer.open(fail)
        trainer.open(lambda: make_preset({"data.source": "there/is/none.csv"}))
        await until(lambda: len(heard.of(OpenFailed)) == 2)
        first, second = heard.of(OpenFailed)
        assert first.problems == ("x.toml:3: training.l1: must be a number",)
        assert "none.csv" in second.problems[0]
        assert not first.nothing_open
        trainer.step("epoch")
        await until(lambda: heard.epoch == 2)


async def test_says_that_nothing_is_open_when_the_first_preset_fails(until: Until) -> None:
    def fail() -> Preset:
        raise PresetError("none", [Problem(0, "", "there is no such file")])

    heard = Listener()
    trainer = Trainer(heard.post, 12)
    trainer.open(fail)
    trainer.toggle()
    trainer.step("epoch")
    trainer.reset()
    trainer.change({"training.l1": 1.0})
    task = asyncio.create_task(trainer.drive())
    await until(lambda: heard.of(OpenFailed))
    assert heard.of(OpenFailed)[0].nothing_open
    await asyncio.sleep(0.05)
    assert not task.done()
    assert len(heard.messages) == 1
    task.cancel()


async def test_a_fault_of_the_engine_is_not_hidden(
    make_preset: MakePreset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(Session, "run", fail)
    trainer = Trainer(Listener().post, 12)
    trainer.open(make_preset)
    trainer.toggle()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ZeroDivisionError, match="a fault"):
            await trainer.drive()


async def test_what_begins_by_itself_leaves_to_a_person_what_that_one_has_begun(
    make_preset: MakePreset, until: Until
) -> None:
    async with driving(make_preset({"training.epochs": 10**7})) as (trainer, listener):
        trainer.step("epoch")
        trainer.begin(30.0)
        await until(lambda: listener.epoch == 1)
        trainer.step("batch")
        await until(lambda: listener.last.snapshot.batch == 1)
        assert (trainer.running, trainer.pace, listener.epoch) == (False, None, 1)


async def test_what_begins_by_itself_runs_slowly(make_preset: MakePreset, until: Until) -> None:
    async with driving(make_preset({"training.epochs": 10**7})) as (trainer, listener):
        trainer.begin(30.0)
        await until(lambda: listener.epoch >= 1)
        assert (trainer.running, trainer.pace) == (True, 30.0)


async def test_without_memory_nothing_is_lost(
    make_preset: MakePreset, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*arguments: object, **named: object) -> None:
        raise MemoryError

    async with driving(make_preset({"training.epochs": 10**7})) as (trainer, listener):
        trainer.step("epoch")
        await until(lambda: listener.epoch == 1)
        with monkeypatch.context() as patch:
            patch.setattr(Session, "run", no_memory)
            trainer.toggle()
            await until(lambda: listener.of(Answered))
            assert not trainer.running
            assert "not enough memory" in listener.of(Answered)[-1].text
            patch.setattr(Session, "apply", no_memory)
            trainer.change({"training.l2": 0.1})
            await until(lambda: listener.of(ChangeRejected))
            assert listener.of(ChangeRejected)[-1].problems == (NO_MEMORY,)
            trainer.open(no_memory)  # type: ignore[arg-type]
            await until(lambda: listener.of(OpenFailed))
            assert listener.of(OpenFailed)[-1].problems == (NO_MEMORY,)
            assert not listener.of(OpenFailed)[-1].nothing_open
        trainer.step("epoch")
        await until(lambda: listener.epoch == 2)
