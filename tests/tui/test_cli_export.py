"""`nnmath-tui export` end to end: files, refusals, and what other programs find in them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_tui.cli import main

from tests.tui.exporting import ALL_FEATURES, BASE

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A trained network in run.npz of the current folder."""
    monkeypatch.chdir(tmp_path)
    more = {"data.features": ALL_FEATURES, "data.standardize": True}
    session = Session(Experiment.from_values(BASE | more))
    session.run(60, until=3)
    checkpoint.save(tmp_path / "run.npz", session)
    return session


def test_a_script_is_written_here_and_prints_what_the_engine_answers(
    saved: Session, capsys: Captured
) -> None:
    assert main(["export", "run.npz", "--to", "numpy"]) == 0
    assert capsys.readouterr().out == "run.py\n"
    command = [sys.executable, "-I", "run.py", "0.25", "-0.5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    [row] = csv.DictReader(io.StringIO(done.stdout))
    X = saved.dataset.prepare(np.array([[0.25, -0.5]]))
    [[yhat]] = saved.snapshot().predict(X)
    assert float(row["output"]) == pytest.approx(yhat, rel=1e-6)
    assert row["class"] == str(int(yhat > 0.5))


def test_json_says_everything_that_a_prediction_needs(saved: Session) -> None:
    assert main(["export", "run.npz", "--to", "json", "-o", "net.json"]) == 0
    net = json.loads(Path("net.json").read_text())
    assert (net["format"], net["version"], net["epoch"]) == ("nnmath-tui network", 1, 3)
    assert Experiment.from_values(net["experiment"]) == saved.experiment
    raw = np.array(net["examples"]["raw"])
    make: dict[str, Any] = {
        "column": lambda a: a,
        "square": lambda a: a**2,
        "product": lambda a, b: a * b,
        "sine": lambda a: np.sin(np.pi * a),
    }
    a = np.column_stack(
        [make[f["operation"]](*(raw[:, c] for c in f["raw"])) for f in net["features"]]
    )
    a = (a - net["standardize"]["mean"]) / np.array(net["standardize"]["deviation"])
    functions: dict[str, Any] = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    for layer in net["layers"]:
        z = a @ np.array(layer["weight"]).T + layer["bias"]
        a = functions[layer["activation"]](z)
    np.testing.assert_allclose(a, net["examples"]["prediction"], rtol=1e-12)


def test_safetensors_have_the_weights_at_their_offsets(saved: Session) -> None:
    assert main(["export", "run.npz", "--to", "safetensors"]) == 0
    content = Path("run.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, numbers = json.loads(content[8 : 8 + length]), content[8 + length :]
    assert length % 8 == 0
    assert header.pop("__metadata__")["activations"] == "tanh tanh sigmoid"
    ends = [0]
    for layer, (W, b) in enumerate(saved.parameters.layers()):
        for name, array in ((f"{2 * layer}.weight", W.T), (f"{2 * layer}.bias", b)):
            entry = header.pop(name)
            start, end = entry["data_offsets"]
            assert start == ends[-1]
            ends.append(end)
            found = np.frombuffer(numbers[start:end], "<f8").reshape(entry["shape"])
            np.testing.assert_array_equal(found, array)
    assert header == {}
    assert ends[-1] == len(numbers)


def test_nothing_is_overwritten_unless_it_is_asked_for(capsys: Captured) -> None:
    Path("run.py").write_text("mine")
    assert main(["export", "run.npz", "--to", "torch"]) == 2
    assert capsys.readouterr().err == (
        "nnmath-tui: run.py is there already; --force overwrites it\n"
    )
    assert Path("run.py").read_text() == "mine"
    assert main(["export", "run.npz", "--to", "torch", "--force"]) == 0
    assert "torch" in Path("run.py").read_text()
    assert sorted(path.name for path in Path().iterdir()) == ["run.npz", "run.py"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run.npz", "--to", "json", "--training"], "--training goes with --to numpy or torch"),
        (["run.npz", "--to", "numpy", "-o", "a.json"], "-o wants a file that ends in .py"),
        (["run.npz", "--to", "numpy", "-o", "no/a.py"], "-o: there is no folder no"),
        (["run.npz", "--to", "safetensors", "-o", "-"], "safetensors is no text"),
        (["run.npz", "--to", "onnx"], "invalid choice: 'onnx'"),
        (["run.npz"], "the following arguments are required: --to"),
        (["no.npz", "--to", "json"], "no.npz cannot be read: No such file or directory"),
        (["bad.npz", "--to", "json"], "bad.npz is not a checkpoint of this program"),
        (["run.npz", "--to", "json", "--data", "."], "trained on circle, which is no file"),
    ],
)
def test_wrong_use_is_one_line_and_2(capsys: Captured, arguments: list[str], words: str) -> None:
    Path("bad.npz").write_bytes(b"PK nothing")
    assert main(["export", *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 1
    assert {path.name for path in Path().iterdir()} == {"run.npz", "bad.npz"}


def test_a_table_is_found_beside_the_checkpoint_or_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    rows = "".join(f"{i},{i % 3},{'ab'[i % 2]}\n" for i in range(20))
    for folder in ("there", "elsewhere"):
        Path(folder).mkdir()
    Path("there/t.csv").write_text("u,v,kind\n" + rows)
    monkeypatch.chdir("there")
    assert main(["train", "t.csv", "--epochs", "1", "--quiet", "--save", "t.npz"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["export", "there/t.npz", "--to", "json", "-o", "a.json"]) == 0
    Path("there/t.csv").rename("elsewhere/t.csv")
    capsys.readouterr()
    assert main(["export", "there/t.npz", "--to", "json", "-o", "b.json"]) == 2
    assert "t.csv, which is neither here nor beside it; --data FOLDER" in capsys.readouterr().err
    command = ["export", "there/t.npz", "--to", "json", "-o", "b.json", "--data", "elsewhere"]
    assert main(command) == 0
    assert Path("b.json").read_bytes() == Path("a.json").read_bytes()


def test_a_script_can_be_printed(capsys: Captured) -> None:
    assert main(["export", "run.npz", "--to", "numpy", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith('"""circle: a network 5-4-3-1')
    assert [path.name for path in Path().iterdir()] == ["run.npz"]
