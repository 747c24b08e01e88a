"""Different values, as NumPy's slower-to-import function finds them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.distinct import distinct, grouped

numbers = st.one_of(
    st.lists(st.integers(-3, 3)),
    st.lists(st.sampled_from([-0.0, 0.0, 1.5, -2.0, 1e300, float("inf"), float("-inf")])),
)


@given(values=numbers)
def test_the_values_are_those_of_numpy(values: list[float]) -> None:
    array = np.array(values)
    expected, which, counts = np.unique(array, return_inverse=True, return_counts=True)
    np.testing.assert_array_equal(distinct(array), expected)
    for ours, theirs in zip(grouped(array), (expected, which, counts), strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype


READ = """
import sys
from nnmath_engine.session import Session
from nnmath_engine.experiment import Experiment
for source in ("circle", "blobs", "sine", "iris", "penguins", "penguin_mass", "digits"):
    Session(Experiment.from_values({"data.source": source})).run(0.01)
print(*(name for name in ("numpy.ma",) if name in sys.modules))
"""


def test_no_data_set_waits_for_masked_arrays() -> None:
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
