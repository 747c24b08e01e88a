"""Axes of a chart: round tick values, and a frame whose labels are whole or not there at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.numbers import short

LABEL_WIDTH = 7
LEAST_WIDTH, LEAST_HEIGHT = 8, 3
_FAR = 250
"""Exponents beyond which sums and differences may overflow, or come to nothing."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labeled place on an axis; `place` runs from 0 (low end) to 1 (high end)."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Area:
    """The cells inside the axes: column and row of the upper left one, and how many there are."""

    left: int
    top: int
    width: int
    height: int

    def column(self, place: float) -> int:
        return self.left + round(place * (self.width - 1))

    def row(self, place: float) -> int:
        return self.top + round((1 - place) * (self.height - 1))


def linear_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """At most `most` ticks at multiples of 1, 2 or 5 times a power of ten within [low, high]."""
    span = high - low
    if most < 1 or not _readable(low, high):
        return ()
    step = _round_step(span / most)
    while _multiples(low, high, step) > most:
        step = _round_step(step * 1.01)
    first = math.ceil(low / step - 1e-9)
    ticks = []
    for index in range(first, first + _multiples(low, high, step)):
        value = index * step
        ticks.append(Tick(_inside((value - low) / span), _label(value, step)))
    return tuple(ticks)


def log_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """Ticks at whole decades between 10**low and 10**high, thinned to at most `most`.

    Within less than two decades the ticks 2 and 5 join in; where not even these give two ticks,
    the ticks are round values on the curved scale.
    """
    span = high - low
    if most < 1 or not _readable(low, high) or high - low < 1e-6:
        return ()
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last > first:
        every = math.ceil((last - first + 1) / most)
        # Counted from zero, so that the ticks stay where they are while the range grows.
        exponents = [e for e in range(first, last + 1) if e % every == 0]
        if len(exponents) < 2:
            exponents = [first, last] if most > 1 else [first]
        labels = [(float(e), _power(e)) for e in exponents]
    else:
        labels = [
            (math.log10(m) + e, short(float(f"{m}e{e}"), LABEL_WIDTH, digits=1))
            for e in range(math.floor(low), math.floor(high) + 1)
            for m in (1, 2, 5)
            if low <= math.log10(m) + e <= high
        ]
        labels = labels[:: math.ceil(len(labels) / most) or 1]
    if len(labels) < 2:
        # Where values are too small or too large to subtract, they are so many powers of ten.
        shift = 0 if abs(low) < _FAR else math.floor(low)
        bottom, top = 10.0 ** (low - shift), 10.0 ** (high - shift)
        labels = [
            (
                math.log10(bottom + tick.place * (top - bottom)) + shift,
                tick.label + (f"e{shift}" if shift else ""),
            )
            for tick in linear_ticks(bottom, top, most)
        ]
    return tuple(Tick(_inside((e - low) / span), label) for e, label in labels)


def count_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """Ticks at 0, 1, 10, 100, ... on a scale of log10(1 + n), for counts that start at 0."""
    span = high - low
    if most < 1 or not _readable(low, high) or high - low < 1e-6:
        return ()
    values = [v for v in (0.0, *(10.0**e for e in range(13))) if low <= math.log10(1 + v) <= high]
    if len(values) < 2:
        first, last = math.ceil(10**low - 1), math.floor(10**high - 1)
        values = [float(v) for v in sorted({first, last}) if first <= v <= last]
    if not values:
        return ()
    values = values[:: math.ceil(len(values) / most)]
    return tuple(
        Tick(_inside((math.log10(1 + v) - low) / span), short(v, LABEL_WIDTH)) for v in values
    )


def plot_area(width: int, height: int, y_ticks: Sequence[Tick], *, header: int = 0) -> Area:
    """Where the curve goes in a picture of width x height cells.

    Labels at the left and below, and `header` rows above, are given up when they would leave
    less than `LEAST_WIDTH` x `LEAST_HEIGHT` cells for the curve.
    """
    left = max((len(tick.label) for tick in y_ticks), default=0) + 2
    left = left if width - left >= LEAST_WIDTH else 0
    bottom = 2 if height - header - 2 >= 2 * LEAST_HEIGHT else 1
    bottom = bottom if height - header - bottom >= LEAST_HEIGHT else 0
    top = header if height - header - bottom >= LEAST_HEIGHT else 0
    return Area(left, top, width - left, height - top - bottom)


def frame(
    width: int, height: int, y_ticks: Callable[[int], Sequence[Tick]], *, header: int = 0
) -> tuple[Area, Sequence[Tick]]:
    """The area of a picture and the ticks of its y axis: at least two that are told, if any can be.

    `y_ticks` gives at most as many ticks as it is asked for.
    """
    few = 2 + height // 4
    for most in range(few, few + 8):
        ticks = y_ticks(most)
        area = plot_area(width, height, ticks, header=header)
        if len(_told(ticks, area)) >= 2:
            return area, ticks
    ticks = y_ticks(few)
    return plot_area(width, height, ticks, header=header), ticks


def _told(y_ticks: Sequence[Tick], area: Area) -> list[tuple[int, Tick]]:
    """The ticks whose labels have rows of their own, with a row between if it can be.

    They are every tick, or every second, third, ... one: an axis that leaves out one of several
    misleads. One label is not enough to read a value by, so two stand on adjoining rows rather.
    """
    from_top = sorted(y_ticks, key=lambda tick: -tick.place)
    rows = [(area.row(tick.place), tick) for tick in from_top]
    for distance in (2, 1):
        for every in range(1, max(2, len(rows))):
            for first in range(every):
                told = rows[first::every]
                gaps = [below[0] - above[0] for above, below in pairwise(told)]
                if len(told) >= 2 and min(gaps) >= distance:
                    return told
    return rows[:1]


def draw_axes(
    canvas: Canvas,
    area: Area,
    x_ticks: Callable[[int], Sequence[Tick]],
    y_ticks: Sequence[Tick],
    *,
    lines: bool = True,
) -> None:
    """Tick labels left of and below `area`, with thin lines where the area leaves room for them.

    `x_ticks` gives at most as many ticks as it is asked for; the most whose labels keep two
    cells of distance are taken.
    """
    palette = canvas.palette
    vertical, cross, corner, flat, down = "||+-+" if palette.ascii else "│┤└─┴"
    axis = area.left - 1
    if area.left > 0:
        if lines:
            for row in range(area.top, area.top + area.height):
                canvas.put(axis, row, vertical, palette.faint)
        end = axis - 1 if lines else axis
        for row, tick in _told([tick for tick in y_ticks if len(tick.label) <= end], area):
            canvas.put(end - len(tick.label), row, tick.label, palette.muted)
            if lines:
                canvas.put(axis, row, cross, palette.faint)
    below = area.top + area.height
    if below >= canvas.height:
        return
    thick = lines and canvas.height - below >= 2
    ticks = _spaced(x_ticks, area, canvas.width)
    if thick:
        canvas.put(area.left, below, flat * area.width, palette.faint)
        if area.left > 0:
            canvas.put(axis, below, corner, palette.faint)
    for start, tick in ticks:
        if thick:
            canvas.put(area.column(tick.place), below, down, palette.faint)
        canvas.put(start, below + (1 if thick else 0), tick.label, palette.muted)


def _spaced(
    x_ticks: Callable[[int], Sequence[Tick]], area: Area, canvas_width: int
) -> list[tuple[int, Tick]]:
    """The most ticks whose labels fit side by side, each with its label's first column."""
    for most in range(max(2, area.width // 9), 0, -1):
        placed: list[tuple[int, Tick]] = []
        end = -2
        for tick in x_ticks(most):
            size = len(tick.label)
            start = area.column(tick.place) - (size - 1) // 2
            start = max(area.left, min(start, canvas_width - size))
            if start < end + 2 or start + size > canvas_width:
                break
            placed.append((start, tick))
            end = start + size
        else:
            return placed
    return []


def _readable(low: float, high: float) -> bool:
    """Whether ticks in the range can be told apart: it is finite, and wide for its size."""
    least = 1e-9 * max(abs(low), abs(high))
    return math.isfinite(high - low) and high - low > max(least, 1e-300)


def _inside(place: float) -> float:
    return min(1.0, max(0.0, place))


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    exponent = math.floor(math.log10(least))
    for mantissa in (1, 2, 5, 10):
        step = float(f"{mantissa}e{exponent}")
        if step >= least * (1 - 1e-9):
            return step
    return float(f"1e{exponent + 1}")


def _multiples(low: float, high: float, step: float) -> int:
    return math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1


def _power(exponent: int) -> str:
    return f"1e{exponent}" if abs(exponent) > 3 else short(10.0**exponent, LABEL_WIDTH)


def _label(value: float, step: float) -> str:
    """A multiple of `step` with just the digits that tell it from its neighbors."""
    if abs(value) < step / 1000:
        return "0"
    unit = math.floor(math.log10(step) + 1e-9)
    if step > 1e-4 and abs(value) < 1e7:
        return f"{value:,.{max(0, -unit)}f}".replace(",", " ").replace("-", "−")
    digits = max(0, math.floor(math.log10(abs(value)) + 1e-9) - unit)
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−", int(value < 0))
