"""Without a screen: progress as a table and as JSON, codes that are verified, courses by name."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from nnmath_engine import confinement, limits
from nnmath_engine.places import Place
from nnmath_presets import catalog
from nnmath_presets.codes import Claim, encode
from nnmath_presets.preset import Attempt
from nnmath_tui import learning
from nnmath_tui.arguments import parse
from nnmath_tui.cli import main
from nnmath_tui.failure import CommandError
from nnmath_tui.subcommands import host
from nnmath_tui.subcommands.courses import tell_broken
from nnmath_tui.surroundings import first_to_do

LESSON = """
schema = 1
[data]
source = "gauss"
samples = 60
[training]
epochs = 8
[lesson]
locked = ["data"]
[[lesson.goal]]
say = "Reach 90 %."
metric = "train_accuracy"
at_least = 0.9
[[lesson.goal]]
say = "How many inputs?"
kind = "answer"
question = "How many?"
answer = 2
tolerance = 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of two lessons and a broken file, and a learner who has done nothing."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    course = tmp_path / "course"
    course.mkdir()
    (course / "clouds.toml").write_text(LESSON)
    (course / "again.toml").write_text(LESSON)
    (course / "broken.toml").write_text("schema = ")
    return course


def solved(folder: Path, learner: str = "", rate: float = 1.0, answer: float = 2.0) -> str:
    preset = catalog.load(folder / "clouds.toml")
    claim = Claim(learner=learner).with_run(0, Attempt(settings={"training.learning_rate": rate}))
    return encode(preset, claim.with_answer(1, answer))


def test_a_code_is_run_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--course", str(folder), solved(folder, "Ada")]) == 0
    out = capsys.readouterr().out
    assert "clouds by Ada: 2 of 2 goals met, done" in out
    assert "met: Reach 90 %. (1/1 seeds" in out


def test_the_environment_names_the_course(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNMATH_TUI_COURSE", str(folder))
    assert main(["verify", solved(folder)]) == 0
    assert "clouds: 2 of 2" in capsys.readouterr().out


@pytest.mark.parametrize(("rate", "answer"), [(1e-9, 2.0), (1.0, 3.0)])
def test_what_solves_nothing_fails(
    folder: Path, capsys: pytest.CaptureFixture[str], rate: float, answer: float
) -> None:
    assert main(["verify", "--course", str(folder), solved(folder, "", rate, answer)]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 goals met\n" in out
    assert out.count("NOT MET") == 1


def test_locked_settings_count_in_a_code_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    preset = catalog.load(folder / "clouds.toml")
    easy = Attempt(settings={"data.noise": 0.0, "training.learning_rate": 1.0})
    code = encode(preset, Claim().with_run(0, easy))
    assert main(["verify", "--course", str(folder), code]) == 1
    assert "locked" in capsys.readouterr().out


def test_edits_of_places_that_are_not_there_are_no_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    preset = catalog.load(folder / "clouds.toml")
    code = encode(preset, Claim().with_run(0, Attempt(edits={Place(9, 0, 0): 1.0})))
    assert main(["verify", "--course", str(folder), code]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_code_opens_no_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    preset = catalog.load(folder / "clouds.toml")
    other = Attempt(settings={"data.source": "/home/me/secret.csv"})
    code = encode(preset, Claim().with_run(0, other))
    assert main(["verify", "--course", str(folder), code]) == 2
    assert "names a file" in capsys.readouterr().err


def test_bad_codes_get_a_line_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = solved(folder)
    misread = ("7" if good[0] != "7" else "8") + good[1:]
    arguments = ["verify", "--course", str(folder), "hello", misread, good]
    assert main(arguments) == 2
    captured = capsys.readouterr()
    complaints = [row for row in captured.err.splitlines() if row.startswith("nnmath-tui:")]
    assert len(complaints) == 2
    assert "clouds: 2 of 2" in captured.out
    assert main(["verify", good]) == 2
    assert "of no lesson here" in capsys.readouterr().err


def test_codes_come_through_a_pipe(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{solved(folder)}\n\n"))
    assert main(["verify", "--course", str(folder)]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["verify", "--course", str(folder)]) == 2


def test_progress_is_a_table_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    preset = catalog.load(folder / "clouds.toml")
    code = solved(folder, "Ada")
    entry = learning.Entry(
        lesson="clouds", title="Clouds", goals=2, met=frozenset({0, 1}), tries={1: 3}, code=code
    )
    learning.save("Ada", learning.key(preset), entry)
    assert main(["progress", "--course", str(folder), "--name", "Ada"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "Progress of Ada"
    assert any(row.split() == ["clouds", "2/2", "3", "0", code] for row in rows)
    assert any(row.split() == ["again", "-/2"] for row in rows)
    assert rows[-1] == "1 of 2 lessons are done"
    assert main(["progress", "--json", "--name", "Ada"]) == 0
    document = json.loads(capsys.readouterr().out)
    (lesson,) = document["lessons"].values()
    assert (document["learner"], lesson["met"], lesson["done"]) == ("Ada", [0, 1], True)
    assert main(["progress", "--name", "Max", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lessons"] == {}


def test_a_course_begins_with_what_is_not_done(folder: Path) -> None:
    assert first_to_do(folder, "").name == "again"
    preset = catalog.load(folder / "again.toml")
    entry = learning.Entry(lesson="again", goals=2, met=frozenset({0, 1}))
    learning.save("", learning.key(preset), entry)
    assert first_to_do(folder, "").name == "clouds"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["progress", "--course", "/no/such"], "is no folder"),
        (["--course", "/no/such"], "is no folder"),
        (["progress", "--name", "x" * 41], "at most 40 bytes"),
        (["progress", "--name", "a\x1bb"], "must be a name"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 1


def test_broken_files_of_a_course_are_told_and_the_good_ones_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_broken(folder)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"nnmath-tui: {folder}/broken.toml:1: ")
    (folder / "course.toml").write_text(
        'schema = 1\n[[chapter]]\ntitle = "One"\npresets = ["no"]\n'
    )
    (folder / "again.toml").write_text("schema = 1\ntitel = 1\n[data]\nsource = 3\n")
    tell_broken(folder)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[2].split(":")[0].rpartition("/")[2] for line in lines] == [
        "course.toml", "again.toml", "again.toml", "broken.toml",
    ]  # fmt: skip


def test_the_host_of_a_course_is_told_before_learners_come(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "password").write_text("123456\n")
    given = parse(["host", "--course", str(folder), "--password-file", str(folder / "password")])
    for name in ("PARAMETERS", "BATCH_NUMBERS", "EVALUATED_NUMBERS", "KEPT_BYTES"):
        monkeypatch.setattr(limits, name, getattr(limits, name))  # to have them back afterwards
    monkeypatch.setattr(confinement, "_allowed", None)
    host._look_at_course(host._room(given))
    assert "broken.toml:1: " in capsys.readouterr().err
    for name in ("clouds", "again"):
        (folder / f"{name}.toml").unlink()
    with pytest.raises(CommandError, match="none of its presets"):
        host._look_at_course(host._room(given))


def test_a_course_of_which_nothing_is_good_does_not_begin(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("clouds", "again"):
        (folder / f"{name}.toml").write_text("schema = ")
    monkeypatch.setattr("nnmath_tui.terminal.problem", lambda *given: "")
    assert main(["--course", str(folder)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert lines[-1].endswith("none of its presets can be opened")


def test_a_folder_without_presets_is_no_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["progress", "--course", str(tmp_path)]) == 2
    assert "has no preset" in capsys.readouterr().err


def test_the_screen_takes_a_course_a_name_and_a_watch() -> None:
    arguments = parse(["--course", "x", "--name", "Ada  L.", "--watch", "xor"])
    assert (arguments.course, arguments.name, arguments.watch) == ("x", "Ada L.", True)
