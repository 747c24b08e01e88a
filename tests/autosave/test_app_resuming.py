"""The offer at the start, what Enter and Escape do, and how the screen comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from nnmath_engine import checkpoint
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_tui.application import Application
from nnmath_tui.autosave import store
from nnmath_tui.autosave.store import Store
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.screens.resuming import ResumeScreen
from nnmath_tui.settings import Settings

from tests.autosave.program import sessions
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("state")
SIZE = (120, 40)


def app(preset: str = "circle", **settings: Any) -> Application:
    """An app that keeps its session, as the command line opens it."""
    calm: dict[str, Any] = {"color": "truecolor", "animation": False, "keep": True, **settings}

    def load() -> Preset:
        return catalog.load(preset)

    return Application(load, Settings(**calm))


def main(one: Application) -> MainScreen:
    return next(screen for screen in one.screen_stack if isinstance(screen, MainScreen))


def is_open(one: Application) -> bool:
    return any(isinstance(screen, MainScreen) for screen in one.screen_stack)


def is_ready(one: Application) -> bool:
    if not is_open(one):
        return False
    return main(one).situation.snapshot is not None and main(one)._saver is not None


Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    import asyncio

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)

    return wait


async def left(until: Until, keys: str, preset: str = "circle") -> None:
    """A sitting in which keys were pressed, and which has ended."""
    one = app(preset)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: is_ready(one))
        for key in keys.split():
            await pilot.press(key)
        await until(lambda: main(one).situation.snapshot.epoch == keys.split().count("s"))  # type: ignore[union-attr]
        await pilot.pause()
    one.before_end()


def epoch(one: Application) -> int:
    snapshot = main(one).situation.snapshot
    assert snapshot is not None
    return snapshot.epoch


def said(one: Application) -> str:
    if not is_open(one):
        return ""
    answer = main(one)._formula.answer
    return f"{answer.title} {answer.text}" if answer is not None else ""


async def test_enter_goes_on_and_the_screen_looks_as_it_did(until: Until) -> None:
    await left(until, "s s 3 right_square_bracket g 4 l minus T", preset="spiral")
    one = app(offer=True, start=True)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: isinstance(one.screen, ResumeScreen))
        assert not main(one).situation.running, "it waits for the answer"
        await pilot.press("enter")
        await until(lambda: "resumed: Two spirals, epoch 2" in said(one))
        await pilot.pause()
        screen = main(one)
        assert epoch(one) == 2
        assert not screen.situation.running
        assert (screen.situation.title, screen.situation.pace) == ("Two spirals", 100.0)
        assert (screen._weights.chosen_layer, screen._weights.quantity) == (2, "gradients")
        assert not screen._loss.log_scale
        assert screen.focused is screen._loss
        assert one.look == "light"
        await pilot.press("s")
        await until(lambda: epoch(one) == 3)


async def test_what_was_selected_is_selected_again(until: Until) -> None:
    await left(until, "s right right down enter")
    one = app(resume=True)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: said(one))
        await pilot.pause()
        screen = main(one)
        assert screen._network.selected is not None
        assert screen.cell is not None
        assert screen._formula.cell == screen.cell


async def test_escape_begins_anew_and_what_was_is_still_found(until: Until) -> None:
    await left(until, "s s s")
    one = app("moons", offer=True, start=True)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: isinstance(one.screen, ResumeScreen))
        await pilot.press("escape")
        await until(lambda: main(one).situation.running)
        await until(lambda: sessions_of(2))
        words, resume = main(one).sessions()[0]
        assert ", epoch 3, just now" in words
        await resume()
        await until(lambda: epoch(one) == 3 and not main(one).situation.running)
        assert main(one).situation.title == catalog.load("circle").title


def sessions_of(sitting: int) -> list[Path]:
    return [path for path in store.saved() if store.sitting_of(path) == sitting]


async def test_a_click_on_an_answer_gives_it(until: Until) -> None:
    await left(until, "s")
    one = app(offer=True)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: isinstance(one.screen, ResumeScreen))
        await pilot.pause()
        choice = next(iter(one.screen.query("Choice")))
        await pilot.click(choice)
        await until(lambda: epoch(one) == 1)


async def test_without_anything_saved_nothing_is_asked(until: Until) -> None:
    one = app(offer=True, start=True)
    async with one.run_test(size=SIZE):
        await until(lambda: is_ready(one) and main(one).situation.running)
        assert isinstance(one.screen, MainScreen)


async def test_a_named_preset_is_opened_without_a_question(until: Until) -> None:
    await left(until, "s")
    one = app("moons")
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: is_ready(one))
        await pilot.pause(0.2)
        assert isinstance(one.screen, MainScreen)
        assert epoch(one) == 0


async def test_resume_with_nothing_to_resume_says_so_and_opens(until: Until) -> None:
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: "not resumed: there is no saved session" in said(one))
        await until(lambda: is_ready(one))


async def test_a_damaged_one_is_said_in_a_line(until: Until) -> None:
    await left(until, "s")
    await left(until, "s s")
    newest = store.saved()[0]
    newest.write_bytes(newest.read_bytes()[:-200])
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: "resumed:" in said(one))
        assert epoch(one) < 2
        assert "the newest was not usable" in said(one)


async def test_data_that_changed_are_not_trained_on(until: Until, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,y\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(40)))
    await left(until, "s", preset=str(table))
    table.write_text("a,b,y\n" + "".join(f"{i + 1},{i % 3},{i % 2}\n" for i in range(40)))
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: "not resumed:" in said(one))
        assert "does not fit its data" in said(one)


async def test_a_second_one_is_told_and_is_not_asked(until: Until) -> None:
    await left(until, "s")
    first = Store()
    one = app(offer=True, start=True)
    async with one.run_test(size=SIZE):
        await until(lambda: is_ready(one) and main(one).situation.running)
        assert isinstance(one.screen, MainScreen)
        await until(lambda: [n for n in one._notifications if "open elsewhere" in n.message])
    one.before_end()
    first.close()
    assert {store.sitting_of(path) for path in store.saved()} == {1}


RUBBISH: list[Any] = [
    [],
    {"shown": 3, "focus": [], "pace": "fast", "look": {}, "neuron": [99, 0], "weight": [0, 0, 0]},
    {"weights": {"chosen_layer": -3, "quantity": 5, "zoomed": "x"}, "loss": {"view": "rubbish"}},
    {"neuron": [1, 2, 3], "weight": [1, None, 99], "pace": True, "cell": 5, "loss": 7},
    {"weights": {"chosen_layer": 10**30, "quantity": "rubbish"}, "shown": "x" * 9999},
]


@pytest.mark.parametrize("view", RUBBISH)
async def test_a_look_that_cannot_be_does_no_harm(until: Until, view: Any) -> None:
    await left(until, "s")
    path = store.saved()[0]
    experiment, state = checkpoint.load(path)
    moment = checkpoint.Moment(experiment, state, checkpoint.resume(path).dataset)
    checkpoint.write(path, moment, {**checkpoint.peek(path), "view": view})
    one = app(resume=True)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: "resumed:" in said(one))
        await pilot.pause()
        assert epoch(one) == 1


async def test_nothing_is_kept_where_nobody_asked_for_it(until: Until, state: Path) -> None:
    one = app(keep=False)
    async with one.run_test(size=SIZE) as pilot:
        await until(lambda: bool(one.screen_stack) and isinstance(one.screen, MainScreen))
        await pilot.press("s")
        await until(lambda: main(one).situation.snapshot and epoch(one) == 1)
        assert main(one).sessions() == []
    one.before_end()
    assert sessions(state) == []


async def test_what_was_said_of_one_preset_goes_when_another_is_opened(until: Until) -> None:
    await left(until, "s", "circle")
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: is_ready(one) and epoch(one) == 1)
        await until(lambda: "resumed:" in said(one))
        main(one).open("moons")
        await until(lambda: main(one).situation.title == catalog.load("moons").title)
        assert "resumed:" not in said(one)


async def test_a_lesson_comes_back_with_its_session(until: Until) -> None:
    await left(until, "s", "symmetry")
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: is_ready(one) and "resumed:" in said(one))
        assert main(one).tutor.preset == catalog.load("symmetry")
        assert "lesson" not in said(one)


@pytest.mark.parametrize("name", ["mine", "moons"])
async def test_a_lesson_whose_file_is_gone_is_missed_aloud(
    until: Until, tmp_path: Path, name: str
) -> None:
    """Also if it is called like one of ours, which is not taken for it."""
    file = tmp_path / f"{name}.toml"
    file.write_text((catalog.FOLDER / "symmetry.toml").read_text(encoding="utf-8"))
    await left(until, "s", str(file))
    file.unlink()
    one = app(resume=True)
    async with one.run_test(size=SIZE):
        await until(lambda: is_ready(one) and epoch(one) == 1 and "resumed:" in said(one))
        assert f"{name}.toml is gone or wrong: no lesson" in said(one)
        assert main(one).tutor.lesson is None


async def test_the_question_fits_a_small_screen(until: Until) -> None:
    await left(until, "s")
    one = app(offer=True)
    async with one.run_test(size=(40, 12)) as pilot:
        await until(lambda: isinstance(one.screen, ResumeScreen))
        await pilot.pause()
        dialog = one.screen.query_one(".dialog")
        assert one.screen.region.contains_region(dialog.region)
        assert all(dialog.region.contains_region(row.region) for row in dialog.children)
