"""The driver that writes only the cells that differ, and never more than the terminal can take."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from textual import events
from textual.message import Message

from nnmath_tui import keyboard
from nnmath_tui.link.encoder import EVERYTHING, Encoder
from nnmath_tui.link.flow import MOST, Flow
from nnmath_tui.link.glyphs import Glyphs
from nnmath_tui.link.screen import Screen
from nnmath_tui.link.sturdy import SturdyDriver
from nnmath_tui.link.styles import PLAIN, Styles

SYNC_BEGINS, SYNC_ENDS = "\x1b[?2026h", "\x1b[?2026l"
WORTH_SYNC = 200
"""Bytes from which a terminal may show half a picture, unless told to wait for its end."""

QUESTION = "\x1b[6n"
RETRY = 0.05
"""Seconds until the next look at a terminal that does not say when it is ready for more."""

ECHO = 0.3
"""Seconds after a key or a click within which what changes is what it has done."""


class LinkDriver(SturdyDriver):
    """Keeps two screens, what the library wants and what the terminal shows, and their difference.

    Pictures that come faster than they can be shown are merged: only the newest one counts.
    """

    def __init__(self, app: Any, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._wanted: Screen | None = None  # while the terminal is not ours
        self._stale = False  # the terminal has another size, or was somebody else's
        self._synchronizes = False
        self._last_input = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._flow_lock = threading.Lock()
        self._flow = Flow(time.monotonic, self._has_drained)

    @property
    def is_ready(self) -> bool:
        """Whether the terminal shows all that it was sent: the next picture may be made."""
        with self._flow_lock:
            clear = self._flow.is_clear
        return self._wanted is None or (clear and not self._encoder.is_behind)

    def redraw(self) -> None:
        """Write every cell again: somebody else has written on the terminal."""
        self._stale = True
        self._send()

    def start_application_mode(self) -> None:
        super().start_application_mode()
        if not self.is_running:
            return
        self._watch_size()
        before = self._wanted_before
        width, height = self._get_terminal_size()
        self._wanted = before or Screen(width, height, Styles(), Glyphs())
        self._encoder = Encoder(self._wanted)
        self._stale = True
        with self._flow_lock:
            self._flow.forget()
        self._ask(0)
        self.flush()

    def stop_application_mode(self) -> None:
        if self._wanted is not None and self.is_running:
            super().write(self._encoder.wear(PLAIN))  # a hyperlink that was begun has to end
        self._wanted_before, self._wanted = self._wanted, None
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._wait_for_answers()
        super().stop_application_mode()

    _wanted_before: Screen | None = None
    """The screen to go on with after having been stopped."""

    # From the library

    def write(self, data: str) -> None:
        wanted = self._wanted
        if wanted is None or threading.get_ident() != self._app._thread_id:
            super().write(data)  # modes alone, from the thread that hears of them
        elif data == SYNC_BEGINS:
            self._synchronizes = True
        elif data != SYNC_ENDS:
            self._notice_size(wanted)
            wanted.feed(data, super().write, self._give_up)

    def flush(self) -> None:
        self._send()

    def _give_up(self, data: str) -> None:
        """Let the terminal understand what we do not; what it shows then is not known."""
        assert self._wanted is not None
        super().write(self._encoder.update() + self._encoder.settle() + data)
        self._wanted.forget()
        self._encoder.forget()

    def _notice_size(self, wanted: Screen) -> None:
        if self._stale:
            self._stale = False
            wanted.resize(*self._get_terminal_size())
            self._encoder.forget()

    # To the terminal

    def _send(self) -> None:
        """Write what there is room for; what is left waits for the terminal's next answer."""
        wanted = self._wanted
        if wanted is None:
            return
        self._notice_size(wanted)
        while self._encoder.is_behind:
            with self._flow_lock:
                room = self._flow.room(time.monotonic() - self._last_input < ECHO)
            if not room:
                self._look_again()
                return
            self._send_piece(EVERYTHING if room == MOST else room)

    def _send_piece(self, most: int) -> None:
        data = self._encoder.update(most)
        if not data:
            return
        if not self._encoder.is_behind:
            data += self._encoder.park()
        size = len(data.encode(errors="replace"))
        if self._synchronizes and size >= WORTH_SYNC:
            data = SYNC_BEGINS + data + SYNC_ENDS
        super().write(data)
        self._ask(size)

    def _ask(self, size: int) -> None:
        with self._flow_lock:
            asks = self._flow.sent(size)
        if asks:
            super().write(QUESTION)

    def _look_again(self) -> None:
        """A line itself does not say when it has drained; and an answer may be lost."""
        if self._later is None:
            self._later = self._loop.call_later(RETRY, self._look)

    def _look(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._send()

    def _drained(self) -> None:
        if self._later is not None:  # what waits need not wait for as long as it was going to
            with suppress(RuntimeError):  # the loop is closed: it has ended
                self._loop.call_soon_threadsafe(self._look)

    def _has_drained(self) -> bool:
        return self._writer is None or self._writer.is_idle

    # From the terminal

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            with self._flow_lock:
                self._flow.answered(time.monotonic())
            self._loop.call_soon_threadsafe(self._send)
            return
        if isinstance(message, events.InputEvent):
            self._last_input = time.monotonic()
            keyboard.heard()
        elif isinstance(message, events.Resize):
            self._stale = True
        super().process_message(message)

    def _watch_size(self) -> None:
        """Hear of another size before the library does, which tells its app alone."""
        tell = signal.getsignal(signal.SIGWINCH)

        def changed(number: int, frame: FrameType | None) -> None:
            self._stale = True
            if callable(tell):
                tell(number, frame)

        signal.signal(signal.SIGWINCH, changed)

    def _wait_for_answers(self) -> None:
        """Hear the answers that are due, which would otherwise be typed into the shell."""
        begin = time.monotonic()
        with self._flow_lock:
            patience = self._flow.patience
        while self._flow.awaits_answer and (waited := time.monotonic() - begin) < patience:
            if waited > RETRY and not self._has_drained():
                break  # it stands still: the question has not even left
            time.sleep(0.005)
