"""Curves over epochs as an SVG picture for paper and slides: plain text, no font, no library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.scales import LARGEST_LOSS, Scale, exponents, finite_pairs, range_of, thin

WIDTH, PANEL, TOP, GAP, LEFT, RIGHT, FOOT = 900, 300, 68, 52, 86, 24, 56
_DASHES = {"solid": "", "dashed": "7 4", "dotted": "2 3"}
_INK, _PALE = "#1d222c", "#d9dde3"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Values y (n,) at epochs x (n,), NaN where there are none; `dash` tells it apart in print."""

    name: str
    x: Array
    y: Array
    color: str
    dash: str = "solid"


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Curves on the same axes; on a logarithmic one, zeros are drawn at its foot."""

    title: str
    curves: Sequence[Curve]
    log: bool = False


def draw_svg(title: str, panels: Sequence[Panel], marks: Sequence[tuple[float, str]] = ()) -> str:
    """The panels below each other, over the same epochs; `marks` (epoch, words) cross them all."""
    height = TOP + len(panels) * (PANEL + GAP) - GAP + FOOT
    drawn = [(curve.x, curve.y) for panel in panels for curve in panel.curves]
    across = range_of([finite_pairs(x, y)[0] for x, y in drawn], least=1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="14" '
        f'fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 28, title, size=18),
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, TOP + number * (PANEL + GAP), across, marks)
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, height - 14, "epoch", anchor="middle"))
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    panel: Panel, top: float, across: Scale, marks: Sequence[tuple[float, str]]
) -> Iterator[str]:
    points = []
    for curve in panel.curves:
        x, y = finite_pairs(curve.x, curve.y, LARGEST_LOSS)
        points.append((x, exponents(y) if panel.log else y))
    # A tenth of a decade at least: about a single value, twice its exponent might be no number.
    up = range_of([y for _, y in points], least=0.1 if panel.log else 0.0)

    def column(x: float) -> float:
        share = (x - across.low) / (across.high - across.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def line(y: float) -> float:
        return top + PANEL - (y - up.low) / (up.high - up.low) * PANEL

    for value, words in _log_ticks(up) if panel.log else _ticks(up, 6):
        yield _line(LEFT, line(value), WIDTH - RIGHT, line(value), _PALE)
        yield _text(LEFT - 8, line(value) + 5, words, anchor="end")
    for value, words in _ticks(across, 8):
        yield _line(column(value), top + PANEL, column(value), top + PANEL + 5, _INK)
        yield _text(column(value), top + PANEL + 20, words, anchor="middle")
    for epoch, words in marks:
        if across.low <= epoch <= across.high:
            yield f"<g><title>{escape(f'epoch {epoch:g}: {words}')}</title>"
            yield _line(column(epoch), top, column(epoch), top + PANEL, _INK, "2 3") + "</g>"
    yield (
        f'<rect x="{LEFT}" y="{_n(top)}" width="{WIDTH - LEFT - RIGHT}" height="{PANEL}" '
        f'fill="none" stroke="{_INK}"/>'
    )
    for curve, (x, y) in zip(panel.curves, points, strict=True):
        x, y = thin(x, y, WIDTH)
        places = " ".join(
            f"{_n(column(a))},{_n(line(b))}" for a, b in zip(x.tolist(), y.tolist(), strict=True)
        )
        dash = f' stroke-dasharray="{_DASHES[curve.dash]}"' if _DASHES[curve.dash] else ""
        yield (
            f'<polyline points="{places}" fill="none" stroke="{curve.color}" '
            f'stroke-width="1.6" stroke-linejoin="round"{dash}/>'
        )
    yield from _legend(panel, top)


def _legend(panel: Panel, top: float) -> Iterator[str]:
    """What is drawn, and each curve's name with a piece of its line and its last value."""
    scale = ", logarithmic" if panel.log else ""
    yield _text(LEFT, top - 8, panel.title + scale)
    x = WIDTH - RIGHT
    for curve in reversed(panel.curves):
        last = curve.y[np.isfinite(curve.y)][-1:]
        words = f"{curve.name} {last[0]:.4g}" if len(last) else curve.name
        x -= 8 * len(words) + 12
        yield _text(x + 4, top - 8, words)
        yield _line(x - 30, top - 13, x - 2, top - 13, curve.color, _DASHES[curve.dash], 2)
        x -= 44


def _ticks(scale: Scale, most: int) -> list[tuple[float, str]]:
    """Round values on a linear scale, `most` at most, and their words."""
    least = (scale.high - scale.low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * 0.999)
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [(k * step, f"{k * step:.10g}") for k in range(first, last + 1)]


def _log_ticks(scale: Scale) -> list[tuple[float, str]]:
    """Powers of ten, or 1-2-5 where there are few of them; `scale` is in exponents."""
    decades = scale.high - scale.low
    digits = (1, 2, 5) if decades < 3 else (1,)
    every = max(1, math.ceil(decades / 8))
    found = [
        (power + math.log10(digit), f"{digit * 10.0**power:.4g}")
        for power in range(math.floor(scale.low), math.ceil(scale.high) + 1)
        if power % every == 0
        for digit in digits
    ]
    inside = [tick for tick in found if scale.low <= tick[0] <= scale.high]
    return inside if len(inside) > 1 else [(v, f"{10.0**v:.3g}") for v in (scale.low, scale.high)]


def _line(
    x: float, y: float, to_x: float, to_y: float, color: str, dash: str = "", width: float = 1
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" stroke="{color}" '
        f'stroke-width="{width:g}"{dashes}/>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 14) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(words)}</text>"
    )


def _n(number: float) -> str:
    """A coordinate: tenths of a pixel are more than can be seen."""
    return f"{number:.1f}".removesuffix(".0")
