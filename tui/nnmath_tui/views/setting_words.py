"""Settings within a sentence, under the names that the controls have for them."""

from __future__ import annotations

from nnmath_engine.fields import FIELDS


def setting_words(path: str) -> str:
    """What a setting is called in the middle of a sentence: "learning rate", but "L2"."""
    label = FIELDS[path].label if path in FIELDS else path
    return label.lower() if label[1:].islower() else label


def named(note: str) -> str:
    """A sentence that begins with the path of a setting, with its name instead."""
    path, _, rest = note.partition(" ")
    return f"{setting_words(path)} {rest}" if path in FIELDS and rest else note
