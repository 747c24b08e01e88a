"""A short share of the fuzz of preset files; the long one is a command with a count."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_broken_presets_load_or_give_a_named_fault() -> None:
    command = [sys.executable, "-m", "tests.fuzz_presets", "--count", "200", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.endswith(" 0 faults\n"), done.stdout + done.stderr
    accepted = int(done.stdout.split(" files, ")[1].split(" accepted")[0])
    assert 20 <= accepted <= 180
