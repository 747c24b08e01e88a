"""Learning-rate schedules by closed form, by hand, and against PyTorch's schedulers."""

from __future__ import annotations

import inspect
import json
from math import inf, nan, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.schedules import SCHEDULES, Plateau, Progress, Schedule

TORCH: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures" / "trajectories.json").read_text(encoding="utf-8")
)["schedules"]


def factors(name: str, epochs: list[int], planned: int = 100, **options: float) -> list[float]:
    """The factor in force in each of `epochs`."""
    return [SCHEDULES[name].factor(Progress(epoch, planned), **options) for epoch in epochs]


def test_constant() -> None:
    assert factors("constant", [0, 1, 99]) == [1.0, 1.0, 1.0]


def test_step() -> None:
    assert factors("step", [0, 2, 3, 5, 6], step_size=3, gamma=0.5) == [1, 1, 0.5, 0.5, 0.25]
    assert factors("step", [29, 30, 60]) == pytest.approx([1, 0.1, 0.01])


def test_exponential() -> None:
    assert factors("exponential", [0, 1, 2, 3], gamma=0.5) == [1, 0.5, 0.25, 0.125]
    assert factors("exponential", [10**6], gamma=0.5) == [0.0]


def test_inverse_time_is_halved_after_one_over_decay_epochs() -> None:
    assert factors("inverse_time", [0, 10, 90]) == pytest.approx([1, 1 / 2, 1 / 10])
    assert factors("inverse_time", [0, 1, 2], decay=1.0) == pytest.approx([1, 1 / 2, 1 / 3])


def test_cosine() -> None:
    # cos of 0, pi/4, pi/2, pi is 1, 1/sqrt 2, 0, -1
    expected = [1, (1 + sqrt(0.5)) / 2, 0.5, 0]
    assert factors("cosine", [0, 2, 4, 8], planned=8) == pytest.approx(expected, abs=1e-15)
    assert factors("cosine", [0, 4, 8], planned=8, floor=0.2) == pytest.approx([1, 0.6, 0.2])


def test_cosine_stays_at_its_floor_after_the_planned_epochs() -> None:
    assert factors("cosine", [8, 9, 12, 16], planned=8, floor=0.2) == pytest.approx([0.2] * 4)
    assert factors("cosine", [0, 1], planned=0) == pytest.approx([1, 0])


def test_warmup_reaches_the_learning_rate_in_its_last_epoch() -> None:
    path = factors("warmup", [0, 1, 2, 3, 4, 50], warmup_epochs=4)
    assert path == [0.25, 0.5, 0.75, 1, 1, 1]
    assert factors("warmup", [0], warmup_epochs=1) == [1]


def test_plateau_lowers_once_a_drop() -> None:
    plateau = SCHEDULES["plateau"].factor
    path = [plateau(Progress(7, 100, drops), gamma=0.5, patience=3) for drops in (0, 1, 2)]
    assert path == [1, 0.5, 0.25]


def test_plateau_memory_worked_by_hand() -> None:
    # patience 1, threshold 1/4: an epoch must come below 3/4 of the best.
    memory, states = Plateau(), []
    for loss in (1.0, 0.8, 0.5, 0.4, 0.39, 0.375, 0.374, 0.0):
        memory = memory.observe(loss, patience=1, threshold=0.25)
        states.append(tuple(memory))
    assert states == [
        (1.0, 0, 0),  # any loss is better than none
        (1.0, 1, 0),  # .8 > .75: waits
        (0.5, 0, 0),  # .5 < .75: improves
        (0.5, 1, 0),  # .4 > .375: waits
        (0.5, 0, 1),  # .39 > .375: the second in a row, more than patience: drops
        (0.5, 1, 1),  # .375 is not below .375: waits
        (0.374, 0, 1),  # improves, and the count starts anew
        (0.0, 0, 1),
    ]


def test_plateau_without_patience_drops_at_every_epoch_that_does_not_improve() -> None:
    memory = Plateau()
    for loss in (1.0, 1.0, 1.0):
        memory = memory.observe(loss, patience=0, threshold=0.0)
    assert memory == Plateau(best=1.0, waited=0, drops=2)


def test_a_loss_that_is_no_number_never_improves() -> None:
    memory = Plateau().observe(nan, patience=5, threshold=0.0)
    assert memory == Plateau(best=inf, waited=1, drops=0)


@pytest.mark.parametrize("case", TORCH, ids=lambda case: str(case["name"]))
def test_equals_the_scheduler_of_pytorch(case: dict[str, Any]) -> None:
    options, expected = dict(case["options"]), case["factors"]
    memory, ours = Plateau(), []
    for epoch in range(len(expected)):
        progress = Progress(epoch, len(expected), memory.drops)
        ours.append(SCHEDULES[case["name"]].factor(progress, **options))
        if case["name"] == "plateau":
            loss = case["losses"][epoch]
            memory = memory.observe(loss, options["patience"], options["threshold"])
    assert ours == pytest.approx(expected, rel=1e-12)
    assert len(set(ours)) > 1


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=lambda s: s.name)
@given(epoch=st.integers(0, 10**6), epochs=st.integers(0, 10**6), drops=st.integers(0, 1000))
def test_factors_are_between_nothing_and_one(
    schedule: Schedule, epoch: int, epochs: int, drops: int
) -> None:
    factor = schedule.factor(Progress(epoch, epochs, drops), **schedule.defaults())
    assert type(factor) is float
    assert 0.0 <= factor <= 1.0


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=lambda s: s.name)
def test_defaults_and_formulas_of_function_and_registry_agree(schedule: Schedule) -> None:
    parameters = list(inspect.signature(schedule.factor).parameters.items())[1:]
    assert {name: p.default for name, p in parameters} == {
        o.name: o.default for o in schedule.options
    }
    assert schedule.formula.split(";")[0] in (inspect.getdoc(schedule.factor) or "")
