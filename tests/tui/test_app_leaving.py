"""From the screen to a script, a file of weights, a preset: what is written, and what is said."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_tui.application import Application
from nnmath_tui.cli import main
from nnmath_tui.commands import commands
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.settings import Settings

from tests.patience import PATIENCE

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


async def ready(app: Application, until: Until) -> MainScreen:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    assert isinstance(app.board, MainScreen)
    return app.board


async def do(app: Application, title: str) -> str:
    """Choose a command of the palette; what is said then."""
    (command,) = (c for c in commands(app, app.screen) if c.title == title)
    before = len(app._notifications)
    result: Any = command.callback()
    await result
    async with asyncio.timeout(PATIENCE):
        while len(app._notifications) == before:
            await asyncio.sleep(0.005)
    return list(app._notifications)[-1].message


async def test_the_network_on_the_screen_becomes_a_script(
    make_app: MakeApp, until: Until, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("s", "s")
        await until(lambda: screen.situation.snapshot and screen.situation.snapshot.epoch == 2)
        snapshot = screen.situation.snapshot
        assert snapshot is not None
        said = await do(app, "Export as NumPy script")
        assert said.startswith("nnmath-small-epoch-2.py\n")
        again = await do(app, "Export as NumPy script with its training")
        assert again.startswith("nnmath-small-epoch-2-2.py\n")
        await do(app, "Export as JSON")
        await do(app, "Export as safetensors")
        names = {path.name for path in folder.iterdir()}
        assert {"nnmath-small-epoch-2.json", "nnmath-small-epoch-2.safetensors"} < names
        assert len(names) == 4
    command = [sys.executable, "-I", "nnmath-small-epoch-2.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    printed = [float(line.split(",")[0]) for line in done.stdout.splitlines()[1:]]
    yhat = snapshot.predict(snapshot.dataset.test.X[:3])[:, 0]
    np.testing.assert_allclose(printed, yhat, rtol=1e-6)


async def test_changed_settings_become_a_preset_that_check_accepts(
    make_app: MakeApp, until: Until, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        screen.trainer.change({"training.optimizer": "adam", "network.hidden": (5,)})
        await until(lambda: screen.situation.snapshot.layer_sizes == (2, 5, 1))  # type: ignore[union-attr]
        await pilot.pause()
        assert screen.situation.snapshot is not None
        experiment = screen.situation.snapshot.experiment
        assert (await do(app, "Save as preset")).startswith("small.toml\n")
        assert (await do(app, "Save as preset")).startswith("small-2.toml\n")
    saved = catalog.load(folder / "small.toml")
    assert saved.experiment == experiment
    assert saved.title == "Small"
    assert main(["check", "small.toml"]) == 0


async def test_points_that_were_left_for_other_data_are_not_kept(
    make_app: MakeApp, until: Until, folder: Path
) -> None:
    app = make_app({"data.points": [[0.5, 0.5, 1.0]]})
    async with app.run_test(size=(120, 40)):
        await ready(app, until)
        await do(app, "Save as preset")
    assert "points" not in (folder / "small.toml").read_text()
    assert main(["check", "small.toml"]) == 0


async def test_a_table_is_named_from_where_the_preset_is_written(
    until: Until, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "below").mkdir()
    rows = "u,v,y\n" + "1,2,0.5\n2,1,0.7\n4,4,0.25\n" * 5
    for place in (folder / "below", folder.parent):
        (place / "t.csv").write_text(rows)
    for place, source in ((folder / "below", "below/t.csv"), (folder.parent, None)):

        def load(path: Path = place / "t.csv") -> Preset:
            return catalog.load(path.relative_to(folder) if path.is_relative_to(folder) else path)

        app = Application(load, Settings(color="truecolor", animation=False))
        async with app.run_test(size=(120, 40)):
            await ready(app, until)
            assert (await do(app, "Save as preset")).startswith("t")
        name = "t.toml" if source else "t-2.toml"
        found = catalog.load(folder / name).experiment.data.source
        assert found == (source or str(folder.parent / "t.csv"))
        assert main(["check", name]) == 0


async def test_a_folder_that_takes_no_file_is_said(
    make_app: MakeApp, until: Until, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)):
        await ready(app, until)

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("nnmath_tui.whole_file.os.fsync", full)
        assert "takes no file: No space left" in await do(app, "Export as NumPy script")
        assert "takes no file: No space left" in await do(app, "Save as preset")
    assert list(folder.iterdir()) == []


def test_train_saves_its_settings_as_a_preset(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", "circle", "--epochs", "2", "--set", "training.l2=0.01", "--quiet"]
    assert main([*command, "--seed", "9", "--save-preset", "mine.toml"]) == 0
    saved = catalog.load(folder / "mine.toml").experiment
    expected: Experiment = catalog.load("circle").experiment.with_values(
        {"training.epochs": 2, "training.l2": 0.01, "training.seed": 9}
    )
    assert saved == expected
    assert main(["check", "mine.toml"]) == 0
    capsys.readouterr()
    assert main([*command, "--save-preset", "mine.toml"]) == 2
    assert "--save-preset: mine.toml is there already; name a new file" in capsys.readouterr().err
    assert main([*command, "--save-preset", "mine.txt"]) == 2
