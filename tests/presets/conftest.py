"""Helpers for tests of presets: loading a text, and the rows of the error that it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from nnmath_presets.loader import load_text
from nnmath_presets.preset import Preset, PresetError

Load = Callable[[str], Preset]
Refusal = Callable[[str], list[tuple[int, str, str]]]


@pytest.fixture
def load() -> Load:
    """Load a preset text, with `schema = 1` put in front on its first line."""

    def load(text: str) -> Preset:
        return load_text(f"schema = 1 {text}", Path("here.toml"))

    return load


@pytest.fixture
def refusal(load: Load) -> Refusal:
    """The problems of a preset text that must not load, as (line, field, message)."""

    def refusal(text: str) -> list[tuple[int, str, str]]:
        with pytest.raises(PresetError) as caught:
            load(text)
        return [(p.line, p.field, p.message) for p in caught.value.problems]

    return refusal
