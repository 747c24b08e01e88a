"""Splits, targets, standardization and filled gaps of a whole data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.dataset import DataError, Dataset, build_dataset
from nnmath_engine.datasets import DATASETS
from nnmath_engine.splits import split_rows


@dataclass(frozen=True)
class Data:
    source: str = "circle"
    samples: int = 200
    noise: float = 0.1
    classes: int = 3
    formula: str = "sin(pi*x1)"
    target: str = ""
    task: str = "auto"
    missing: str = "drop"
    features: tuple[str, ...] = ()
    standardize: bool = False
    test_fraction: float = 0.5
    validation_fraction: float = 0.0
    seed: int = 0


def build(loss: str = "bce", base: Path | None = None, **values: object) -> Dataset:
    return build_dataset(replace(Data(), **values), loss, base)  # type: ignore[arg-type]


def rows_of(dataset: Dataset) -> list[tuple[float, ...]]:
    splits = (dataset.train, dataset.validation, dataset.test)
    return [tuple(row) for split in splits for row in split.raw]


@pytest.mark.parametrize("source", [*DATASETS, "formula"])
def test_every_source_builds_and_is_deterministic(source: str) -> None:
    first, again = build(source=source), build(source=source)
    assert len(first.train) > 0
    for a, b in ((first.train, again.train), (first.test, again.test)):
        for name in ("X", "Y", "raw", "y"):
            assert np.array_equal(getattr(a, name), getattr(b, name))
    assert first.train.X.shape[1] == len(first.inputs)
    assert first.train.Y.shape[1] == len(first.outputs)
    assert first.train.raw.shape[1] == len(first.raw_names)
    assert np.array_equal(first.prepare(first.test.raw), first.test.X)
    with pytest.raises(ValueError, match="read-only"):
        first.train.X[0] = 0.0


def test_split_sizes_and_no_row_twice_or_lost() -> None:
    dataset = build(samples=200, test_fraction=0.3, validation_fraction=0.1)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (120, 20, 60)
    assert len(set(rows_of(dataset))) == 200
    assert sorted(rows_of(dataset)) == sorted(rows_of(build(test_fraction=0.0)))


def test_no_test_fraction_gives_empty_splits_with_the_right_width() -> None:
    dataset = build(test_fraction=0.0)
    assert len(dataset.test) == len(dataset.validation) == 0
    assert dataset.test.X.shape == (0, 2)
    assert dataset.test.Y.shape == (0, 1)


def test_the_test_rows_stay_when_validation_rows_are_asked_for() -> None:
    without, with_rows = build(), build(validation_fraction=0.2)
    assert np.array_equal(without.test.raw, with_rows.test.raw)


def test_settings_that_a_measured_data_set_does_not_look_at_are_noted() -> None:
    def idle(samples: int = 500, **changes: object) -> list[str]:
        notes = build("ce", None, source="iris", samples=samples, **changes).notes
        return [note for note in notes if "nothing" in note]

    assert idle() == []
    assert idle(features=("petal_length_cm",), missing="mean") == []
    why = "nothing: iris has its own rows and its own target."
    assert idle(noise=0.3) == [f"data.noise changes {why}"]
    assert idle(samples=50, task="regression", target="petal_length") == [
        f"data.samples, data.target, data.task change {why}"
    ]
    assert not any("nothing" in note for note in build(samples=50, noise=0.3).notes)


def test_classes_keep_their_share() -> None:
    dataset = build("ce", source="penguins", test_fraction=0.25)
    whole = np.array([146, 68, 119]) / 333
    for split in (dataset.train, dataset.test):
        assert split.Y.mean(axis=0) == pytest.approx(whole, abs=1 / len(split))


def test_fractions_that_leave_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="leave no rows to train on"):
        build(test_fraction=0.6, validation_fraction=0.4)


def test_one_row_is_trained_on() -> None:
    dataset = build(source="plane", samples=1, test_fraction=0.9, standardize=True)
    assert (len(dataset.train), len(dataset.test)) == (1, 0)
    assert np.all(dataset.train.X == 0.0)


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=80),
    st.floats(0, 0.95),
    st.floats(0, 0.9),
    st.integers(0, 5),
)
def test_any_split_covers_all_rows_and_trains_on_every_class(
    ids: list[int], test: float, validation: float, seed: int
) -> None:
    classes = np.array(ids)
    rng = np.random.default_rng(seed)
    if test + validation >= 1.0:
        with pytest.raises(DataError):
            split_rows(rng, classes, test, validation)
        return
    parts = split_rows(rng, classes, test, validation)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(ids)))
    assert set(classes[parts[0]]) == set(ids)
    spare = len(ids) - len(set(ids))
    assert len(parts[2]) == min(int(len(ids) * test + 0.5), spare)
    for class_id, count in zip(*np.unique(classes, return_counts=True), strict=True):
        tested = int((classes[parts[2]] == class_id).sum())
        if len(parts[2]) == int(len(ids) * test + 0.5) and count * (1 - test) >= 2:
            share = count * len(parts[2]) / len(ids)
            assert tested >= np.floor(share)


@pytest.mark.parametrize("source", ["and", "or", "xor_table"])
def test_tables_are_never_split(source: str) -> None:
    dataset = build(source=source, test_fraction=0.5, validation_fraction=0.2)
    assert len(dataset.train) == 4
    assert len(dataset.test) == len(dataset.validation) == 0
    assert "All 4 rows" in dataset.notes[0]


def test_two_classes_are_one_column_or_two_for_cross_entropy() -> None:
    one, two = build("bce"), build("ce")
    assert one.outputs == ("1",)
    assert np.array_equal(one.train.Y[:, 0], one.train.y)
    assert two.outputs == ("0", "1")
    assert np.array_equal(two.train.Y.argmax(axis=1), two.train.y)
    assert np.all(two.train.Y.sum(axis=1) == 1.0)


@pytest.mark.parametrize("loss", ["ce", "bce", "mse", "hinge"])
def test_more_classes_are_one_column_each(loss: str) -> None:
    dataset = build(loss, source="blobs", classes=4)
    assert dataset.outputs == ("0", "1", "2", "3")
    assert np.array_equal(dataset.train.Y, np.eye(4)[dataset.train.y])


def test_regression_targets_are_one_column_named_after_the_target() -> None:
    dataset = build("mse", source="sine", test_fraction=0.25)
    assert dataset.outputs == ("y",)
    assert np.array_equal(dataset.train.Y[:, 0], dataset.train.y)


def test_standardization_is_fitted_on_the_training_rows_only() -> None:
    dataset = build("ce", source="wine", standardize=True, test_fraction=0.3)
    raw = dataset.train.raw
    expected = (dataset.test.raw - raw.mean(axis=0)) / raw.std(axis=0)
    assert pytest.approx(expected) == dataset.test.X
    assert dataset.train.X.mean(axis=0) == pytest.approx(np.zeros(13), abs=1e-12)
    assert abs(dataset.test.X.mean()) > 1e-6


def test_features_expand_and_the_plane_stays_two_dimensional() -> None:
    dataset = build(features=("x1^2", "x1*x2"))
    assert dataset.inputs == ("x1^2", "x1*x2")
    assert dataset.raw_names == ("x1", "x2")
    x1, x2 = dataset.train.raw.T
    assert np.array_equal(dataset.train.X, np.column_stack([x1**2, x1 * x2]))
    assert dataset.prepare(np.array([[2.0, 3.0]])).tolist() == [[4.0, 6.0]]


def test_two_chosen_columns_of_many_make_a_plane() -> None:
    dataset = build("ce", source="iris", features=("petal_width_cm", "petal_length_cm"))
    assert dataset.raw_names == ("petal_length_cm", "petal_width_cm")
    assert dataset.inputs == ("petal_width_cm", "petal_length_cm")
    assert np.array_equal(dataset.train.X, dataset.train.raw[:, ::-1])


def test_a_made_set_of_many_inputs_is_cut_to_the_chosen_ones() -> None:
    whole, cut = build(source="sparse_features"), build(source="sparse_features", features=("x7",))
    assert cut.raw_names == ("x7",)
    assert np.array_equal(cut.train.raw[:, 0], whole.train.raw[:, 6])


def test_ranges_cover_all_rows() -> None:
    dataset = build(test_fraction=0.5)
    raw = np.array(rows_of(dataset))
    assert np.array_equal(dataset.ranges[0], raw.min(axis=0))
    assert np.array_equal(dataset.ranges[1], raw.max(axis=0))


def test_digits_know_their_shape_as_an_image() -> None:
    assert build("ce", source="digits").image_shape == (8, 8)
    assert build("ce", source="digits", features=("pixel_1_1",)).image_shape is None


def test_missing_cells_get_the_mean_and_mode_of_the_training_rows(tmp_path: Path) -> None:
    cells = [("", ""), *((str(n), "a" if n % 3 else "b") for n in range(20)), ("", "a"), ("7", "")]
    text = "x,c,y\n" + "\n".join(f"{x},{c},{n}.5" for n, (x, c) in enumerate(cells))
    (tmp_path / "gaps.csv").write_text(text)
    dataset = build("mse", tmp_path, source="gaps.csv", missing="mean", test_fraction=0.4)
    known = {n + 0.5: cell for n, cell in enumerate(cells)}
    trained = [known[y] for y in dataset.train.y]
    mean = np.mean([float(x) for x, _ in trained if x])
    for split in (dataset.train, dataset.validation, dataset.test):
        for row, y in zip(split.raw, split.y, strict=True):
            x, c = known[y]
            assert row[0] == pytest.approx(float(x) if x else mean)
            assert row[1:].tolist() == ([0.0, 1.0] if c == "b" else [1.0, 0.0])
    assert dataset.notes == (
        "3 rows with missing cells kept: row 2 (x, c), row 23 (x), row 24 (c).",
        "The missing cells hold the mean, or the most frequent category, of the training rows.",
    )


def test_a_column_without_any_training_value_is_filled_with_zero(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,c,z,y\n" + ",,1,0.5\n" * 9 + "7,a,2,1.5\n")
    seeds = [
        build("mse", tmp_path, source="t.csv", missing="mean", test_fraction=0.5, seed=seed)
        for seed in range(8)
    ]
    empty = [dataset for dataset in seeds if 1.5 in dataset.test.y]
    assert empty
    for dataset in empty:
        assert np.all(dataset.train.raw[:, :2] == 0.0)


def test_a_csv_path_is_relative_to_the_base(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "t.csv").write_text("a,b,y\n" + "1,2,p\n3,4,q\n" * 4)
    dataset = build("ce", tmp_path, source="folder/t.csv")
    assert dataset.inputs == ("a", "b")
    assert dataset.classes == dataset.outputs == ("p", "q")
    assert dataset.target == "y"
    assert build("ce", None, source=str(tmp_path / "folder" / "t.csv")).classes == ("p", "q")


def test_a_constant_column_of_a_csv_becomes_zero_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,y\n" + "0.1,2,1.5\n0.1,4,2.5\n" * 5)
    dataset = build("mse", tmp_path, source="t.csv", standardize=True)
    assert np.all(dataset.train.X[:, 0] == 0.0)
    assert np.all(dataset.test.X[:, 0] == 0.0)


def test_squares_of_the_largest_numbers_can_be_standardized(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,y\n" + "1e50,-1e-300,1.5\n-9e49,1e-300,2.5\n" * 5)
    features = ("a^2", "a*b", "b^2", "sin(pi*a)")
    dataset = build("mse", tmp_path, source="t.csv", standardize=True, features=features)
    assert np.all(np.isfinite(dataset.train.X))


def test_a_misspelled_source_gets_a_hint_and_a_missing_file_its_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no data set 'spirall'; did you mean 'spiral'"):
        build(source="spirall")
    with pytest.raises(DataError, match=r"none\.csv: cannot be read: No such file"):
        build("mse", tmp_path, source="none.csv")


def test_unknown_features_are_named() -> None:
    with pytest.raises(DataError, match="no feature 'x9'"):
        build(features=("x1", "x9"))
    with pytest.raises(DataError, match="no feature 'beak'"):
        build("ce", source="penguins", features=("beak",))


def test_other_noise_leaves_the_split_and_the_clean_points() -> None:
    a, b = build(source="xor", noise=0.0), build(source="sine", noise=0.0)
    assert np.array_equal(b.train.raw, build(source="sine", noise=0.5).train.raw)
    assert sorted(rows_of(a)) == sorted(rows_of(build(source="xor", noise=0.5)))
