"""What README shows as a file works as a file."""

from __future__ import annotations

import re
from pathlib import Path

from nnmath_presets.loader import load_text
from nnmath_presets.verifying import verify

README = Path(__file__).parents[2] / "README.md"


def test_its_preset_with_its_lesson_below_is_a_lesson_that_can_be_done() -> None:
    preset, lesson = re.findall(r"^```toml\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)
    report = verify(load_text(f"{preset}\n{lesson}", Path("readme.toml")))
    assert [outcome.how for outcome in report.solved if not outcome.met] == []
    assert report.passed
