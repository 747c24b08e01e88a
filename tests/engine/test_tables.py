"""The user's own CSV: kinds of columns, targets, gaps, and every fault with its place."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from nnmath_engine.samples import DataError
from nnmath_engine.tables import LIMITS, Limits, read_csv

ROOT = Path(__file__).parents[2]

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "my data.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def problems_of(path: Path, **options: object) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        read_csv(path, **options)  # type: ignore[arg-type]
    return caught.value.problems


def test_numbers_categories_booleans_and_text_classes(write: Write) -> None:
    path = write(
        "size,color,ripe,kind\n1.5,red,true,apple\n-2,blue,FALSE,plum\n3e2,red,True,apple\n"
    )
    made = read_csv(path)
    assert made.features == ("size", "color=blue", "color=red", "ripe")
    assert made.X.tolist() == [[1.5, 0, 1, 1], [-2, 1, 0, 0], [300, 0, 1, 1]]
    assert made.groups == {"color": (1, 2)}
    assert (made.task, made.classes, made.target) == ("classification", ("apple", "plum"), "kind")
    assert made.y.tolist() == [0, 1, 0]
    assert made.notes == ()


@pytest.mark.parametrize(
    ("labels", "classes", "y"),
    [
        (["no", "yes", "no"], ("no", "yes"), [0, 1, 0]),
        (["True", "false", "TRUE"], ("false", "true"), [1, 0, 1]),
        (["1", "2", "1"], ("1", "2"), [0, 1, 0]),
        (["1.0", "0", "1"], ("0", "1"), [1, 0, 1]),
        (["3", "1", "2"] * 5, ("1", "2", "3"), [2, 0, 1] * 5),
        (["10", "9", "9"], ("9", "10"), [1, 0, 0]),
        (["-1", "1", "-1"], ("-1", "1"), [0, 1, 0]),
    ],
)
def test_labels_of_all_sorts(
    write: Write, labels: list[str], classes: tuple[str, ...], y: list[int]
) -> None:
    made = read_csv(write("x,label\n" + "".join(f"0,{label}\n" for label in labels)))
    assert made.task == "classification"
    assert made.classes == classes
    assert made.y.tolist() == y


@pytest.mark.parametrize(
    "values", [["1.5", "2", "3"], ["1", "2", "3", "4"], [str(n) for n in range(50)] * 9]
)
def test_other_numbers_are_a_regression(write: Write, values: list[str]) -> None:
    made = read_csv(write("x,y\n" + "".join(f"0,{value}\n" for value in values)))
    assert made.task == "regression"
    assert made.classes == ()
    assert made.y.tolist() == [float(value) for value in values]


def test_whole_numbers_taken_as_classes_are_noted_and_the_task_can_be_set(write: Write) -> None:
    path = write("x,y\n1,0\n2,1\n3,1\n")
    assert "taken as classes" in read_csv(path).notes[0]
    assert read_csv(path, task="classification").notes == ()
    made = read_csv(path, task="regression")
    assert made.task == "regression"
    assert made.y.tolist() == [0.0, 1.0, 1.0]


def test_numbers_with_many_values_as_classes_on_demand(write: Write) -> None:
    made = read_csv(write("x,y\n1,0.5\n2,1.5\n3,2.5\n"), task="classification")
    assert made.classes == ("0.5", "1.5", "2.5")


def test_target_by_name(write: Write) -> None:
    path = write("y,a,b\n0.5,1,2\n0.25,3,4\n")
    made = read_csv(path, target="y")
    assert made.features == ("a", "b")
    assert made.y.tolist() == [0.5, 0.25]
    (problem,) = problems_of(path, target="Y")
    assert "data.target: no column 'Y'" in problem
    assert "y, a, b" in problem


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(write: Write, separator: str, end: str) -> None:
    rows = [["a", "b, or; c", "y"], ["1", "2", "0.5"], ["3", "4", "1.5"]]
    quoted = [[f'"{cell}"' for cell in row] for row in rows]
    made = read_csv(write(end.join(separator.join(row) for row in quoted) + end + end))
    assert made.features == ("a", "b, or; c")
    assert made.X.tolist() == [[1, 2], [3, 4]]


def test_quoted_cells_with_quotes_separators_and_line_breaks(write: Write) -> None:
    made = read_csv(write('a,y\n"x ""1"", z","p\nq"\n w ,r\n'))
    assert made.features == ("a=w", 'a=x "1", z')
    assert made.classes == ("p q", "r")


def test_lines_are_counted_in_the_file_and_not_in_records(write: Write) -> None:
    (problem,) = problems_of(write('a,b,y\n1,"u\nv",0.5\n\n2,w,1.5\n3,w\n4,w,2.5\n'))
    assert "row 6:" in problem


def test_byte_order_mark_is_no_part_of_a_name(write: Write) -> None:
    assert read_csv(write(b"\xef\xbb\xbfa,y\n1,0.5\n2,1.5\n")).features == ("a",)


def test_windows_1252_is_read_and_noted(write: Write) -> None:
    made = read_csv(write("größe in €,y\n1,0.5\n2,1.5\n".encode("cp1252")))
    assert made.features == ("größe in €",)
    assert made.notes == ("The file is not UTF-8; it was read as Windows-1252.",)


def test_different_bytes_are_different_categories_in_a_file_of_windows(write: Write) -> None:
    made = read_csv(write(b"a,y\n1,\x80\n2,\x93\n3,\x80\n4,\x93\n"))
    assert made.classes == ("“", "€")
    assert made.y.tolist() == [1, 0, 1, 0]
    # Every byte above ASCII but the no-break space is a category; Windows-1252 lacks five.
    everything = [bytes([byte]) for byte in range(0x80, 0x100) if byte != 0xA0]
    made = read_csv(
        write(b"a,y\n" + b"".join(b"1,%b\n2,%b\n" % (e, e) for e in everything)),
        limits=replace(LIMITS, classes=127),
    )
    assert len(made.classes) == 127
    assert {"…", r"\x81", r"\x8d", r"\x8f", r"\x90", r"\x9d"} < set(made.classes)
    assert all(name.isprintable() for name in made.classes)


def test_texts_that_only_look_the_same_are_different_categories(write: Write) -> None:
    alike = ["b\a", "b\b", "b�", "p\u00a0q", "p q", '"p\nq"', r"p\nq", "\x85", "\x1c"]
    made = read_csv(write("a,y\n" + "".join(f"{cell},{n}.5\n" for n, cell in enumerate(alike))))
    names = ["b\\x07", "b\\x08", "b�", "p\\xa0q", "p q", "p\\nq", "p\\\\nq", "\\x85", "\\x1c"]
    assert made.groups == {"a": tuple(range(9))}
    assert made.features == tuple(sorted(f"a={name}" for name in names))
    assert [made.features[row.argmax()] for row in made.X] == [f"a={name}" for name in names]


def test_a_cell_of_one_control_character_is_not_missing(write: Write) -> None:
    made = read_csv(write("a,y\n\x85,0.5\nb,1.5\n\u00a0 \t,2.5\nb,3.5\n"))
    assert made.features == ("a=b", "a=�")
    assert made.notes == ("1 row with missing cells left out: row 4 (a).",)


def test_rows_with_gaps_are_left_out_and_named(write: Write) -> None:
    rows = ["1,a,0.5", "NA,a,1", "3,?,1", "4,null,1", "5, ,1", "6,b,NaN", "7,b,2.5", ",b,3"]
    made = read_csv(write("x,c,y\n" + "\n".join(rows)))
    assert made.y.tolist() == [0.5, 2.5]
    assert made.features == ("x", "c=a", "c=b")
    assert made.notes == (
        "1 row with no target left out: row 7 (y).",
        "5 rows with missing cells left out: "
        "row 3 (x), row 4 (c), row 5 (c), row 6 (c), row 9 (x).",
    )


def test_the_note_on_gaps_keeps_to_a_bounded_length(write: Write) -> None:
    names = [f"{n}{'long' * 40}" for n in range(100)]
    full = [",".join([cell] * 101) for cell in ("1.5", "2")]
    path = write("\n".join([",".join([*names, "y"]), *["," * 100 + "1.5"] * 2000, *full]))
    (note,) = read_csv(path).notes
    begin = "2,000 rows with missing cells left out: row 2 (0longlonglonglonglonglo…, 1"
    assert note.startswith(begin)
    assert "… and 97 more), row 3 (0" in note
    assert note.endswith(" and 1,990 more.")
    assert len(note) < 1100


def test_gaps_can_stay_for_the_training_mean(write: Write) -> None:
    made = read_csv(write("x,c,y\n1,a,0.5\n,b,1.5\n3,,2.5\n4,a,\n"), missing="mean")
    nan = float("nan")
    expected = np.array([[1, 1, 0], [nan, 0, 1], [3, nan, nan]])
    assert np.array_equal(made.X, expected, equal_nan=True)
    assert made.notes == (
        "1 row with no target left out: row 5 (y).",
        "2 rows with missing cells kept: row 3 (x), row 4 (c).",
    )


def test_a_column_with_values_only_where_there_is_no_target(write: Write) -> None:
    path = write("c,x,y\na,1,\n,2,0.5\n,3,1.5\n")
    (problem,) = problems_of(path, missing="mean")
    assert "column 1 ('c'): no cell has a value where there is a target" in problem


def test_no_row_without_gaps(write: Write) -> None:
    (problem,) = problems_of(write("a,b,y\n1,,1.5\n,2,2.5\n"))
    assert "all 2 rows have missing cells: row 2 (b), row 3 (a);" in problem
    assert "mean" in problem


def test_every_bad_cell_is_reported_with_row_and_column_in_file_order(write: Write) -> None:
    path = write(
        'a,b,y\n1,2,0.5\none,2,1.5\n3,inf,2.5\n4,5,6.5,7\n5,-1e60,3.5\n6,7,x\n7,8,4.5\n8,"1,5",5.5\n'
    )
    problems = problems_of(path)
    name = str(path)
    assert [problem.removeprefix(name) for problem in problems] == [
        ": row 3, column 1 ('a'): 'one' is not a number; "
        "allowed: a number, or an empty cell if it is missing",
        ": row 4, column 2 ('b'): 'inf' is beyond the limit; allowed: a number from -1e50 to 1e50",
        ": row 5: number of cells 4, but of columns in the header 3; "
        "every row needs one cell for each column",
        ": row 6, column 2 ('b'): '-1e60' is beyond the limit; "
        "allowed: a number from -1e50 to 1e50",
        ": row 7, column 3 ('y'): 'x' is not a number; "
        "allowed: a number, or an empty cell if it is missing",
        ": row 9, column 2 ('b'): '1,5' is not a number; write decimals with a point",
    ]


def test_the_message_shows_twenty_problems_and_counts_the_rest(write: Write) -> None:
    rows = [f"{n},{n}.5" for n in range(2000)] + [f"bad{n},{n}.5" for n in range(1500)]
    with pytest.raises(DataError) as caught:
        read_csv(write("a,y\n" + "\n".join(rows)))
    assert caught.value.total == 1500
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert "row 2002, column 1 ('a'): 'bad0'" in lines[0]
    assert lines[-1] == "and 1,480 more"


def test_the_first_problems_are_the_files_first_also_across_columns(write: Write) -> None:
    header = ",".join(f"c{n}" for n in range(10))
    good = ",".join(["0.5"] * 10)
    bad = ",".join(f"bad{n}" for n in range(10))
    problems = problems_of(write("\n".join([header, *[good] * 3000, *[bad] * 300])))
    assert len(problems) == 1000
    assert "row 3002, column 10 ('c9'): 'bad9'" in problems[9]
    assert "row 3003, column 1 " in problems[10]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("a,b\n", "no data rows"),
        ("a\n1\n", "one column only"),
        ("a,a,y\n1,2,3\n", "row 1, column 2 ('a'): the name of column 1 again"),
        ("a,,y\n1,2,3\n", "row 1, column 2: no name"),
        ("1,2,3\n4,5,6\n", "row 1: only numbers; the first row must name the columns"),
        ("a,y\n1,b\n2,b\n", "column 2 ('y'): one class only ('b')"),
        ("a,y\n1,b\n", "one class only"),
        ("a,y\n,1.5\n,2.5\n", "column 1 ('a'): no cell has a value"),
        ("a,y\n1,\n2,?\n", "column 2 ('y'): no cell has a value"),
        ("a;y\n1,5;0.5\n2,5;0.6\n", "column 1 ('a'): decimal commas such as '1,5'"),
        ('a,y\n1,"b\n2,c\n', "row 2: the cells cannot be told apart"),
        ('a,y\n"1"x,b\n2,c\n', "row 2: the cells cannot be told apart"),
        (b"a,y\n1,\0\n", "row 2: a NUL byte"),
        ("a,y\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\0", "a workbook"),
        ("a" * 201 + ",y\n1,2\n", "a name of 201 characters; at most 200"),
        ("a,y\n1,b\n2," + "c" * 201, "column 2 ('y'): a text of 201 characters"),
        ("a,y\n1,1.5\n" + "c" * 201 + ",2.5\nd,1", "column 1 ('a'): a text of 201 characters"),
        ("a,y\n" + "x" * 200_000 + ",1\n", "row 2: the cells cannot be told apart"),
    ],
)
def test_files_that_cannot_be_used(write: Write, content: str | bytes, message: str) -> None:
    path = write(content)
    (problem,) = problems_of(path)
    assert problem.startswith(f"{path}: ")
    assert message in problem


def test_a_regression_needs_numbers(write: Write) -> None:
    (problem,) = problems_of(write("a,y\n1,b\n2,c\n"), task="regression")
    assert "column 2 ('y'): texts such as 'b'; a regression predicts a number" in problem


def test_columns_that_no_feature_needs_are_not_looked_at(write: Write) -> None:
    names = "\n".join(f"name{n},{n},{n}.5" for n in range(60))
    path = write("who,a,y\n" + names + "\n,99,0.5\n")
    (problem,) = problems_of(path)
    assert "column 1 ('who'): 60 different texts, more than 50 categories" in problem
    assert "data.features" in problem
    made = read_csv(path, features=("a^2",))
    assert made.features == ("a",)
    assert len(made.y) == 61
    (problem,) = problems_of(path, features=("b",))
    assert problem.startswith(f"{path}: data.features: no feature 'b'")


def test_a_bad_target_hides_no_other_fault(write: Write) -> None:
    path = write("a,b,y\none,1,0.5\n2,2,1.5\n3,3\n4,4,2.5\n")
    target, feature, ragged = problems_of(path, target="Y", features=("a", "c"))
    assert "data.target: no column 'Y'; allowed: a, b, y" in target
    assert "data.features: no feature 'c'" in feature
    assert "row 4: number of cells 2" in ragged
    # What the features name is an input, whichever column the target should have been.
    _, cell, _ = problems_of(path, target="Y", features=("a",))
    assert "row 2, column 1 ('a'): 'one' is not a number" in cell
    # Without features any column may be the target: a regression's or one of classes.
    assert len(problems_of(path, target="Y")) == 2
    # And bad features hide neither the target's cells nor the rows.
    path = write("a,y\n1,0.5\n2,1.5\n3,2.5\n4,x\n5\n")
    feature, cell, ragged = problems_of(path, features=("c",))
    assert "data.features: no feature 'c'" in feature
    assert "row 5, column 2 ('y'): 'x' is not a number" in cell
    assert "row 6: number of cells 1" in ragged


def test_repeated_texts_among_numbers_are_categories(write: Write) -> None:
    made = read_csv(write("doors,y\n" + "2,1.5\n3,2.5\n4,3.5\n5more,4.5\n" * 3))
    assert made.features == ("doors=2", "doors=3", "doors=4", "doors=5more")


def test_python_s_own_number_forms_are_not_numbers(write: Write) -> None:
    assert "'1_000' is not a number" in problems_of(write("a,y\n1_000,0.5\n2,1.5\n3,2\n"))[0]


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (replace(LIMITS, bytes=20), "more bytes than the limit of 20"),
        (replace(LIMITS, rows=3), "row 5: more rows than the limit of 3"),
        (replace(LIMITS, columns=2), "row 1: 3 columns; the limit is 2"),
        (replace(LIMITS, cells=10), "16 cells after one-hot coding; the limit is 10"),
        (replace(LIMITS, classes=2), "column 3 ('y'): 4 different values; the limit is 2 classes"),
        (replace(LIMITS, categories=2), "column 2 ('c'): 3 different texts"),
    ],
)
def test_limits_are_named(write: Write, limits: Limits, message: str) -> None:
    path = write("a,c,y\n1,p,k\n2,q,l\n3,r,m\n4,p,n\n")
    (problem,) = problems_of(path, limits=limits)
    assert message in problem


def test_a_constant_target_is_noted(write: Write) -> None:
    made = read_csv(write("a,y\n1,2.5\n2,2.5\n"))
    assert made.notes == ("Every 'y' is the same number: there is nothing to learn.",)


def test_control_characters_reach_no_message_and_no_name(write: Write) -> None:
    made = read_csv(write("a\x1b[31m,y\n1,b\x07\n2,c\n"))
    assert made.features == ("a�[31m",)
    assert made.classes == ("b�", "c")
    assert problems_of(write("a,y\n\x1b[2J,0.5\n2,1\n3,1\n"))[0].isprintable()


def test_a_folder_a_missing_file_and_an_impossible_path(tmp_path: Path) -> None:
    assert "a folder" in problems_of(tmp_path)[0]
    assert "No such file" in problems_of(tmp_path / "none.csv")[0]
    assert "cannot be read" in problems_of(tmp_path / "a\0b.csv")[0]
    assert "cannot be read" in problems_of(tmp_path / ("a" * 5000))[0]
    if Path("/dev/zero").exists():
        assert "not a regular file" in problems_of(Path("/dev/zero"))[0]


def test_pieces_join_where_a_column_turns_to_text_late(write: Write) -> None:
    # Two columns make pieces of 50,000 rows; texts start only in the second one.
    n = 60_000
    cells = [str(row % 7) if row < 50_500 else "many" for row in range(n)]
    made = read_csv(write("c,y\n" + "\n".join(f"{c},{r}.5" for r, c in enumerate(cells))), "y")
    assert made.features == tuple(f"c={value}" for value in [*range(7), "many"])
    assert made.X[:, -1].sum() == 9500
    assert made.X[6, 6] == 1.0
    assert np.all(made.X.sum(axis=1) == 1.0)


def test_broken_files_give_samples_or_a_named_fault() -> None:
    command = [sys.executable, "-m", "tests.fuzz_tables", "--count", "200", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("200 files, 0 faults\n"), done.stdout + done.stderr


def test_a_table_of_two_million_cells_is_read_right_and_soon(write: Write) -> None:
    """A second or two; the bound is for slow machines, and still none for quadratic reading.

    It is this process's own time, so that others may be busy meanwhile.
    """
    cells = np.arange(2_000_000).reshape(100_000, 20) * 7919 % 10_007
    header = ",".join(f"c{index}" for index in range(20))
    path = write("\n".join([header, *(",".join(map(str, row)) for row in cells.tolist())]))
    began = time.process_time()
    made = read_csv(path, task="regression")
    assert time.process_time() - began < 30
    assert np.array_equal(made.X, cells[:, :-1])
    assert np.array_equal(made.y, cells[:, -1])
