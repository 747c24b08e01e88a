"""Changes that have been asked for and not yet been answered."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any

from nnmath_engine.experiment import Experiment

from nnmath_tui.views.settings import value_at

ANSWER_WITHIN = 2.0
"""Seconds after which a change that nobody answered is no longer shown as if it had been made."""


class Pending:
    """Values by path. Quick steps start from them, and they are shown until they are in force."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[Any, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._asked)

    def __contains__(self, path: object) -> bool:
        return path in self._asked

    @property
    def values(self) -> dict[str, Any]:
        """What has been asked for, by path."""
        return {path: value for path, (value, _) in self._asked.items()}

    def ask(self, path: str, value: Any) -> None:
        """Take down that `path` is to become `value`."""
        self._asked[path] = (value, monotonic() + ANSWER_WITHIN)

    def drop(self, paths: Iterable[str]) -> None:
        """Forget changes that were refused."""
        for path in paths:
            self._asked.pop(path, None)

    def settle(self, experiment: Experiment) -> None:
        """Forget the changes that are in force, and those that were never answered."""
        values, now = experiment.values(), monotonic()
        self._asked = {
            path: (value, due)
            for path, (value, due) in self._asked.items()
            if now < due and value_at(values, path) != value
        }
