"""What may be on its way to a terminal, over simulated links."""

from __future__ import annotations

from collections import deque

from nnmath_tui.frame_rate import SLOWEST, FrameRate
from nnmath_tui.link.flow import FIRST, LEAST, LOST, MOST, QUEUE, Flow


class Link:
    """A clock, and a terminal behind a line of so many bytes a second and so many seconds' way."""

    def __init__(self, rate: float, round_trip: float, answers: bool = True) -> None:
        self.now, self.rate, self.round_trip, self.answers = 0.0, rate, round_trip, answers
        self.free = 0.0  # when all that was sent has passed the narrow place
        self.due: deque[float] = deque()
        self.drained = True
        self.flow = Flow(lambda: self.now, lambda: self.drained)

    def send(self, count: int) -> bool:
        self.free = max(self.free, self.now) + count / self.rate
        asks = self.flow.sent(count)
        if asks and self.answers:
            self.due.append(self.free + self.round_trip)
        return asks

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self.due and self.due[0] <= end:
            self.now = self.due.popleft()
            self.flow.answered(self.now)
        self.now = end

    @property
    def queue(self) -> float:
        """Seconds that a byte sent now would wait."""
        return max(self.free - self.now, 0)


def flood(link: Link, seconds: float) -> tuple[int, float]:
    """Send as much as may be sent; returns how much that was, and the longest queue of the end."""
    total, longest, end = 0, 0.0, link.now + seconds
    while link.now < end:
        while room := min(link.flow.room(), 4000):
            link.send(room)
            total += room
        if link.now > end - seconds / 2:
            longest = max(longest, link.queue)
        link.wait(0.005)
    return total, longest


def test_a_thin_link_is_used_but_hardly_anything_waits_in_it() -> None:
    link = Link(rate=20_000, round_trip=0.2)
    link.send(0)
    link.wait(0.3)
    total, queue = flood(link, 20)
    assert total > 0.5 * 20 * 20_000
    assert queue < 3 * QUEUE


def test_a_fast_link_far_away_is_used_as_well() -> None:
    link = Link(rate=2_000_000, round_trip=0.2)
    link.send(0)
    link.wait(0.3)
    total, queue = flood(link, 10)
    assert total > 1_000_000
    assert queue < 3 * QUEUE


def test_a_picture_waits_until_the_last_one_is_shown() -> None:
    link = Link(rate=20_000, round_trip=0.2)
    link.send(0)
    assert not link.flow.is_clear
    link.wait(0.21)
    assert link.flow.is_clear
    link.send(2000)
    link.wait(0.25)
    assert not link.flow.is_clear, "0.1 s to send, 0.2 s there and back"
    link.wait(0.06)
    assert link.flow.is_clear


def test_what_a_key_does_goes_beyond_a_full_way() -> None:
    link = Link(rate=20_000, round_trip=0.2)
    link.send(0)
    link.wait(0.3)
    while room := link.flow.room():
        link.send(room)
    assert not link.flow.room()
    assert link.flow.room(urgent=True) >= LEAST // 2


def test_a_terminal_nearby_is_asked_seldom_and_never_waited_for() -> None:
    link = Link(rate=1e9, round_trip=0.002)
    link.send(0)
    link.wait(0.1)
    asked = 0
    for _ in range(50):
        assert link.flow.room() == MOST
        asked += link.send(5000)
        link.wait(0.1)
    assert 4 <= asked <= 6, "five seconds"


def test_a_line_that_has_not_drained_gets_nothing_more() -> None:
    link = Link(rate=1e9, round_trip=0.002)
    link.drained = False
    assert link.flow.room() == 0
    assert not link.flow.is_clear


def test_a_terminal_that_never_answers_is_not_asked_for_ever() -> None:
    link = Link(rate=20_000, round_trip=0.2, answers=False)
    asked = 0
    for _ in range(200):
        assert link.flow.room() == MOST
        asked += link.send(100)
        link.wait(0.5)
    assert asked < 12
    assert link.flow.is_clear
    assert link.flow.patience == 0


def test_lost_answers_stop_it_for_a_while_only() -> None:
    link = Link(rate=20_000, round_trip=0.2)
    link.send(0)
    link.wait(0.3)
    link.answers = False  # the terminal was exchanged amid all
    link.send(FIRST * 2)
    assert not link.flow.room()
    link.wait(LOST + 0.1)
    assert link.flow.room()
    assert link.flow.is_clear


def test_a_terminal_very_far_away_is_waited_for_once_it_has_answered_late() -> None:
    link = Link(rate=20_000, round_trip=1.5)
    for _ in range(4):
        link.send(100)
        link.wait(1.6)
        assert link.flow.is_clear
    link.send(100)
    link.wait(1.2)
    assert not link.flow.is_clear


def test_an_answer_that_nobody_asked_for_is_nothing() -> None:
    link = Link(rate=20_000, round_trip=0.2)
    link.flow.answered(1.0)
    assert link.flow.patience == 0


def test_training_goes_on_but_pictures_wait_for_the_terminal() -> None:
    now, ready = [0.0], [True]
    frames = FrameRate(10, lambda: now[0], lambda: 0.0, lambda: ready[0])
    frames.drawn()
    now[0] += 0.15
    assert frames.wait <= 0
    ready[0] = False
    assert frames.wait > 0, "so much longer training may go on"
    now[0] += SLOWEST
    assert frames.wait <= 0, "for this long without a picture at most"
    ready[0] = True
    frames.drawn()
    assert frames.wait <= 0.1
