"""The measured data sets that ship with the package; data/DATA_LICENSES.md names their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np

from nnmath_engine.csv_reader import read_table
from nnmath_engine.samples import Samples, Task
from nnmath_engine.tables import table_samples


@dataclass(frozen=True, slots=True, kw_only=True)
class RealSource:
    """One CSV file in `data/`, its target, and how its numbers are scaled.

    ignored: columns that are no inputs. input_unit, target_unit: what the numbers are divided by.
    """

    file: str
    target: str
    task: Task
    ignored: tuple[str, ...] = ()
    input_unit: float = 1.0
    target_unit: float = 1.0
    target_name: str = ""
    image_shape: tuple[int, int] | None = None

    def load(self, features: Sequence[str] = (), missing: str = "drop") -> Samples:
        """All rows, in the order of the file; `features` and `missing` as in `tables.read_csv`."""
        raw = (files("nnmath_engine") / "data" / self.file).read_bytes()
        table = read_table(raw, self.file)
        samples = table_samples(
            table, self.target, self.task, missing, features, ignored=self.ignored
        )
        whole = len(samples.features) == len(table.columns) - 1 - len(self.ignored)
        return replace(
            samples,
            X=samples.X / self.input_unit,
            y=samples.y / self.target_unit if self.task == "regression" else samples.y,
            target=self.target_name or self.target,
            image_shape=self.image_shape if whole else None,
        )

    def __call__(self, rng: np.random.Generator, samples: int, noise: float, /) -> Samples:
        """The rows as they are: nothing is drawn, limited or disturbed."""
        return self.load()


penguins = RealSource(
    file="penguins.csv", target="species", task="classification", ignored=("year",)
)
# In kilograms: with targets in the thousands the first steps of training would diverge.
penguin_mass = RealSource(
    file="penguins.csv",
    target="body_mass_g",
    task="regression",
    ignored=("year",),
    target_unit=1000.0,
    target_name="body_mass_kg",
)
iris = RealSource(file="iris.csv", target="species", task="classification")
wine = RealSource(file="wine.csv", target="cultivar", task="classification")
breast_cancer = RealSource(file="breast_cancer.csv", target="diagnosis", task="classification")
digits = RealSource(
    file="digits.csv", target="digit", task="classification", input_unit=16.0, image_shape=(8, 8)
)
