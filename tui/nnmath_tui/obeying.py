"""One task for the app's life, which obeys commands between pieces of work.

Reset, another preset, another optimizer are commands, never a restart of the task: a cancelled
await would leave its thread running in the session.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable

Command = Callable[[], Awaitable[None]]


class Obeying(ABC):
    """Works as long as there is something to do, and does what it is told in between."""

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._wake = asyncio.Event()

    @abstractmethod
    def _pause(self) -> float | None:
        """Seconds until work may go on; 0 or less when it may, None when there is none."""

    @abstractmethod
    async def _work(self) -> None:
        """Do a short piece of it."""

    @abstractmethod
    def _give_up(self) -> None:
        """There was not enough memory for what it has been doing."""

    def _between(self) -> None:  # noqa: B027 - most have nothing to do then
        """Called before each piece and each rest."""

    async def drive(self) -> None:
        """Obey and work for ever; cancel the task to end it."""
        while True:
            while self._commands:
                await self._try(self._commands.popleft())
            self._between()
            left = self._pause()
            if left is None or left > 0:
                await self._rest(left)
            else:
                await self._try(self._work)

    async def _try(self, command: Command) -> None:
        try:
            await command()
        except MemoryError:
            self._give_up()

    def wake(self) -> None:
        """Let it look again at what there is to do, though there is nothing to obey."""
        self._wake.set()

    def _command(self, command: Command) -> None:
        self._commands.append(command)
        self._wake.set()

    async def _rest(self, seconds: float | None) -> None:
        """Sleep until a command comes, or for so long; a paused app uses no processor time."""
        self._wake.clear()
        if self._commands:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
