"""A screen is painted as soon as it has changed, and painting takes half of the time at most."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from nnmath_tui.hardening import HardenedApp
from nnmath_tui.painting import SETTLING, Painter
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static


class Painted:
    """Stands for a screen on which painting takes so many seconds."""

    is_running = True

    def __init__(self, takes: float = 0.0) -> None:
        self.app = SimpleNamespace(_exit=False, _handle_exception=self.fail)
        self.takes = takes
        self.painted: list[float] = []
        self.faults: list[Exception] = []

    def fail(self, error: Exception) -> None:
        self.faults.append(error)

    def _on_timer_update(self) -> None:
        end = time.thread_time() + self.takes
        while time.thread_time() < end:
            pass
        self.painted.append(time.monotonic())
        if self.takes < 0:
            raise LookupError


def painter_of(screen: Any) -> Painter:
    return Painter(screen)


async def test_many_changes_are_painted_once() -> None:
    screen = Painted()
    painter = painter_of(screen)
    for _ in range(5):
        painter.resume()
    assert not screen.painted
    await asyncio.sleep(10 * SETTLING)
    assert len(screen.painted) == 1


async def test_what_was_painted_otherwise_is_not_painted_again() -> None:
    screen = Painted()
    painter = painter_of(screen)
    painter.resume()
    painter.pause()
    await asyncio.sleep(10 * SETTLING)
    assert not screen.painted


async def test_it_rests_for_as_long_as_painting_took() -> None:
    screen = Painted(takes=0.05)
    painter = painter_of(screen)
    for count in (1, 2, 3):
        painter.resume()
        while len(screen.painted) < count:
            await asyncio.sleep(0)
    first, second, third = screen.painted
    # Each is stamped at its end: a rest and a painting lie between two of them.
    assert second - first >= 0.099
    assert third - second >= 0.099


async def test_a_fault_is_told_and_the_next_change_is_painted() -> None:
    screen = Painted(takes=-1)
    painter = painter_of(screen)
    for count in (1, 2):
        painter.resume()
        while len(screen.painted) < count:
            await asyncio.sleep(0)
    assert [type(fault) for fault in screen.faults] == [LookupError] * 2


async def test_a_screen_that_is_being_left_is_painted_no_more() -> None:
    screen = Painted()
    painter = painter_of(screen)
    painter.resume()
    screen.app._exit = True
    await asyncio.sleep(10 * SETTLING)
    assert not screen.painted


class Chain(App[None]):
    """Each painting changes something else, as a key changes a neuron and that the formula."""

    def compose(self) -> ComposeResult:
        yield Static("0", id="text")

    def go_on(self, left: int) -> None:
        self.query_one(Static).update(str(left))
        if left:
            self.call_after_refresh(self.go_on, left - 1)


async def test_every_screen_of_ours_is_painted_so(monkeypatch: Any) -> None:
    painted: list[str] = []
    update = Screen._on_timer_update

    def painting(screen: Screen[Any]) -> None:
        update(screen)
        painted.append(str(screen.query_one(Static).render()))

    monkeypatch.setattr(Screen, "_on_timer_update", painting)
    app = Chain()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen._update_timer, Painter)
        painted.clear()
        app.go_on(3)
        async with asyncio.timeout(30):
            while painted[-1:] != ["0"]:
                await asyncio.sleep(0.01)
    assert [text for text in "3210" if text in painted] == list("3210")


class Counting(HardenedApp):
    """Counts keys, and takes its time to."""

    count = 0

    def compose(self) -> ComposeResult:
        yield Static("0")

    def on_key(self) -> None:
        time.sleep(0.002)
        self.count += 1
        self.query_one(Static).update(str(self.count))


async def test_of_many_keys_at_once_each_shows_when_it_is_its_turn(monkeypatch: Any) -> None:
    painted: list[int] = []
    update = Screen._on_timer_update

    def painting(screen: Screen[Any]) -> None:
        update(screen)
        painted.append(app.count)

    monkeypatch.setattr(Screen, "_on_timer_update", painting)
    app = Counting()
    async with app.run_test() as pilot:
        await pilot.pause()
        painted.clear()
        for _ in range(100):
            app.post_message(events.Key("x", "x"))
        async with asyncio.timeout(30):
            while app.count < 100:
                await asyncio.sleep(0.01)
    between = [count for count in dict.fromkeys(painted) if 0 < count < 100]
    assert len(between) > 10
