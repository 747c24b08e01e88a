"""What the colors of a heat map measure: signed numbers about zero, or ratios about 1e-3."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.numbers import short, signed
from nnmath_tui.drawing.palette import Levels, Palette

TYPICAL_RATIO = 1e-3
"""An update that is this share of its weight is neither timid nor wild."""
_DECADES = 2
"""So many powers of ten from the typical ratio a color is strongest."""


class Measure(Protocol):
    """How entries become colors and text."""

    @property
    def zero(self) -> str:
        """What the color in the middle stands for, unless it is zero."""

    def levels(self, values: Array, palette: Palette) -> Levels:
        """The colors of entries of any shape."""

    def text(self, value: float, width: int, *, ascii: bool = False) -> str:
        """An entry in at most `width` cells."""

    def exact(self, value: float, width: int, *, ascii: bool = False) -> str:
        """An entry with all digits that there is room for."""

    def ends(self, *, ascii: bool = False) -> tuple[str, str]:
        """The values of the strongest colors."""

    def along(self, values: Array) -> Array:
        """Where values lie along an axis; the color in the middle belongs to 0."""

    def at(self, places: Array) -> Array:
        """The values at places along the axis."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Numbers about zero; `scale` is the magnitude of the strongest color."""

    scale: float
    zero: str = ""

    def levels(self, values: Array, palette: Palette) -> Levels:
        return palette.level(values, self.scale)

    def text(self, value: float, width: int, *, ascii: bool = False) -> str:
        """With as many decimals as its neighbors, if they tell a tenth of the scale."""
        if math.isfinite(value) and 0.0 < self.scale < 1e6:
            before = len(str(int(max(abs(value), self.scale))))
            decimals = min(3, width - 2 - before)
            if decimals >= 1 and 10.0**-decimals <= 0.1 * self.scale:
                text = f"{value:+.{decimals}f}"
                if float(text) == 0 and value != 0:
                    return "~0" if ascii else "≈0"
                return text if ascii else text.replace("-", "−")
        return signed(value, width, digits=2, ascii=ascii)

    def exact(self, value: float, width: int, *, ascii: bool = False) -> str:
        return signed(value, width, digits=min(9, max(3, width - 4)), ascii=ascii)

    def ends(self, *, ascii: bool = False) -> tuple[str, str]:
        number = short(self.scale, 7, digits=2, ascii=ascii)
        return ("-" if ascii else "−") + number, "+" + number

    def along(self, values: Array) -> Array:
        return values

    def at(self, places: Array) -> Array:
        return places


@dataclass(frozen=True, slots=True)
class Ratios:
    """Positive numbers on a logarithmic scale: orange below the typical one, blue above."""

    zero: str = "1e-3"

    def levels(self, values: Array, palette: Palette) -> Levels:
        return palette.level(self.along(values), _DECADES)

    def text(self, value: float, width: int, *, ascii: bool = False) -> str:
        return short(value, width, digits=2, ascii=ascii)

    def exact(self, value: float, width: int, *, ascii: bool = False) -> str:
        return short(value, width, digits=min(6, max(3, width - 4)), ascii=ascii)

    def ends(self, *, ascii: bool = False) -> tuple[str, str]:
        low, high = (TYPICAL_RATIO * 10.0**power for power in (-_DECADES, _DECADES))
        return short(low, 7, digits=2, ascii=ascii), short(high, 7, digits=2, ascii=ascii)

    def along(self, values: Array) -> Array:
        """Powers of ten from the typical ratio; −∞ for 0, NaN for NaN."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log10(values) - np.log10(TYPICAL_RATIO), dtype=np.float64)

    def at(self, places: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(TYPICAL_RATIO * 10.0**places)


@dataclass(frozen=True, slots=True)
class Veiled:
    """Another measure, with a question mark for NaN: a number that is not to be seen yet."""

    inner: Measure

    @property
    def zero(self) -> str:
        return self.inner.zero

    def levels(self, values: Array, palette: Palette) -> Levels:
        return self.inner.levels(values, palette)

    def text(self, value: float, width: int, *, ascii: bool = False) -> str:
        return "?" if math.isnan(value) else self.inner.text(value, width, ascii=ascii)

    def exact(self, value: float, width: int, *, ascii: bool = False) -> str:
        return "?" if math.isnan(value) else self.inner.exact(value, width, ascii=ascii)

    def ends(self, *, ascii: bool = False) -> tuple[str, str]:
        """The strongest color may be that of the number itself."""
        return "?", "?"

    def along(self, values: Array) -> Array:
        return self.inner.along(values)

    def at(self, places: Array) -> Array:
        return self.inner.at(places)
