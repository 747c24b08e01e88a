"""A slow line between ssh and sshd: delay, rate, a bounded queue, and now and then a stall.

It is a process of its own. Bytes wait in a queue of so many bytes for their turn at the narrow
place, and then travel for the delay. When the queue is full nothing more is read, so that TCP and
ssh do what they do over such a line: their windows close, and the program's writes wait.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import random
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

PACKET = 1448
"""Bytes that go at once, as over Ethernet."""

_KERNEL = 8192
"""Bytes that this machine's kernel may keep of each direction beside the queue."""


@dataclass(frozen=True)
class Line:
    """What kind of line it is."""

    delay: float = 0.1
    """Seconds that each direction takes."""
    rate: float = 32_000.0
    """Bytes a second in each direction."""
    queue: int = 65_536
    """Bytes that wait at the narrow place at most."""
    stall: float = 0.0
    """Seconds of each stall, in which nothing moves."""
    between: float = math.inf
    """Seconds from one stall to the next, on average."""


class _Direction:
    """One direction of one connection."""

    def __init__(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._line, self._reader, self._writer = line, reader, writer
        self._packets: deque[tuple[float, float, bytes]] = deque()  # leaves, arrives, what
        self._free = 0.0  # when the narrow place is
        self._news, self._room = asyncio.Event(), asyncio.Event()

    async def carry(self, stalls: _Stalls) -> None:
        """Until one end closes."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_in())
            tasks.create_task(self._give_out(stalls))

    def _waiting(self) -> int:
        now = time.monotonic()
        return sum(len(data) for leaves, _, data in self._packets if leaves > now)

    async def _take_in(self) -> None:
        while data := await self._reader.read(PACKET):
            now = time.monotonic()
            self._free = max(self._free, now) + len(data) / self._line.rate
            self._packets.append((self._free, self._free + self._line.delay, data))
            self._news.set()
            while self._waiting() >= self._line.queue:
                await asyncio.sleep(PACKET / self._line.rate)
        self._packets.append((0.0, 0.0, b""))
        self._news.set()

    async def _give_out(self, stalls: _Stalls) -> None:
        while True:
            while not self._packets:
                self._news.clear()
                await self._news.wait()
            _, arrives, data = self._packets[0]
            if not data:
                self._writer.close()
                return
            while (left := max(arrives, stalls.end) - time.monotonic()) > 0:
                await asyncio.sleep(left)
            self._packets.popleft()
            self._writer.write(data)
            await self._writer.drain()


class _Stalls:
    """When nothing moves."""

    def __init__(self, line: Line) -> None:
        self.end = 0.0
        self._line, self._chance = line, random.Random(0)

    async def happen(self) -> None:
        """Now and then, for ever."""
        while self._line.between < math.inf:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * self._line.between)
            self.end = time.monotonic() + self._line.stall


async def _serve(line: Line, target: int, ours: Connection) -> None:
    stalls = _Stalls(line)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target, limit=_KERNEL)
        for end in (writer, far_writer):
            inside = end.get_extra_info("socket")
            inside.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            inside.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL)
        with suppress(ExceptionGroup, ConnectionError):
            await asyncio.gather(
                _Direction(line, reader, far_writer).carry(stalls),
                _Direction(line, far_reader, writer).carry(stalls),
            )
        for end in (writer, far_writer):
            end.close()

    server = await asyncio.start_server(connect, "127.0.0.1", 0, limit=_KERNEL)
    ours.send(server.sockets[0].getsockname()[1])
    async with server:
        await stalls.happen()
        await server.serve_forever()


def _run(line: Line, target: int, ours: Connection) -> None:
    asyncio.run(_serve(line, target, ours))


@contextmanager
def relaying(line: Line, target: int) -> Iterator[int]:
    """A port of this machine that leads to another one over such a line."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(line, target, theirs), daemon=True)
    process.start()
    try:
        port: int = ours.recv()
        yield port
    finally:
        process.terminate()
        process.join()
