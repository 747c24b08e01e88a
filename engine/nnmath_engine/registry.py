"""What every choice of the engine (an activation, a loss, an optimizer, ...) says about itself.

A registry is a plain dict from a key to an `Entry`. The key is the very string that stands in a
preset, on the command line and in the controls; `formula` and `about` are what the screen shows,
so help, docstring and screen cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting of an entry, such as Adam's beta1.

    The type of `default` (bool, int or float) is the type of the option; `low` and `high` bound
    it, inclusive unless `low_open` or `high_open`.
    """

    name: str
    symbol: str
    default: bool | int | float
    about: str
    low: float = float("-inf")
    high: float = float("inf")
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A named choice: its registry key, its name in print, its formula and one line about it."""

    name: str
    label: str
    formula: str
    about: str
    options: tuple[Option, ...] = ()

    def defaults(self) -> dict[str, bool | int | float]:
        """The options of this entry at their default values."""
        return {option.name: option.default for option in self.options}
