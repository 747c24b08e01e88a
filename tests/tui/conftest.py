"""What the tests of the screen share: small experiments, an app on them, and patience."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_presets.preset import Preset
from nnmath_tui.settings import Settings

if TYPE_CHECKING:
    from nnmath_tui.application import Application

MakePreset = Callable[..., Preset]
MakeApp = Callable[..., "Application"]
Until = Callable[[Callable[[], object]], Awaitable[None]]

SMALL = {
    "data.source": "circle",
    "data.samples": 40,
    "network.hidden": (3, 2),
    "training.batch_size": 10,
    "training.epochs": 5,
}
"""20 rows to train on, so two batches an epoch, of a network that trains in no time."""


@pytest.fixture
def make_preset() -> MakePreset:
    """A preset of the small experiment, some settings changed: `make_preset({"path": value})`."""

    def make(values: dict[str, Any] | None = None, title: str = "Small") -> Preset:
        experiment = Experiment.from_values({**SMALL, **(values or {})})
        return Preset(name=title.lower(), title=title, experiment=experiment)

    return make


@pytest.fixture
def make_app(make_preset: MakePreset) -> MakeApp:
    """An app on the small experiment, paused; keyword arguments go to `Settings`."""
    from nnmath_tui.application import Application

    def make(values: dict[str, Any] | None = None, **settings: Any) -> Application:
        calm: dict[str, Any] = {"color": "truecolor", "animation": False, **settings}
        return Application(lambda: make_preset(values), Settings(**calm))

    return make


@pytest.fixture
def until() -> Until:
    """`await until(condition)` waits until it holds, for five seconds at most."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.005)

    return wait
