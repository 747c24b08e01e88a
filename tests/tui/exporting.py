"""Experiments of every kind for exports, and scripts run in a process without this program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.session import Session
from nnmath_tui.export.formats import exported
from nnmath_tui.export.source import Source

BASE: dict[str, Any] = {
    "data.source": "circle",
    "data.samples": 46,
    "network.hidden": (4, 3),
    "training.learning_rate": 0.05,
    "training.batch_size": 10,  # of 23 rows: the last batch is smaller
    "training.epochs": 10,
    "training.seed": 3,
}
NUMBERS = BASE | {"data.source": "bumps"}
THREE = BASE | {"data.source": "blobs"}
ALL_FEATURES = ["x1", "x2", "x1^2", "x1*x2", "sin(pi*x2)"]
EXTRAS: dict[str, dict[str, Any]] = {
    "l2": BASE | {"training.l2": 0.03},
    "l1 proximal": BASE | {"training.l1": 0.02},
    "l1 sub-gradient": BASE | {"training.l1": 0.02, "training.l1_method": "subgradient"},
    "both clips": NUMBERS | {"training.clip_norm": 0.2, "training.clip_value": 0.05},
    "dropout": BASE | {"network.dropout": 0.3},
    "no hidden layer": BASE | {"network.hidden": (), "network.dropout": 0.2},
    "one hidden layer, mixed": THREE | {"network.hidden": (5,), "network.dropout": 0.2},
    "features": BASE | {"data.features": ALL_FEATURES, "data.standardize": True},
    "one feature": BASE | {"data.features": ["x2"]},
    "no shuffle": BASE | {"training.shuffle": False},
    "logic table": BASE | {"data.source": "xor_table"},
    "formula": BASE | {"data.source": "formula", "data.formula": "x1*x2 > 0.1"},
    "no bias correction": BASE
    | {"training.optimizer": "adam", "training.optimizer_options": {"bias_correction": False}},
    "adamw plain": BASE
    | {"training.optimizer": "adamw", "training.optimizer_options": {"bias_correction": False}},
    "no momentum": BASE
    | {"training.optimizer": "nesterov", "training.optimizer_options": {"momentum": 0.0}},
    "plateau": NUMBERS
    | {
        "training.schedule": "plateau",
        "training.schedule_options": {"patience": 0, "gamma": 0.5, "threshold": 0.2},
        "data.validation_fraction": 0.3,
    },
    "early stopping": BASE
    | {"training.early_stopping": 1, "training.learning_rate": 3.0, "training.optimizer": "adam"},
    "early stopping, kept": BASE
    | {
        "training.early_stopping": 1,
        "training.restore_best": False,
        "training.learning_rate": 3.0,
        "data.validation_fraction": 0.2,
    },
    "softmax with mse": THREE | {"training.loss": "mse", "network.output_activation": "softmax"},
    "penguins": BASE
    | {"data.source": "penguins", "data.standardize": True, "data.missing": "mean"},
    "some of the penguins": BASE
    | {"data.source": "penguins", "data.standardize": True, "data.features": ["island", "sex"]},
    "penguin mass": BASE
    | {"data.source": "penguin_mass", "data.standardize": True, "training.learning_rate": 0.01},
    "digits": BASE | {"data.source": "digits", "network.hidden": (12,), "training.epochs": 2},
    "wide": BASE | {"network.hidden": (40, 40)},
    "one input": BASE | {"data.source": "sine"},
}


def cases() -> dict[str, dict[str, Any]]:
    """All activations with all losses that they go with (in turn), and every other setting."""
    found: dict[str, dict[str, Any]] = {}
    tasks = {"classification": (BASE, THREE), "regression": (NUMBERS,)}
    pairs = zip(_each(LOSSES, 36), _each(ACTIVATIONS, 36), strict=True)
    for place, (name, activation) in enumerate(pairs):
        bases = [base for task in LOSSES[name].tasks for base in tasks[task]]
        base = bases[place % len(bases)]
        found[f"{name} {activation} {place}"] = base | {
            "training.loss": name,
            "network.activation": activation,
        }
    for name in ACTIVATIONS:
        found[f"output {name}"] = NUMBERS | {"network.output_activation": name}
    for name in OPTIMIZERS:
        found[f"optimizer {name}"] = NUMBERS | {
            "training.optimizer": name,
            "training.learning_rate": 0.01,
        }
    for name in SCHEDULES:
        found[f"schedule {name}"] = BASE | {"training.schedule": name}
    return {name: values for name, values in {**found, **EXTRAS}.items() if _possible(values)}


def _each(names: Any, count: int) -> Iterator[str]:
    """The names in turn, shifted at each round so that two such series meet in all pairs."""
    every = list(names)
    for place in range(count):
        yield every[(place + place // len(every)) % len(every)]


def _possible(values: dict[str, Any]) -> bool:
    try:
        Session(Experiment.from_values(values))
    except ExperimentError:
        return False
    return True


def trained(values: dict[str, Any]) -> Session:
    session = Session(Experiment.from_values(values))
    session.run(60, until=session.experiment.training.epochs)
    return session


def write_script(folder: Path, values: dict[str, Any], to: str) -> tuple[Path, Session]:
    session = trained(values)
    path = folder / f"script_{len(list(folder.iterdir()))}.py"
    for suffix, content in exported(Source.of(session.snapshot()), to, training=True).items():
        path.with_suffix(suffix).write_bytes(content)
    return path, session


RUNNER = """
import contextlib, io, json, runpy, sys
results = []
for path, raw, epochs in json.load(sys.stdin):
    module = runpy.run_path(path)
    scored, yhat = module["predict"](module["np"].array(raw))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        module["train"](epochs)
    losses = [float(line.split(",")[1]) for line in out.getvalue().splitlines()[1:]]
    results.append([scored.tolist(), yhat.tolist(), losses])
ours = [name for name in sys.modules if name.startswith("nnmath")]
print(json.dumps([results, ours]))
"""


def run_scripts(scripts: list[tuple[Path, Session]]) -> list[Any]:
    """What each script predicts for all rows, and its losses; in one process without our code."""
    jobs = [
        (str(path), session.dataset.train.raw.tolist(), session.experiment.training.epochs)
        for path, session in scripts
    ]
    command = [sys.executable, "-I", "-W", "ignore::RuntimeWarning", "-c", RUNNER]
    done = subprocess.run(
        command, input=json.dumps(jobs), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results, ours = json.loads(done.stdout)
    assert ours == []
    return list(results)


def assert_same(name: str, session: Session, result: Any) -> None:
    """A script's predictions and losses against the engine's."""
    scored, yhat, losses = result
    snapshot = session.snapshot()
    tape = snapshot.forward(session.dataset.train.X)
    np.testing.assert_allclose(yhat, tape.yhat, rtol=1e-6, atol=1e-6, err_msg=name)
    expected = tape.scored(snapshot.loss)
    np.testing.assert_allclose(scored, expected, rtol=1e-6, atol=1e-6, err_msg=name)
    epochs = list(snapshot.history.epoch)
    first = [epochs.index(epoch) for epoch in dict.fromkeys(epochs)]
    ours = snapshot.history.train_loss[first]
    assert len(losses) == len(ours), (name, losses, ours)
    np.testing.assert_allclose(losses, ours, rtol=1e-6, atol=1e-12, err_msg=name)
