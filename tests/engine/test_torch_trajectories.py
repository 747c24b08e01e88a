"""Five epochs of every optimizer, penalty, clip and activation end where PyTorch's end.

fixtures/trajectories.json holds what torch 2.13 computed in float64; make_trajectories.py beside
it made it. Two ways of ours must agree with it: the bare step, and a whole session on a CSV file.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from nnmath_engine.arrays import Array
from nnmath_engine.descent import descend
from nnmath_engine.experiment import Experiment
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters, forward, mean_loss
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES, Progress
from nnmath_engine.session import Session

FIXTURE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "trajectories.json").read_text(encoding="utf-8")
)
EVERY_CASE = pytest.mark.parametrize("case", FIXTURE["cases"], ids=lambda case: str(case["name"]))
CLASS_NAMES = ("ant", "bee", "cat")


def experiment_of(case: dict[str, Any]) -> Experiment:
    """The case as one of our experiments, its data yet to be named."""
    problem = FIXTURE["problems"][case["problem"]]
    values = {
        "data.test_fraction": 0.0,
        "network.hidden": [len(b) for b in problem["biases"][:-1]],
        "network.weights": problem["weights"],
        "network.biases": problem["biases"],
        "training.batch_size": FIXTURE["batch_size"],
        "training.epochs": FIXTURE["epochs"],
        "training.shuffle": False,
    }
    return Experiment.from_values(values | case["values"])


def assert_same_end(case: dict[str, Any], parameters: Parameters, losses: list[float]) -> None:
    np.testing.assert_allclose(losses, case["losses"], rtol=1e-10, atol=0)
    ends = {"weights": parameters.weights, "biases": parameters.biases}
    for kind, arrays in ends.items():
        for ours, theirs in zip(arrays, case[kind], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=0)


def targets_of(case: dict[str, Any]) -> Array:
    """Y (n, k): one column, or one for each class."""
    problem = FIXTURE["problems"][case["problem"]]
    y = np.array(problem["y"])
    return np.eye(3)[y] if problem["task"] == "classes" else y[:, None].astype(np.float64)


@EVERY_CASE
def test_steps_of_the_reference_equal_those_of_pytorch(case: dict[str, Any]) -> None:
    problem, training = FIXTURE["problems"][case["problem"]], experiment_of(case).training
    X, Y, loss = np.array(problem["X"]), targets_of(case), LOSSES[training.loss]
    hidden = ACTIVATIONS[case["values"]["network.activation"]]
    activations = [hidden] * (len(problem["biases"]) - 1) + [OUTPUT_ACTIVATIONS[loss.output]]
    parameters = Parameters(
        tuple(map(np.array, problem["weights"])), tuple(map(np.array, problem["biases"]))
    )
    slots = tuple(parameters.map(np.zeros_like) for _ in OPTIMIZERS[training.optimizer].slots)
    losses = [mean_loss(forward(parameters, X, activations), loss, Y)]
    t = 0
    for epoch in range(FIXTURE["epochs"]):
        factor = SCHEDULES[training.schedule].factor(
            Progress(epoch, FIXTURE["epochs"]), **training.schedule_options
        )
        for start in range(0, len(X), FIXTURE["batch_size"]):
            rows = slice(start, start + FIXTURE["batch_size"])
            t += 1
            step = descend(
                parameters,
                slots,
                t,
                X[rows],
                Y[rows],
                activations=activations,
                loss=loss,
                training=training,
                learning_rate=training.learning_rate * factor,
            )
            parameters, slots = step.parameters, step.slots
        losses.append(mean_loss(forward(parameters, X, activations), loss, Y))
    assert_same_end(case, parameters, losses)


def session_on_rows(case: dict[str, Any], order: list[int], folder: Path) -> Session:
    """A session on a CSV file that holds the case's rows in this order."""
    problem = FIXTURE["problems"][case["problem"]]
    classes = problem["task"] == "classes"
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["left", "right", "target"])
        for row in order:
            y = problem["y"][row]
            writer.writerow([*problem["X"][row], CLASS_NAMES[y] if classes else y])
    changes = {
        "data.source": "rows.csv",
        "data.target": "target",
        "data.task": "regression" if problem["task"] == "regression" else "classification",
    }
    return Session(experiment_of(case).with_values(changes), base=folder)


@EVERY_CASE
def test_a_session_on_a_csv_file_equals_pytorch(case: dict[str, Any], tmp_path: Path) -> None:
    X = FIXTURE["problems"][case["problem"]]["X"]
    # Which rows train, and in which order, is drawn from data.seed. PyTorch had them unshuffled,
    # so the file holds them in the order that the draw puts right.
    drawn = session_on_rows(case, list(range(len(X))), tmp_path).dataset.train.raw.tolist()
    session = session_on_rows(case, [drawn.index(row) for row in X], tmp_path)
    assert session.dataset.train.X.tolist() == X
    for _ in range(FIXTURE["epochs"]):
        session.step("epoch")
    snapshot = session.snapshot()
    assert_same_end(case, snapshot.parameters, list(snapshot.history.train_loss))


def test_the_fixture_covers_what_it_promises() -> None:
    names = [case["name"] for case in FIXTURE["cases"]]
    assert len(set(names)) == len(names)
    penalties = ["none", "l2", "l1 subgradient", "l1 proximal", "l1 proximal and l2"]
    for optimizer in OPTIMIZERS:
        assert {f"{optimizer}, {penalty}" for penalty in penalties} < set(names)
    smooth_or_kinked = {case["values"]["network.activation"] for case in FIXTURE["cases"]}
    assert set(ACTIVATIONS) - smooth_or_kinked == {"linear", "step"}
    zeros = [
        sum(float((np.array(W) == 0).sum()) for W in case["weights"])
        for case in FIXTURE["cases"]
        if "proximal" in case["name"]
    ]
    assert sum(zeros) > 10
