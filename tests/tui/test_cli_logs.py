"""Logs that other tools read: of this run and no other, layer by layer, and for TensorBoard."""

from __future__ import annotations

import csv
import json
import struct
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint
from nnmath_engine.history import HistoryView
from nnmath_tui.cli import main

Captured = pytest.CaptureFixture[str]
SMALL = ["train", "circle", "--set", "data.samples=60", "--set", "network.hidden=[3]", "--quiet"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def history(path: str) -> HistoryView:
    return HistoryView(checkpoint.load(Path(path))[1].history)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_the_log_of_another_run_is_not_gone_on_with(suffix: str, capsys: Captured) -> None:
    assert main([*SMALL, "--epochs", "3", "--save", "a.npz"]) == 0
    other = Path(f"other{suffix}")
    assert main([*SMALL, "--epochs", "3", "--seed", "5", "--log", str(other)]) == 0
    rows = other.read_bytes()
    go_on = ["train", "circle", "--quiet", "--resume", "a.npz", "--epochs", "5", "--log"]
    assert main([*go_on, str(other)]) == 2
    err = capsys.readouterr().err
    assert "other" + suffix + " is not the log of this training, and stays as it is" in err
    assert "row 1, epoch 0, has the numbers of another run" in err
    assert other.read_bytes() == rows


def test_a_log_saved_anew_by_another_program_is_still_known(here: Path) -> None:
    assert main([*SMALL, "--epochs", "3", "--save", "a.npz", "--log", "a.csv"]) == 0
    Path("a.csv").write_bytes(Path("a.csv").read_bytes().replace(b"\r\n", b"\n"))
    go_on = ["train", "circle", "--quiet", "--resume", "a.npz", "--epochs", "5", "--log"]
    assert main([*go_on, "a.csv"]) == 0
    with (here / "a.csv").open(newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == list("012345")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_layers_have_columns_of_their_own(suffix: str, capsys: Captured) -> None:
    log = f"a{suffix}"
    first = [*SMALL, "--epochs", "3", "--save", "a.npz", "--log", log, "--log-layers"]
    assert main(first) == 0
    go_on = ["train", "circle", "--quiet", "--resume", "a.npz", "--epochs", "5", "--log", log]
    assert main(go_on) == 2  # a log without layers is another one
    capsys.readouterr()
    assert main([*go_on, "--log-layers", "--save", "b.npz"]) == 0
    rows: list[dict[str, Any]]
    with Path(log).open(newline="") as file:
        rows = list(csv.DictReader(file)) if suffix == ".csv" else list(map(json.loads, file))
    norms = history("b.npz").layer_gradient_norms
    for layer in (1, 2):
        found = [float(row[f"gradient_norm_{layer}"]) for row in rows[1:]]
        np.testing.assert_array_equal(found, norms[layer - 1, 1:])
    assert main([*SMALL, "--log-layers"]) == 2
    assert "--log-layers goes with --log FILE" in capsys.readouterr().err


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """What the event files hold, read by the format's own definition."""
    event_pb2: Any = pytest.importorskip("tensorboardX.proto.event_pb2")
    found = defaultdict(list)
    for path in sorted(folder.glob("events.*")):
        content, at = path.read_bytes(), 0
        while at < len(content):
            (length,) = struct.unpack_from("<Q", content, at)
            event = event_pb2.Event.FromString(content[at + 12 : at + 12 + length])
            at += 12 + length + 4
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    found[value.tag].append((event.step, value.simple_value))
    return found


def test_tensorboard_gets_every_epoch(here: Path, capsys: Captured) -> None:
    pytest.importorskip("tensorboardX")
    command = [*SMALL, "--epochs", "3", "--tensorboard", "runs", "--save", "a.npz"]
    assert main(command) == 0
    ours, found = history("a.npz"), scalars(here / "runs")
    assert [step for step, _ in found["loss/train"]] == [0, 1, 2, 3]
    values = [value for _, value in found["loss/train"]]
    np.testing.assert_allclose(values, ours.train_loss, rtol=1e-6)
    layer = [value for _, value in found["gradient_norm/layer_2"]]
    np.testing.assert_allclose(layer, ours.layer_gradient_norms[1, 1:], rtol=1e-6)
    assert "loss/validation" not in found
    assert "accuracy/test" in found
    assert main(command) == 2
    assert "runs holds the events of a run already; name a new folder" in capsys.readouterr().err
    go_on = ["train", "circle", "--quiet", "--resume", "a.npz", "--epochs", "5"]
    assert main([*go_on, "--tensorboard", "runs"]) == 0
    assert sorted(step for step, _ in scalars(here / "runs")["loss/train"]) == [0, 1, 2, 3, 4, 5]


def test_without_the_extra_a_line_says_how_to_get_it(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    assert main([*SMALL, "--epochs", "1", "--tensorboard", "runs"]) == 2
    assert capsys.readouterr().err == (
        "nnmath-tui: --tensorboard needs tensorboardX, which is not installed: "
        "pip install 'nnmath-tui[tensorboard]'\n"
    )
    assert not (here / "runs").exists()
    (here / "file").touch()
    assert main([*SMALL, "--tensorboard", "file"]) == 2
    assert main([*SMALL, "--tensorboard", "no/such"]) == 2
    assert main([*SMALL, "--seeds", "2", "--tensorboard", "runs"]) == 2
    assert "--seeds trains many networks, and --tensorboard is for one" in capsys.readouterr().err
