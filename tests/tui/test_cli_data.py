"""What is made of a table, and of tables that are odd: said in words, or refused in one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nnmath_presets import catalog
from nnmath_tui.application import Application
from nnmath_tui.cli import main
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.settings import Settings

Captured = pytest.CaptureFixture[str]
Until = Callable[[Callable[[], object]], Awaitable[None]]
ROWS = "".join(f"{i},{i * i % 7},{'ab'[i % 2]}\n" for i in range(20))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(content: str, encoding: str = "utf-8") -> None:
    Path("t.csv").write_bytes(content.encode(encoding))


def test_it_says_target_inputs_and_rows(capsys: Captured) -> None:
    rows = "".join(f"{i},x{i % 2},1,{'' if i == 3 else i % 3}\n" for i in range(30))
    write("u,kind,same,y\n" + rows)
    assert main(["data", "t.csv"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "T",
        "  target  y (the last column): classification, 3 classes: 0 (9), 1 (10), 2 (10)"
        "  (data.target, data.task)",
        "  inputs  4 inputs, standardized  (data.features, data.standardize)",
        "          u: number, 0 to 29",
        "          kind: 2 categories, an input for each: x0, x1",
        "          same: number, always 1",
        "  rows    29 rows: 22 to train on, 7 to test  (data.test_fraction, data.missing)",
        "  note    1 row with no target left out: row 5 (y).",
        "  note    'y' has 3 different whole numbers: taken as classes "
        '(data.task = "regression" predicts the number).',
    ]
    assert main(["data", "t.csv", "--set", "data.target=u", "--set", "data.task=regression"]) == 0
    assert "  target  u: regression  (data.target" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        ("u,v,k\n" + ROWS, "utf-8-sig", "u: number, 0 to 19"),
        (("u,v,k\n" + ROWS).replace(",", ";"), "utf-8", "u: number, 0 to 19"),
        (("u,v,k\n" + ROWS).replace(",", "\t"), "utf-8", "u: number, 0 to 19"),
        ('u,"v\nw",k\n' + ROWS, "utf-8", "v w: number, 0 to 4"),
        ("größe,v,k\n" + ROWS, "cp1252", "größe: number"),
        ("größe,v,k\n" + ROWS, "cp1252", "note    The file is not UTF-8"),
        ("7,v,k\n" + ROWS, "utf-8", "names of columns; some are numbers: '7'."),
        (
            "day,v,k\n" + "".join(f"2024-01-{i + 1:02d},{i},{'ab'[i % 2]}\n" for i in range(20)),
            "utf-8",
            "note    'day' has 20 different texts in 20 rows: an input for each, of which nothing",
        ),
    ],
)
def test_odd_tables_are_read(content: str, encoding: str, words: str, capsys: Captured) -> None:
    write(content, encoding)
    assert main(["data", "t.csv"]) == 0
    assert words in capsys.readouterr().out
    assert main(["train", "t.csv", "--epochs", "1", "--quiet"]) == 0


COMMA = "".join(f"{i};{i};{i},5\n" for i in range(9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("u;v;y\n" + COMMA, "t.csv: column 3 ('y'): decimal commas such as '0,5'; write decimals"),
        ("u\n1\n2\n", "one column only; at least one input and a target are needed"),
        ("u,k\n1,a\n", "column 2 ('k'): one class only ('a'); a classification needs two or more"),
        ("u,k\n", "no data rows; at least one row must follow the header"),
        ("", "the file is empty; a header row and data rows are needed"),
        (
            "u,k\n" + "".join(f"{i},c{i}\n" for i in range(200)),
            "column 2 ('k'): 200 different values; the limit is 100 classes; "
            "name another column in data.target",
        ),
        (
            "day,y\n" + "".join(f"d{i},{i}.5\n" for i in range(200)),
            "column 1 ('day'): 200 different texts, more than 50 categories; name the columns",
        ),
        ("u,k\n1,a\n2\n3,b\n", "row 3: number of cells 1, but of columns in the header 2"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_2(content: str, words: str, capsys: Captured) -> None:
    write(content)
    for command in (["data", "t.csv"], ["train", "t.csv"], ["check", "t.csv"]):
        code = main(command)
        assert code == (1 if command[0] == "check" else 2)
        told = "".join(capsys.readouterr())
        assert words in told
        assert len([line for line in told.splitlines() if "t.csv" in line]) == 1


def test_text_classes_may_look_like_decimal_commas_if_one_says_so(capsys: Captured) -> None:
    write("u;k\n" + "".join(f"{i};{i % 2},5\n" for i in range(20)))
    assert main(["data", "t.csv"]) == 2
    assert main(["data", "t.csv", "--set", "data.task=classification"]) == 0


async def test_the_screen_says_it_when_a_table_opens(until: Until) -> None:
    write("u,v,k\n" + ROWS)
    app = Application(lambda: catalog.load("t.csv"), Settings(color="truecolor", animation=False))
    async with app.run_test(size=(120, 40)):
        await until(lambda: isinstance(app.board, MainScreen) and len(app._notifications))
        (said,) = app._notifications
        assert said.title == "Assumed of T"
        assert said.message.splitlines() == [
            "target k (the last column): classification, 2 classes: a (10), b (10)",
            "2 inputs, standardized",
            "20 rows: 15 to train on, 5 to test",
        ]
