"""Exported NumPy scripts, run where this program is not, answer and train as the engine does."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.losses import LOSSES
from nnmath_tui.export import training_code
from nnmath_tui.export.formats import SCRIPTS, exported
from nnmath_tui.export.source import Source

from tests.tui.exporting import BASE, assert_same, cases, run_scripts, trained, write_script


def test_scripts_of_every_kind_give_the_engines_numbers(tmp_path: Path) -> None:
    every = cases()
    assert {name.split()[0] for name in every} >= set(LOSSES)
    assert {values.get("network.activation") for values in every.values()} >= set(ACTIVATIONS)
    scripts = [write_script(tmp_path, values, "numpy") for values in every.values()]
    results = run_scripts(scripts)
    for name, (_, session), result in zip(every, scripts, results, strict=True):
        assert_same(name, session, result)


def test_float32_is_followed_as_far_as_it_goes(tmp_path: Path) -> None:
    path, session = write_script(tmp_path, BASE | {"training.dtype": "float32"}, "numpy")
    [(_, yhat, losses)] = run_scripts([(path, session)])
    ours = session.snapshot()
    np.testing.assert_allclose(yhat, ours.predict(session.dataset.train.X.astype("f4")), rtol=1e-5)
    np.testing.assert_allclose(losses, ours.history.train_loss, rtol=1e-4)


def test_many_rows_go_into_a_file_beside_the_script(tmp_path: Path) -> None:
    values = BASE | {"data.source": "spiral", "data.samples": 100_000, "training.epochs": 1}
    values |= {"training.batch_size": 1000, "data.test_fraction": 0.1}
    path, session = write_script(tmp_path, values, "numpy")
    assert session.dataset.train.raw.size + 90_000 > training_code.MOST_NUMBERS
    assert path.with_suffix(".npz").exists()
    assert path.stat().st_size < 20_000
    [result] = run_scripts([(path, session)])
    assert_same("many rows", session, result)


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", path.name, *arguments]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)


def test_a_script_reads_tables_values_and_its_own_examples(tmp_path: Path) -> None:
    values = BASE | {"data.source": "penguins", "data.standardize": True}
    values |= {"data.features": ["island", "flipper_length_mm"]}
    path, session = write_script(tmp_path, values, "numpy")
    table = tmp_path / "rows.csv"
    table.write_text(
        "\ufeffflipper_length_mm,other,island\n181,x,Torgersen\n230.5,,Biscoe\n", encoding="utf-8"
    )
    names = session.dataset.raw_names
    raw = np.zeros((2, len(names)))
    raw[0, names.index("island=Torgersen")] = raw[1, names.index("island=Biscoe")] = 1
    raw[:, names.index("flipper_length_mm")] = 181, 230.5
    yhat = session.snapshot().predict(session.dataset.prepare(raw))
    done = run(path, "rows.csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    classes = session.dataset.classes
    assert [row["class"] for row in rows] == [classes[k] for k in yhat.argmax(axis=1)]
    answers = [[float(row[name]) for name in classes] for row in rows]
    np.testing.assert_allclose(answers, yhat, rtol=1e-6)
    one = run(path, "Torgersen", "181")
    assert one.stdout.splitlines()[1] == done.stdout.splitlines()[1]
    assert len(run(path).stdout.splitlines()) == 4
    for arguments, words in [
        (("Torgersen",), "row 1: no value for flipper_length_mm; columns: island, flipper"),
        (("Mars", "181"), "island: 'Mars' is none of Biscoe, Dream, Torgersen"),
        (("Dream", "long"), "flipper_length_mm: 'long' is not a number"),
    ]:
        wrong = run(path, *arguments)
        assert wrong.returncode == 1
        assert words in wrong.stderr
        assert "Traceback" not in wrong.stderr
    losses = run(path, "--train", "2").stdout.splitlines()
    assert [line.split(",")[0] for line in losses] == ["epoch", "0", "1", "2"]


def test_a_small_network_is_a_script_to_read(tmp_path: Path) -> None:
    values = BASE | {"data.source": "xor_table", "network.hidden": (2,)}
    source = Source.of(trained(values).snapshot())
    for training, most in ((False, 90), (True, 170)):
        for to in SCRIPTS:
            text = exported(source, to, training)[".py"].decode()
            assert "base64" not in text
            assert sum(map(bool, text.splitlines())) < most, (to, training)
            assert max(map(len, text.splitlines())) <= 100


def test_names_that_are_code_stay_names(tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text('"a""""""b",\'\\n,kind\n' + '1,2,"x\'y"\n2,1,z\n' * 8, encoding="utf-8")
    values = BASE | {"data.source": str(table), "training.epochs": 1}
    path, session = write_script(tmp_path, values, "numpy")
    [result] = run_scripts([(path, session)])
    assert_same("odd names", session, result)
    assert run(path, "1", "2").returncode == 0
