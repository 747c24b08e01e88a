"""The slope of a function along one of its numbers, by central differences beside its kinks.

    D(h) = (J(w + h) - J(w - h)) / 2h

A kink is where the derivative of something inside J jumps, a bend is where its second derivative
does. What is "beside" is told by the sides that all numbers inside J are on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.extrapolation import Extrapolation

# The steps of a second look, in units of the first one's: a wide range, since what is small
# depends on the size of the inputs. Most parameters need two or three of them.
_SHRINK = 4.0
_STEPS = tuple(_SHRINK**power for power in range(2, -8, -1))

# As near to a bend as this is at it: 0.3 - 1.3 is -1, whatever its last bit says.
_AT = 1e-12

_EPSILON = float(np.finfo(np.float64).eps)

Signs = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """J at one point, and the side of every kink and of every bend that each number is on."""

    value: float
    kinks: Signs
    bends: Signs

    @classmethod
    def of(cls, value: float, kinks: Sequence[Array], bends: Sequence[Array]) -> Probe:
        """Args: kinks, bends: the distances of all numbers from theirs, with their signs."""
        at = [np.where(np.abs(distance) < _AT, 0.0, distance) for distance in bends]
        return cls(value, _signs(kinks), _signs(at))


def _signs(distances: Sequence[Array]) -> Signs:
    signs = [np.sign(distance).ravel() for distance in distances]
    return (np.concatenate(signs) if signs else np.zeros(0)).astype(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """J along one parameter w, the number at `place` in `array`, near its value.

    probe: J at the numbers that the arrays hold. step: h of the first difference, for |w| ≤ 1.
    here: what `probe` gives before anything is moved.
    """

    probe: Callable[[], Probe]
    array: Array
    place: tuple[int, ...]
    step: float
    here: Probe

    def central_difference(self) -> float | None:
        """D of the first step; None if a kink lies in between."""
        difference = self._difference(1.0)
        if difference.leaves_kink or difference.crosses_kink:
            return None
        return difference.slope

    def limit(self, floor: float, tolerance: float) -> float | None:
        """D for h → 0; None at a kink, or if one, or a bend, is too near for any h to be of use.

        It is good enough as soon as its doubt is half of `tolerance`, relative to the slope or
        to `floor`.
        """
        limit: Extrapolation | None = None
        is_near = False
        for scale in _STEPS:
            difference = self._difference(scale)
            if difference.crosses_kink or difference.crosses_bend:
                limit, is_near = None, True
                continue
            if difference.leaves_kink:
                return None
            if limit is None:
                limit = Extrapolation(_SHRINK, power=1 if difference.leaves_bend else 2)
            limit.add(difference.slope, difference.rounding)
            if limit.doubt <= 0.5 * tolerance * max(abs(limit.best), floor):
                return limit.best
        return None if limit is None or is_near else limit.best

    def _difference(self, scale: float) -> _Difference:
        kept = float(self.array[self.place])
        h = scale * self.step * max(1.0, abs(kept))
        try:
            self.array[self.place] = kept + h
            above = self.probe()
            self.array[self.place] = kept - h
            below = self.probe()
        finally:
            self.array[self.place] = kept
        # Not 2h: w + h and w - h are rounded, too.
        width = (kept + h) - (kept - h)
        return _Difference(
            (above.value - below.value) / width,
            _EPSILON * abs(self.here.value) / width,
            *_met(self.here.kinks, above.kinks, below.kinks),
            *_met(self.here.bends, above.bends, below.bends),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Difference:
    """D(h), and whether numbers that are at a kink or bend leave it, or others get there.

    rounding: the size of D's error from that of J's last bit.
    """

    slope: float
    rounding: float
    leaves_kink: bool
    crosses_kink: bool
    leaves_bend: bool
    crosses_bend: bool


def _met(here: Signs, above: Signs, below: Signs) -> tuple[bool, bool]:
    moved = (above != here) | (below != here)
    return bool((moved & (here == 0)).any()), bool((moved & (here != 0)).any())
