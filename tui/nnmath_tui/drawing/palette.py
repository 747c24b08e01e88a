"""Colors and glyphs for every terminal: what a picture may say with hue, and what it must not.

Quantities with a sign are drawn on a diverging ramp: orange below zero, blue above, the color of
the surface at zero, so that *how much* reads as *how bright* (or how dark, on paper). Orange and
blue stay apart under every common color-vision deficiency. Where the terminal has few colors or
none, `Palette.glyph` carries the sign: negative levels are made of strokes, positive ones of
shades, and no glyph belongs to both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from nnmath_engine.arrays import Array

ColorMode = Literal["truecolor", "256", "16", "mono"]

Color: TypeAlias = str | None
"""`#rrggbb`, an ANSI name such as `bright_blue`, or None for the terminal's own color."""

Levels: TypeAlias = "npt.NDArray[np.intp]"

LEVELS = 33
"""Number of steps of the diverging ramp: few enough to keep a picture calm and thin links idle."""
ZERO = LEVELS // 2
"""The level of zero."""
_READABLE = 13
"""So many levels from zero, a color of the dark ramp can be read as text on the surface."""

_DARK_STOPS = (("#2b2f3a", "#7d4a19", "#d6771a", "#ffab45"), ("#1d4f80", "#1f7fd2", "#56b4ff"))
_VIVID_STOPS = (("#242424", "#995200", "#ff9a1f", "#ffd08a"), ("#0a5ca8", "#2aa1ff", "#9ed8ff"))
_LIGHT_STOPS = (("#e6e9ee", "#ffcf94", "#f08c1e", "#a34a00"), ("#a3cdf5", "#3c8fdd", "#08508f"))

# In 256 colors the ramp is made of entries of the 6x6x6 cube, which no terminal library rounds
# away: mixing first and rounding later leaves hardly ten of the 33 levels apart. Every entry is
# lighter (on light ground, darker) than the one before; navy and maroon, which are dark but glare,
# would stand out where there is least to see.
_DARK_256 = (
    "#303030",
    "#875f00 #af5f00 #d75f00 #d78700 #ff8700 #ffaf00 #ffaf5f #ffd787",
    "#005f87 #005faf #005fd7 #0087d7 #0087ff #00afff #5fafff #87d7ff",
)
_LIGHT_256 = (
    "#eeeeee",
    "#ffd7af #ffd787 #ffaf5f #ffaf00 #ff8700 #d78700 #d75f00 #af5f00",
    "#afd7ff #87d7ff #87afff #5fafff #0087ff #0087d7 #005fd7 #005faf",
)

_NEGATIVE_GLYPHS, _POSITIVE_GLYPHS = "·-=≡", "░▒▓█"
_NEGATIVE_ASCII, _POSITIVE_ASCII = "-~=", "+*#"

_ROLE_NAMES = (
    "background",
    "surface",
    "text",
    "muted",
    "faint",
    "accent",
    "good",
    "warning",
    "bad",
)
_ROLES: dict[tuple[str, bool], str] = {
    ("truecolor", True): (
        "#101218 #171a22 #e4e7ee #98a0b3 #565d70 #8ab4ff #7fcf86 #e8c15a #ff7a85"
    ),
    ("truecolor", False): (
        "#eceef2 #fafbfc #1d222c #565d6b #a3a9b6 #1b5fc4 #1f7a34 #8a6200 #b8202f"
    ),
    ("256", True): "#121212 #1c1c1c #e4e4e4 #9e9e9e #626262 #87afff #87d787 #ffd75f #ff5f87",
    ("256", False): "#e4e4e4 #eeeeee #1c1c1c #585858 #9e9e9e #005fd7 #005f00 #875f00 #af0000",
    ("16", True): ("- - - white bright_black bright_cyan bright_green bright_yellow bright_red"),
    ("16", False): "- - - bright_black bright_black blue green magenta red",
}
_VIVID_ROLES: dict[str, str] = {
    "truecolor": "#000000 #000000 #ffffff #e0e0e0 #a8a8a8 #ffff5c #6cff7a #ffd83d #ff8f8f",
    "256": "#000000 #000000 #ffffff #dadada #a8a8a8 #ffff5f #5fff5f #ffd75f #ff8787",
    "16": "- - bright_white bright_white white bright_yellow bright_green bright_yellow bright_red",
}

# Okabe and Ito's set, lightened for dark and darkened for light surfaces; orange and blue first,
# so that class 0 wears the color of negative numbers and class 1 that of positive ones.
_CATEGORIES: dict[tuple[str, bool], str] = {
    ("truecolor", True): "#ff9f33 #4aa8ff #2fc79a #f0e05a #e58cc0 #ff6e4a #a9d8ff #b9bec9",
    ("truecolor", False): "#c46a00 #0a62b0 #007a58 #8d7a00 #a8457f #b83a0b #3a87b8 #4a4f5a",
    ("256", True): "#ffaf00 #5fafff #00d7af #ffff5f #d787d7 #ff5f5f #afd7ff #bcbcbc",
    ("256", False): "#d75f00 #005faf #008787 #878700 #af5faf #d70000 #0087d7 #585858",
    ("16", True): "yellow bright_blue green magenta bright_yellow cyan bright_red white",
    ("16", False): "red blue green magenta cyan yellow bright_blue black",
}


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of `other` mixed in, channel by channel; both `#rrggbb`."""
    channels = (
        round(int(color[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _between(stops: tuple[str, ...], position: float) -> str:
    """The color at `position` (0 to 1) on a piecewise linear ramp through `stops`."""
    scaled = position * (len(stops) - 1)
    index = min(int(scaled), len(stops) - 2)
    return mix(stops[index], stops[index + 1], scaled - index)


@lru_cache(maxsize=16)
def _ramp(mode: ColorMode, dark: bool, vivid: bool = False) -> tuple[Color, ...]:
    """The color of every level, from the most negative to the most positive."""
    if mode == "truecolor":
        negative, above = _VIVID_STOPS if vivid else _DARK_STOPS if dark else _LIGHT_STOPS
        positive = (negative[0], *above)
        return (
            *(_between(negative, k / ZERO) for k in range(ZERO, 0, -1)),
            *(_between(positive, k / ZERO) for k in range(ZERO + 1)),
        )
    if mode == "256":
        zero, low, high = _DARK_256 if dark else _LIGHT_256
        down, up = low.split(), high.split()
        return (
            *(down[(k - 1) // 2] for k in range(ZERO, 0, -1)),
            zero,
            *(up[(k - 1) // 2] for k in range(1, ZERO + 1)),
        )
    if mode == "16":
        pale, full = ("yellow", "bright_yellow") if dark else ("red", "red")
        pale_up, full_up = ("blue", "bright_blue") if dark else ("blue", "blue")
        half = ZERO // 2
        return (*[full] * half, *[pale] * half, None, *[pale_up] * half, *[full_up] * half)
    return (None,) * LEVELS


@lru_cache(maxsize=4)
def _glyphs(ascii_only: bool) -> tuple[str, ...]:
    """The glyph of every level; zero is blank."""
    low = _NEGATIVE_ASCII if ascii_only else _NEGATIVE_GLYPHS
    high = _POSITIVE_ASCII if ascii_only else _POSITIVE_GLYPHS
    return (
        *(low[(k - 1) * len(low) // ZERO] for k in range(ZERO, 0, -1)),
        " ",
        *(high[(k - 1) * len(high) // ZERO] for k in range(1, ZERO + 1)),
    )


@dataclass(frozen=True)
class Palette:
    """What the terminal can show: its colors, a dark or a light ground, and Unicode or ASCII.

    A `vivid` palette is one of high contrast, on black: nothing in it is faint.
    """

    mode: ColorMode = "truecolor"
    dark: bool = True
    ascii: bool = False
    vivid: bool = False

    def _role(self, name: str) -> Color:
        if self.mode == "mono":
            return None
        roles = _VIVID_ROLES[self.mode] if self.vivid else _ROLES[self.mode, self.dark]
        color = roles.split()[_ROLE_NAMES.index(name)]
        return None if color == "-" else color

    @property
    def background(self) -> Color:
        """Behind the panes."""
        return self._role("background")

    @property
    def surface(self) -> Color:
        """Inside a pane: what pictures are drawn on, and what their faint parts fade into."""
        return self._role("surface")

    @property
    def text(self) -> Color:
        """What is read first."""
        return self._role("text")

    @property
    def muted(self) -> Color:
        """Labels."""
        return self._role("muted")

    @property
    def faint(self) -> Color:
        """Axes, frames, marks: seen but not read."""
        return self._role("faint")

    @property
    def accent(self) -> Color:
        """What is selected."""
        return self._role("accent")

    @property
    def good(self) -> Color:
        """Reached, passed, running."""
        return self._role("good")

    @property
    def warning(self) -> Color:
        """Worth a look."""
        return self._role("warning")

    @property
    def bad(self) -> Color:
        """Failed, diverged."""
        return self._role("bad")

    @property
    def shades(self) -> bool:
        """Whether two colors in one cell can show two values; otherwise glyphs show one."""
        return self.mode in ("truecolor", "256") and not self.ascii

    @property
    def ramp(self) -> tuple[Color, ...]:
        """The color of every level, `ramp[ZERO]` being that of zero."""
        return _ramp(self.mode, self.dark, self.vivid)

    @property
    def glyphs(self) -> tuple[str, ...]:
        """The glyph of every level; strokes below zero, shades above, blank at zero."""
        return _glyphs(self.ascii)

    def diverging(self, level: int) -> Color:
        """The color of a level from 0 (most negative) to LEVELS - 1; ZERO is the surface's own."""
        return self.ramp[level]

    def number(self, level: int) -> Color:
        """The color of a number of that level on the surface: its sign's, and never too faint."""
        if level == ZERO:
            return self.text
        least = _READABLE if self.dark else ZERO
        shown = max(level, ZERO + least) if level > ZERO else min(level, ZERO - least)
        return self.ramp[shown] or self.text

    def glyph(self, level: int) -> str:
        """The glyph of a level, which tells its sign without any color."""
        return self.glyphs[level]

    def level(self, values: Array, scale: float) -> Levels:
        """The levels of `values` (any shape), `scale` > 0 being the value of the last one.

        Values beyond the scale take the last level, NaN takes that of zero, and a scale that is
        not a positive number makes everything zero.
        """
        # The first frame wears the palette's colors before NumPy is there.
        import numpy as np

        if not (0.0 < scale < float("inf")):
            return np.full(values.shape, ZERO, dtype=np.intp)
        shares = np.atleast_1d(np.clip(values.astype(np.float64), -scale, scale) / scale)
        shares[np.isnan(shares)] = 0.0
        levels: Levels = np.rint(shares * ZERO).astype(np.intp) + ZERO
        return levels.reshape(values.shape)

    def category(self, index: int) -> Color:
        """The color of class or series `index`, repeating after eight."""
        if self.mode == "mono":
            return None
        return _CATEGORIES[self.mode, self.dark].split()[index % 8]

    def contrast(self, color: Color) -> Color:
        """The color of text that is readable on `color`."""
        if color is None:
            return self.text
        if color.startswith("#"):
            red, green, blue = ((int(color[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5))
            # Where black and white have the same contrast ratio (WCAG 2).
            light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18
            return "#0b0d12" if light else "#f6f7f9"
        return "bright_white" if color in ("black", "bright_black", "blue", "red") else "black"
