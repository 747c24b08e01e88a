"""What differs between two experiments, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS

from nnmath_tui.views.settings import in_words

_LONGEST = 30
"""More cells than this for one value tell nobody anything: weights given by a preset, say."""


def differing(before: Experiment, after: Experiment) -> Iterator[tuple[str, str, str]]:
    """Label, value before and value after of each setting that differs; options one by one."""
    old, new = before.values(), after.values()
    for path, field in FIELDS.items():
        if old[path] == new[path]:
            continue
        was, now = old[path], new[path]
        if path == "data.points":
            was, now = len(was), len(now)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            for name in dict.fromkeys([*was, *now]):
                if was.get(name) != now.get(name):
                    yield name.replace("_", " "), _value(was.get(name)), _value(now.get(name))
        else:
            yield _in_a_sentence(field.label), _value(was), _value(now)


def differences(before: Experiment, after: Experiment) -> str:
    """All of them: "optimizer sgd → adam, L2 0 → 0.1"; "" if there are none."""
    return ", ".join(f"{label} {was} → {now}" for label, was, now in differing(before, after))


def _value(value: Any) -> str:
    if value is None:
        return "default"
    words = in_words(value)
    return words if len(words) <= _LONGEST else "given"


def _in_a_sentence(label: str) -> str:
    """The label with a small first letter, unless it is one like "L2"."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
