"""What the tests of the screen share: small experiments, an app on them, and patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from nnmath_tui.messages import Answered, SnapshotReady
from nnmath_tui.settings import Settings
from nnmath_tui.trainer import Trainer
from textual.message import Message

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from nnmath_tui.application import Application

MakePreset = Callable[..., Preset]
MakeApp = Callable[..., "Application"]
Until = Callable[[Callable[[], object]], Awaitable[None]]
M = TypeVar("M", bound=Message)

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
    """`await until(condition)` waits until it holds, and fails when patience ends."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    return wait


class Heard:
    """Everything that a trainer has posted."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def last(self) -> SnapshotReady:
        return self.of(SnapshotReady)[-1]

    @property
    def now(self) -> Snapshot:
        """The snapshot shown last."""
        return self.last.snapshot

    @property
    def epoch(self) -> int:
        """The epoch shown last, -1 before there is one."""
        return self.now.epoch if self.of(SnapshotReady) else -1

    def showing(self, what: Callable[[Snapshot], object], value: object) -> Callable[[], bool]:
        """A condition to wait for: that `what` of the newest snapshot is `value`."""
        return lambda: self.epoch >= 0 and what(self.now) == value

    def after(self, snapshot: Snapshot) -> Callable[[], bool]:
        """A condition to wait for: that another snapshot than this is shown."""
        return lambda: self.now is not snapshot

    @property
    def answer(self) -> str:
        """The last answer in words."""
        answers = self.of(Answered)
        return f"{answers[-1].title} {answers[-1].text}".strip() if answers else ""


@pytest.fixture
def driving() -> Callable[[Preset], AbstractAsyncContextManager[tuple[Trainer, Heard]]]:
    """`async with driving(preset) as (trainer, heard)`: a trainer at work, without an app."""

    @asynccontextmanager
    async def drive(preset: Preset) -> AsyncIterator[tuple[Trainer, Heard]]:
        heard = Heard()
        trainer = Trainer(heard.messages.append, 12)
        trainer.open(lambda: preset)
        task = asyncio.create_task(trainer.drive())
        try:
            yield trainer, heard
        finally:
            assert not task.done(), "the trainer obeys until it is told to end"
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return drive
