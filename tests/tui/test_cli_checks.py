"""`nnmath-tui gradcheck`, `presets` and `check`."""

from __future__ import annotations

import dataclasses
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from nnmath_engine.activations import ACTIVATIONS
from nnmath_presets import catalog
from nnmath_tui import checking
from nnmath_tui.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_gradcheck_passes_and_says_how_well(capsys: Captured) -> None:
    smooth = ["--set", "network.hidden=[3]", "--set", "network.activation=tanh"]
    assert main(["gradcheck", "circle", *smooth, "--epochs", "2", "--seed", "5"]) == 0
    out, err = capsys.readouterr()
    assert "circle at epoch 2, on 100 training rows\n" in out
    match = re.search(r"worst relative error (\S+), at [wb][12]\[\d(,\d)?\]: ", out)
    assert match is not None
    assert float(match[1]) < 1e-6
    assert "checked 13 parameters\n" in out
    assert out.endswith("passed: every error is below 1e-06\n")
    assert len(err.splitlines()) == 10
    assert err.splitlines()[-1] == "parameter 13/13"


def test_gradcheck_counts_what_lies_on_a_kink(capsys: Captured) -> None:
    """With all parameters zero, every |w| of L1 and every ReLU sits on its kink."""
    zeros = ["--set", "network.initializer=zeros", "--set", "network.activation=relu"]
    small = ["--set", "network.hidden=[2]", "--set", "training.l1=0.1"]
    assert main(["gradcheck", "circle", *zeros, *small]) == 0
    out = capsys.readouterr().out
    # 4 + 2 weights under L1 and the 2 hidden biases; only the output's bias is smooth.
    assert "8 parameters skipped: too near a kink for a central difference\n" in out
    assert "checked 1 parameter\n" in out


def test_gradcheck_of_a_large_network_takes_a_sample_and_says_so(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 2-50-50-1: 3 * 50 + 51 * 50 + 51 = 2751 parameters."""
    monkeypatch.setattr(checking, "MOST_PARAMETERS", 40)
    line = ["gradcheck", "circle", "--set", "network.hidden=[50, 50]"]
    line += ["--set", "network.activation=tanh"]
    assert main(line) == 0
    first, err = capsys.readouterr()
    assert "\nchecked 40 of 2,751 parameters (a seeded sample)\n" in first
    assert err.splitlines()[-1] == "parameter 40/40"
    assert main(line) == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize("hidden", [(8, 8), (50,) * 60, (10,) * 64, (1,) * 64, (2000, 2000)])
def test_the_work_of_gradcheck_is_bounded(hidden: tuple[int, ...]) -> None:
    sizes, rows = (2, *hidden, 1), 100
    count = sum((before + 1) * after for before, after in pairwise(sizes))
    most = checking.most_parameters(sizes, rows)
    assert 1 <= most <= min(count, 10_000)
    # 2e10 additions are what a core does in ten seconds or so.
    assert most * count * rows <= 2e10
    assert most * len(hidden) <= 100_000
    assert most == count or most * (count + 100 * sum(hidden)) * rows >= 5e9


def test_gradcheck_fails_with_a_wrong_derivative(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ACTIVATIONS["tanh"]
    wrong = dataclasses.replace(right, df=lambda z: 1.01 * right.df(z))
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    assert main(["gradcheck", "circle", "--set", "network.activation=tanh"]) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "at w1[" in out or "at b1[" in out


def test_gradcheck_quiet_answers_by_its_exit_code(capsys: Captured) -> None:
    assert main(["gradcheck", "circle", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("line", [["presets"], ["presets", "list"]])
def test_presets_are_listed_with_what_they_are(line: list[str], capsys: Captured) -> None:
    assert main(line) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [row for row in lines if row.startswith("  ")]
    assert sorted(row.split()[0] for row in rows) == sorted(catalog.names())
    assert all(len(row.split()) > 2 for row in rows)


def test_show_prints_the_file_itself(capsys: Captured) -> None:
    assert main(["presets", "show", "circle"]) == 0
    assert capsys.readouterr().out == catalog.path_of("circle").read_text(encoding="utf-8")


def test_the_schema_is_json_and_knows_the_settings(capsys: Captured) -> None:
    assert main(["presets", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["training"]["properties"]["learning_rate"]["maximum"] == 1e12


def test_copy_never_overwrites_unless_it_is_told_to(here: Path, capsys: Captured) -> None:
    original = catalog.path_of("circle").read_bytes()
    assert main(["presets", "copy", "circle"]) == 0
    assert (here / "circle.toml").read_bytes() == original
    assert capsys.readouterr().out == "circle.toml\n"
    (here / "circle.toml").write_text("mine")
    assert main(["presets", "copy", "circle"]) == 2
    assert "circle.toml is there already; --force overwrites it" in capsys.readouterr().err
    assert (here / "circle.toml").read_text() == "mine"
    assert main(["presets", "copy", "circle", "--force"]) == 0
    assert (here / "circle.toml").read_bytes() == original


def test_copy_to_a_folder_or_a_name(here: Path, capsys: Captured) -> None:
    (here / "folder").mkdir()
    assert main(["presets", "copy", "circle", "folder"]) == 0
    assert main(["presets", "copy", "circle", "folder/own.toml"]) == 0
    assert sorted(p.name for p in (here / "folder").iterdir()) == ["circle.toml", "own.toml"]
    assert main(["presets", "copy", "circle", "own.txt"]) == 2
    assert main(["presets", "copy", "circle", "no/own.toml"]) == 2
    err = capsys.readouterr().err
    assert "must end in .toml: own.txt" in err
    assert "there is no folder no" in err


@pytest.mark.parametrize("source", ["../escaped.csv", "sub/../../escaped.csv", "link/escaped.csv"])
def test_a_copy_stays_in_its_folder(here: Path, source: str, capsys: Captured) -> None:
    """Or else copying a stranger's preset could overwrite any file."""
    for folder in ("from/preset/sub", "from/preset/link", "to/copy", "elsewhere"):
        (here / folder).mkdir(parents=True)
    (here / "to/copy/link").symlink_to(here / "elsewhere")
    (here / "from/preset" / source).write_text("x,y\n1,2\n3,4\n")
    (here / "from/preset/a.toml").write_text(f'schema = 1\n[data]\nsource = "{source}"\n')
    assert main(["presets", "copy", "from/preset/a.toml", "to/copy", "--force", "--trust"]) == 2
    err = capsys.readouterr().err
    assert err == (
        f"nnmath-tui: the preset's table is not below its folder, so it is not copied: {source}\n"
    )
    assert not list((here / "to").rglob("*.csv"))
    assert not list((here / "to").rglob("*.toml"))
    assert not (here / "elsewhere/escaped.csv").exists()


def test_a_copy_takes_its_table_along(here: Path) -> None:
    (here / "from/sub").mkdir(parents=True)
    (here / "to").mkdir()
    (here / "from/sub/rows.csv").write_text("x,y\n1,2\n3,4\n")
    (here / "from/a.toml").write_text('schema = 1\n[data]\nsource = "sub/rows.csv"\n')
    assert main(["presets", "copy", "from/a.toml", "to"]) == 0
    assert (here / "to/sub/rows.csv").read_bytes() == (here / "from/sub/rows.csv").read_bytes()


def test_a_copy_is_a_preset_of_the_same_settings(here: Path) -> None:
    for name in catalog.names():
        assert main(["presets", "copy", name]) == 0
        assert catalog.load(here / f"{name}.toml").experiment == catalog.load(name).experiment


def test_every_preset_that_ships_is_fine(capsys: Captured) -> None:
    assert main(["check", *catalog.names()]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{name}: fine" for name in catalog.names()]


def test_check_tells_every_problem_of_every_file(here: Path, capsys: Captured) -> None:
    (here / "a.toml").write_text("schema = 1\n[training]\nl2 = -1\nlose = 3\n")
    (here / "b.toml").write_text('schema = 1\n[data]\nsource = "b.csv"\n')
    (here / "b.csv").write_text("x,y\n1,2\n3,spam\n" + "4,5\n" * 30)
    (here / "c.toml").write_text("schema = 1\nschema = 2\n")
    assert main(["check", "a.toml", "circle", "b.toml", "c.toml", "none.toml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("a.toml:3: training.l2: must be a number") for line in lines)
    assert any(line.startswith("a.toml:4: training.lose: ") for line in lines)
    assert "circle: fine" in lines
    assert any(line.startswith("c.toml:2: ") for line in lines)
    assert any(line.startswith("none.toml: there is no such file") for line in lines)


def test_check_looks_into_the_data(here: Path, capsys: Captured) -> None:
    (here / "a.toml").write_text('schema = 1\n[data]\nsource = "a.csv"\n')
    (here / "a.csv").write_text("x,y\n1,2\n3\n")
    assert main(["check", "a.toml"]) == 1
    assert "a.csv" in capsys.readouterr().out
    (here / "a.csv").write_text("x,y\n" + "\n".join(f"{i},{i * 1.5}" for i in range(40)))
    assert main(["check", "a.toml"]) == 0
    (here / "a.toml").write_text('schema = 1\n[data]\nsource = "a.csv"\n[training]\nloss = "bce"\n')
    assert main(["check", "a.toml"]) == 1
    assert "bce does not fit a regression" in capsys.readouterr().out


def test_check_cannot_steer_the_terminal(here: Path, capsys: Captured) -> None:
    (here / "z\x1b[31m.toml").write_text("schema = 1\n[training]\nl2 = -1\n")
    assert main(["check", "z\x1b[31m.toml", "\x1b[31m.toml"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("z\\x1b[31m.toml:3: training.l2: must be a number")
    assert "\n\\x1b[31m.toml: there is no such file" in out
    assert "\x1b" not in out
