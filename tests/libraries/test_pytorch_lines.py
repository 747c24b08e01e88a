"""The card's PyTorch lines, run in PyTorch from our first weights, end on our weights.

Skipped without torch, which is no dependency: `uv run --with torch pytest tests/libraries`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.fields import FIELDS
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.views.conventions.pytorch import pytorch
from nnmath_tui.views.conventions.subject import Subject

from tests.libraries.comparing import CLASSES, NUMBERS, THREE, assert_same, session, trained

torch: Any = pytest.importorskip("torch")

CASES: dict[str, dict[str, Any]] = {
    **{f"activation {name}": CLASSES | {"network.activation": name} for name in ACTIVATIONS},
    "mixed activations": CLASSES | {"network.activation": ("relu", "silu")},
    **{f"loss {name}": NUMBERS | {"training.loss": name} for name in ("mse", "half_mse", "mae")},
    "loss huber": NUMBERS | {"training.loss": "huber"},
    "loss bce": CLASSES | {"training.loss": "bce"},
    "loss hinge": CLASSES | {"training.loss": "hinge"},
    "loss ce": THREE,
    "loss mse of three classes": THREE | {"training.loss": "mse"},
    **{
        f"output {name}": NUMBERS | {"network.output_activation": name}
        for name in FIELDS["network.output_activation"].choices
        if name not in ("auto", "softmax")
    },
    "output softmax": THREE | {"training.loss": "mse", "network.output_activation": "softmax"},
    **{f"optimizer {name}": CLASSES | {"training.optimizer": name} for name in OPTIMIZERS},
    "adamw with options": CLASSES
    | {
        "training.optimizer": "adamw",
        "training.optimizer_options": {"beta1": 0.8, "beta2": 0.9, "weight_decay": 0.3},
    },
    "rmsprop with options": CLASSES
    | {
        "training.optimizer": "rmsprop",
        "training.optimizer_options": {"alpha": 0.8, "epsilon": 0.01},
    },
    **{f"schedule {name}": CLASSES | {"training.schedule": name} for name in SCHEDULES},
    "schedule cosine with a floor": CLASSES
    | {"training.schedule": "cosine", "training.schedule_options": {"floor": 0.2}},
    "schedule plateau that drops": NUMBERS
    | {
        "training.schedule": "plateau",
        "training.schedule_options": {"patience": 0, "threshold": 0.5, "gamma": 0.3},
    },
    **{
        f"{name} of momentum": CLASSES
        | {"training.optimizer": "momentum", "training.schedule": name}
        for name in SCHEDULES
    },
    "l2": CLASSES | {"training.l2": 0.03},
    "l1": CLASSES | {"training.l1": 0.03},
    "l1 by sub-gradient": CLASSES | {"training.l1": 0.03, "training.l1_method": "subgradient"},
    "l1 and l2 with adam": CLASSES
    | {"training.l1": 0.03, "training.l2": 0.02, "training.optimizer": "adam"},
    "clipping": CLASSES | {"training.clip_norm": 0.05, "training.clip_value": 0.03},
    "a rate of many digits": CLASSES | {"training.learning_rate": 0.123456789012345},
    "no hidden layer": CLASSES | {"network.hidden": ()},
    "full batch": CLASSES | {"training.batch_size": 1000},
}


def run(values: dict[str, Any], start: Snapshot | None) -> dict[str, Any]:
    """The names that the lines leave behind; `start` gives the first weights."""
    first = session(values).snapshot()
    lines = pytorch(Subject.of(first))
    train = first.dataset.train
    dtype = getattr(torch, first.experiment.training.dtype)
    y = train.Y.argmax(axis=1) if first.loss.name == "ce" else train.Y
    names: dict[str, Any] = {"X": torch.tensor(train.X).to(dtype), "y": torch.tensor(y)}
    if first.loss.name != "ce":
        names["y"] = names["y"].to(dtype)
    torch.manual_seed(0)
    try:
        exec("\n".join(lines.setup), names)
        if start is not None:
            for layer, W, b in zip(
                names["layers"], start.parameters.weights, start.parameters.biases, strict=True
            ):
                layer.weight.data = torch.tensor(W.T)
                layer.bias.data = torch.tensor(b)
            names["first loss"] = names["objective"](names["X"], names["y"]).item()
        exec("\n".join(lines.loop), names)
    finally:
        torch.set_default_dtype(torch.float32)
    return names


@pytest.mark.parametrize("name", CASES)
def test_the_lines_train_to_the_very_same_weights(name: str) -> None:
    values = CASES[name]
    first = session(values).snapshot()
    theirs = run(values, first)
    training = first.experiment.training
    if training.l1_method != "proximal" or training.l1 == 0:  # else a penalty, but no loss of J
        assert theirs["first loss"] == pytest.approx(first.history.last.objective, rel=1e-12)
    weights = [layer.weight.detach().numpy().T for layer in theirs["layers"]]
    biases = [layer.bias.detach().numpy() for layer in theirs["layers"]]
    assert_same(trained(values), weights, biases)


def test_every_choice_is_covered() -> None:
    covered = " ".join(CASES)
    for name in (*ACTIVATIONS, *LOSSES, *OPTIMIZERS, *SCHEDULES):
        assert f" {name}" in covered


@pytest.mark.parametrize("gain", [1.0, 0.5])
@pytest.mark.parametrize("name", INITIALIZERS)
def test_first_weights_are_drawn_from_the_same_distribution(name: str, gain: float) -> None:
    own: dict[str, float] = {"constant": {"value": 0.7}, "normal": {"sigma": 0.4}}.get(name, {})
    if "gain" in INITIALIZERS[name].defaults():
        own = {"gain": gain}
    values = CLASSES | {
        "network.hidden": (300, 200),
        "network.initializer": name,
        "network.initializer_options": own,
        "training.epochs": 0,
    }
    ours, theirs = session(values).snapshot(), run(values, None)
    W, V = ours.parameters.weights[1], theirs["layers"][1].weight.detach().numpy().T
    assert V.std() == pytest.approx(W.std(), rel=0.02, abs=1e-12)
    # Of truncated normals the same share would be nearer.
    assert np.quantile(abs(V), 0.99) == pytest.approx(np.quantile(abs(W), 0.99), rel=0.03, abs=1e-9)
    b, c = ours.parameters.biases[1], theirs["layers"][1].bias.detach().numpy()
    assert c.std() == pytest.approx(b.std(), rel=0.15, abs=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        {"training.shuffle": True},
        {"network.dropout": 0.5, "training.shuffle": True},
        {"training.dtype": "float32"},
        {"training.early_stopping": 3, "data.validation_fraction": 0.2},
    ],
)
def test_lines_with_chance_in_them_run(values: dict[str, Any]) -> None:
    names = run(CLASSES | values, None)
    assert all(bool(torch.isfinite(p).all()) for p in names["model"].parameters())


def test_dropout_scales_as_ours_does() -> None:
    names = run(CLASSES | {"network.dropout": 0.5}, None)
    dropout = next(m for m in names["model"] if isinstance(m, torch.nn.Dropout))
    kept = dropout.train()(torch.ones(1000))
    assert set(np.unique(kept.numpy())) == {0.0, 2.0}
