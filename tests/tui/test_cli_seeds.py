"""`nnmath-tui train --seeds N`: how many networks do well."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.reaching import reached
from nnmath_tui.cli import main

from tests.patience import PATIENCE

Captured = pytest.CaptureFixture[str]


def test_it_counts_what_single_runs_would(capsys: Captured) -> None:
    assert main(["train", "circle", "--epochs", "30", "--seeds", "6", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    preset = catalog.load("circle")
    assert preset.lesson is not None
    (goal,) = preset.lesson.goals
    histories = []
    for seed in range(3, 9):
        changes = {"training.seed": seed, "training.epochs": 30}
        session = Session(preset.experiment.with_values(changes))
        session.run(60, until=30)
        histories.append(session.snapshot().history)
    epochs = [epoch for h in histories if (epoch := reached(h, goal)) is not None]
    assert 0 < len(epochs) < 6  # or this would show little
    assert out.startswith("circle: 6 seeds, 3 to 8, 30 epochs each, ")
    assert f"met by {len(epochs)} of 6 seeds\n" in out
    assert f"epochs to goal: median {median(epochs):.4g}, {min(epochs)} to {max(epochs)}\n" in out
    losses = [h.last.test_loss for h in histories]
    spread = f"{median(losses):.4g}, {min(losses):.4g} to {max(losses):.4g}"
    assert f"test loss: median {spread}\n" in out
    assert re.search(r"test accuracy: median [\d.]+ %, ", out)
    assert "epoch 180/180  6 seeds" in err


def test_a_regression_without_a_goal(tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "line.csv"
    table.write_text("x,y\n" + "".join(f"{i},{i / 7 + 0.5}\n" for i in range(20)))
    command = ["train", str(table), "--epochs", "50", "--seeds", "2"]
    command += ["--set", "network.hidden=[]", "--set", "training.optimizer=sgd", "--set"]
    assert main([*command, "training.learning_rate=1e9"]) == 0
    out = capsys.readouterr().out
    assert "no goal" in out
    assert "diverged: seeds 0, 1\n" in out


def test_an_early_goal_counts_however_long_training_goes_on(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long history leaves early epochs out, and goals are to be met early."""
    monkeypatch.setattr("nnmath_engine.ensemble.most_rows", lambda layers: 1)
    command = ["train", "xor", "--seeds", "2"]
    assert main([*command, "--epochs", "60"]) == 0
    short = capsys.readouterr().out
    assert main([*command, "--epochs", "3000"]) == 0
    long = capsys.readouterr().out
    found = [re.findall(r"met by .*|epochs to goal.*", out) for out in (short, long)]
    assert found[0] == found[1]
    assert "met by 2 of 2" in found[0][0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seeds", "0"], "a whole number from 1 to 1000, not '0'"),
        (["--seeds", "many"], "a whole number from 1 to 1000, not 'many'"),
        (["--seeds", "2", "--save", "a.npz"], "--save is for one"),
        (["--seeds", "2", "--log", "a.csv"], "--log is for one"),
        (["--seeds", "2", "--resume", "a.npz"], "--resume is for one"),
        (["--seeds", "2", "--set", "training.loss=nonsense"], "training.loss"),
        (["--seeds", "2", "--seed", "4294967295"], "seed"),
    ],
)
def test_wrong_use_is_told_in_one_line(options: list[str], words: str, capsys: Captured) -> None:
    assert main(["train", "circle", *options]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def _let_work(pid: int, seconds: float) -> None:
    """Wait until a process has had so much of the processor, however busy that is."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        time.sleep(3 * seconds)
        return
    ticks = os.sysconf("SC_CLK_TCK")
    while sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) < seconds * ticks:
        time.sleep(0.05)


def test_a_signal_ends_it_with_what_is_known() -> None:
    command = [sys.executable, "-m", "nnmath_tui", "train", "circle", "--seeds", "3", "--plain"]
    with subprocess.Popen(
        [*command, "--epochs", "1000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _let_work(process.pid, 1.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "circle: 3 seeds" in out
    assert err.endswith("ended by SIGINT\n")


def test_a_goal_that_these_runs_do_not_count_for_says_why(capsys: Captured) -> None:
    """The lesson asks for one run below a learning rate and one above; 0.98 is one of them."""
    line = ["train", "lr-cliff", "--seeds", "2", "--set", "training.learning_rate=0.98", "--plain"]
    assert main(line) == 0
    out = capsys.readouterr().out
    low, high = out.split("\ngoal: ")[1:]
    assert "(train_loss <= 1e-06)\n  met by 2 of 2 seeds\n" in low
    assert "(train_loss >= 1)\n" in high
    assert (
        "  these runs do not count for it: training.learning_rate must be at least 1.01\n" in high
    )
