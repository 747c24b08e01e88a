"""How the app draws and how often: decided once, from flags and the environment.

Nothing here imports Textual, so that the command line can build it before it decides to open a
screen at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Look = Literal["dark", "light", "contrast"]
ThemeName = Literal["auto", "dark", "light", "contrast"]
LOOKS: dict[Look, str] = {"dark": "dark", "light": "light", "contrast": "high contrast"}
"""How the screen can look, in the order in which a key goes through them, and in words."""
ColorName = Literal["auto", "truecolor", "256", "16", "mono"]

FPS_LOCAL = 12.0
FPS_OVER_SSH = 5.0
FPS_LOW_BANDWIDTH = 2.0

SHARED = "NNMATH_TUI_SHARED"
"""The variable that is 1 where many train on one machine."""

_LIGHT_BACKGROUNDS = ("7", "15")
# What Textual calls our color modes; "mono" is a filter over whatever the terminal has.
_COLOR_SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user and the terminal ask of the screen."""

    fps: float = FPS_LOCAL
    """Most pictures a second while training at full speed."""
    animation: bool = True
    """Whether the terminal library may animate scrolling and the like."""
    theme: Look = "dark"
    """The colors to start with."""
    color: ColorName = "auto"
    """The colors that the terminal is to be sent; "auto" takes what it announces."""
    ascii: bool = False
    """Draw with ASCII alone."""
    mouse: bool = True
    """Whether to ask the terminal for mouse events."""
    shares: bool = False
    """Whether training leaves processor time to others, who train on the same machine."""
    start: bool = False
    """Whether training begins by itself."""
    greet: bool = False
    """Whether somebody who opens the screen for the first time is told how to begin."""
    learner: str = ""
    """Whose progress is kept, and whose name goes into completion codes."""
    course: Path | None = None
    """The folder whose presets are the course; None for the one that comes with the program."""
    watch: bool = False
    """Whether a preset file is read again when it changes."""

    keep: bool = False
    """Whether the session is saved while it is trained."""
    offer: bool = False
    """Whether a saved session is offered to be taken up."""
    any_theme: bool = True
    """Whether nobody asked for certain colors, so that those of a saved session may be taken."""
    resume: bool = False
    """Whether the newest saved session is taken up at once."""

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str],
        *,
        fps: float | None = None,
        theme: ThemeName = "auto",
        color: ColorName = "auto",
        ascii: bool | None = None,
        mouse: bool = True,
        low_bandwidth: bool = False,
    ) -> Settings:
        """Settings from the command line's flags, the environment filling in what they leave open.

        Over SSH pictures come less often and nothing is animated, since each costs bytes. A
        locale that is not UTF-8 means ASCII, `NO_COLOR` means monochrome, and `COLORFGBG`, where a
        terminal sets it, tells a light background. On a link of low bandwidth there are still
        fewer pictures, in colors that take fewer bytes.

        Raises:
            ValueError: `fps` is not from 0.1 to 60.
        """
        remote = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
        if fps is None:
            fps = FPS_LOW_BANDWIDTH if low_bandwidth else FPS_OVER_SSH if remote else FPS_LOCAL
        if not 0.1 <= fps <= 60:
            raise ValueError(f"fps must be a number from 0.1 to 60, not {fps:g}")
        look: Look
        if theme == "auto":
            background = environ.get("COLORFGBG", "").rpartition(";")[2]
            look = "light" if background in _LIGHT_BACKGROUNDS else "dark"
        else:
            look = theme
        if color == "auto" and environ.get("NO_COLOR"):
            color = "mono"
        if color == "auto" and low_bandwidth and environ.get("COLORTERM"):
            color = "256"
        return cls(
            fps=fps,
            animation=not (remote or low_bandwidth),
            theme=look,
            color=color,
            ascii=not speaks_utf8(environ) if ascii is None else ascii,
            mouse=mouse,
            shares=environ.get(SHARED) == "1",
        )

    def textual_environment(self) -> dict[str, str]:
        """What Textual reads from the environment when it is first imported, to suit these."""
        variables = {}
        if self.color in _COLOR_SYSTEMS:
            variables["TEXTUAL_COLOR_SYSTEM"] = _COLOR_SYSTEMS[self.color]
        if not self.animation:
            variables |= {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
        return variables


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale promises UTF-8; no locale at all is taken to mean a modern terminal.

    Python itself puts `LC_CTYPE=C.UTF-8` in the place of a locale that is unset, "C" or not
    installed, before we can look; what the user has asked for is then told by `LANG`.
    """
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if locale == "C.UTF-8" and not environ.get("LC_ALL"):
        locale = environ.get("LANG", "")
    return not locale or "utf8" in locale.lower().replace("-", "")
