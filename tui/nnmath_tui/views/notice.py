"""What a person must know about a training that has ended by itself, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import plain_powers


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened in a few words, and the rest of the story; it holds as long as its cause."""

    title: str
    text: str
    role: Literal["bad", "warning", "accent", "good"]


STOPPED = "stopped early"


def notice(snapshot: Snapshot | None) -> Notice | None:
    """Why training has ended, if it has not been stopped by hand or by its plan."""
    if snapshot is None or snapshot.status == "ready":
        return None
    if snapshot.status == "diverged":
        return Notice(
            f"diverged in epoch {snapshot.epoch + 1}:",
            f"{plain_powers(str(snapshot.diagnosis))}. The last finite weights are kept: change a "
            "setting to go on from them, or press r to start afresh.",
            "bad",
        )
    why = snapshot.marks[-1].text if snapshot.marks else "no further improvement"
    return Notice(f"{STOPPED}:", why.removeprefix(f"{STOPPED}; "), "warning")
