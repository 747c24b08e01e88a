"""A user whose state is in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.autosave.program import greeted


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, which `XDG_STATE_HOME` names; its user has been here before."""
    folder = greeted(tmp_path / "state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder
