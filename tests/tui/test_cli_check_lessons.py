"""`nnmath-tui check --run`, `presets list` by chapters, `presets show --markdown`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nnmath_presets import catalog
from nnmath_presets.course import course
from nnmath_tui.cli import main

Captured = pytest.CaptureFixture[str]

LESSON = """schema = 1
[data]
source = "and"
[network]
hidden = []
[training]
batch_size = 4
learning_rate = 1.0
epochs = 200
[[lesson.goal]]
say = "Learn AND."
metric = "train_loss"
at_most = 0.2
seeds = 3
[[lesson.goal]]
say = "Count the rows."
kind = "answer"
question = "How many rows has AND?"
answer = 4
tolerance = 0
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_lesson_that_can_be_done_passes(here: Path, capsys: Captured) -> None:
    (here / "and.toml").write_text(LESSON)
    assert main(["check", "--run", "and.toml"]) == 0
    head, row, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["#", "lesson", "goals", "solution", "start", "seconds", "goal"]
    assert row.split()[:5] == ["1", "and", "2/2", "3/3", "0/3"]
    assert row.endswith("  Learn AND.")
    assert total.startswith("1 of 1 lessons pass, ")


def test_each_goal_can_be_printed(here: Path, capsys: Captured) -> None:
    (here / "and.toml").write_text(LESSON)
    assert main(["check", "--run", "--goals", "and.toml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "  met: Learn AND."
    assert lines[3].startswith("    solution: 3/3 seeds, median epoch ")
    assert lines[3].endswith("; start: 0/3 seeds")
    assert lines[5] == "    solution: 4; start: not done"


def test_all_results_can_be_printed_as_json(here: Path, capsys: Captured) -> None:
    (here / "and.toml").write_text(LESSON)
    (here / "or.toml").write_text("schema = 1\n")
    assert main(["check", "--run", "--json", "and.toml", "or.toml"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["passed"], found["of"], found["without_goals"]) == (1, 1, ["or"])
    [lesson] = found["lessons"]
    assert (lesson["number"], lesson["preset"], lesson["passed"]) == (1, "and", True)
    trained, typed = lesson["goals"]
    assert (trained["solution"]["seeds_passed"], trained["solution"]["seeds"]) == (3, 3)
    assert (trained["start"]["met"], trained["start"]["seeds_passed"]) == (False, 0)
    assert (typed["kind"], typed["solution"]["seeds"]) == ("answer", None)


def test_json_without_run_is_wrong_use(here: Path, capsys: Captured) -> None:
    assert main(["check", "--json", "circle"]) == 2
    assert "--run" in capsys.readouterr().err


def test_json_stays_whole_beside_a_broken_file(here: Path, capsys: Captured) -> None:
    (here / "a.toml").write_text("schema = 1\n[training]\nl2 = -1\n")
    (here / "b.toml").write_text(LESSON)
    assert main(["check", "--run", "--json", "a.toml", "b.toml"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["passed"] == 1
    assert captured.err.startswith("a.toml:3: training.l2: ")


def test_a_lesson_that_cannot_be_done_fails_and_says_where(here: Path, capsys: Captured) -> None:
    (here / "and.toml").write_text(LESSON.replace("at_most = 0.2", "at_most = 0.0001"))
    (here / "or.toml").write_text(LESSON + "[lesson.solution]\nanswers = [3]\n")
    assert main(["check", "--run", "and.toml", "or.toml"]) == 1
    out = capsys.readouterr().out
    assert "1/2       0/3     0/3" in out
    assert "  NOT MET: Learn AND.\n    solution: 0/3 seeds; start: 0/3 seeds\n" in out
    assert "  NOT MET: Count the rows.\n    solution: 3, but 4 is right; start: not done\n" in out
    assert out.count("FAILED") == 2
    assert "0 of 2 lessons pass, " in out


def test_a_lesson_with_nothing_to_do_fails(here: Path, capsys: Captured) -> None:
    only = LESSON[: LESSON.rindex("[[lesson.goal]]")]
    (here / "and.toml").write_text(only + "[lesson.solution]\ntraining.learning_rate = 2.0\n")
    assert main(["check", "--run", "and.toml"]) == 1
    assert "start: met, 3/3 seeds" in capsys.readouterr().out


def test_a_folder_is_checked_in_the_order_of_its_course(here: Path, capsys: Captured) -> None:
    folder = here / "own"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.toml").write_text(LESSON)
    (folder / "b.toml").write_text("schema = 1\n[training]\nl2 = -1\n")
    (folder / "d.toml").write_text("schema = 1\n")
    (folder / "course.toml").write_text(
        'schema = 1\n[[chapter]]\ntitle = "x"\npresets = ["c", "b", "a"]\n'
    )
    assert main(["check", "own"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "own/c.toml: fine"
    assert lines[1].startswith("own/b.toml:3: training.l2: ")
    assert lines[2:] == ["own/a.toml: fine", "own/d.toml: fine"]
    assert main(["check", "--run", "own"]) == 1  # a broken file does not hide the good ones
    out = capsys.readouterr().out
    assert [row.split()[1] for row in out.splitlines()[2:4]] == ["c", "a"]
    assert "no goals: d\n2 of 2 lessons pass" in out


def test_a_broken_course_does_not_hide_its_presets(here: Path, capsys: Captured) -> None:
    (here / "a.toml").write_text(LESSON)
    (here / "course.toml").write_text("schema = 1\n[[chapter]]\ntitle = 3\n")
    assert main(["check", "."]) == 1
    out = capsys.readouterr().out
    assert "course.toml:3: chapter[1].title: must be a text" in out
    assert "a.toml: fine\n" in out


def test_an_empty_folder_and_no_name_at_all(here: Path, capsys: Captured) -> None:
    (here / "none").mkdir()
    assert main(["check", "none"]) == 1
    assert capsys.readouterr().out == "none: is a folder without a preset\n"
    assert main(["check"]) == 2
    assert "name a preset, a file or a folder" in capsys.readouterr().err


def test_a_lesson_that_does_not_fit_its_network_is_told_by_line(
    here: Path, capsys: Captured
) -> None:
    text = """[[lesson.goal]]
say = "x"
kind = "answer"
question = "x"
cell = "z1[3]"
tolerance = 0
[[lesson.goal]]
say = "x"
kind = "zeros"
inputs = ["x1", "x7"]
at_least = 1
[[lesson.solution.run]]
edits = { "w3[0,0]" = 1, "b1[0]" = 1 }
[[lesson.solution.run]]
network.weights = [[[1.0]]]
"""
    (here / "and.toml").write_text(LESSON[: LESSON.index("[[lesson.goal]]")] + text)
    assert main(["check", "--run", "and.toml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[:2] for line in lines[:4]] == [
        ["and.toml:14", "lesson.goal[1].cell"],
        ["and.toml:19", "lesson.goal[2].inputs"],
        ["and.toml:22", "lesson.solution.run[1].edits.'w3[0,0]'"],
        ["and.toml:24", "lesson.solution.run[2].network.weights"],
    ]
    assert "'x7' is no input of the network" in lines[1]
    assert "has no w3[0,0]" in lines[2]


def test_the_list_goes_by_chapters(capsys: Captured) -> None:
    assert main(["presets", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    titles = [line for line in lines if not line.startswith(" ")]
    shipped = course()
    assert titles[:-1] == [f"{n} {c.title}" for n, c in enumerate(shipped.chapters, start=1)]
    names = [line.split()[0] for line in lines if line.startswith(" ")]
    assert names == [*shipped.presets, *shipped.others]
    line = next(line for line in lines if line.startswith("  xor-by-hand"))
    assert " ".join(line.split()) == "xor-by-hand XOR by hand hard weights, neuron"


def test_a_hand_out_is_printed(here: Path, capsys: Captured) -> None:
    assert main(["presets", "show", "forward-by-hand", "--markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# Forward by hand\n")
    assert out.count("Answer: ____") == 6
    (here / "a.toml").write_text('schema = 1\n[data]\nsource = "a.csv"\n')
    (here / "a.csv").write_text("x,y\n1,2\n3\n")
    assert main(["presets", "show", "a.toml", "--markdown"]) == 2
    assert "a.csv" in capsys.readouterr().err


def test_every_lesson_has_a_copy_that_runs(here: Path) -> None:
    """Those that read a table bring it along."""
    for name in ("scale-inputs", "mse-vs-ce", "bug-hunt-3"):
        assert main(["presets", "copy", name]) == 0
        assert (here / catalog.load(name).experiment.data.source).is_file()
    assert main(["check", "--run", "."]) == 0
