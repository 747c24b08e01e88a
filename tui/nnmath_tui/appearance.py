"""From what the terminal can show to a palette for our pictures and a theme for everything else."""

from __future__ import annotations

from textual.theme import Theme

from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.settings import Look, Settings

_MODES: dict[str | None, ColorMode] = {
    "truecolor": "truecolor",
    "windows": "truecolor",
    "256": "256",
    "standard": "16",
}


def color_mode(settings: Settings, color_system: str | None, no_color: bool) -> ColorMode:
    """The colors to draw with: what was asked for, else what the terminal announces.

    Args:
        color_system: Rich's name for what the terminal announces; None for one without colors.
        no_color: whether `NO_COLOR` is in force, which outweighs what is announced.
    """
    if settings.color != "auto":
        return settings.color
    return "mono" if no_color else _MODES.get(color_system, "mono")


def palette_of(look: Look, mode: ColorMode, ascii_only: bool = False) -> Palette:
    """The colors and glyphs that a look has on a terminal of these abilities."""
    return Palette(mode, look != "light", ascii_only, look == "contrast")


def theme_name(mode: ColorMode, look: Look) -> str:
    """The theme that goes with a look.

    With 16 colors or none the terminal's own colors are all there is and none may be mixed, so
    Textual's ANSI themes serve.
    """
    if mode in ("16", "mono"):
        return "ansi-light" if look == "light" else "ansi-dark"
    return f"nnmath-{look}"


def theme(mode: ColorMode, look: Look) -> Theme:
    """The theme that paints borders, lists and inputs in the colors of a terminal that has many."""
    palette = palette_of(look, mode)
    names = ["background", "surface", "text", "muted", "faint", "accent", "good", "warning", "bad"]
    roles = {name: getattr(palette, name) or "ansi_default" for name in names}
    return Theme(
        name=theme_name(mode, look),
        dark=palette.dark,
        primary=roles["accent"],
        secondary=roles["accent"],
        accent=roles["accent"],
        foreground=roles["text"],
        background=roles["background"],
        surface=roles["surface"],
        panel=roles["surface"],
        success=roles["good"],
        warning=roles["warning"],
        error=roles["bad"],
        variables={
            "border": roles["accent"],
            "border-blurred": roles["faint"],
            "text-muted": roles["muted"],
        },
    )
