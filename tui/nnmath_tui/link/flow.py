"""How many bytes the terminal may be sent now, judged by how soon it answers.

Behind each piece of a picture goes a question that every terminal answers: where is the cursor?
The answer comes when everything before it has been shown, so it tells how long that took. What is
on its way is held down to what adds no more than `QUEUE` to the shortest time ever seen. Where a
terminal has never answered, only its line tells: a piece may follow when the last one has left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

QUEUE = 0.05
"""Seconds that what is on its way may wait in queues: nobody feels that a key takes it longer."""

FIRST, LEAST, MOST = 4096, 1024, 1 << 18
"""Bytes on their way: at first, at least, and at most."""

PIECES = 4
"""A full way is that many pieces, so that what is urgent waits for a quarter of it."""

URGENT = 2048
"""Bytes that may go beyond what else would, for the effect of a key."""

CLOSE = 0.03
"""An answer within so many seconds is that of a terminal nearby, whose line alone tells enough."""

SELDOM = 1.0
"""Seconds between questions to a terminal nearby."""

LOST = 3.0
"""Seconds after which an answer is not waited for any longer, or one not expected any more."""

FIRST_ANSWER = 1.0
"""Seconds within which a terminal that answers at all has answered once."""

MEMORY = 30.0
"""Seconds for which the shortest time counts: a laptop moves to another network."""


class Flow:
    """Counts what is on its way to the terminal."""

    def __init__(self, clock: Callable[[], float], drained: Callable[[], bool]) -> None:
        """`drained` tells whether what was written has left for the terminal."""
        self._clock, self._drained = clock, drained
        self.forget()

    def forget(self) -> None:
        """Another terminal, maybe: nothing is known of it."""
        self._asked: deque[tuple[float, int]] = deque()  # when, behind how many bytes
        self._on_way = 0
        self._unasked = 0  # bytes sent since the last question
        self._window = float(FIRST)
        self._times: deque[tuple[float, float]] = deque()  # when an answer came, and after how long
        self._answers = self._unanswered = 0
        self._hears = False
        self._last_question = self._last_cut = -LOST

    @property
    def awaits_answer(self) -> bool:
        """Whether the terminal will answer yet, if it ever does."""
        return bool(self._asked)

    @property
    def patience(self) -> float:
        """Seconds within which a question that was asked is answered, going by the last ones."""
        return 0.0 if not self._answers else min(2 * self._times[-1][1] + 0.05, 0.8)

    @property
    def is_near(self) -> bool:
        """Whether the terminal answers at once, so that its line tells all there is to know."""
        return bool(self._times) and self._times[-1][1] < CLOSE

    @property
    def is_clear(self) -> bool:
        """Whether all that was sent has been shown: the next picture may be made."""
        self._give_up_waiting()
        deaf = bool(self._unanswered and not self._answers)  # it has never answered yet
        return self._drained() and (deaf or not self._asked)

    def room(self, urgent: bool = False) -> int:
        """How many bytes may be sent now; 0 for none."""
        self._give_up_waiting()
        if not self._drained():
            return 0
        if not self._answers or self.is_near:
            return MOST
        left = self._window - self._on_way + (URGENT if urgent else 0)
        return max(int(self._window / PIECES), LEAST // 2) if left > 0 else 0

    def sent(self, count: int) -> bool:
        """So many bytes are sent; returns whether the question is to follow them."""
        now = self._clock()
        self._unasked += count
        asks = now - self._last_question >= SELDOM if self.is_near or not self._answers else True
        if not self._hears and self._unanswered > 3:
            asks = False  # it does not know the question
        if asks:
            self._asked.append((now, self._unasked))
            self._on_way += self._unasked
            self._unasked = 0
            self._last_question = now
        return asks

    def answered(self, when: float) -> None:
        """The terminal has answered the oldest question."""
        self._hears = True
        if not self._asked:
            return  # it comes too late, but it comes
        sent, count = self._asked.popleft()
        self._on_way -= count
        self._answers += 1
        self._times.append((when, when - sent))
        while self._times[0][0] < when - MEMORY:
            self._times.popleft()
        delay = when - sent - min(time for _, time in self._times)
        if delay < QUEUE:
            if self._on_way + count > self._window / 2:  # what is not used says nothing
                # Doubled at each round at first, and carefully once it has been too much.
                more = count if self._last_cut < 0 else count * LEAST / self._window
                self._window = min(self._window + more, MOST)
        elif delay > 2 * QUEUE and sent > self._last_cut:
            self._window = max(self._window * 0.7, LEAST)
            self._last_cut = when

    def _give_up_waiting(self) -> None:
        """Answers may be lost, as when the terminal is exchanged for another one."""
        now = self._clock()
        longest = max(LOST, 4 * self.patience) if self._hears else FIRST_ANSWER
        while self._asked and now - self._asked[0][0] > longest:
            self._on_way -= self._asked.popleft()[1]
            self._unanswered += 1
            self._window = LEAST
