"""What all tests share: patience, and a user's state that is nobody's own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from nnmath_engine import confinement

# On a cold, busy machine both clocks of Hypothesis go off without anything being wrong.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def no_trust() -> Iterator[None]:
    """What one test trusts, the next one does not."""
    yield
    confinement.trust_all(False)


@pytest.fixture(scope="session", autouse=True)
def nobodys_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs that tests start find a user who has been here before, and leave yours alone."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "nnmath-tui").mkdir()
    (folder / "nnmath-tui" / "greeted").touch()
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    yield
    del os.environ["XDG_STATE_HOME"]
    if before is not None:
        os.environ["XDG_STATE_HOME"] = before
