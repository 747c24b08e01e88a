"""The limit of a sequence of differences for h → 0, and how far it can be trusted.

    D(h) = (J(w + h) - J(w - h)) / 2h = J' + c₁h + c₂h² + c₃h³ + ...

has even powers only where J is smooth, and all of them where its second derivative jumps at w.
Two of these differences for two h give a third one without the first of the powers, and so on:
Richardson's extrapolation. A smaller h brings more of the error of rounding, so that the best of
all is neither the first nor the last; Ridders takes the one that its neighbors agree with most.

Source: C. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering
Software 4 (1982); Press et al., "Numerical Recipes", section 5.7.
"""

from __future__ import annotations

import math


class Extrapolation:
    """`best` is the limit so far, and `doubt` the size of its error; NaN and ∞ before two `add`."""

    def __init__(self, shrink: float, power: int) -> None:
        """Args:
        shrink: the factor between one h and the next, above 1.
        power: 2 if D has even powers only, else 1.
        """
        self._factor = shrink**power
        self._row: list[float] = []
        self.best = math.nan
        self.doubt = math.inf

    def add(self, difference: float, rounding: float) -> None:
        """Take in D of the next h, and how large its error of rounding is.

        Differences of rounded numbers may agree by chance to far more digits than they have.
        """
        row, factor = [difference], 1.0
        for before in self._row:
            factor *= self._factor
            row.append(row[-1] + (row[-1] - before) / (factor - 1.0))
            doubt = max(abs(row[-1] - row[-2]), abs(row[-1] - before), rounding)
            if doubt <= self.doubt:
                self.best, self.doubt = row[-1], doubt
        self._row = row
