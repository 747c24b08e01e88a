"""Exported PyTorch scripts, run in PyTorch; and what others read of ours: checkpoints, weights.

Skipped without torch, which is no dependency: `uv run --with torch pytest tests/libraries`.
"""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint
from nnmath_engine.session import Session
from nnmath_tui.export.safetensors import safetensors_bytes

from tests.tui.exporting import BASE, THREE, assert_same, cases, trained, write_script

torch: Any = pytest.importorskip("torch")


def run(path: Path, session: Session) -> Any:
    module = runpy.run_path(str(path))
    scored, yhat = module["predict"](session.dataset.train.raw)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        module["train"](session.experiment.training.epochs)
    losses = [float(line.split(",")[1]) for line in out.getvalue().splitlines()[1:]]
    return scored, yhat, losses


@pytest.mark.parametrize("name", cases())
def test_a_script_gives_the_engines_numbers(tmp_path: Path, name: str) -> None:
    path, session = write_script(tmp_path, cases()[name], "torch")
    assert_same(name, session, run(path, session))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_three_lines_load_a_checkpoint(tmp_path: Path, dtype: str) -> None:
    session = trained(THREE | {"training.dtype": dtype})
    checkpoint.save(tmp_path / "run.npz", session)
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3), torch.nn.Tanh(),
        torch.nn.Linear(3, 3),
    ).to(getattr(torch, dtype))  # fmt: skip
    arrays = np.load(tmp_path / "run.npz")
    state = {name: torch.from_numpy(arrays[name]) for name in arrays.files if name[0].isdigit()}
    model.load_state_dict(state)
    X = session.dataset.train.X.astype(dtype)
    logits = model(torch.from_numpy(X)).detach().numpy()
    ours = session.snapshot().forward(X).logits
    np.testing.assert_allclose(logits, ours, rtol=1e-5 if dtype == "float32" else 1e-12)


def test_the_safetensors_library_reads_our_file(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("safetensors.numpy")
    session = trained(BASE)
    path = tmp_path / "run.safetensors"
    path.write_bytes(safetensors_bytes(session.parameters, {"format": "pt"}))
    loaded = library.load_file(path)
    assert list(loaded) == [f"{i}.{part}" for i in (0, 2, 4) for part in ("bias", "weight")]
    for layer, (W, b) in enumerate(session.parameters.layers()):
        np.testing.assert_array_equal(loaded[f"{2 * layer}.weight"], W.T)
        np.testing.assert_array_equal(loaded[f"{2 * layer}.bias"], b)
