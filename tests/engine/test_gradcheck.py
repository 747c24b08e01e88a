"""The gradient check passes on every activation and loss, finds kinks, and finds faults."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from nnmath_engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from nnmath_engine.gradcheck import GradientReport, check_gradients
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters

ROOT = Path(__file__).parents[2]
PAIRS = [(activation, loss) for activation in ACTIVATIONS for loss in LOSSES]


def network(
    rng: np.random.Generator, sizes: tuple[int, ...], bias_scale: float = 0.5
) -> Parameters:
    pairs = list(pairwise(sizes))
    return Parameters(
        tuple(rng.normal(size=(m, n)) / np.sqrt(m) for m, n in pairs),
        tuple(bias_scale * rng.normal(size=n) for _, n in pairs),
    )


def targets(rng: np.random.Generator, loss: str, n: int, k: int) -> np.ndarray:
    if loss == "ce":
        return np.eye(k)[rng.integers(k, size=n)]
    if loss in ("bce", "hinge"):
        return rng.integers(2, size=(n, k)).astype(float)
    return rng.normal(size=(n, k))


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    rng = np.random.default_rng(7)
    hidden, output = ACTIVATIONS[activation], OUTPUT_ACTIVATIONS[LOSSES[loss].output]
    report = check_gradients(
        network(rng, (3, 5, 4, 2)),
        (hidden, hidden, output),
        LOSSES[loss],
        rng.normal(size=(6, 3)),
        targets(rng, loss, 6, 2),
        l1=0.01,
        l2=0.1,
    )
    assert report.worst < 1e-6, report
    assert report.passed
    assert report.checked + report.kinks == 20 + 24 + 10
    assert report.kinks <= 5


@pytest.mark.parametrize("output", OUTPUT_ACTIVATIONS)
@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if not loss.on_logits])
def test_every_output_activation_with_every_loss_on_predictions(output: str, loss: str) -> None:
    rng = np.random.default_rng(11)
    report = check_gradients(
        network(rng, (2, 4, 2)),
        (ACTIVATIONS["tanh"], OUTPUT_ACTIVATIONS[output]),
        LOSSES[loss],
        rng.normal(size=(5, 2)),
        targets(rng, loss, 5, 2),
    )
    assert report.passed, report


def test_a_relu_exactly_at_its_kink_is_counted_and_not_failed() -> None:
    rng = np.random.default_rng(3)
    parameters = network(rng, (2, 4, 1), bias_scale=0.0)
    X = np.vstack([rng.normal(size=(4, 2)), np.zeros((1, 2))])  # z = 0 on the last sample
    relu = (ACTIVATIONS["relu"], ACTIVATIONS["linear"])
    report = check_gradients(parameters, relu, LOSSES["mse"], X, rng.normal(size=(5, 1)))
    # The four biases move z of the zero sample off the kink; no weight does.
    assert report.kinks == 4
    assert report.passed


def test_a_weight_of_zero_is_at_the_kink_of_l1() -> None:
    parameters = Parameters((np.array([[0.0], [0.7]]),), (np.zeros(1),))
    X, Y = np.array([[1.0, 2.0]]), np.array([[1.0]])
    linear = (ACTIVATIONS["linear"],)
    report = check_gradients(parameters, linear, LOSSES["mse"], X, Y, l1=0.5)
    assert (report.kinks, report.checked) == (1, 2)
    assert report.passed


def test_a_wrong_derivative_is_found_and_named() -> None:
    rng = np.random.default_rng(5)
    tanh = ACTIVATIONS["tanh"]
    wrong = dataclasses.replace(tanh, df=lambda z: 1.001 * tanh.df(z))
    report = check_gradients(
        network(rng, (2, 3, 1)),
        (wrong, ACTIVATIONS["linear"]),
        LOSSES["mse"],
        rng.normal(size=(5, 2)),
        rng.normal(size=(5, 1)),
    )
    assert not report.passed
    assert report.worst == pytest.approx(1e-3, rel=0.01)
    assert report.where.startswith(("w1[", "b1["))


@pytest.mark.parametrize("broken", [0, 2])
def test_a_derivative_that_is_no_number_is_the_worst_there_is(broken: int) -> None:
    rng = np.random.default_rng(5)
    tanh = ACTIVATIONS["tanh"]

    def df(z: np.ndarray) -> np.ndarray:
        slope = tanh.df(z)
        slope[:, broken] = np.nan
        return slope

    report = check_gradients(
        network(rng, (2, 3, 1)),
        (dataclasses.replace(tanh, df=df), ACTIVATIONS["linear"]),
        LOSSES["mse"],
        rng.normal(size=(5, 2)),
        rng.normal(size=(5, 1)),
    )
    assert report.worst == np.inf
    assert report.where.startswith(f"w1[0,{broken}]")
    assert not report.passed


def test_a_large_network_is_sampled_and_says_so() -> None:
    rng = np.random.default_rng(5)
    seen: list[tuple[int, int]] = []

    def check(seed: int) -> GradientReport:
        return check_gradients(
            network(np.random.default_rng(0), (2, 10, 1)),
            (ACTIVATIONS["tanh"], ACTIVATIONS["linear"]),
            LOSSES["mse"],
            np.ones((1, 2)),
            np.ones((1, 1)),
            most=7,
            seed=seed,
            progress=lambda done, of: seen.append((done, of)),
        )

    report = check(seed=int(rng.integers(100)))
    assert report.sampled
    assert report.checked == 7
    assert seen == [(i, 7) for i in range(1, 8)]


def test_nothing_to_check_does_not_pass() -> None:
    report = GradientReport(0.0, "nothing", 0.0, 0.0, checked=0, kinks=3, sampled=False)
    assert not report.passed


BENT = [("elu", "mse"), ("softsign", "mse"), ("linear", "huber")]


@pytest.mark.parametrize(("activation", "loss"), BENT)
@pytest.mark.parametrize("off", [0.0, 1e-16, 1e-7, -3e-6])
def test_a_number_at_a_bend_or_near_it_is_checked_and_right(
    activation: str, loss: str, off: float
) -> None:
    rng = np.random.default_rng(3)
    parameters = network(rng, (2, 4, 1), bias_scale=0.0)
    parameters.biases[0][:] = off
    X = np.vstack([rng.normal(size=(4, 2)), np.zeros((1, 2))])  # z = off on the last sample
    bent = (ACTIVATIONS[activation], ACTIVATIONS["linear"])
    # Without biases the prediction is 0 there: e = -1 is Huber's bend.
    report = check_gradients(parameters, bent, LOSSES[loss], X, np.ones((5, 1)))
    assert report.passed, report
    assert report.checked == 17


def test_a_wrong_derivative_at_a_bend_alone_is_found() -> None:
    rng = np.random.default_rng(3)
    parameters = network(rng, (2, 4, 1), bias_scale=0.0)
    X = np.vstack([rng.normal(size=(4, 2)), np.zeros((1, 2))])
    elu = ACTIVATIONS["elu"]
    wrong = dataclasses.replace(elu, df=lambda z: elu.df(z) - 1e-3 * (z == 0))
    report = check_gradients(
        parameters, (wrong, ACTIVATIONS["linear"]), LOSSES["mse"], X, rng.normal(size=(5, 1))
    )
    assert not report.passed
    assert report.where.startswith("b1[")


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "gelu", "softsign", "elu"])
@pytest.mark.parametrize("size", [30.0, 1000.0, 1e5])
def test_inputs_of_any_size_are_no_fault_but_a_wrong_derivative_is(
    activation: str, size: float
) -> None:
    rng = np.random.default_rng(13)
    hidden, output = ACTIVATIONS[activation], ACTIVATIONS["linear"]
    parameters = network(rng, (3, 5, 2))
    parameters.weights[0][:] /= size  # that the neurons are not all saturated
    X, Y = size * rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    right = check_gradients(parameters, (hidden, output), LOSSES["mse"], X, Y)
    assert right.passed, right
    assert right.kinks == 0
    bad = dataclasses.replace(hidden, df=lambda z: 1.00001 * hidden.df(z))
    wrong = check_gradients(parameters, (bad, output), LOSSES["mse"], X, Y)
    assert not wrong.passed
    assert wrong.worst == pytest.approx(1e-5, rel=0.1)


def test_a_second_look_costs_a_bounded_number_of_passes() -> None:
    rng = np.random.default_rng(13)
    calls = [0]
    tanh = ACTIVATIONS["tanh"]

    def counted(z: np.ndarray) -> np.ndarray:
        calls[0] += 1
        return tanh.f(z)

    def passes(df: Callable[[np.ndarray], np.ndarray]) -> float:
        calls[0] = 0
        watched = dataclasses.replace(tanh, f=counted, df=df)
        report = check_gradients(
            network(np.random.default_rng(1), (30, 20, 1)),
            (watched, ACTIVATIONS["linear"]),
            LOSSES["mse"],
            rng.normal(size=(6, 30)),
            rng.normal(size=(6, 1)),
        )
        return calls[0] / report.checked

    assert passes(tanh.df) < 2.1
    # Once one is known to be wrong, the others are looked at again only if they look worse.
    assert passes(lambda z: 1.1 * tanh.df(z)) < 3.0


def test_random_networks_have_no_false_failure() -> None:
    command = [sys.executable, "-m", "tests.fuzz_gradients", "--count", "84", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("84 networks, 0 faults\n"), done.stdout + done.stderr
