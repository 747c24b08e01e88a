"""The app with training really running: rates, quitting, and who goes first."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable

import pytest
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_tui import keyboard
from nnmath_tui.application import Application
from nnmath_tui.frame_rate import LONGEST, SHARE, SLOWEST, FrameRate
from nnmath_tui.messages import SnapshotReady
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.slices import ARRIVAL, LOOK_EVERY, Slices
from nnmath_tui.slices import LONGEST as LONGEST_SLICE
from nnmath_tui.speed import MEMORY, Speed
from nnmath_tui.widgets.loss import LossPane
from textual.message import Message

MakeApp = Callable[..., Application]
MakePreset = Callable[..., Preset]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def main(app: Application) -> MainScreen | None:
    """The main screen, once it is there."""
    return app.board if isinstance(app.board, MainScreen) else None


async def test_runs_freely_within_the_frame_rate_and_quits_at_once(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.epochs": 10**6}, fps=12.0)
    posted: list[float] = []

    def note(message: Message) -> None:
        if isinstance(message, SnapshotReady):
            posted.append(time.monotonic())

    async with app.run_test(size=(120, 40), message_hook=note):
        await until(lambda: main(app) and main(app).situation.snapshot)  # type: ignore[union-attr]
        screen = main(app)
        assert screen is not None
        screen.trainer.toggle()
        await until(lambda: screen.situation.running)
        begin = time.monotonic()
        await asyncio.sleep(1)
        per_second = len([at for at in posted if at > begin]) / (time.monotonic() - begin)
        assert 1 <= per_second <= 14
        assert screen.situation.speed > per_second, "a message stands for many epochs"
        shown = {pane.snapshot for pane in screen.panes}
        assert len(shown) <= 2, "panes take turns, so none is further behind than one picture"
        before_quitting = time.monotonic()
    assert time.monotonic() - before_quitting < 1


async def test_a_key_makes_training_wait_and_then_go_on(make_app: MakeApp, until: Until) -> None:
    app = make_app({"training.epochs": 10**6})
    async with app.run_test(size=(80, 24)):
        await until(lambda: main(app) and main(app).situation.snapshot)  # type: ignore[union-attr]
        screen = main(app)
        assert screen is not None
        screen.trainer.toggle()
        await until(lambda: screen.situation.running)
        for key in ("2", "l", "down", "1"):
            app.simulate_key(key)
        seen = screen.situation.snapshot
        await until(lambda: screen.situation.snapshot is not seen)
        assert screen.trainer.running


async def test_keys_pressed_while_the_program_is_read_are_not_lost(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)):
        app.simulate_key("s")
        app.simulate_key("s")
        await until(lambda: main(app) and main(app).situation.snapshot)  # type: ignore[union-attr]
        screen = main(app)
        assert screen is not None
        await until(lambda: screen.situation.snapshot.epoch == 2)  # type: ignore[union-attr]


async def test_a_selected_neuron_that_is_gone_is_no_longer_selected(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: main(app) and main(app).situation.snapshot)  # type: ignore[union-attr]
        screen = main(app)
        assert screen is not None
        await pilot.pause()
        await pilot.press("right", "down", "down")
        await until(lambda: screen.panes[0].selected == (1, 2))
        screen.trainer.change({"network.hidden": (1,)})
        await until(lambda: screen.situation.snapshot.layer_sizes == (2, 1, 1))  # type: ignore[union-attr]
        assert {pane.selected for pane in screen.panes} == {None}


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_cheap_pictures_come_at_the_frame_rate() -> None:
    clock, used = Clock(), Clock()
    frames = FrameRate(10, clock, used)
    frames.restart()
    assert frames.wait <= 0
    frames.drawn()
    for _ in range(5):
        used.now += 0.001
        clock.now += max(0.0, frames.wait)
        frames.drawn()
        assert frames.wait == pytest.approx(0.1)


def test_dear_pictures_come_less_often() -> None:
    clock, used = Clock(), Clock()
    frames = FrameRate(10, clock, used)
    for _ in range(30):
        used.now += 0.03
        clock.now += max(0.0, frames.wait)
        frames.drawn()
    assert frames.wait == pytest.approx(0.03 / SHARE, rel=0.01)
    for _ in range(30):
        used.now += 5.0
        clock.now += max(0.0, frames.wait)
        frames.drawn()
    assert frames.wait == pytest.approx(LONGEST)


@pytest.mark.parametrize(("part", "seconds"), [(1.0, LONGEST), (0.5, 2 * LONGEST), (0.02, SLOWEST)])
def test_the_less_others_leave_the_rarer_are_pictures(part: float, seconds: float) -> None:
    clock, used = Clock(), Clock()
    frames = FrameRate(10, clock, used, part=lambda: part)
    for _ in range(30):
        used.now += 5.0
        clock.now += max(0.0, frames.wait)
        frames.drawn()
    assert frames.wait == pytest.approx(seconds)


def test_a_clock_that_jumps_brings_no_burst_of_pictures() -> None:
    clock = Clock()
    frames = FrameRate(10, clock, Clock())
    frames.drawn()
    clock.now += 3600
    frames.drawn()
    assert frames.wait <= 0
    frames.drawn()
    assert frames.wait == pytest.approx(0.1)


def test_speed_follows_a_change_within_its_memory() -> None:
    clock = Clock()
    speed = Speed(clock)
    assert speed.observe(0) == 0
    clock.now += 1
    assert speed.observe(10) == pytest.approx(10)
    clock.now += MEMORY
    # After one time constant 1 - 1/e = 63.2 % of the step from 10 to 20 is made.
    assert speed.observe(10 + 20 * MEMORY) == pytest.approx(16.32, abs=0.01)
    speed.restart()
    assert speed.observe(1000) == 0


async def test_a_slice_that_is_cut_ends_after_its_batch(make_preset: MakePreset) -> None:
    session = Session(make_preset().experiment)
    slices = Slices()
    slices.hold()
    assert slices.held
    slices.release()
    assert not slices.held
    running = asyncio.create_task(slices.run(session, None, 10))
    await asyncio.sleep(0)
    slices.cut()
    begin = time.perf_counter()
    await running
    assert time.perf_counter() - begin < 0.04
    assert session.snapshot().step >= 1


async def test_a_slice_ends_when_input_waits_and_lets_it_arrive(make_preset: MakePreset) -> None:
    session = Session(make_preset().experiment)
    asked: list[float] = []

    def third_time() -> bool:
        asked.append(time.perf_counter())
        return len(asked) >= 3

    slices = Slices(third_time)
    begin = time.perf_counter()
    await slices.run(session, None, LONGEST_SLICE)
    assert ARRIVAL <= time.perf_counter() - begin < LONGEST_SLICE
    assert len(asked) == 3, "the slice is over at the first sign of input"
    assert asked[2] - asked[0] >= 2 * LOOK_EVERY, "looking costs too much to be done every batch"


def test_the_keyboard_is_asked_without_reading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as stdin:
        monkeypatch.setattr(sys, "__stdin__", stdin)
        assert not keyboard.waiting()
        os.write(writing, b"l")
        assert keyboard.waiting()
        assert stdin.read(1) == b"l"
        assert not keyboard.waiting()
    assert not keyboard.waiting(), "closed"
    monkeypatch.setattr(sys, "__stdin__", None)
    assert not keyboard.waiting(), "a program without a terminal"
    os.close(writing)


async def test_training_waits_until_a_key_has_been_painted(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app({"training.epochs": 10**7}, start=True)
    async with app.run_test(size=(120, 40)):
        await until(lambda: isinstance(app.screen, MainScreen) and app.screen.trainer.running)
        screen = app.screen
        assert isinstance(screen, MainScreen)
        happened: list[str] = []
        loss = screen.query_one(LossPane)

        def note(of: object, name: str, what: str) -> None:
            before = getattr(of, name)

            def noted(*given: object) -> object:
                happened.append(what)
                return before(*given)

            monkeypatch.setattr(of, name, noted)

        note(loss, "action_scale", "acted")
        note(loss, "render_lines", "painted")
        note(screen.trainer, "go_on", "went on")
        app.simulate_key("l")
        await until(lambda: happened[-1:] == ["went on"] and "acted" in happened)
        after = happened[happened.index("acted") :]
        assert after.index("painted") < after.index("went on")


async def test_training_begins_by_itself_where_nobody_chose_what_to_look_at(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"training.epochs": 3}, start=True)
    async with app.run_test(size=(120, 40)):
        await until(
            lambda: (
                isinstance(app.screen, MainScreen)
                and app.screen.situation.snapshot is not None
                and app.screen.situation.snapshot.epoch == 3
            )
        )


async def test_garbage_is_looked_for_once_all_is_there(make_app: MakeApp, until: Until) -> None:
    gc.disable()  # as whoever opens the screen does
    try:
        app = make_app()
        async with app.run_test(size=(80, 24)):
            await until(gc.isenabled)
            assert main(app).situation.snapshot is not None  # type: ignore[union-attr]
    finally:
        gc.enable()
