"""Faults that only show with the data at hand, each at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from nnmath_engine.dataset import DataError, build_dataset
from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.loader import load_text
from nnmath_presets.preset import PresetError

TABLE = "a,b\n1,2\n2,4\n3,6\n4,8\n"


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ('[data]\nsource = "iris"\nfeatures = ["petal"]', 4, "data.features", "no feature 'petal'"),
        (
            '[data]\nsource = "t.csv"\ntarget = "c"',
            4,
            "data.target",
            "no column 'c'; allowed: a, b",
        ),
        ('[data]\nsource = "t.csv"\n[training]\nloss = "bce"', 5, "training.loss", "regression"),
        ("[network]\nhidden = [3]\nweights = [[[1, 2]]]", 4, "network.weights", "2 x 3, 3 x 1"),
        ("[network]\nhidden = [3]\nbiases = [[1], [2]]", 4, "network.biases", "lengths 3, 1"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, line: int, field: str, words: str) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    preset = load_text("schema = 1\n" + text, tmp_path / "p.toml")
    with pytest.raises(PresetError) as caught:
        check_fit(preset)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (line, field)
    assert words in problem.message
    assert str(caught.value).startswith(f"{tmp_path / 'p.toml'}:{line}: {field}: ")


def test_what_fits(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    check_fit(load_text('schema = 1\n[data]\nsource = "t.csv"', tmp_path / "p.toml"))


def test_the_faults_of_a_table_stay_in_its_order_and_are_counted(tmp_path: Path) -> None:
    """Sorted as texts, row 10 would come before row 2."""
    (tmp_path / "t.csv").write_text("a,b\n" + "1,1\n" * 7 + "2\n" * 150)
    preset = load_text('schema = 1\n[data]\nsource = "t.csv"', tmp_path / "p.toml")
    with pytest.raises(DataError) as told:
        build_dataset(preset.experiment.data, "auto", tmp_path)
    with pytest.raises(PresetError) as caught:
        check_fit(preset)
    place = f"{tmp_path / 'p.toml'}"
    *rows, last = str(told.value).splitlines()
    assert last == "and 130 more"
    assert [row.partition(": data.source: ")[2] for row in caught.value.rows[:-1]] == rows
    assert caught.value.rows[-1] == f"{place}: and 130 more"


def test_a_table_without_a_preset_has_no_lines_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path(), Path("sub")):
        folder.mkdir(exist_ok=True)
        (folder / "d.csv").write_text("x")
        with pytest.raises(PresetError) as caught:
            check_fit(catalog.load(str(folder / "d.csv")))
        assert caught.value.rows == (
            f"{folder / 'd.csv'}: no data rows; at least one row must follow the header",
            f"{folder / 'd.csv'}: one column only; at least one input and a target are needed",
        )


@pytest.mark.parametrize(
    ("features", "network", "fields"),
    [
        ('["x1", "x3"]', "weights = [[[1]]]", {"network.weights": "sizes (inputs) x 2, 2 x 1"}),
        ('["x1", "x3"]', "biases = [[1], [2]]", {"network.biases": "of lengths 2, 1"}),
        # Right for three inputs, and three there may be.
        ('["x1", "x2", "x3"]', "weights = [[[1, 2], [3, 4], [5, 6]], [[7], [8]]]", {}),
        ('["x3"]', "weights = [[[1, 2], [3, 4]], [[7], [8]]]", {}),
        ('["x3"]', "weights = [[[1, 2], [3]], [[7], [8]]]", {"network.weights": "(inputs) x 2"}),
    ],
)
@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_wrong_features_hide_no_faults_and_make_none(
    features: str, network: str, fields: dict[str, str], loss: str
) -> None:
    text = f"""schema = 1
[data]
source = "moons"
features = {features}
[network]
hidden = [2]
output_activation = "{"softmax" if loss == "bce" else "tanh"}"
{network}
[training]
loss = "{loss}"
"""
    with pytest.raises(PresetError) as caught:
        check_fit(load_text(text, Path("p.toml")))
    found = {problem.field: problem.message for problem in caught.value.problems}
    of_loss = {"network.output_activation": "softmax does not go with the loss bce"}
    wanted = {"data.features": "no feature 'x3'", **fields, **(of_loss if loss == "bce" else {})}
    assert set(found) == set(wanted)
    for field, words in wanted.items():
        assert words in found[field]


def test_gaps_in_columns_that_nobody_wants_are_no_faults(tmp_path: Path) -> None:
    """Without its last rows, which have gaps, the table had two classes, and one output."""
    rows = "".join(f"{i},0,{'no' if i % 2 else 'yes'}\n" for i in range(20))
    gaps = "".join(f"{i},,maybe\n" for i in range(20))
    (tmp_path / "t.csv").write_text("a,b,kind\n" + rows + gaps)
    text = """schema = 1
[data]
source = "t.csv"
features = ["c"]
[network]
hidden = []
biases = [[0, 0, 0]]
"""
    with pytest.raises(PresetError) as caught:
        check_fit(load_text(text, tmp_path / "p.toml"))
    assert [problem.field for problem in caught.value.problems] == ["data.features"]
