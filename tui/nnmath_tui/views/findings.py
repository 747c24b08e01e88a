"""What the doctor says, in lines for a list and in a text for beside it."""

from __future__ import annotations

from nnmath_engine.doctor import Finding
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS

from nnmath_tui.drawing.numbers import plain_powers, short
from nnmath_tui.views.settings import in_words

Part = tuple[str, str]
"""A piece of text and its role: "label", "text", "heading", "try"."""


def described(finding: Finding, experiment: Experiment) -> list[Part]:
    """The number and its formula, what was measured, and what to try."""
    start = ", then start afresh" if finding.afresh else ""
    return [
        ("label", f"{finding.label} = {short(finding.value, 14, digits=6)}"),
        ("text", f"\n{finding.formula}\n\n"),
        ("heading", "Measured  "),
        ("text", plain_powers(finding.evidence) + ".\n\n"),
        ("heading", "Try  "),
        ("text", f"{finding.advice}.\n"),
        ("try", change_in_words(finding, experiment) + start),
    ]


def change_in_words(finding: Finding, experiment: Experiment) -> str:
    """The settings to try: "Learning rate: 0.05 → 0.01"."""
    before = experiment.values()
    return ", ".join(
        f"{FIELDS[path].label}: {_shown(before[path])} → {_shown(value)}"
        for path, value in finding.changes.items()
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {in_words(one)}" for key, one in value.items()) or "defaults"
    if isinstance(value, tuple) and value and isinstance(value[0], tuple | list):
        return "given"
    return in_words(value)
