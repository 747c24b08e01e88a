"""--trust: what a preset names outside its folder is read by nobody, unless its user says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from nnmath_engine import checkpoint, confinement
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_tui.autosave.notes import notes
from nnmath_tui.autosave.revival import revive
from nnmath_tui.cli import main
from nnmath_tui.views.shelf import fill_shelf

Captured = pytest.CaptureFixture[str]
SHORT = ["--epochs", "1", "--quiet"]
COMMANDS = {
    "check": ["check", "{}"],
    "check --run": ["check", "--run", "{}"],
    "train": ["train", "{}", *SHORT],
    "train --seeds": ["train", "{}", "--seeds", "2", *SHORT],
    "explain": ["explain", "{}", "loss"],
    "gradcheck": ["gradcheck", "{}", "--quiet"],
    "conventions": ["conventions", "{}"],
    "data": ["data", "{}"],
    "show": ["presets", "show", "{}"],
    "hand-out": ["presets", "show", "{}", "--markdown"],
}


@pytest.fixture
def preset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A preset whose table is a link to one outside."""
    folder = tmp_path / "course"
    folder.mkdir()
    (tmp_path / "table.csv").write_text("a,b,y\n" + "1,2,0\n3,1,1\n2,2,0\n5,1,1\n" * 5)
    (folder / "link.csv").symlink_to("../table.csv")
    path = folder / "p.toml"
    path.write_text('schema = 1\n[data]\nsource = "link.csv"\n[network]\nhidden = [2]\n')
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_and_names_the_remedy(
    preset: Path, command: str, capsys: Captured
) -> None:
    words = [word.format(preset) for word in COMMANDS[command]]
    assert main(words) == (1 if command.startswith("check") else 2)
    out, err = capsys.readouterr()
    lines = [line for line in (out + err).splitlines() if "data.source" in line]
    told = "data.source: 'link.csv' leads out of the preset's folder; if you trust the preset, "
    assert lines == [
        f"{'' if command.startswith('check') else 'nnmath-tui: '}{preset}:3: "
        f"{told}--trust allows it"
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reads_it_with_trust(preset: Path, command: str) -> None:
    assert main([*(word.format(preset) for word in COMMANDS[command]), "--trust"]) == 0


def test_the_screen_does_not_open(preset: Path, capsys: Captured) -> None:
    assert main([str(preset)]) == 2
    assert "--trust allows it" in capsys.readouterr().err
    assert main([str(preset), "--trust"]) == 2
    assert "terminal" in capsys.readouterr().err  # it is all that is missing


def test_trust_ends_with_the_command(preset: Path) -> None:
    assert main(["check", str(preset), "--trust"]) == 0
    assert main(["check", str(preset)]) == 1


def test_the_list_of_presets_shows_it_as_wrong(preset: Path) -> None:
    (book,) = fill_shelf(preset.parent, "").books
    assert book.preset is None
    assert "--trust" in book.problems[0]
    confinement.trust_all()
    (book,) = fill_shelf(preset.parent, "").books
    assert book.preset is not None


@pytest.mark.parametrize("name", ["course/link.csv", "table.csv", "course/../table.csv"])
def test_what_is_named_on_the_command_line_needs_no_trust(preset: Path, name: str) -> None:
    assert main(["train", name, *SHORT]) == 0
    assert main(["train", "circle", "--set", f"data.source={name}", *SHORT]) == 0


def test_a_checkpoint_goes_on_with_trust_alone(preset: Path, capsys: Captured) -> None:
    train = ["train", str(preset), "--quiet"]
    assert main([*train, "--epochs", "1", "--save", "run.npz", "--trust"]) == 0
    assert main([*train, "--epochs", "2", "--resume", "run.npz"]) == 2
    assert "--trust" in capsys.readouterr().err
    assert main([*train, "--epochs", "2", "--resume", "run.npz", "--trust"]) == 0
    export = ["export", "run.npz", "--to", "json", "--data", "course", "-o", "run.json"]
    assert main(export) == 2
    assert "--trust" in capsys.readouterr().err
    assert main([*export, "--trust"]) == 0


@pytest.mark.parametrize("trusting", [True, False])
def test_a_saved_session_remembers_whether_it_was_trusted(preset: Path, trusting: bool) -> None:
    confinement.trust_all()
    opened = catalog.load(preset)
    session = Session(opened.experiment, base=opened.base)
    session.step("epoch")
    moment = checkpoint.capture(session)
    confinement.trust_all(trusting)
    about = notes(moment, opened, {})
    data = checkpoint.digests(moment.dataset, moment.experiment)
    checkpoint.write(preset.parent / "saved.npz", moment, about, data)
    confinement.trust_all(False)
    if trusting:
        revived = revive([preset.parent / "saved.npz"])
        assert revived.preset.path == preset
        assert not revived.lost
        assert not confinement.trusts(preset.parent.parent)
    else:
        with pytest.raises(Exception, match="--trust"):
            revive([preset.parent / "saved.npz"])
