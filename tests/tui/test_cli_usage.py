"""What the command line says about itself, and about wrong use: one clear line, exit code 2."""

from __future__ import annotations

import io
import sys

import pytest
from nnmath_tui.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "train",
        "gradcheck",
        "presets",
        "presets list",
        "presets show",
        "presets copy",
        "presets schema",
        "check",
    ],
)
def test_help_is_everywhere(line: str, capsys: Captured) -> None:
    assert main([*line.split(), "--help"]) == 0
    out, err = capsys.readouterr()
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
        ("check", "the following arguments are required: FILE"),
        ("presets sow circle", "invalid choice: 'sow'"),
        ("trian digits", "'trian' is no command; did you mean 'train'?"),
        ("a b", "'a' is no command; there are: train, gradcheck, presets, check"),
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
            "train circle --set training.learning_rate=fast",
            "training.learning_rate must be a number from 0 to 1e+12, not 'fast'",
        ),
        ("train circle --set training.l2=inf", "training.l2 must be a number from 0 to 1000000"),
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
