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
    # 2·3 + 3 weights and biases, then 3·2 + 2, then 2·1 + 1
    assert len(walk) == 4 * 13 + 2 * 20
    last = [walk.rung(number) for number in range(4 * 13, len(walk))]
    assert [rung.phase for rung in last] == ["gradient"] * 20 + ["update"] * 20
    assert [str(rung.cell) for rung in last[:4]] == [
        "grad b3[0]",
        "grad w3[1,0]",
        "grad w3[0,0]",
        "grad b2[1]",
    ]
    assert [str(rung.cell) for rung in last[20:24]] == [
        "next w1[0,0]",
        "next w1[1,0]",
        "next b1[0]",
        "next w1[0,1]",
    ]
    assert len({rung.cell for rung in last}) == 40


def test_of_a_large_network_one_number_stands_for_a_layer() -> None:
    values = {"data.source": "circle", "network.hidden": (20, 20), "training.batch_size": 2}
    walk = Walk(Session(Experiment.from_values(values)).worksheet())
    last = [walk.rung(number) for number in range(len(walk) - 6, len(walk))]
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
    assert stops == [12, 25, 38, 51, 91]
    assert walk.after_sample(3) == 12
    assert walk.after_sample(12) == 25
    assert walk.in_words(walk.rung(25)) == "sample 2 of 4 · backward"
    assert walk.in_words(walk.rung(91)) == "batch of 4 · update"
