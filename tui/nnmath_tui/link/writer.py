"""Writes to the terminal from a thread, and survives that the terminal goes or stands still."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
from collections.abc import Callable
from contextlib import suppress
from queue import Queue
from typing import TextIO

from textual.drivers._writer_thread import WriterThread

PATIENCE = 0.2
"""Seconds that a terminal gets at the end to take what is left for it."""


class SturdyWriter(WriterThread):
    """Never makes the event loop wait, unlike its base, whose queue holds 30 pieces."""

    def __init__(
        self, file: TextIO, gone: Callable[[], object], drained: Callable[[], object]
    ) -> None:
        """Both are called from this thread.

        Args:
            gone: once the terminal cannot be written to any more.
            drained: whenever all has been written.
        """
        super().__init__(file)
        self._queue: Queue[str | None] = Queue()
        self._gone, self._drained = gone, drained
        self.has_given_up = False
        """Whether the terminal did not take all that was written in the end."""
        self._encoding = file.encoding or "utf-8"

    @property
    def is_idle(self) -> bool:
        """Whether all that was written has left for the terminal."""
        return not self._queue.unfinished_tasks and not outgoing(self._file.fileno())

    def run(self) -> None:
        alive = True
        while (text := self._queue.get()) is not None:
            if alive and not self.has_given_up:
                try:
                    self._write_out(text.encode(self._encoding, errors="replace"))
                except OSError:
                    # Upstream's thread dies here, and with its queue full the app hangs.
                    alive = False
                    self._gone()
            self._queue.task_done()
            if self._queue.empty():
                self._drained()
        self._queue.task_done()

    def stop(self) -> None:
        """Let it write what is left; what a terminal that stands still does not take is lost."""
        self._queue.put(None)
        self.join(PATIENCE)
        if self.is_alive():
            self.has_given_up = True
            discard_output(self._file.fileno())
            self.join(PATIENCE / 3)

    def _write_out(self, data: bytes) -> None:
        fileno = self._file.fileno()
        while data and not self.has_given_up:
            try:
                data = data[os.write(fileno, data) :]
            except BlockingIOError:  # somebody who shares the terminal has set it so
                select.select([], [fileno], [], 1)


def outgoing(fileno: int) -> int:
    """Bytes in the terminal line's own queue; 0 where it does not tell: pseudo-terminals do not."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(fileno, termios.TIOCOUTQ, bytes(4)))[0])
    except OSError:
        return 0


def discard_output(fileno: int) -> None:
    """Drop what waits in the line of a terminal that stands still, so that there is room again."""
    with suppress(termios.error):  # it is gone
        termios.tcflush(fileno, termios.TCOFLUSH)
