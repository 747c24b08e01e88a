"""The ladder of one batch: every number once, in the order in which it is computed."""

from __future__ import annotations

import pytest
from nnmath_engine.derivation import Worksheet, derive
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_tui.walk import Walk


@pytest.fixture
def sheet() -> Worksheet:
    values = {"data.source": "circle", "network.hidden": (3, 2), "training.batch_size": 4}
    return Session(Experiment.from_values(values)).worksheet()


def test_a_sample_goes_forward_to_its_loss_and_back(sheet: Worksheet) -> None:
    walk = Walk(sheet)
    row = sheet.rows[0]
    cells = [str(walk.rung(number).cell) for number in range(13)]
    assert cells == [
        *(f"a1[{i}]@{row}" for i in range(3)),
        *(f"a2[{i}]@{row}" for i in range(2)),
        f"a3[0]@{row}",
        f"sample_loss@{row}",
        f"delta3[0]@{row}",
        *(f"delta2[{i}]@{row}" for i in range(2)),
        *(f"delta1[{i}]@{row}" for i in range(3)),
    ]
    assert walk.rung(13).sample == 1


def test_a_batch_ends_with_its_gradients_and_the_new_weights(sheet: Worksheet) -> None:
    walk = Walk(sheet)
    assert len(walk) == 4 * 13 + 6
    last = [walk.rung(number) for number in range(len(walk) - 6, len(walk))]
    assert [rung.phase for rung in last] == ["gradient"] * 3 + ["update"] * 3
    assert [str(rung.cell) for rung in last] == [
        *(f"grad w{layer}[0,0]" for layer in (3, 2, 1)),
        *(f"next w{layer}[0,0]" for layer in (1, 2, 3)),
    ]


def test_every_rung_can_be_opened(sheet: Worksheet) -> None:
    walk = Walk(sheet)
    for number in range(len(walk)):
        assert derive(sheet, walk.rung(number).cell).equations


def test_a_step_by_samples_ends_where_the_sample_does(sheet: Worksheet) -> None:
    walk, stops, at = Walk(sheet), [], -1
    while at < len(walk) - 1:
        at = walk.after_sample(at)
        stops.append(at)
    assert stops == [12, 25, 38, 51, 57]
    assert walk.after_sample(3) == 12
    assert walk.after_sample(12) == 25
    assert walk.in_words(walk.rung(25)) == "sample 2 of 4 · backward"
    assert walk.in_words(walk.rung(57)) == "batch of 4 · update"
