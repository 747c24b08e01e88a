"""The doctor names the right fault in each lesson's case, with its number, and is silent else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from nnmath_engine.doctor import Finding, examine
from nnmath_engine.doctor.case import baseline, open_case
from nnmath_engine.experiment import Experiment
from nnmath_engine.losses import LOSSES
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog
from nnmath_presets.preset import Attempt

from tests.doctor_cases import FAULTY, HEALTHY, after


def value_of(snapshot: Snapshot, label: str) -> float | None:
    """The number that a label names, read from the snapshot itself; None if it is no cell."""
    match = re.fullmatch(r"(grad )?([wbza])(\d+)\[([\d,]+)\](?:@(\d+))?", label)
    if match is None:
        return None
    layer = int(match[3]) - 1
    place = tuple(map(int, match[4].split(",")))
    if match[2] in "za":
        row = int(match[5])
        tape = snapshot.forward(snapshot.dataset.train.X[row : row + 1])
        return float((tape.z if match[2] == "z" else tape.a)[layer][0, place[0]])
    if match[1]:
        return None  # of another batch than the one at hand
    numbers = snapshot.parameters
    return float((numbers.weights if match[2] == "w" else numbers.biases)[layer][place])


def first(name: str) -> tuple[Snapshot, Finding]:
    snapshot = after(FAULTY[name][0])
    return snapshot, examine(snapshot)[0]


@pytest.mark.parametrize("name", FAULTY)
def test_names_the_fault_and_nothing_else(name: str) -> None:
    values, fault = FAULTY[name]
    snapshot = after(values)
    findings = examine(snapshot)
    assert [finding.name for finding in findings] == [fault]
    (finding,) = findings
    assert re.search(r"\d", finding.evidence), "numbers, not adages"
    number = value_of(snapshot, finding.label)
    if number is not None:
        assert number == pytest.approx(finding.value, rel=1e-12)
    # The change is one that the engine takes.
    changed = Session(snapshot.experiment).apply(finding.changes)
    assert changed != snapshot.experiment


@pytest.mark.parametrize("name", HEALTHY)
def test_is_silent_over_a_training_that_does_well(name: str) -> None:
    assert [finding.name for finding in examine(after(HEALTHY[name]))] == []


def starts_well(name: str) -> bool:
    """Whether a preset is no lesson on a fault: one to be mended first, or that nothing mends."""
    lesson = catalog.load(name).lesson
    return lesson is None or (name != "xor-impossible" and lesson.solution.runs == (Attempt(),))


@pytest.mark.parametrize("name", [name for name in catalog.names() if starts_well(name)])
def test_is_silent_over_the_presets(name: str) -> None:
    preset = catalog.load(name)
    session = Session(preset.experiment, base=preset.base)
    for epoch in (0, min(1, preset.experiment.training.epochs), preset.experiment.training.epochs):
        session.run(60, until=epoch)
        assert [finding.name for finding in examine(session.snapshot())] == []


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("9 linear layers", 0.95),
        ("14 rate 10", 0.95),
        ("20 sigmoid", 0.95),
        ("21 constant weights", 0.95),
        ("21 zero weights", 0.95),
        ("22 a hundredth of the scale", 0.95),
        ("23 dead", 0.95),
        ("a step inside", 0.95),
        ("NaN", 0.9),
    ],
)
def test_what_it_says_to_try_helps(name: str, score: float) -> None:
    snapshot, finding = first(name)
    session = Session(snapshot.experiment.with_values(finding.changes))
    session.run(60, until=max(200, snapshot.experiment.training.epochs))
    assert session.snapshot().history.last.train_score >= score


def test_less_of_the_penalty_brings_the_test_loss_of_the_lesson() -> None:
    snapshot, finding = first("24 overfitting")
    assert finding.changes == {"training.l2": 0.01}
    cured = Session(snapshot.experiment.with_values(finding.changes))
    cured.run(60, until=300)
    assert cured.snapshot().history.last.test_loss < 0.4 < snapshot.history.last.test_loss


def test_the_critical_rate_is_measured_and_not_guessed() -> None:
    snapshot, finding = first("13 rate 2 % above critical")
    # The lesson's arithmetic: lambda_max = 2 and so 2 / lambda_max = 1, from X alone.
    X = snapshot.dataset.train.X
    ones = np.hstack([X, np.ones_like(X)])
    critical = 2 / np.linalg.eigvalsh(2 * ones.T @ ones / len(X)).max()
    match = re.search(r"2 / (\S+) = (\S+) go", finding.evidence)
    assert match is not None
    assert float(match[2]) == pytest.approx(critical, rel=1e-3)
    assert finding.changes["training.learning_rate"] == pytest.approx(critical / 2, rel=0.05)


def test_mirrored_neurons_are_the_same_neuron() -> None:
    values = {
        "data.source": "circle",
        "data.samples": 20,
        "network.hidden": (3,),
        "network.weights": [[[0.5, -0.5, 0.1], [0.2, -0.2, 0.7]], [[0.3], [-0.3], [0.9]]],
        "network.biases": [[0.1, -0.1, 0.0], [0.0]],
    }
    snapshot = Session(Experiment.from_values(values)).snapshot()
    (finding,) = examine(snapshot)
    assert (finding.name, finding.label, finding.value) == ("symmetric", "w1[0,1]", -0.5)
    assert "3 neurons and 2 different ones" in finding.evidence
    # A sigmoid is not odd, so the mirror image is another neuron there.
    other = {**values, "network.activation": "sigmoid"}
    assert examine(Session(Experiment.from_values(other)).snapshot()) == ()


def test_neurons_that_l1_has_removed_are_no_fault() -> None:
    weights = [[[0.5, 0.0, 0.0], [0.2, 0.0, 0.0]], [[0.3], [0.0], [0.0]]]
    values = {
        "data.source": "circle",
        "data.samples": 20,
        "network.hidden": (3,),
        "network.weights": weights,
    }
    plain = Session(Experiment.from_values(values)).snapshot()
    assert [finding.name for finding in examine(plain)] == ["symmetric"]
    shrunk = Session(Experiment.from_values({**values, "training.l1": 0.1})).snapshot()
    assert examine(shrunk) == ()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("14 rate 10", {"training.learning_rate": 0.1}),
        ("24 overfitting", {"training.l2": 0.01}),
        ("30 constant rate, batch 1", {"training.learning_rate": 0.001}),
        ("14 rate 0.001", {"training.learning_rate": 0.3}),
    ],
)
def test_what_was_before_a_change_is_not_held_against_what_is_after(
    name: str, change: dict[str, float]
) -> None:
    values, fault = FAULTY[name]
    session = Session(Experiment.from_values(values))
    session.run(60, until=values["training.epochs"])
    assert [finding.name for finding in examine(session.snapshot())] == [fault]
    session.apply(change)
    session.run(60, until=session.epoch + 5)
    assert fault not in [finding.name for finding in examine(session.snapshot())]
    session.run(60, until=session.epoch + 300)
    assert fault not in [finding.name for finding in examine(session.snapshot())]


@pytest.mark.parametrize("loss", LOSSES)
def test_the_baseline_is_the_best_constant(loss: str) -> None:
    rng = np.random.default_rng(1)
    kind = LOSSES[loss]
    Y = rng.integers(2, size=(50, 1)).astype(float) if kind.tasks == ("classification",) else None
    if kind.one_hot:
        Y = np.eye(3)[rng.integers(3, size=50)]
    if Y is None:
        Y = rng.normal(size=(50, 1))
    lowest = baseline(kind, Y)
    for _ in range(200):
        constant = np.broadcast_to(rng.normal(size=Y.shape[1]), Y.shape)
        assert kind.per_sample(constant, Y).mean() >= lowest - (0.02 if loss == "huber" else 1e-12)


def test_inputs_of_another_scale_are_found_before_their_consequences(tmp_path: Path) -> None:
    rows = [f"{x},{10 - x / 2}" for x in np.linspace(0, 20, 40)]
    (tmp_path / "raw.csv").write_text("\n".join(["x,y", *rows]) + "\n")
    for learning_rate in (0.0001, 0.003, 0.01, 10.0):  # slow, slower than it looks, rising, NaN
        values = {
            "data.source": "raw.csv",
            "network.hidden": (),
            "training.learning_rate": learning_rate,
            "training.epochs": 200,
        }
        session = Session(Experiment.from_values(values), base=tmp_path)
        session.run(60, until=200)
        snapshot = session.snapshot()
        (finding,) = examine(snapshot)
        assert (finding.name, finding.changes) == ("unscaled", {"data.standardize": True})
        row = int(finding.label.removeprefix("x[0]@"))
        assert snapshot.dataset.train.X[row, 0] == finding.value == snapshot.dataset.train.X.max()
        session.apply({**finding.changes, "training.learning_rate": 0.1})
        session.run(60, until=200)
        assert examine(session.snapshot()) == ()
        assert session.snapshot().history.last.train_score > 0.99


def test_with_dropout_a_number_is_named_as_the_one_without() -> None:
    values = {**FAULTY["23 dead"][0], "network.dropout": 0.1}
    (finding,) = examine(after(values))
    assert "@eval" in finding.label


def test_many_rows_are_sampled_and_named_by_their_own_number() -> None:
    values = {
        "data.source": "circle",
        "data.samples": 20_000,
        "network.hidden": (4,),
        "network.activation": "relu",
        "network.biases": [[-9.0, -9.0, -9.0, 1.0], [0.0]],
    }
    snapshot = Session(Experiment.from_values(values)).snapshot()
    case = open_case(snapshot)
    assert len(case.rows) == 2000
    (finding,) = examine(snapshot)
    assert finding.name == "dead"
    assert value_of(snapshot, finding.label) == pytest.approx(finding.value)
    assert "2,000 of 10,000 training rows" in finding.evidence
