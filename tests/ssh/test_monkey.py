"""Keys, clicks, pastes and sizes at random, several in one packet: nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nnmath_presets import catalog
from nnmath_tui.application import Application
from nnmath_tui.settings import Settings

from tests.ssh.monkey import play


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random keys also save pictures in the current folder, and progress in the state folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("seed", [4, 46])
async def test_random_packets(seed: int) -> None:
    settings = Settings(animation=False, color="truecolor")
    app = Application(lambda: catalog.load("circle"), settings)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        assert await play(app, pilot, seed, packets=60) > 50


@pytest.mark.parametrize(
    "keys",
    [
        "\x10\r\r",
        "\x10a\x1b[B\x1b[B\x1b[6~\r",
        "\x10\x1b[27u\x1b[27u",
        "p\x1b[27u\x1b[27u?\x1b[27u",
    ],
)
async def test_keys_in_one_packet(keys: str) -> None:
    from textual._xterm_parser import XTermParser

    app = Application(lambda: catalog.load("circle"), Settings(animation=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        assert app._driver is not None
        for event in XTermParser().feed(keys):
            app._driver.process_message(event)
        await pilot.pause(0.2)
        assert app.board is not None, "the screen below is still there"
