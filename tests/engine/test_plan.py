"""The plan computes what the reference computes, in the number of calls that it should take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint, blueprint, initial_parameters, initial_slots
from nnmath_engine.dataset import build_dataset
from nnmath_engine.descent import descend, penalty
from nnmath_engine.evaluation import evaluate
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.plan import Examiner, Plan
from nnmath_engine.plan import batches as plan_batches
from nnmath_engine.plan.batches import Rows
from nnmath_engine.regularizers import dropout_mask

TOY = {"data.source": "circle", "data.samples": 46, "data.noise": 0.2, "training.batch_size": 10}


class Pair:
    """The same training by plan and by reference, each with a generator of the same seed."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.experiment = Experiment.from_values(values)
        self.dataset = build_dataset(self.experiment.data, self.experiment.training.loss)
        self.blueprint: Blueprint = blueprint(self.experiment, self.dataset)
        dtype = self.experiment.training.dtype
        self.X = self.dataset.train.X.astype(dtype)
        self.Y = self.dataset.train.Y.astype(dtype)
        self.parameters = initial_parameters(self.experiment, self.blueprint)
        self.slots = initial_slots(self.experiment, self.parameters)
        self.t = 0
        self._orders = np.random.default_rng(5)
        self._masks, masks = np.random.default_rng(6), np.random.default_rng(6)
        self.plan = Plan(
            self.blueprint,
            self.experiment.training,
            Rows(self.X, self.Y),
            dropout=self.experiment.network.dropout,
            generators=(masks,),
        )
        self.plan.load(self.parameters, self.slots)

    def epoch(self, learning_rate: float) -> None:
        """Train both for an epoch, the plan in two runs."""
        order, size = self._orders.permutation(len(self.X)), self.plan.size
        count = -(-len(order) // size)
        self.plan.begin(order, 0, self.t, learning_rate)
        for part in (count // 2, count - count // 2):
            if part:
                self.plan.run(part)
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            self.t += 1
            step = descend(
                self.parameters,
                self.slots,
                self.t,
                self.X[rows],
                self.Y[rows],
                activations=self.blueprint.activations,
                loss=self.blueprint.loss,
                training=self.experiment.training,
                learning_rate=learning_rate,
                masks=self._dropout(len(rows)),
            )
            self.parameters, self.slots = step.parameters, step.slots
            self.gradient = step.gradient

    def _dropout(self, rows: int) -> list[Array | None] | None:
        chance, dtype = self.experiment.network.dropout, self.X.dtype
        if chance == 0:
            return None
        hidden = self.blueprint.sizes[1:-1]
        return [*(dropout_mask(self._masks, (rows, m), chance, dtype) for m in hidden), None]

    def error(self) -> float:
        """The largest difference of parameters, gradients or slots, relative to their size."""
        pairs = [
            (self.plan.parameters(), self.parameters),
            (self.plan.gradient(), self.gradient),
            *zip(self.plan.slots(), self.slots, strict=True),
        ]
        return max(_difference(ours, theirs) for ours, theirs in pairs)


def _difference(ours: Parameters, theirs: Parameters) -> float:
    flat = [np.concatenate([a.ravel() for a in p.arrays()]) for p in (ours, theirs)]
    return float(np.abs(flat[0] - flat[1]).max() / max(1e-12, np.abs(flat[1]).max()))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_with_every_optimizer(activation: str, optimizer: str) -> None:
    pair = Pair(
        {
            **TOY,
            "network.hidden": (5, 4),
            "network.activation": activation,
            "training.optimizer": optimizer,
        }
    )
    for _ in range(7):  # 21 steps, seven of them on 3 rows
        pair.epoch(0.02)
    assert pair.error() < 1e-10


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", [*ACTIVATIONS, "softmax"])
def test_every_loss_with_every_output_activation(loss: str, output: str) -> None:
    values = {
        **TOY,
        "data.source": "blobs",
        "data.classes": 3,
        "network.hidden": (4,),
        "network.output_activation": output,
        "training.loss": loss,
    }
    try:
        pair = Pair(values)
    except ExperimentError:
        pytest.skip("this loss does not go with this output")
    for _ in range(7):
        pair.epoch(0.02)
    assert pair.error() < 1e-10


@st.composite
def experiments(draw: st.DrawFn) -> dict[str, Any]:
    layers = draw(st.integers(0, 4))
    names = st.sampled_from(sorted(ACTIVATIONS))
    positive = st.sampled_from([0.0, 0.0, 0.003, 0.1])
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    # With epsilon's tiny default, a gradient that is 0 but for rounding makes a step of any size.
    calm = "epsilon" in OPTIMIZERS[optimizer].defaults()
    return {
        "data.source": draw(st.sampled_from(["circle", "blobs", "sine", "plane", "xor"])),
        "data.samples": draw(st.integers(10, 60)),
        "data.seed": draw(st.integers(0, 5)),
        "data.noise": 0.1,
        "data.standardize": draw(st.booleans()),
        "network.hidden": tuple(draw(st.integers(1, 6)) for _ in range(layers)),
        "network.activation": tuple(draw(names) for _ in range(layers)) or "tanh",
        "network.dropout": draw(st.sampled_from([0.0, 0.0, 0.3])),
        "training.optimizer": optimizer,
        "training.optimizer_options": {"epsilon": 1e-3} if calm else {},
        "training.batch_size": draw(st.integers(1, 70)),
        "training.l1": draw(positive),
        "training.l1_method": draw(st.sampled_from(["proximal", "subgradient"])),
        "training.l2": draw(positive),
        "training.clip_norm": draw(st.sampled_from([0.0, 0.0, 0.05])),
        "training.clip_value": draw(st.sampled_from([0.0, 0.0, 0.02])),
        "training.seed": draw(st.integers(0, 5)),
    }


@settings(max_examples=120, deadline=None)
@given(values=experiments())
def test_plan_and_reference_agree_on_random_experiments(values: dict[str, Any]) -> None:
    pair = Pair(values)
    while pair.t < 20:
        pair.epoch(0.01 / (1 + pair.t))
    assert pair.error() < 1e-10


@pytest.mark.parametrize("limit", ["MOST_COPIED", "LARGE"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_many_or_large_batches_are_gathered_one_by_one_to_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch, optimizer: str, limit: str
) -> None:
    values = {**TOY, "network.hidden": (5,), "training.optimizer": optimizer}
    copied = Pair(values)
    monkeypatch.setattr(plan_batches, limit, 1)
    gathered = Pair(values)
    for pair in (copied, gathered):
        for _ in range(3):
            pair.epoch(0.05)
        assert pair.error() < 1e-10
    np.testing.assert_array_equal(copied.plan.vectors.P, gathered.plan.vectors.P)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_long_vectors_are_updated_in_blocks_to_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    values = {**TOY, "network.hidden": (5,), "training.optimizer": optimizer, "training.l1": 0.01}
    whole = Pair(values)
    monkeypatch.setattr("nnmath_engine.plan.rules._BLOCK", 8)
    monkeypatch.setattr("nnmath_engine.plan.rules._SHARED", 8)
    blocks = Pair(values)
    assert blocks.plan.calls > whole.plan.calls
    for pair in (whole, blocks):
        for _ in range(3):
            pair.epoch(0.05)
    np.testing.assert_array_equal(whole.plan.vectors.P, blocks.plan.vectors.P)
    np.testing.assert_array_equal(whole.plan.vectors.memory, blocks.plan.vectors.memory)


@pytest.mark.parametrize("layers", [1, 2, 3, 8])
def test_a_step_takes_so_many_calls(layers: int) -> None:
    plain = {
        **TOY,
        "network.hidden": (4,) * (layers - 1),
        "network.output_activation": "tanh",
        "training.loss": "half_mse",
    }
    assert Pair(plain).plan.calls == 5 * layers + 4
    # The rule of SGD takes 2 of them, Adam's 8.
    assert Pair({**plain, "training.optimizer": "adam"}).plan.calls == 5 * layers + 4 - 2 + 8


def test_float32_stays_float32_and_agrees_as_far_as_it_can() -> None:
    pair = Pair(
        {
            **TOY,
            "network.hidden": (5, 4),
            "training.optimizer": "adam",
            "training.dtype": "float32",
            "training.l1": 0.01,
        }
    )
    for _ in range(7):
        pair.epoch(0.01)
    assert {array.dtype for array in pair.plan.parameters().arrays()} == {np.dtype("float32")}
    assert pair.error() < 1e-3


@pytest.mark.parametrize("source", ["circle", "blobs", "plane"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_examiner_measures_what_the_reference_does(source: str, loss: str) -> None:
    values = {
        **TOY,
        "data.source": source,
        "network.hidden": (5, 4),
        "network.activation": ("relu", "gelu"),
        "training.loss": loss,
        "training.l1": 0.01,
        "training.l2": 0.1,
    }
    try:
        pair = Pair(values)
    except ExperimentError:
        pytest.skip("this loss does not go with this task")
    dataset, training = pair.dataset, pair.experiment.training
    splits = [(s.X, s.Y) for s in (dataset.train, dataset.validation, dataset.test)]
    examine = Examiner(pair.blueprint, dataset.task, splits, l1=training.l1, l2=training.l2)
    sets, expected = [], []
    for _ in range(3):
        pair.epoch(0.1)
        sets.append(pair.plan.vectors.P.copy())
        expected.append(
            [
                evaluate(
                    pair.parameters,
                    pair.blueprint.activations,
                    pair.blueprint.loss,
                    dataset.task,
                    *split,
                )
                for split in splits
            ]
        )
    scores = examine(np.array(sets))
    np.testing.assert_allclose(scores.loss, [[e.loss for e in row] for row in expected], 1e-10)
    np.testing.assert_allclose(scores.score, [[e.score for e in row] for row in expected], 1e-9)
    assert scores.penalty[-1] == pytest.approx(penalty(pair.parameters, training), rel=1e-10)
    alone = [examine(one[None]) for one in sets]
    np.testing.assert_array_equal(scores.loss, np.concatenate([one.loss for one in alone]))
    np.testing.assert_array_equal(scores.score, np.concatenate([one.score for one in alone]))


def test_many_rows_are_measured_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair({**TOY, "network.hidden": (5,)})
    pair.epoch(0.1)
    splits = [(pair.X, pair.Y)]
    sets = np.array([pair.plan.vectors.P] * 5)
    whole = Examiner(pair.blueprint, "classification", splits)(sets)
    monkeypatch.setattr("nnmath_engine.plan.scoring.NUMBERS", 60)
    pieces = Examiner(pair.blueprint, "classification", splits)(sets)
    np.testing.assert_allclose(pieces.loss, whole.loss, rtol=1e-13)
    np.testing.assert_array_equal(pieces.score, whole.score)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_plan_and_reference_take_over_from_each_other_in_mid_run(optimizer: str) -> None:
    """Through the numbers that a snapshot shows, in the reference's units."""
    values = {**TOY, "network.hidden": (5,), "training.optimizer": optimizer}
    whole, switching = Pair(values), Pair(values)
    for epoch in range(6):
        whole.epoch(0.05)
        switching.epoch(0.05)
        if epoch % 2:
            switching.plan.load(switching.parameters, switching.slots)
        else:
            switching.parameters = switching.plan.parameters()
            switching.slots = switching.plan.slots()
    assert _difference(switching.plan.parameters(), whole.parameters) < 1e-10
    assert _difference(switching.parameters, whole.plan.parameters()) < 1e-10
