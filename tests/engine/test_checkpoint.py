"""A checkpoint resumes to the very same bits, and no damaged one is ever taken for a whole one."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import archive, checkpoint, datasets
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.experiment import Experiment
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.session import Session
from nnmath_engine.state import State

SMALL: dict[str, Any] = {
    "data.source": "circle",
    "data.samples": 50,
    "network.hidden": [3],
    "training.batch_size": 8,
    "training.optimizer": "adam",
}
FOREVER = 1e9


def trained(batches: int = 7, **changes: Any) -> Session:
    session = Session(Experiment.from_values({**SMALL, **changes}))
    for _ in range(batches):
        session.step("batch")
    return session


def saved(session: Session, path: Path) -> Path:
    checkpoint.save(path, session)
    return path


def assert_same(one: State, other: State) -> None:
    for name in ("parameters", "gradients", "before"):
        for a, b in zip(getattr(one, name).arrays(), getattr(other, name).arrays(), strict=True):
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes()
    assert one.history.tobytes() == other.history.tobytes()
    assert one.generator == other.generator
    assert np.array_equal(one.order, other.order)
    for name in ("epoch", "steps", "optimizer_steps", "position", "status", "marks", "plateau"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.patience.waited == other.patience.waited
    assert one.diagnosis == other.diagnosis


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batches", [0, 1, 10], ids=["fresh", "within an epoch", "later"])
def test_resuming_gives_the_very_same_bits(tmp_path: Path, optimizer: str, batches: int) -> None:
    changes = {
        "training.optimizer": optimizer,
        "network.dropout": 0.2,
        "network.initializer": "orthogonal",
        "training.schedule": "plateau",
        "training.early_stopping": 50,
        "data.validation_fraction": 0.2,
        "training.l1": 0.001,
    }
    session = trained(batches, **changes)
    resumed = checkpoint.resume(saved(session, tmp_path / "a.npz"))
    assert_same(resumed.state(), session.state())
    for one in (session, resumed):
        one.run(FOREVER, until=9)
    assert session.epoch == 9
    assert_same(resumed.state(), session.state())


def test_float32_and_control_changes_survive(tmp_path: Path) -> None:
    session = trained(12, **{"training.dtype": "float32"})
    session.apply({"training.learning_rate": 0.3, "training.loss": "mse"})
    resumed = checkpoint.resume(saved(session, tmp_path / "a.npz"))
    assert resumed.parameters.weights[0].dtype == np.float32
    assert len(resumed.state().marks) == 2
    assert resumed.experiment == session.experiment


def test_a_divergence_survives(tmp_path: Path) -> None:
    session = trained(
        0,
        **{
            "training.learning_rate": 1e12,
            "training.loss": "mse",
            "training.optimizer": "sgd",
            "network.activation": "relu",
            "network.output_activation": "linear",
        },
    )
    session.run(FOREVER, until=50)
    assert session.status == "diverged"
    resumed = checkpoint.resume(saved(session, tmp_path / "a.npz"))
    assert resumed.status == "diverged"
    assert str(resumed.diagnosis) == str(session.diagnosis)


def test_the_names_and_shapes_are_those_of_torch_sequential(tmp_path: Path) -> None:
    session = trained(3, **{"network.hidden": [3, 5]})
    with np.load(saved(session, tmp_path / "a.npz"), allow_pickle=False) as file:
        weights = {name: file[name] for name in file.files if name[0].isdigit()}
        assert {name: array.shape for name, array in weights.items()} == {
            "0.weight": (3, 2), "0.bias": (3,),
            "2.weight": (5, 3), "2.bias": (5,),
            "4.weight": (1, 5), "4.bias": (1,),
        }  # fmt: skip
        manifest = json.loads(file["manifest.json"])
        for name in weights:
            sha256 = hashlib.sha256(weights[name].tobytes()).hexdigest()
            assert manifest["arrays"][name]["sha256"] == sha256
    assert manifest["experiment"]["training.optimizer"] == "adam"
    x = session.dataset.test.X
    a = np.tanh(x @ weights["0.weight"].T + weights["0.bias"])
    a = np.tanh(a @ weights["2.weight"].T + weights["2.bias"])
    z = a @ weights["4.weight"].T + weights["4.bias"]
    yhat = session.snapshot().predict(x)
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), yhat, rtol=1e-12)


def test_equal_states_make_equal_files(tmp_path: Path) -> None:
    one, other = (saved(trained(), tmp_path / name) for name in ("a.npz", "b.npz"))
    assert one.read_bytes() == other.read_bytes()


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = saved(trained(), tmp_path / "a.npz")
    whole = path.read_bytes()
    chosen = random.Random(1)
    for _ in range(400):
        place, bit = chosen.randrange(len(whole)), chosen.randrange(8)
        flipped = bytearray(whole)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        with pytest.raises(CheckpointError, match=r"is (damaged|not a checkpoint)"):
            checkpoint.load(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = saved(trained(), tmp_path / "a.npz")
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="its end is missing"):
            checkpoint.load(path)


def repacked(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> None:
    """Change the manifest and the members, and make the seal right again, as an attacker would."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("manifest.json", json.dumps(manifest))
        for name, content in members.items():
            file.writestr(name, content)
        file.comment = b"sha256:" + b"0" * 64
    path.write_bytes(sealed(buffer.getvalue()))


def sealed(content: bytes) -> bytes:
    return content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode()


def replace_array(
    manifest: dict[str, Any], members: dict[str, bytes], name: str, array: Any
) -> None:
    members[name + ".npy"] = archive.npy_header(array.shape, array.dtype.str) + array.tobytes()
    manifest["arrays"][name] = {
        "shape": array.shape,
        "dtype": array.dtype.str,
        "sha256": archive.digest(array),
    }


def remove_array(manifest: dict[str, Any], members: dict[str, bytes], name: str) -> None:
    del members[name + ".npy"], manifest["arrays"][name]


Change = Callable[[dict[str, Any], dict[str, bytes]], None]
FORGERIES: dict[str, tuple[Change, str]] = {
    "version": (lambda m, _: m.update(version=2), "is of version 2; this program reads version 1"),
    "format": (lambda m, _: m.update(format="x"), "is not a checkpoint of this program"),
    "no experiment": (lambda m, _: m.pop("experiment"), "holds no experiment"),
    "no data": (lambda m, _: m.pop("data"), "does not say which data it was trained on"),
    "data of a split": (
        lambda m, _: m["data"].pop("test"),
        "does not say which data it was trained on",
    ),
    "digest": (
        lambda m, _: m["data"].update(test=3),
        "does not say which data it was trained on",
    ),
    "setting": (
        lambda m, _: m["experiment"].update({"training.l2": -1}),
        "training.l2 must be a number from 0 to 1000000, not -1",
    ),
    "optimizer": (
        lambda m, _: m["experiment"].update({"training.optimizer": "momentum"}),
        "optimizer.",
    ),
    "layers": (
        lambda m, _: m["experiment"].update({"network.hidden": [4]}),
        "has layers of other sizes than its experiment",
    ),
    "dtype": (
        lambda m, _: m["experiment"].update({"training.dtype": "float32"}),
        "has numbers of another type",
    ),
    "status": (lambda m, _: m.update(status="fine"), "'fine' is none of"),
    "epoch": (lambda m, _: m.update(epoch=-1), "-1 is not a count"),
    "huge epoch": (lambda m, _: m.update(epoch=10**400), "is not a count"),
    "position": (lambda m, _: m.update(position=99), "is at a row that its order of rows"),
    "marks": (lambda m, _: m.update(marks=[[1]]), "incomplete or wrong"),
    "patience": (lambda m, _: m.update(patience=None), "incomplete or wrong"),
    "plateau": (lambda m, _: m.update(plateau=[[], 0, 0]), "is not a number"),
    "generator": (lambda m, _: m["generator"].update(name="MT19937"), "is none of PCG64"),
    "generator state": (lambda m, _: m["generator"].update(state="-5"), "not possible"),
    "generator digits": (lambda m, _: m["generator"].update(state="9" * 5000), "wrong"),
    "history columns": (lambda m, _: m.update(history=["loss"]), "does not read"),
    "arrays": (lambda m, _: m.update(arrays=None), "holds other arrays than its manifest lists"),
    "entry": (lambda m, _: m["arrays"].update(order=3), "lists the array 'order' wrongly"),
    "missing": (lambda m, z: remove_array(m, z, "order"), "lacks the array order"),
    "extra": (
        lambda m, z: replace_array(m, z, "spam", np.zeros(3)),
        "holds an array that does not belong there: spam",
    ),
    "order": (
        lambda m, z: replace_array(m, z, "order", np.zeros(25, dtype=np.int64)),
        "has an order of rows that leaves some out",
    ),
    "history": (lambda m, z: replace_array(m, z, "history", np.zeros((2, 3))), "has a history"),
    "shape": (
        lambda m, z: replace_array(m, z, "optimizer.m.0.weight", np.zeros((2, 3))),
        "do not fit each other",
    ),
    "slot of another size": (
        lambda m, z: replace_array(m, z, "gradient.2.weight", np.zeros((2, 3))),
        "do not fit each other",
    ),
    "memory of another size": (
        lambda m, z: replace_array(m, z, "memory", np.zeros(3)),
        "has a memory of another size than its network's",
    ),
    "memory of something else": (
        lambda m, z: replace_array(m, z, "memory", np.full(2 * 13, 3.0)),
        "has an optimizer that remembers two different things",
    ),
    "memory that is no number": (
        lambda m, z: replace_array(m, z, "memory", np.full(2 * 13, np.nan)),
        "has an optimizer that remembers two different things",
    ),
    "no units": (lambda m, _: m.update(units=[1.0]), "does not say in which units"),
    "zero units": (lambda m, _: m.update(units=[0.0, 1.0]), "in units that are no numbers"),
    "objects": (
        lambda m, z: replace_array(m, z, "order", np.array([1, "a"], dtype=object)),
        "lists a shape or type for the array order that it cannot have",
    ),
    "complex": (
        lambda m, z: replace_array(m, z, "order", np.zeros(25, dtype=complex)),
        "lists a shape or type for the array order that it cannot have",
    ),
    "negative": (
        lambda m, _: m["arrays"]["order"].update(shape=[-25]),
        "lists a shape or type for the array order that it cannot have",
    ),
    "fraction": (
        lambda m, _: m["arrays"]["order"].update(shape=[2.5]),
        "lists a shape or type for the array order that it cannot have",
    ),
    "huge": (
        lambda m, _: m["arrays"]["order"].update(shape=[2**39, 2**39]),
        "has another shape or type in the array order than it lists",
    ),
    "other shape": (
        lambda m, _: m["arrays"]["order"].update(shape=[5, 5]),
        "has another shape or type in the array order than it lists",
    ),
    "no header": (
        lambda _, z: z.update({"order.npy": b"order"}),
        "has another shape or type in the array order than it lists",
    ),
    "short": (
        lambda _, z: z.update({"order.npy": z["order.npy"][:-1]}),
        "has another shape or type in the array order than it lists",
    ),
    "other bytes": (
        lambda _, z: z.update({"order.npy": z["order.npy"][:-1] + b"\1"}),
        "the array order does not have its SHA-256",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_checkpoint_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    change, message = FORGERIES[name]
    path = saved(trained(), tmp_path / "a.npz")
    repacked(path, change)
    with pytest.raises(CheckpointError) as refusal:
        checkpoint.load(path)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


def test_repacking_unchanged_still_loads(tmp_path: Path) -> None:
    """Or else the forgeries above might be refused for the repacking alone."""
    session = trained()
    path = saved(session, tmp_path / "a.npz")
    repacked(path, lambda manifest, members: None)
    assert_same(checkpoint.load(path)[1], session.state())


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (b"[" * 100_000, "not readable JSON"),
        (b"[1]", "not a table"),
        (b"\xff", "not readable JSON"),
        (b" " * (archive.LARGEST_MANIFEST + 1), "a manifest of more than 16 MB"),
    ],
    ids=["deep", "list", "binary", "long"],
)
def test_an_unreadable_manifest_is_refused(tmp_path: Path, manifest: bytes, message: str) -> None:
    path = tmp_path / "a.npz"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("manifest.json", manifest)
        file.comment = b"sha256:" + b"0" * 64
    path.write_bytes(sealed(buffer.getvalue()))
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(path)


@pytest.mark.parametrize("kind", ["compressed", "many", "doubled", "none", "no zip"])
def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "a.npz"
    buffer = io.BytesIO()
    packing = zipfile.ZIP_DEFLATED if kind == "compressed" else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", packing) as file:
        for number in range({"many": 2001, "none": 0}.get(kind, 1)):
            file.writestr(str(number), bytes(1_000_000 if kind == "compressed" else 1))
        if kind == "doubled":
            with pytest.warns(UserWarning, match="Duplicate name"):
                file.writestr("0", b"")
        file.comment = b"sha256:" + b"0" * 64
    content = buffer.getvalue()
    path.write_bytes(sealed(b"spam" * 20 + content[-71:] if kind == "no zip" else content))
    message = {
        "compressed": "has compressed members",
        "many": "has more than 2,000 members",
        "doubled": "has two members of the same name",
        "none": "has no manifest",
        "no zip": "is not a readable archive",
    }[kind]
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(path)


def test_other_files_are_no_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, a=np.zeros(3))
    with pytest.raises(CheckpointError, match="is not a checkpoint of this program"):
        checkpoint.load(path)
    with pytest.raises(CheckpointError, match="is not a regular file"):
        checkpoint.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        checkpoint.load(tmp_path / "none.npz")


def test_data_that_has_changed_is_noticed(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    rows = [f"{i},{i * i % 7},{'ab'[i % 2]}" for i in range(40)]
    table.write_text("\n".join(["p,q,kind", *rows]))
    changes = {"data.source": "rows.csv", "training.batch_size": 3}
    session = Session(Experiment.from_values({**SMALL, **changes}), base=tmp_path)
    session.step("batch")
    path = saved(session, tmp_path / "a.npz")
    checkpoint.resume(path, tmp_path)
    table.write_text("\n".join(["p,q,kind", *rows[:30]]))
    with pytest.raises(CheckpointError, match="does not fit its data, which has changed"):
        checkpoint.resume(path, tmp_path)
    table.write_text("\n".join(["p,kind", *(row.split(",", 1)[1] for row in rows)]))
    with pytest.raises(CheckpointError, match="does not fit its data, which has changed"):
        checkpoint.resume(path, tmp_path)


TABLE = [f"{i},{i * i % 7},{'ab'[i % 2]}" for i in range(40)]


@pytest.mark.parametrize("changes", [{}, {"data.standardize": True}, {"training.loss": "ce"}])
@pytest.mark.parametrize("edited", ["17,2,b", "17,2.0000001,b", "17,2,a"])
def test_one_changed_cell_is_noticed(tmp_path: Path, changes: dict[str, Any], edited: str) -> None:
    """The shapes stay, so that only the numbers can tell."""
    table = tmp_path / "rows.csv"
    table.write_text("\n".join(["p,q,kind", *TABLE]))
    changes = {"data.source": "rows.csv", **changes}
    session = Session(Experiment.from_values({**SMALL, **changes}), base=tmp_path)
    path = saved(session, tmp_path / "a.npz")
    table.write_text("\n".join(["p,q,kind", *TABLE]).replace("17,2,b", edited) + "\n")
    if edited in TABLE:
        checkpoint.resume(path, tmp_path)
        return
    with pytest.raises(CheckpointError, match=r"other numbers in its rows now \(.*(train|test)\)$"):
        checkpoint.resume(path, tmp_path)


def test_each_split_has_its_own_digest(tmp_path: Path) -> None:
    """Rows that only trade places between training and test are other data, too."""
    changes = {"data.source": "iris", "data.validation_fraction": 0.2, "data.seed": 1}
    session = Session(Experiment.from_values({**SMALL, **changes}))
    path = saved(session, tmp_path / "a.npz")
    repacked(path, lambda m, _: m["experiment"].update({"data.seed": 2}))
    with pytest.raises(CheckpointError, match=r"rows now \(train, validation, test\)$"):
        checkpoint.resume(path)


def test_the_last_bit_of_made_numbers_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processors differ in the last bit of a sine; a checkpoint can move between them."""
    source = datasets.DATASETS["circle"]
    path = saved(trained(), tmp_path / "a.npz")

    def moved_by(distance: float) -> datasets.Source:
        def generate(rng: np.random.Generator, samples: int, noise: float) -> datasets.Samples:
            made = source.generate(rng, samples, noise)
            return dataclasses.replace(made, X=made.X + distance)

        return dataclasses.replace(source, generate=generate)

    monkeypatch.setitem(datasets.DATASETS, "circle", moved_by(1e-15))
    checkpoint.resume(path)
    monkeypatch.setitem(datasets.DATASETS, "circle", moved_by(1e-5))
    with pytest.raises(CheckpointError, match="has changed"):
        checkpoint.resume(path)


def test_another_source_is_told_before_any_data_is_looked_for(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("\n".join(["p,q,kind", *TABLE]))
    experiment = Experiment.from_values({**SMALL, "data.source": "rows.csv"})
    path = saved(Session(experiment, base=tmp_path), tmp_path / "a.npz")
    table.unlink()
    with pytest.raises(CheckpointError, match=r"was trained on 'rows\.csv', not on 'circle'$"):
        checkpoint.resume(path, source="circle")


def test_what_cannot_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.npz"
    for attempt in (lambda: archive.check_writable(path), lambda: saved(trained(), path)):
        with pytest.raises(FileNotFoundError) as refusal:
            attempt()
        assert refusal.value.filename == str(path)


def test_trying_leaves_nothing_behind(tmp_path: Path) -> None:
    archive.check_writable(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []
    path = saved(trained(), tmp_path / "a.npz")
    archive.check_writable(path)
    assert list(tmp_path.iterdir()) == [path]
    assert checkpoint.load(path)[1].steps == 7


def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.npz").symlink_to(tmp_path / "pipe")
    for attempt in (archive.check_writable, lambda path: saved(trained(), path)):
        with pytest.raises(OSError, match=r"Not a regular file.*a\.npz"):
            attempt(tmp_path / "a.npz")
    assert (tmp_path / "pipe").is_fifo()


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = trained()
    path = saved(session, tmp_path / "a.npz")
    session.step("epoch")

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        saved(session, path)
    assert list(tmp_path.iterdir()) == [path]
    assert checkpoint.load(path)[1].steps == 7


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.npz").symlink_to(tmp_path / "a.npz")
    saved(trained(), tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink()
    assert (tmp_path / "a.npz").is_file()


@pytest.mark.parametrize("array", [np.zeros(()), np.ones(3), np.eye(4, 7), np.arange(5)])
def test_the_header_is_one_that_numpy_reads(array: archive.AnyArray) -> None:
    content = archive.npy_header(array.shape, array.dtype.str) + array.tobytes()
    read = np.load(io.BytesIO(content), allow_pickle=False)
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


KILL_SAVERS = """
import os, random, signal, sys, time
from pathlib import Path
from nnmath_engine import checkpoint
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
path, kills = Path(sys.argv[1]), int(sys.argv[2])
session = Session(Experiment.from_values({"data.samples": 50, "network.hidden": [300, 300]}))
start = time.perf_counter()
checkpoint.save(path, session)
longest = 4 * (time.perf_counter() - start)
delays, seen = random.Random(3), set()
for _ in range(kills):
    session.step("batch")
    saver = os.fork()
    while saver == 0:
        checkpoint.save(path, session)
    time.sleep(delays.uniform(0, longest))
    os.kill(saver, signal.SIGKILL)
    os.waitpid(saver, 0)
    seen.add(checkpoint.load(path)[1].steps)
print(len(seen), len(list(path.parent.glob(".a.npz.*.tmp"))))
"""


def test_killed_while_saving_the_file_is_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILL_SAVERS, str(tmp_path / "a.npz"), "25"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    states, unfinished = map(int, result.stdout.split())
    # Or else no kill would have come after a whole save, and none in the middle of one.
    assert states > 1
    assert unfinished > 0


def test_a_checkpoint_of_before_the_plan_has_no_memory_and_goes_on_all_the_same(
    tmp_path: Path,
) -> None:
    def without_memory(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        remove_array(manifest, members, "memory")
        del manifest["units"]

    path = saved(trained(), tmp_path / "a.npz")
    whole = checkpoint.resume(path)
    repacked(path, without_memory)
    old = checkpoint.resume(path)
    for session in (whole, old):
        session.run(60, until=session.epoch + 3)
    for x, y in zip(whole.parameters.arrays(), old.parameters.arrays(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-9)
