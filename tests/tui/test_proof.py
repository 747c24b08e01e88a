"""The proof lamp: what a check finds, for how long that holds, and that none outlives its asker."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import Awaitable, Callable

import pytest
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.gradcheck import GradientReport
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from nnmath_tui import checking
from nnmath_tui.application import Application
from nnmath_tui.proof import Lamp, Proof
from nnmath_tui.screens.main import MainScreen

MakePreset = Callable[..., Preset]
MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def nothing() -> None:
    """Nobody listens."""


def slowly(snapshot: Snapshot, progress: Callable[[int, int], None]) -> GradientReport:
    """A check that takes half a minute unless it is given up."""
    for done in range(3000):
        time.sleep(0.01)
        progress(done, 3000)
    return GradientReport(0.0, "w1[0,0]", 1.0, 1.0, 3000, 0, False)


def checkers() -> int:
    return sum(thread.name.endswith("(run)") for thread in threading.enumerate())


async def test_it_shines_until_something_changes_and_again_when_that_is_undone(
    make_preset: MakePreset, until: Until
) -> None:
    session = Session(make_preset().experiment)
    first = session.snapshot()
    lamp = Lamp(nothing)
    assert lamp.light(first) == "off"
    lamp.start(first)
    assert lamp.light(first) == "checking"
    await until(lambda: not lamp.checking)
    assert lamp.light(first) == "proved"
    assert lamp.light(session.snapshot()) == "proved"
    session.apply({"training.learning_rate": 0.7})  # no derivative of J depends on it
    assert lamp.light(session.snapshot()) == "proved"
    session.apply({"training.l2": 0.1})
    assert lamp.light(session.snapshot()) == "stale"
    session.apply({"training.l2": 0.0})
    assert lamp.light(session.snapshot()) == "proved"
    session.step("batch")
    assert lamp.light(session.snapshot()) == "stale"
    session.rewind(0)
    assert lamp.light(session.snapshot()) == "proved"
    session.apply({"data.seed": 5, "training.seed": 0})
    assert lamp.light(session.snapshot()) == "stale"


async def test_other_data_are_another_objective_though_the_weights_are_the_same(
    make_preset: MakePreset, until: Until
) -> None:
    lamp = Lamp(nothing)
    lamp.start(Session(make_preset().experiment).snapshot())
    await until(lambda: not lamp.checking)
    other = Session(make_preset({"data.seed": 5}).experiment).snapshot()
    assert lamp.light(other) == "stale"


async def test_a_wrong_derivative_is_found_and_named(
    make_preset: MakePreset, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ACTIVATIONS["tanh"]
    wrong = dataclasses.replace(right, df=lambda z: 1.01 * right.df(z))
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    snapshot = Session(make_preset().experiment).snapshot()
    lamp = Lamp(nothing)
    lamp.start(snapshot)
    await until(lambda: not lamp.checking)
    assert lamp.light(snapshot) == "failed"
    assert lamp.proof is not None
    words = lamp.proof.in_words()
    assert words.startswith("20 of 20 derivatives were compared, worst 0.")
    assert "backpropagation" in words


def report(**changes: object) -> GradientReport:
    base = GradientReport(3.1e-10, "w2[3,0]", 1.0, 1.0, 31, 2, False)
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def test_the_outcome_in_words(make_preset: MakePreset) -> None:
    snapshot = Session(make_preset().experiment).snapshot()
    assert Proof(snapshot, report()).in_words() == (
        "31 of 33 derivatives agree, worst 3.1e-10 at w2[3,0]; 2 at a kink skipped"
    )
    sampled = Proof(snapshot, report(kinks=0, sampled=True)).in_words()
    assert sampled.endswith("; a seeded sample of 20")
    many = {"data.samples": 1000, "network.dropout": 0.5}
    of_many = Proof(Session(make_preset(many).experiment).snapshot(), report()).in_words()
    assert of_many.endswith("; 2 at a kink skipped; on 100 of 500 rows; without dropout")
    assert "nothing to compare" in Proof(snapshot, report(checked=0)).in_words()


async def test_a_check_that_is_given_up_leaves_nothing_behind(
    make_preset: MakePreset, until: Until
) -> None:
    snapshot = Session(make_preset().experiment).snapshot()
    lamp = Lamp(nothing, slowly)
    before = checkers()
    lamp.start(snapshot)
    await until(lambda: lamp.progress[0] > 2)
    assert checkers() == before + 1
    assert lamp.cancel()
    assert not lamp.checking
    assert lamp.light(snapshot) == "off"
    assert not lamp.cancel()
    await until(lambda: checkers() == before)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_newer_check_takes_the_place_of_the_one_under_way(
    make_preset: MakePreset, until: Until
) -> None:
    session = Session(make_preset().experiment)
    first = session.snapshot()
    session.step("epoch")
    second = session.snapshot()

    def check(snapshot: Snapshot, progress: Callable[[int, int], None]) -> GradientReport:
        return (slowly if snapshot is first else checking.check)(snapshot, progress)

    lamp = Lamp(nothing, check)
    before = checkers()
    lamp.start(first)
    await until(lambda: lamp.progress[0] > 2)
    lamp.start(second)
    await until(lambda: not lamp.checking)
    assert lamp.light(second) == "proved"
    assert lamp.light(first) == "stale"
    await until(lambda: checkers() == before)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def ready(app: Application, until: Until) -> MainScreen:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    assert isinstance(app.board, MainScreen)
    return app.board


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_k_lights_the_lamp_and_says_what_it_found(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("k")
        await until(lambda: screen.situation.light == "proved")
        await pilot.pause()
        assert "proof ✓" in lines(app)[0]
        assert "proof: 20 of 20 derivatives agree, worst " in lines(app)[1]
        await pilot.press("s")
        await until(lambda: screen.situation.light == "stale")
        await pilot.pause()
        assert "proof ○" in lines(app)[0]
        assert "proof:" not in lines(app)[1]


async def test_escape_gives_a_check_up_and_training_may_go_on_meanwhile(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        screen.lamp._check = slowly
        await pilot.press("k", "s")
        await until(lambda: screen.situation.snapshot and screen.situation.snapshot.epoch == 1)
        await until(lambda: screen.situation.checked > 0)
        assert screen.lamp.checking
        await pilot.pause()
        assert "proof " in lines(app)[0]
        assert " %" in lines(app)[0]
        await pilot.press("escape")
        await until(lambda: screen.situation.light == "off")
        assert not screen.lamp.checking


async def test_quitting_does_not_wait_for_a_check(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        screen.lamp._check = slowly
        await pilot.press("k")
        await until(lambda: screen.lamp.progress[0] > 2)
        start = time.monotonic()
        await pilot.press("q")
    assert time.monotonic() - start < 3
