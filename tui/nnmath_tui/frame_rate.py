"""How often to draw: as often as is wanted, but never at the expense of training."""

from __future__ import annotations

from collections.abc import Callable

SHARE = 0.1
"""Most of the time that drawing may take while training runs at full speed."""

LONGEST = 0.4
"""Seconds between pictures at most, however long one takes to draw, on a machine of one's own."""

SLOWEST = 2.0
"""Seconds after which a picture is made although the terminal does not show the last one yet."""

GLANCE = 0.02
"""Seconds until the next look at a terminal that was not ready."""

MEMORY = 0.7
"""The weight of earlier pictures in the estimate of what the next one costs."""


class FrameRate:
    """When the next picture is due: 1 / fps after the last, or later if drawing is dear.

    A picture is not made before the terminal shows the last one, so that over a slow link none
    waits behind another; training does not wait for that.

    Training and drawing share the interpreter, so what one uses the other lacks. The cost of a
    picture is the time that training stood still for it: on a busy machine more than the processor
    time that it took.
    """

    def __init__(
        self,
        fps: float,
        clock: Callable[[], float],
        used: Callable[[], float],
        ready: Callable[[], bool] = lambda: True,
        part: Callable[[], float] = lambda: 1.0,
    ) -> None:
        """At most `fps` a second.

        Args:
            used: counts the seconds that went into pictures, as `clock` does all of them.
            ready: whether the terminal shows the last picture.
            part: the share of a processor that training takes. The less others leave for it, the
                rarer may pictures be, up to SLOWEST: of thirty sessions each takes its turn.
        """
        self._period, self._clock, self._used = 1 / fps, clock, used
        self._ready, self._part = ready, part
        self._last_used = used()
        self._cost = 0.0
        self._due = 0.0

    @property
    def wait(self) -> float:
        """Seconds until it is time for the next picture; 0 or less when it is."""
        left = self._due - self._clock()
        if left > 0 or left < -SLOWEST or self._ready():
            return left
        return GLANCE

    def restart(self) -> None:
        """Training begins: what was used until now was not for drawing it."""
        self._last_used = self._used()
        self._due = 0.0

    def drawn(self) -> None:
        """A picture is being drawn now."""
        used = self._used()
        self._cost = MEMORY * self._cost + (1 - MEMORY) * (used - self._last_used)
        self._last_used = used
        longest = min(SLOWEST, LONGEST / self._part())
        period = max(self._period, min(self._cost / SHARE, longest))
        self._due = max(self._due + period, self._clock())
