"""Pictures as text: compared with the ones in golden/, and held to their size."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from textual.strip import Strip

GOLDEN = Path(__file__).parent / "golden"
Draw = Callable[[int, int], Sequence[Strip]]


@pytest.fixture
def golden() -> Callable[[str, Mapping[str, Sequence[Strip]]], None]:
    """Compare named pictures with golden/NAME.txt.

    After a wanted change, look at the new pictures, which
    `UPDATE_GOLDEN=1 pytest tests/drawing` writes.
    """

    def compare(name: str, pictures: Mapping[str, Sequence[Strip]]) -> None:
        text = "".join(
            f"== {title}\n" + "".join(f"{strip.text}|\n" for strip in strips)
            for title, strips in pictures.items()
        )
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def exact() -> Callable[[Sequence[Strip], int, int], None]:
    """Check that a picture has exactly the lines and cells that were asked for."""

    def check(strips: Sequence[Strip], width: int, height: int) -> None:
        assert len(strips) == height
        # Measured on the text, since a strip believes the width that it was made with.
        assert {sum(segment.cell_length for segment in strip) for strip in strips} == {width}

    return check
