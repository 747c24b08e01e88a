"""Training rests for as long as it takes others on the same machine to get on as well."""

from __future__ import annotations

import random

import pytest
from nnmath_tui.share import Share


class Machine:
    """Trainings on some processors; time goes by in steps of two milliseconds."""

    STEP = 0.002

    def __init__(self, processors: int, count: int) -> None:
        self.now, self.processors = 0.0, processors
        self.used = [0.0] * count
        self.shares = [
            Share(lambda: self.now, lambda number=number: self.used[number])  # type: ignore[misc]
            for number in range(count)
        ]
        self.left = [0.0] * count
        self.chance = random.Random(7)
        self.idle = 0.0  # seconds of processors that nobody wanted

    def run(self, seconds: float, who: int) -> None:
        """Let the first `who` train in slices of 20 ms."""
        end = self.now + seconds
        while self.now < end:
            for number in range(who):
                if self.left[number] <= 0 and self.shares[number].wait <= 0:
                    self.shares[number].begin()
                    self.left[number] = 0.02
            ready = [number for number in range(who) if self.left[number] > 0]
            running = self.chance.sample(ready, min(self.processors, len(ready)))
            self.now += self.STEP
            self.idle += (self.processors - len(running)) * self.STEP
            for number in running:
                self.used[number] += self.STEP
                self.left[number] -= self.STEP
                if self.left[number] <= 0:
                    self.shares[number].end()


def test_alone_it_never_rests() -> None:
    machine = Machine(2, 1)
    machine.run(5, 1)
    assert machine.used[0] == pytest.approx(5, abs=0.1)


def test_many_leave_processors_for_the_next_key_and_take_equal_shares() -> None:
    machine = Machine(2, 30)
    machine.run(20, 30)
    before, idle_before = [*machine.used], machine.idle
    machine.run(40, 30)
    idle = (machine.idle - idle_before) / (2 * 40)
    assert 0.1 < idle < 0.6, "there is room for what is urgent, and most of it is used"
    each = sorted(after - used for after, used in zip(machine.used, before, strict=True))
    assert each[-1] < 3 * each[0]


def test_what_others_leave_is_taken_again() -> None:
    machine = Machine(2, 30)
    machine.run(20, 30)
    crowded = machine.shares[0].part
    machine.run(40, 1)
    assert crowded < 0.2
    assert machine.shares[0].part > 0.9
