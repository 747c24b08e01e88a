"""How the curves of one chart are told apart: by hue, and by stroke where there is none.

Hue says which quantity a curve is, the stroke whether it is of this run, of its own later epochs
(dashed), or of an earlier run (faded, or of points). Without colors the strokes say it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnmath_tui.drawing.braille import ASCII_GLYPHS
from nnmath_tui.drawing.palette import Color, Palette, mix

Role = Literal["present", "ahead", "ghost"]

_GHOST_GLYPHS = "·:,'"
_MARKERS = "ox+#"
_FADED = {"ahead": 0.35, "ghost": 0.6}


@dataclass(frozen=True, slots=True)
class Look:
    """One stroke. `sample` stands for it in a legend.

    `dash` is the number of dots on and off in a braille line, 0 for none; `points` says that the
    line is one dot a column. `glyph` takes the place of the line in every `every`-th column; a
    line that is all glyphs has no braille.
    """

    sample: str
    color: Color
    dash: int = 0
    points: bool = False
    glyph: str = ""
    every: int = 0
    all_glyphs: bool = False


def look_of(palette: Palette, number: int, color: Color, role: Role = "present") -> Look:
    """The look of curve `number` of its kind: each kind counts its own from 0."""
    plain = ASCII_GLYPHS[number % len(ASCII_GLYPHS)]
    marker = _MARKERS[(number - 2) % len(_MARKERS)] if number >= 2 else ""
    if role == "ghost" and (palette.ascii or palette.mode == "mono"):
        glyph = _GHOST_GLYPHS[number % len(_GHOST_GLYPHS)]
        return Look(glyph, faded(palette, color, role), glyph=glyph, every=2, all_glyphs=True)
    if role != "present" and not palette.ascii:
        dash = 0 if role == "ghost" and palette.mode != "16" else max(1, 5 - 2 * number)
        look = Look("╌" if dash else "─", faded(palette, color, role), dash=dash)
        if palette.mode != "mono" or not marker:
            return look
        return Look(marker, look.color, dash=dash, glyph=marker, every=6)
    if palette.ascii:
        every = 1 if role == "present" else 2
        look_color = faded(palette, color, role)
        return Look(plain, look_color, glyph=plain, every=every, all_glyphs=True)
    if palette.mode != "mono" or number == 0:
        return Look("━", color)
    if not marker:
        return Look("┅", color, points=True)
    return Look(marker, color, points=True, glyph=marker, every=6)


def faded(palette: Palette, color: Color, role: Role) -> Color:
    """`color` as it looks behind the curves of the present."""
    if role == "present":
        return color
    if color and palette.surface and color.startswith("#"):
        return mix(color, palette.surface, _FADED[role])
    return color if role == "ahead" else palette.faint
