"""What all tests share: patience, workers, and a user's state that is nobody's own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from nnmath_engine import confinement

# The workers are the threads: BLAS is not to start as many again in each. Before NumPy is loaded.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# In the background of some shells nobody hears ctrl+C, nor does what is started there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# On a cold, busy machine both clocks of Hypothesis go off without anything being wrong.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def no_trust() -> Iterator[None]:
    """What one test trusts, the next one does not."""
    yield
    confinement.trust_all(False)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each processor; for a single file none, which starts sooner and has a debugger.

    Two at least, since many tests wait for a terminal.
    """
    places = [Path(argument.partition("::")[0]) for argument in config.args]
    if len(places) == 1 and places[0].is_file():
        return 0
    return max(2, os.cpu_count() or 1)


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
