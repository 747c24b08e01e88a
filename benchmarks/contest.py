"""Our plan against its peers, one process each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from nnmath_engine.arrays import Array

from benchmarks.alone import pin, start
from benchmarks.peers import KINDS, OURS, REFERENCE, epochs
from benchmarks.timing import Pace, Stopwatch, take_turns
from benchmarks.work import Work

CHECKED_EPOCHS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """Of one work: seconds an epoch round after round, and how far each is from the reference."""

    work: Work
    times: dict[str, list[float]]
    differences: dict[str, float]
    skipped: dict[str, str]


def contest(work: Work, pace: Pace) -> Result:
    """Check all peers that are here and can do the work, then measure those that agree."""
    here = {name: k for name, k in KINDS.items() if k.is_here() and k.covers(work)}
    missing = {name: k.needs.lstrip("$") for name, k in KINDS.items() if not k.is_here()}
    skipped = {name: f"{needed} is missing" for name, needed in missing.items()}
    reference = REFERENCE if REFERENCE in here else OURS
    differences, watches = {}, {}
    with _seats(here, work, pace) as seats:
        for name, seat in seats.items():
            closest = here[name].closest(work)
            standard = _trained(seats[reference], closest)
            try:
                difference = np.abs(_trained(seat, closest) - standard).max()
            except GaveUp:
                skipped[name] = f"failed on {work.name}"
                continue
            differences[name] = float(difference / np.abs(standard).max())
            if differences[name] <= here[name].tolerance:
                seat.warm_up()
                watches[name] = seat.measure
            else:
                skipped[name] = f"differs on {work.name} by {differences[name]:.0e}"
        return Result(work, take_turns(watches, pace.rounds), differences, skipped)


def _trained(seat: Seat, work: Work) -> Array:
    """The parameters after some epochs in double precision, whatever is measured later."""
    layers = seat.layers(replace(work, dtype="float64"))
    return np.concatenate([array.ravel() for layer in layers for array in layer])


class GaveUp(RuntimeError):
    """A peer's process ended; its traceback has been printed."""


class Seat:
    """Our end of the line to a peer's process."""

    def __init__(self, name: str, work: Work, pace: Pace) -> None:
        self.process, self._line = start(_serve, name, work, pace.seconds)
        self._name = name

    def _ask(self, *question: Any) -> Any:
        try:
            self._line.send(question)
            return self._line.recv()
        except (EOFError, BrokenPipeError):
            raise GaveUp(self._name) from None

    def layers(self, work: Work) -> list[tuple[Array, Array]]:
        """Its parameters after some epochs of a work."""
        layers: list[tuple[Array, Array]] = self._ask("layers", work)
        return layers

    def warm_up(self) -> None:
        """Make it ready to be measured."""
        self._ask("warm up")

    def measure(self) -> float:
        """Its seconds of CPU time an epoch."""
        return float(self._ask("measure"))

    def leave(self) -> None:
        """End its process."""
        self._line.close()
        self.process.join()


@contextmanager
def _seats(names: Any, work: Work, pace: Pace) -> Iterator[dict[str, Seat]]:
    seats = {name: Seat(name, work, pace) for name in names}
    try:
        yield seats
    finally:
        for seat in seats.values():
            seat.leave()


def _serve(line: Connection, name: str, work: Work, seconds: float) -> None:
    """What a peer's process does until nobody asks any more."""
    pin()
    kind, watch = KINDS[name], None
    while True:
        try:
            question, *arguments = line.recv()
        except EOFError:
            return
        if question == "layers":
            peer = kind.make(arguments[0])
            peer.train(arguments[0].orders(CHECKED_EPOCHS))
            line.send(peer.layers())
        elif question == "warm up":
            watch = Stopwatch(epochs(kind.make(work), work), seconds)
            line.send(None)
        elif watch is not None:
            line.send(watch())
