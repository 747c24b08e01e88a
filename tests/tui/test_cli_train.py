"""`nnmath-tui train` end to end: summary, log, checkpoint, resumption, divergence, signals."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_tui.cli import main

from tests.patience import PATIENCE

Captured = pytest.CaptureFixture[str]
FOREVER = 1e9
SMALL = ["train", "circle", "--set", "data.samples=60", "--set", "network.hidden=[3]"]
DIVERGING = ["--set", "training.loss=mse", "--set", "training.learning_rate=1e9"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reference(epochs: int, **changes: Any) -> Session:
    """The same training by the engine itself."""
    experiment = catalog.load("circle").experiment.with_values(
        {"data.samples": 60, "network.hidden": [3], "training.epochs": epochs, **changes}
    )
    session = Session(experiment)
    session.run(FOREVER, until=epochs)
    return session


def test_the_summary_has_the_engines_own_numbers(capsys: Captured) -> None:
    assert main([*SMALL, "--epochs", "5"]) == 0
    out, err = capsys.readouterr()
    last = reference(5).snapshot().history.last
    assert re.match(r"circle: epoch 5 of 5, [\d.]+ s, [\de.+]+ epochs/s\n", out)
    assert f"train loss {last.train_loss:.4g}  accuracy {100 * last.train_score:.2f} %  (30" in out
    assert f"test loss {last.test_loss:.4g}  accuracy {100 * last.test_score:.2f} %  (30" in out
    assert err.splitlines()[-1].startswith("epoch 5/5  loss ")


def test_a_regression_has_r2_and_a_penalty_its_own_line(capsys: Captured) -> None:
    assert main(["train", "sine", "--epochs", "1", "--set", "training.l2=0.01"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^train loss \S+  R2 -?\d+\.\d{4}  ", out, re.MULTILINE)
    match = re.search(r"^penalty (\S+)  objective (\S+)$", out, re.MULTILINE)
    assert match is not None
    assert 0 < float(match[1]) < float(match[2])


def test_quiet_means_quiet(here: Path, capsys: Captured) -> None:
    assert main([*SMALL, "--epochs", "2", "--quiet", "--save", "a.npz"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (here / "a.npz").exists()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_the_log_has_a_row_for_every_epoch(here: Path, suffix: str) -> None:
    log = f"log{suffix}"
    assert main([*SMALL, "--epochs", "4", "--seed", "3", "--log", log, "--quiet"]) == 0
    with (here / log).open(newline="") as file:
        rows: list[dict[str, Any]] = (
            list(csv.DictReader(file)) if suffix == ".csv" else [json.loads(line) for line in file]
        )
    history = reference(4, **{"training.seed": 3}).snapshot().history
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3, 4]
    assert [float(row["train_loss"]) for row in rows] == list(history.train_loss)
    assert [float(row["test_accuracy"]) for row in rows] == list(history.test_score)
    assert all(row["validation_loss"] in ("", None) for row in rows)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_interrupted_and_resumed_is_the_same_as_in_one_go(here: Path, suffix: str) -> None:
    whole = [*SMALL, "--epochs", "6", "--log", f"whole{suffix}", "--save", "whole.npz"]
    assert main(whole) == 0
    assert main([*SMALL, "--epochs", "6", "--set", "training.epochs=6", "--save", "a.npz"]) == 0
    first = [*SMALL, "--epochs", "2", "--log", f"parts{suffix}", "--save", "part.npz"]
    assert main(first) == 0
    then = ["--epochs", "6", "--log", f"parts{suffix}", "--save", "part.npz"]
    assert main(["train", "circle", "--resume", "part.npz", *then]) == 0
    assert (here / f"parts{suffix}").read_bytes() == (here / f"whole{suffix}").read_bytes()
    with np.load("whole.npz") as one, np.load("part.npz") as other:
        for name in one.files:
            if name != "manifest.json":
                assert one[name].tobytes() == other[name].tobytes(), name


def logged(*epochs: str, log: str, resume: str | None = None) -> int:
    first = SMALL if resume is None else ["train", "circle", "--resume", resume]
    return main([*first, "--quiet", "--epochs", *epochs, "--log", log])


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_log_goes_on_where_the_checkpoint_is(here: Path, suffix: str) -> None:
    """Whether the log is longer than that, shorter, cut short by a kill, empty, or not there."""
    assert logged("8", log=f"whole{suffix}") == 0
    assert logged("3", log=f"short{suffix}") == 0
    assert logged("5", "--save", "a.npz", log=f"exact{suffix}") == 0
    assert logged("20", log=f"long{suffix}") == 0
    (here / f"cut{suffix}").write_bytes((here / f"short{suffix}").read_bytes()[:-5])
    (here / f"empty{suffix}").write_bytes(b"")
    (here / f"link{suffix}").symlink_to(f"long{suffix}")
    for name in ("short", "exact", "link", "long", "cut", "empty", "none"):
        assert logged("8", log=name + suffix, resume="a.npz") == 0
        assert (here / (name + suffix)).read_bytes() == (here / f"whole{suffix}").read_bytes(), name
    assert (here / f"link{suffix}").is_symlink()
    assert not list(here.glob(".*"))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("own.csv", b"name,value\nspam,1\n", "its first line is not epoch,train_loss,"),
        ("own.csv", b"epoch\n1\n", "its first line is not epoch,train_loss,"),
        ("own.csv", b"\xff\xfe\0", "it is not UTF-8 text"),
        ("own.csv", b"a" * 10_000, "its first line is not epoch"),
        ("own.csv", None, "row 4 is not one of epoch, train_loss"),
        ("own.jsonl", b'{"epoch": 1}\n', "row 1 is not one of epoch, train_loss"),
        ("own.jsonl", b"notes without a line end", "row 1 is not one of"),
        ("own.jsonl", b"[" * 1_999 + b"\n", "row 1 is not one of"),
        ("own.jsonl", b"x" * 10_000, "row 1 is not one of"),
    ],
)
def test_what_is_no_log_of_this_training_stays_as_it_is(
    here: Path, name: str, content: bytes | None, why: str, capsys: Captured
) -> None:
    assert logged("2", "--save", "a.npz", log="a.csv") == 0
    if content is None:
        content = (here / "a.csv").read_bytes() + b"a line by hand\n"
    (here / name).write_bytes(content)
    saved = (here / "a.npz").read_bytes()
    assert logged("3", "--save", "a.npz", log=name, resume="a.npz") == 2
    err = capsys.readouterr().err
    assert f"--log: {name} is not the log of this training, and stays as it is: {why}" in err
    assert err.count("\n") == 1
    assert (here / name).read_bytes() == content
    assert (here / "a.npz").read_bytes() == saved


def test_a_log_that_cannot_be_written_anew_keeps_its_rows(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    assert logged("2", "--save", "a.npz", log="a.csv") == 0
    rows = (here / "a.csv").read_bytes()
    monkeypatch.setattr("os.fsync", no_space)
    assert logged("3", log="a.csv", resume="a.npz") == 1
    told = "nnmath-tui: --log: a.csv cannot be written: No space left on device\n"
    assert capsys.readouterr().err == told
    assert (here / "a.csv").read_bytes() == rows
    assert sorted(path.name for path in here.iterdir()) == ["a.csv", "a.npz"]


def test_no_epochs_save_the_initial_weights(here: Path) -> None:
    assert main([*SMALL, "--epochs", "0", "--save", "a.npz"]) == 0
    experiment, state = checkpoint.load(here / "a.npz")
    first = Session(experiment).parameters
    assert state.epoch == 0
    for one, other in zip(state.parameters.arrays(), first.arrays(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_resuming_may_change_what_is_live_and_nothing_else(here: Path, capsys: Captured) -> None:
    assert main([*SMALL, "--epochs", "2", "--save", "a.npz"]) == 0
    resume = ["train", "circle", "--resume", "a.npz", "--epochs", "3"]
    assert main([*resume, "--set", "training.learning_rate=0.01", "--save", "b.npz"]) == 0
    experiment, state = checkpoint.load(here / "b.npz")
    assert experiment.training.learning_rate == 0.01
    assert experiment.data.samples == 60
    assert state.epoch == 3
    capsys.readouterr()
    assert main([*resume, "--seed", "9"]) == 2
    assert "training.seed cannot change with --resume" in capsys.readouterr().err
    assert main(["train", "moons", "--resume", "a.npz"]) == 2
    assert "a.npz was trained on 'circle', not on 'moons'" in capsys.readouterr().err
    (here / "a.npz").write_bytes((here / "a.npz").read_bytes()[:-9])
    assert main(resume) == 2
    assert "its end is missing" in capsys.readouterr().err


def test_a_checkpoint_beyond_the_epochs_asked_for_is_left_as_it_is(capsys: Captured) -> None:
    assert main([*SMALL, "--epochs", "7", "--save", "a.npz"]) == 0
    capsys.readouterr()
    for epochs, how_far in ((5, "epoch 7, beyond the 5 asked for, "), (7, "epoch 7 of 7, ")):
        assert main(["train", "circle", "--resume", "a.npz", "--epochs", str(epochs)]) == 0
        out, err = capsys.readouterr()
        assert out.startswith(f"circle: {how_far}")
        assert "epochs/s" not in out
        assert err == ""


def test_resuming_under_a_loss_of_another_shape_keeps_the_network(
    here: Path, capsys: Captured
) -> None:
    """Two classes are one column for BCE and two for cross-entropy."""
    assert main([*SMALL, "--epochs", "2", "--save", "a.npz"]) == 0
    whole = (here / "a.npz").read_bytes()
    resume = ["train", "circle", "--resume", "a.npz", "--epochs", "3", "--save", "a.npz"]
    capsys.readouterr()
    assert main([*resume, "--set", "training.loss=ce"]) == 2
    told = "training.loss cannot change with --resume: the network would start afresh"
    assert capsys.readouterr() == ("", f"nnmath-tui: {told}\n")
    assert (here / "a.npz").read_bytes() == whole
    assert main([*resume, "--set", "training.loss=mse"]) == 0
    assert checkpoint.load(here / "a.npz")[1].epoch == 3


def test_a_divergence_is_diagnosed_and_the_last_finite_weights_are_saved(
    here: Path, capsys: Captured
) -> None:
    line = [*SMALL, "--epochs", "50", *DIVERGING, "--set", "network.activation=relu"]
    assert main([*line, "--save", "a.npz"]) == 1
    err = capsys.readouterr().err
    assert re.search(r"nnmath-tui: diverged in epoch \d+: .* = (inf|nan|-inf), from ", err)
    assert err.endswith("; the last finite weights are in a.npz\n")
    _, state = checkpoint.load(here / "a.npz")
    assert state.status == "diverged"
    assert state.parameters.is_finite()


ROWS = "a,b,kind\n" + "".join(f"{i},{i * 7 % 5},{'yes' if i % 3 else 'no'}\n" for i in range(40))


@pytest.mark.parametrize("option", ["--log", "--save"])
@pytest.mark.parametrize("way", ["name", "path", "link", "--set"])
def test_no_file_that_was_read_is_overwritten(
    here: Path, option: str, way: str, capsys: Captured
) -> None:
    (here / "d.csv").write_text(ROWS)
    name = {"--log": "link.csv", "--save": "link.npz"}[option]
    (here / name).symlink_to("d.csv")
    if option == "--log" and way != "link":
        name = str(here / "d.csv") if way == "path" else "d.csv"
    preset = ["circle", "--set", "data.source=d.csv"] if way == "--set" else ["d.csv"]
    assert main(["train", *preset, "--epochs", "1", option, name]) == 2
    assert f"{option}: {name} is the file of the data, which would" in capsys.readouterr().err
    assert (here / "d.csv").read_text() == ROWS


def test_neither_the_preset_nor_the_checkpoint_is_overwritten(here: Path, capsys: Captured) -> None:
    assert main(["presets", "copy", "circle"]) == 0
    text = (here / "circle.toml").read_text()
    (here / "link.csv").symlink_to("circle.toml")
    (here / "link.npz").symlink_to("circle.toml")
    for option, name in (("--log", "link.csv"), ("--save", "link.npz")):
        assert main(["train", "circle.toml", "--epochs", "1", option, name]) == 2
        assert f"{option}: {name} is the file of the preset" in capsys.readouterr().err
    assert (here / "circle.toml").read_text() == text
    assert main([*SMALL, "--epochs", "1", "--save", "a.npz"]) == 0
    whole = (here / "a.npz").read_bytes()
    (here / "a.csv").hardlink_to(here / "a.npz")
    resume = ["train", "circle", "--resume", "a.npz", "--epochs", "2", "--log", "a.csv"]
    assert main(resume) == 2
    assert "--log: a.csv is the file of --resume" in capsys.readouterr().err
    assert (here / "a.npz").read_bytes() == whole
    assert main([*SMALL, "--epochs", "1", "--save", "a.npz", "--log", "a.csv"]) == 2
    assert "--save: a.npz is the file of --log" in capsys.readouterr().err
    assert (here / "a.npz").read_bytes() == whole


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no /proc here")
@pytest.mark.parametrize(("option", "name"), [("--save", "a.npz"), ("--log", "a.csv")])
def test_what_cannot_be_written_is_told_before_training(
    option: str, name: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In /proc there is nothing to be written, by root neither."""
    monkeypatch.setattr(Session, "run", lambda *_, **__: pytest.fail("it trained"))
    assert main(["train", "circle", option, f"/proc/{name}"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    told = f"{option}: /proc/{name} cannot be written: No such file or directory"
    assert err == f"nnmath-tui: {told}\n"


def test_a_failed_save_costs_no_summary(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    assert main([*SMALL, "--epochs", "2", "--save", "a.npz"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("circle: epoch 2 of 2")
    assert "saved" not in out
    told = "--save: a.npz cannot be written: No space left on device"
    assert err.splitlines()[-1] == f"nnmath-tui: {told}"
    assert list(here.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_failed_log_costs_no_training(here: Path, capsys: Captured) -> None:
    (here / "a.csv").symlink_to("/dev/full")
    assert main([*SMALL, "--epochs", "2", "--log", "a.csv", "--save", "a.npz"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("circle: epoch 2 of 2")
    assert out.endswith("saved in a.npz\n")
    told = "--log: a.csv cannot be written: No space left on device"
    assert err.splitlines()[-1] == f"nnmath-tui: {told}"
    assert checkpoint.load(here / "a.npz")[1].epoch == 2


def test_resuming_with_other_data_is_refused(here: Path, capsys: Captured) -> None:
    (here / "d.csv").write_text(ROWS)
    train = ["train", "d.csv", "--epochs", "1"]
    assert main([*train, "--save", "a.npz"]) == 0
    assert main([*train, "--resume", "a.npz"]) == 0
    capsys.readouterr()
    assert main(["train", "circle", "--resume", "a.npz"]) == 2
    assert capsys.readouterr().err == (
        "nnmath-tui: a.npz was trained on 'd.csv', not on 'circle'\n"
    )
    (here / "d.csv").write_text(ROWS.replace("12,4,no", "12,3,no"))
    assert main([*train, "--resume", "a.npz"]) == 2
    err = capsys.readouterr().err
    assert "a.npz does not fit its data, which has changed: other numbers in its rows" in err


def test_options_of_the_checkpoints_optimizer_may_change(here: Path) -> None:
    """The preset's own optimizer has no such option, which is no matter."""
    adam = ["--set", "training.optimizer=adam", "--epochs", "1", "--save", "a.npz"]
    assert main([*SMALL, *adam]) == 0
    beta = ["--set", "training.optimizer_options.beta1=0.8"]
    assert main(["train", "circle", "--resume", "a.npz", *beta, "--save", "a.npz"]) == 0
    assert checkpoint.load(here / "a.npz")[0].training.optimizer_options == {"beta1": 0.8}


def test_early_stopping_is_fine_and_told(capsys: Captured) -> None:
    patience = ["--set", "training.early_stopping=1", "--set", "training.learning_rate=3"]
    assert main([*SMALL, "--epochs", "500", *patience, "--log", "a.csv"]) == 0
    out = capsys.readouterr().out
    assert "stopped early; best at epoch" in out
    epochs = [row.split(",")[0] for row in Path("a.csv").read_text().splitlines()[1:]]
    assert epochs == [str(n) for n in range(len(epochs))]


def test_a_csv_file_and_a_preset_file_are_presets_too(here: Path, capsys: Captured) -> None:
    rows = [f"{i},{(i * 7) % 5},{'yes' if i % 3 else 'no'}" for i in range(60)]
    (here / "own table.csv").write_text("\n".join(["a,b,kind", *rows, "1,,yes"]))
    assert main(["train", "own table.csv", "--epochs", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("own table: epoch 1 of 1")
    assert "missing" in err
    assert main(["train", "circle", "--epochs", "1", "--set", "data.source=own table.csv"]) == 0
    (here / "own.toml").write_text('schema = 1\n[data]\nsource = "own table.csv"\n')
    assert main(["train", "own.toml", "--epochs", "1"]) == 0
    (here / "own table.csv").write_text("a,b,kind\n1,x\n")
    capsys.readouterr()
    assert main(["train", "own.toml"]) == 2
    err = capsys.readouterr().err
    assert "own table.csv" in err
    assert "Traceback" not in err


def test_settings_are_written_as_in_toml_or_bare(here: Path) -> None:
    changes = {
        "network.hidden": "[4, 2]",
        "network.activation": '["relu", "tanh"]',
        "training.optimizer": "momentum",
        "training.optimizer_options.momentum": "0.5",
        "training.shuffle": "false",
        "data.target": "2024",
        "training.learning_rate": "1e-2",
    }
    options = [part for path, value in changes.items() for part in ("--set", f"{path}={value}")]
    assert main(["train", "circle", *options, "--epochs", "0", "--save", "a.npz"]) == 0
    values = checkpoint.load(here / "a.npz")[0].values()
    assert values["network.hidden"] == (4, 2)
    assert values["network.activation"] == ("relu", "tanh")
    assert values["training.optimizer"] == "momentum"
    assert values["training.optimizer_options"] == {"momentum": 0.5}
    assert values["training.shuffle"] is False
    assert values["data.target"] == "2024"
    assert values["training.learning_rate"] == 0.01


def start(*line: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nnmath_tui", *line]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_after_the_batch_and_saves(
    here: Path, number: signal.Signals, code: int
) -> None:
    line = [*SMALL, "--epochs", "1000000", "--save", "a.npz", "--log", "a.csv"]
    with start(*line) as training:
        log = here / "a.csv"
        while not log.exists() or log.read_text().count("\n") < 5:
            assert training.poll() is None
            time.sleep(0.01)
        os.kill(training.pid, number)
        out, err = training.communicate(timeout=PATIENCE)
    assert training.returncode == code
    assert "Traceback" not in err
    assert f"nnmath-tui: ended by {number.name}" in err
    _, state = checkpoint.load(here / "a.npz")
    assert 0 < state.epoch < 1000000
    assert f"circle: epoch {state.epoch} of 1000000" in out
    assert (here / "a.csv").read_text().splitlines()[-1].startswith(f"{state.epoch},")


def test_a_reader_that_has_gone_away_is_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "nnmath_tui", "presets", "show", "circle"]
    with os.fdopen(writing, "wb") as output:
        result = subprocess.run(
            command, stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (result.returncode, result.stderr) == (141, "")
