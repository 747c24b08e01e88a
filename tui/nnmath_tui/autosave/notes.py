"""What a saved session holds beside the network: where its preset is, and how the screen looked."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath_engine import confinement
from nnmath_engine.checkpoint import Moment
from nnmath_engine.experiment import Experiment
from nnmath_engine.history import HistoryView
from nnmath_presets import catalog
from nnmath_presets.preset import Preset, PresetError


@dataclass(frozen=True, slots=True)
class Description:
    """A saved session in a few words."""

    title: str
    epoch: int
    seconds: float
    """When it was saved, as `time.time` counts."""

    @property
    def age(self) -> str:
        """How long ago that was."""
        return in_words(time.time() - self.seconds)


def notes(moment: Moment, preset: Preset, view: Mapping[str, Any]) -> dict[str, Any]:
    """To be written beside a moment; `described`, `preset_of` and `view_of` read it."""
    last = HistoryView(moment.state.history).last
    return {
        "saved": time.time(),
        "title": preset.title,
        "epoch": moment.state.epoch,
        "train_loss": _finite(last.train_loss),
        "test_score": _finite(last.test_score),
        "preset": {
            **_place(preset),
            "trusted": confinement.trusts(preset.base or Path()),
        },
        "view": dict(view),
    }


def described(notes: Mapping[str, Any]) -> Description:
    """What is to be told of a saved session; whatever is wrong with the notes is left out."""
    title, epoch, seconds = notes.get("title"), notes.get("epoch"), notes.get("saved")
    return Description(
        title if isinstance(title, str) else "a network",
        epoch if type(epoch) is int else 0,
        seconds if isinstance(seconds, float) else time.time(),
    )


def subject(notes: Mapping[str, Any]) -> str:
    """Which preset a session is of: alike for all that were opened from the same place."""
    about = _preset(notes)
    path, base, name = (about.get(key) for key in ("path", "base", "name"))
    return str(path) if isinstance(path, str) else f"{base}/{name}"


def subject_of(preset: Preset) -> str:
    """The same of a preset that is open."""
    return subject({"preset": _place(preset)})


def in_folder(notes: Mapping[str, Any], folder: Path) -> bool:
    """Whether a session is of a preset in a folder, such as that of a course."""
    path = _preset(notes).get("path")
    return isinstance(path, str) and Path(path).parent == Path(os.path.abspath(folder))


def base_of(notes: Mapping[str, Any]) -> Path | None:
    """The folder that a relative CSV path in the experiment starts from."""
    base = _preset(notes).get("base")
    return Path(base) if isinstance(base, str) else None


def is_trusted(notes: Mapping[str, Any]) -> bool:
    """Whether the preset was opened with --trust: who goes on with it need not say so again."""
    return _preset(notes).get("trusted") is True


def preset_of(notes: Mapping[str, Any], experiment: Experiment) -> Preset:
    """The preset that was open or, if it is not there any more, one that holds the experiment."""
    about = _preset(notes)
    path, name = about.get("path"), about.get("name")
    if isinstance(path, str) and isinstance(name, str):  # a table has no file of its own
        # Ours may have moved with the program; one of the user's own that is called like one of
        # ours is another.
        is_ours = Path(path).parent.name == catalog.FOLDER.name
        places: list[str | Path] = [Path(path), *([name] if is_ours else [])]
        for known in places:
            try:
                return catalog.load(known)
            except PresetError:
                continue
    return Preset(
        name=name if isinstance(name, str) else "session",
        title=described(notes).title,
        experiment=experiment,
        base=base_of(notes),
    )


def lost_file(notes: Mapping[str, Any], preset: Preset) -> str:
    """The preset file, and its lesson with it, that was open and cannot be read; "" if it can."""
    path = _preset(notes).get("path")
    return Path(path).name if isinstance(path, str) and preset.path is None else ""


def view_of(notes: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the screen looked."""
    view = notes.get("view")
    return view if isinstance(view, dict) else {}


def in_words(seconds: float) -> str:
    """How long ago: "just now", "5 minutes ago", "3 days ago"; a clock may have been set back."""
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(max(seconds, 0) // length)
        if count:
            return f"{count:,} {name}{'s' * (count > 1)} ago"
    return "just now"


def _place(preset: Preset) -> dict[str, str | None]:
    return {
        "name": preset.name,
        "path": None if preset.path is None else os.path.abspath(preset.path),
        "base": os.path.abspath(preset.base or Path()),
    }


def _preset(notes: Mapping[str, Any]) -> Mapping[str, Any]:
    about = notes.get("preset")
    return about if isinstance(about, dict) else {}


def _finite(number: float) -> float | None:
    return number if abs(number) < float("inf") else None
