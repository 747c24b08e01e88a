"""What the command line says about itself, and about wrong use: one clear line, exit code 2."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_tui.arguments import COMMANDS, parse
from nnmath_tui.cli import main
from nnmath_tui.subcommands.changes import changes_from

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "line", ["", *COMMANDS, "presets list", "presets show", "presets copy", "presets schema"]
)
def test_help_is_everywhere_and_fits(
    line: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*line.split(), "--help"]) == 0
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) < 80
    assert out.startswith(f"usage: nnmath-tui {line}".rstrip())
    assert err == ""


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "nnmath-tui 0.1.0\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train", "the following arguments are required: PRESET"),
        ("train circle --epoch 3", "unrecognized arguments: --epoch 3"),
        ("check", "name a preset, a file or a folder; with --run alone, all that ship"),
        ("-- train circle", "a command comes first, before any option: nnmath-tui train ..."),
        ("--ascii check", "a command comes first, before any option: nnmath-tui check ..."),
        ("presets sow circle", "invalid choice: 'sow'"),
        ("trian digits", "'trian' is no command; did you mean 'train'?"),
        (
            "a b",
            "'a' is no command; there are: train, explain, gradcheck, conventions, ",
        ),
        ("--fps", "argument --fps: expected one argument"),
        ("--theme pink", "invalid choice: 'pink'"),
        ("train circl", "did you mean 'circle'?"),
        ("gradcheck nowhere.toml", "nowhere.toml: there is no such file"),
        ("train nowhere.csv", "nowhere.csv: there is no such file"),
        ("trian", "is no preset and no .toml or .csv file"),
        ("trian", "(or the command 'train'?)"),
        ("presets show no-such-thing", "is no preset and no .toml or .csv file"),
        ("train circle --set learning_rate", "--set wants PATH=VALUE, such as training."),
        ("train circle --set =3", "--set wants PATH=VALUE, such as training."),
        (
            "train circle --set training.learning_rte=3",
            "training.learning_rte is not a setting (did you mean 'training.learning_rate'?)",
        ),
        (
            "train circle --set title=x",
            "title is not a setting; allowed: data.source, data.samples",
        ),
        (
            "train circle --set training.learning_rate=fast",
            "training.learning_rate must be a number from 0 to 1e+12, not 'fast'",
        ),
        ("train circle --set training.l2=inf", "training.l2 must be a number from 0 to 1000000"),
        ("train circle --set training.schedule={gamma=0.5}", "training.schedule needs a name"),
        (
            "train circle --set training.schedule={name='step',gama=1}",
            "training.schedule_options.gama is not an option of step",
        ),
        ("train circle --set training.schedule.name=stp", "(did you mean 'step'?)"),
        ("train circle --set network.hidden=8", "network.hidden must be a list of at most"),
        ("train circle --set data.noise=1979-05-27", "data.noise must be a number from 0 to 10"),
        ("train circle --epochs few", "training.epochs must be a whole number from 0 to 10000000"),
        ("train circle --seed -1", "training.seed must be a whole number from 0 to 4294967295"),
        ("train circle --set training.loss=hing", "(did you mean 'hinge'?)"),
        ("train sine --set training.loss=bce", "training.loss bce does not fit a regression"),
        ("train circle --save weights", "--save wants a file that ends in .npz: weights"),
        ("train circle --log log.txt", "--log wants a file that ends in .jsonl or .csv: log.txt"),
        ("train circle --save no/such/a.npz", "--save: there is no folder no/such"),
        ("train circle --resume no.npz", "no.npz cannot be read: No such file or directory"),
        ("gradcheck circle --epochs -1", "--epochs must be a whole number from 0 to 10000000"),
    ],
)
def test_wrong_use_is_told_in_a_line(line: str, message: str, capsys: Captured) -> None:
    assert main(line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.startswith("nnmath-tui: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [["train"], ["gradcheck"], ["check"], ["presets", "show"], []])
@pytest.mark.parametrize("name", ["", " "])
def test_a_name_without_a_letter_is_told_in_a_sentence(
    command: list[str], name: str, capsys: Captured
) -> None:
    assert main([*command, name]) == 2
    told = f"must be a preset's name, a .toml file, or a .csv file, not {name!r}"
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        ["train", "circle", "\x1b[31m"],
        ["\x1b[31m", "x"],
        ["train", "\x1b[31m"],
        ["train", "\x1b[31m.toml"],
        ["train", "circle", "--save", "\x1b[31m"],
        ["train", "circle", "--save", "\x1b[31m/a.npz"],
        ["train", "circle", "--resume", "\x1b[31m"],
        ["presets", "copy", "circle", "\x1b[31m"],
    ],
)
def test_what_is_repeated_cannot_steer_the_terminal(line: list[str], capsys: Captured) -> None:
    assert main(line) == 2
    err = capsys.readouterr().err
    assert "\\x1b[31m" in err
    assert "\x1b" not in err


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000])
@pytest.mark.parametrize(
    "line",
    [
        "train circle --epochs {}",
        "train circle --seed {}",
        "train circle --set data.noise={}",
        "train circle --set network.hidden=[3,{}]",
        "gradcheck circle --epochs {}",
    ],
)
def test_a_number_of_thousands_of_digits_is_told_in_a_line(
    line: str, number: str, capsys: Captured
) -> None:
    assert main(line.format(number).split()) == 2
    err = capsys.readouterr().err
    assert ": a whole number is too long: " in err
    assert len(err) < 150
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [("presets show circle", 0), ("gradcheck circle", 0), ("--help", 0), ("nowhere", 2)],
)
@pytest.mark.parametrize("closed", ["1", "2", "12", "012"])
def test_closed_streams_change_nothing_else(
    line: str, code: int, closed: str, capsys: Captured
) -> None:
    shell = f'exec "$0" -m nnmath_tui {line} ' + " ".join(f"{number}>&-" for number in closed)
    command = ["sh", "-c", shell, sys.executable]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == code
    if "1" not in closed and code == 0:
        assert main(line.split()) == 0
        assert result.stdout == capsys.readouterr().out
    if "2" not in closed:
        assert "internal error" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("line", ["--help", "train --help", "--version", "presets list"])
@pytest.mark.parametrize("buffering", ["", "1"])
def test_a_full_disk_is_no_success(line: str, buffering: str) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "nnmath_tui", *line.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": buffering},
        )
    assert (result.returncode, result.stderr) == (1, "nnmath-tui: No space left on device\n")


def test_all_that_is_wrong_is_told_at_once(capsys: Captured) -> None:
    changes = ["--set", "training.l2=-1", "--set", "data.noise=x", "--set", "spam=1"]
    assert main(["train", "circle", *changes]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("nnmath-tui: ") for line in lines)


@pytest.mark.parametrize("line", [[], ["circle"]])
def test_without_a_terminal_there_is_no_screen(line: list[str], capsys: Captured) -> None:
    assert main(line) == 2
    err = capsys.readouterr().err
    assert "the screen needs a terminal" in err
    assert err.count("\n") == 1


def test_bad_app_settings_are_told_before_a_screen_opens(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--fps", "1000"]) == 2
    assert "--fps must be a number from 0.1 to 60, not 1000" in capsys.readouterr().err


def test_a_fault_of_ours_is_one_line_too(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: object) -> int:
        raise KeyError("spam\nand eggs")

    monkeypatch.delenv("NNMATH_TUI_DEBUG", raising=False)
    monkeypatch.setattr("nnmath_tui.subcommands.check.run", broken)
    assert main(["check", "circle"]) == 70
    err = capsys.readouterr().err
    assert err.startswith("nnmath-tui: internal error: KeyError: ")
    assert err.count("\n") == 1
    monkeypatch.setenv("NNMATH_TUI_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["check", "circle"])


def test_an_interrupt_before_training_begins_is_no_traceback(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnmath_tui.subcommands.check.run", interrupted)
    assert main(["check", "circle"]) == 130
    assert capsys.readouterr().err == ""


def test_a_terminal_that_is_not_utf8_gets_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["presets", "show", "circle"]) == 0
    assert output.errors == "replace"


@pytest.mark.parametrize(
    "changes",
    [
        ["training.schedule=step", "training.schedule_options.gamma=0.5"],
        ["training.schedule.name=step", "training.schedule.gamma=0.5"],
        ["training.schedule.gamma=0.5", 'training.schedule.name="step"'],
        ['training.schedule={name="step", gamma=0.5}'],
        ['training.schedule={name="step"}', "training.schedule.gamma=0.5"],
    ],
)
def test_a_schedule_is_set_in_all_forms_of_a_preset(changes: list[str]) -> None:
    arguments = parse(["train", "circle", *(part for c in changes for part in ("--set", c))])
    training = Experiment.from_values(changes_from(arguments)).training
    assert (training.schedule, training.schedule_options) == ("step", {"gamma": 0.5})


def test_color_may_be_spelled_in_both_ways() -> None:
    from nnmath_tui.arguments import parse

    assert parse(["--colour", "16"]).color == parse(["--color", "16"]).color == "16"
