"""The shipped data against the counts and means that their sources publish."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from nnmath_engine import real_data
from nnmath_engine.datasets import DATASETS


def counts(source: real_data.RealSource) -> dict[str, int]:
    made = source.load()
    return {name: int((made.y == index).sum()) for index, name in enumerate(made.classes)}


def test_iris_has_fisher_s_means() -> None:
    assert counts(real_data.iris) == {"setosa": 50, "versicolor": 50, "virginica": 50}
    means = real_data.iris.load().X.mean(axis=0)
    assert means == pytest.approx([5.84333, 3.05733, 3.75800, 1.19933], abs=1e-5)


def test_wine_counts_and_ranges() -> None:
    assert counts(real_data.wine) == {"cultivar 1": 59, "cultivar 2": 71, "cultivar 3": 48}
    made = real_data.wine.load()
    assert made.X.shape == (178, 13)
    proline = made.X[:, made.features.index("proline")]
    assert (proline.min(), proline.max()) == (278.0, 1680.0)


def test_breast_cancer_counts() -> None:
    assert counts(real_data.breast_cancer) == {"benign": 357, "malignant": 212}
    assert real_data.breast_cancer.load().X.shape == (569, 30)


def test_digits_are_images_of_8_by_8_from_0_to_1() -> None:
    made = real_data.digits.load()
    assert list(counts(real_data.digits).values()) == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180
    ]  # fmt: skip
    assert made.X.shape == (1797, 64)
    assert made.image_shape == (8, 8)
    assert (made.X.min(), made.X.max()) == (0.0, 1.0)
    # The first image is the 0 that scikit-learn's documentation prints: its second row of pixels.
    assert made.y[0] == 0
    assert (made.X[0, 8:16] * 16).tolist() == [0, 0, 13, 15, 10, 15, 5, 0]


def test_digits_without_all_pixels_are_no_image() -> None:
    made = real_data.digits.load(features=("pixel_3_4", "pixel_4_4"))
    assert made.image_shape is None
    assert made.X.shape == (1797, 2)


def test_penguins_leave_eleven_rows_out_and_name_them() -> None:
    # 344 penguins: 152 Adelie, 68 Chinstrap, 124 Gentoo; 333 have every measurement.
    assert counts(real_data.penguins) == {"Adelie": 146, "Chinstrap": 68, "Gentoo": 119}
    made = real_data.penguins.load()
    assert made.features == (
        "island=Biscoe", "island=Dream", "island=Torgersen", "bill_length_mm", "bill_depth_mm",
        "flipper_length_mm", "body_mass_g", "sex=female", "sex=male",
    )  # fmt: skip
    (note,) = made.notes
    assert note == (
        "11 rows with missing cells left out: row 5 (bill_length_mm, bill_depth_mm, "
        "flipper_length_mm and 2 more), row 10 (sex), row 11 (sex), row 12 (sex), row 13 (sex), "
        "row 49 (sex), row 180 (sex), row 220 (sex), row 258 (sex), row 270 (sex) and 1 more."
    )


def test_penguins_can_keep_their_gaps() -> None:
    made = real_data.penguins.load(missing="mean")
    assert made.X.shape == (344, 9)
    missing = dict(zip(made.features, np.isnan(made.X).sum(axis=0).tolist(), strict=True))
    assert missing["bill_length_mm"] == 2
    assert missing["sex=female"] == missing["sex=male"] == 11
    assert missing["island=Dream"] == 0


def test_only_gaps_in_wanted_columns_cost_rows() -> None:
    made = real_data.penguins.load(features=("bill_length_mm", "bill_depth_mm"))
    assert len(made.y) == 342


def test_penguin_mass_is_in_kilograms() -> None:
    made = real_data.penguin_mass.load()
    assert made.target == "body_mass_kg"
    assert made.task == "regression"
    assert len(made.y) == 333
    assert made.y.mean() == pytest.approx(4.207057, abs=1e-6)
    assert "species=Gentoo" in made.features
    assert not any("year" in name for name in made.features)


def test_every_shipped_file_has_its_source_and_license() -> None:
    folder = files("nnmath_engine") / "data"
    text = (folder / "DATA_LICENSES.md").read_text(encoding="utf-8")
    shipped = {entry.name for entry in folder.iterdir() if entry.name.endswith(".csv")}
    used = {
        s.generate.file for s in DATASETS.values() if isinstance(s.generate, real_data.RealSource)
    }
    assert shipped == used
    for name in shipped:
        section = text.split(f": `{name}`")[1].split("\n## ")[0]
        assert "https://doi.org/" in section
        assert "CC BY 4.0" in section or "CC0" in section
