"""Writes the CSV files of this folder from the packages that carry the original files.

Not used at run time. From the repository's root:

    uv run --with scikit-learn --with palmerpenguins \
        python engine/nnmath_engine/data/make_data.py

scikit-learn's wheel has the UCI files; palmerpenguins has the penguins. DATA_LICENSES.md names the
original sources and licenses. Values are kept as they are; names are put in a header row, and
classes are written by name.
"""

# mypy: ignore-errors

from __future__ import annotations

import csv
import importlib.resources
from pathlib import Path

HERE = Path(__file__).parent


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows, {len(header)} columns")


def write_uci(name: str, bunch, header: list[str], classes: list[str]) -> None:
    """Inputs in the shortest form that reads back to the same float64, then the class name."""
    rows = [
        [*(repr(float(value)).removesuffix(".0") for value in row), classes[label]]
        for row, label in zip(bunch.data, bunch.target, strict=True)
    ]
    write(name, header, rows)


def main() -> None:
    from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine

    iris = load_iris()
    names = [name.replace(" (cm)", "_cm").replace(" ", "_") for name in iris.feature_names]
    write_uci("iris.csv", iris, [*names, "species"], [str(name) for name in iris.target_names])

    wine = load_wine()
    names = [name.replace("/", "_") for name in wine.feature_names]
    write_uci("wine.csv", wine, [*names, "cultivar"], ["cultivar 1", "cultivar 2", "cultivar 3"])

    cancer = load_breast_cancer()
    names = [name.replace(" ", "_") for name in cancer.feature_names]
    write_uci(
        "breast_cancer.csv", cancer, [*names, "diagnosis"], [str(n) for n in cancer.target_names]
    )

    digits = load_digits()
    names = [str(name) for name in digits.feature_names]
    write_uci("digits.csv", digits, [*names, "digit"], [str(digit) for digit in range(10)])

    penguins = importlib.resources.files("palmerpenguins") / "data" / "penguins.csv"
    header, *rows = list(csv.reader(penguins.read_text(encoding="utf-8").splitlines()))
    write("penguins.csv", header, rows)


if __name__ == "__main__":
    main()
