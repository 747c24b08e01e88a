"""Textual's Linux driver, mended: its input, its writing, its ending and its being suspended."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from nnmath_tui.link.ending import HUNG_UP, Ending
from nnmath_tui.link.hearing import Hearing
from nnmath_tui.link.parsing import MOST_COLUMNS, MOST_ROWS, SturdyParser, is_size
from nnmath_tui.link.writer import SturdyWriter


class SturdyDriver(LinuxDriver):
    """Ends when its terminal does, hears whatever comes, and can be stopped and continued."""

    def __init__(self, app: Any, **settings: Any) -> None:
        self._writer: SturdyWriter | None = None
        self._is_open = False  # modes of the terminal are changed
        self._is_parting = False  # what turns them off is on its way
        super().__init__(app, **settings)
        self._ending = Ending(self._end_app, self.fileno, self._is_changed)
        self._ending.watch()

    @property
    def is_running(self) -> bool:
        """Whether the terminal is in application mode."""
        return self._writer_thread is not None and self._writer_thread.is_alive()

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell to go back to, that will let us go on.

        Started by `ssh -t host nnmath-tui`, say, nobody would: SIGSTOP stops even then.
        """
        try:
            session = os.getsid(0)
            return os.getpgrp() != session and os.getsid(os.getppid()) == session
        except OSError:
            return False

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_open, self._is_parting = self.is_running, False
        if not self.is_running and not os.isatty(self.fileno):
            # Upstream goes on without it, for ever: it has gone just now.
            self._ending.begin(HUNG_UP)

    def stop_application_mode(self) -> None:
        super().stop_application_mode()
        if self._mouse_pixels:
            self.write("\x1b[?1016l")  # upstream leaves it on
        self.write("\x1b[m")
        self._is_parting = True

    def close(self) -> None:
        super().close()
        if self._writer is not None and self._writer.has_given_up:
            self._ending.restore()
        self._is_open = False

    def _is_changed(self) -> bool:
        parted = self._is_parting and self._writer is not None and self._writer.is_idle
        return self._is_open and not parted

    # Stopping and going on

    def suspend(self) -> None:
        """Give the terminal back and stop, together with whoever started us in this job."""
        if self.is_running and self.can_suspend:
            self.suspend_application_mode()
            self._must_signal_resume = True
            # Upstream stops itself alone: its parent, if it is no shell, would go on waiting.
            os.killpg(os.getpgrp(), signal.SIGSTOP)

    def go_on(self) -> None:
        """Take the terminal again, or all of its modes if somebody stopped us unasked.

        Upstream would begin a second time, with a second thread that reads the keys.
        """
        if not self._auto_restart:
            return
        if self.is_running:
            self.suspend_application_mode()
        self.resume_application_mode()

    def _sigtstp_application(self, *_: Any) -> None:
        if self._auto_restart:
            self._loop.call_soon_threadsafe(self.suspend)

    def _sigcont_application(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self.go_on)

    # Input

    def run_input_thread(self) -> None:
        """Hear until told to stop, or until there is no terminal any more."""
        parser, hearing = SturdyParser(self._debug), Hearing(time.monotonic)
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        try:
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        # Upstream reads on, for ever and at full speed.
                        self._ending.begin(HUNG_UP)
                        return
                    self._hear(parser.feed, hearing.text(data))
                self._hear(parser.feed, hearing.due())
                for event in parser.tick():
                    self.process_message(event)
        finally:
            selector.close()

    def _hear(self, feed: Callable[[str], Any], text: str) -> None:
        if text:
            for event in feed(text):
                self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Pass on what was heard, but for a size that no screen has."""
        if not isinstance(message, events.Resize) or is_size(*message.size):
            super().process_message(message)

    # The rest

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            width, height = os.get_terminal_size(self.fileno)
        except OSError:
            width = height = 0
        if not (width and height):
            # Upstream asks the environment first, where a size does not change with the window.
            width, height = super()._get_terminal_size()
        return min(max(width, 1), MOST_COLUMNS), min(max(height, 1), MOST_ROWS)

    @property
    def _writer_thread(self) -> SturdyWriter | None:
        """Where the base class keeps its writer, we keep ours."""
        return self._writer

    @_writer_thread.setter
    def _writer_thread(self, writer: object) -> None:
        if writer is not None:
            assert self._file is not None
            gone = partial(self._ending.begin, HUNG_UP)
            self._writer = SturdyWriter(self._file, gone, self._drained)

    def _drained(self) -> None:
        """Called from the thread that writes, whenever it has written all."""

    def _end_app(self, code: int) -> None:
        with suppress(RuntimeError):  # the loop is closed: it has ended
            self._loop.call_soon_threadsafe(lambda: self._app.exit(return_code=code))
