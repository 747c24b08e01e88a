"""Pictures saved and values copied: what is written where, and the words when it is not."""

from __future__ import annotations

import base64
import errno
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from nnmath_tui import files
from nnmath_tui.application import Application
from nnmath_tui.messages import WeightSelected
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.formula import WeightPlace

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, and beside it the user's state."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return here


async def ready(app: Application, until: Until) -> MainScreen:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    assert isinstance(app.board, MainScreen)
    return app.board


def said(app: Application) -> str:
    return list(app._notifications)[-1].message


async def test_p_saves_the_screen_and_the_curves_beside_each_other(
    make_app: MakeApp, until: Until, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("s", "s")
        await until(lambda: screen.situation.snapshot and screen.situation.snapshot.epoch == 2)
        await pilot.pause()
        await pilot.press("P")
        names = ["nnmath-small-epoch-2-curves.svg", "nnmath-small-epoch-2.svg"]
        assert sorted(path.name for path in folder.iterdir()) == names
        assert all(name in said(app) for name in names)
        picture = (folder / names[1]).read_text(encoding="utf-8")
        ElementTree.fromstring(picture)
        assert "Weights" in picture
        assert "Controls" in picture
        # What is there is never written over.
        (folder / names[1]).write_text("mine")
        await pilot.press("P")
        assert (folder / names[1]).read_text() == "mine"
        assert (folder / "nnmath-small-epoch-2-2.svg").exists()
        assert "nnmath-small-epoch-2-2.svg" in said(app)


@pytest.mark.parametrize(("color", "ascii"), [("256", False), ("16", False), ("mono", True)])
async def test_pictures_are_well_formed_in_every_color_mode(
    make_app: MakeApp, until: Until, folder: Path, color: str, ascii: bool
) -> None:
    app = make_app(color=color, ascii=ascii)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.pause()
        await pilot.press("P")
    pictures = sorted(folder.iterdir())
    assert len(pictures) == 2
    for picture in pictures:
        words = "".join(ElementTree.parse(picture).getroot().itertext())
        assert "Small" in words


async def test_a_folder_that_is_gone_is_said_in_words(
    make_app: MakeApp, until: Until, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        folder.rmdir()
        await pilot.press("P")
        assert "takes no file: No such file or directory" in said(app)


async def test_a_folder_that_takes_no_file_is_said_in_words(
    make_app: MakeApp, until: Until, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        # As root, no folder refuses a file.
        monkeypatch.setattr(Path, "open", refuse)
        await pilot.press("P")
        assert said(app) == f"{files.short(folder)} takes no file: Permission denied"
    assert list(folder.iterdir()) == []


async def test_a_picture_that_is_cut_short_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        files.write_new(folder, "half", ".svg", "a" * 100_000 + "\ud800")
    assert list(folder.iterdir()) == []


async def test_y_copies_the_selected_weight_with_all_its_digits(
    make_app: MakeApp, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        snapshot = screen.situation.snapshot
        assert snapshot is not None
        written: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        screen.post_message(WeightSelected(WeightPlace(1, 1, 2)))
        await pilot.pause()
        await pilot.press("Y")
        value = float(snapshot.parameters.weights[0][1, 2])
        assert app.clipboard == repr(value)
        assert float(app.clipboard) == value
        # OSC 52, what terminals set their clipboard by.
        (code,) = re.findall(r"\x1b\]52;c;([^\x07\x1b]*)", "".join(written))
        assert base64.b64decode(code).decode() == repr(value)
        copied = tmp_path / "state" / "nnmath-tui" / "copied.txt"
        assert copied.read_text() == repr(value) + "\n"
        assert repr(value) in said(app)
        assert "copied.txt" in said(app)


async def test_y_copies_a_setting_a_neuron_or_the_figures(make_app: MakeApp, until: Until) -> None:
    app = make_app({"training.learning_rate": 0.03})
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(app, until)
        await pilot.press("Y")
        figures = dict(line.split("\t") for line in app.clipboard.splitlines())
        assert figures["epoch"] == "0"
        snapshot = screen.situation.snapshot
        assert snapshot is not None
        assert float(figures["train_loss"]) == snapshot.history.last.train_loss
        await pilot.press("5", "down", "down", "down", "Y")
        assert app.clipboard == "training.learning_rate = 0.03"
        await pilot.press("1", "right", "Y")
        W, b = snapshot.parameters.weights[0], snapshot.parameters.biases[0]
        assert [float(word) for word in app.clipboard.split("\t")] == [*W[:, 0], b[0]]


async def test_a_state_that_cannot_be_written_still_copies(
    make_app: MakeApp, until: Until, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "file"))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.press("5", "Y")
        assert app.clipboard == 'network.activation = "tanh"'
        assert said(app) == app.clipboard


def test_names_of_files_are_plain() -> None:
    assert files.as_file_name("Two spirals!") == "two-spirals"
    assert files.as_file_name("../../etc/passwd") == "etc-passwd"
    assert files.as_file_name("…") == "picture"
    assert len(files.as_file_name("long " * 50)) <= 60
    assert files.short(Path.home() / "a" / "b") == "~/a/b"
    assert files.short(Path("/x/y")) == "/x/y"
