"""A checkpoint: everything needed to go on training to the very same numbers, in one `.npz` file.

The weights are named as `torch.nn.Sequential` names them (linear layers at 0, 2, 4, ..., the
activations between them) and stored as PyTorch stores them, (fan_out, fan_in), so that

    saved = np.load("trained.npz")
    h = np.tanh(x @ saved["0.weight"].T + saved["0.bias"])
    y = h @ saved["2.weight"].T + saved["2.bias"]

is a whole network. The gradients, the optimizer's moments and the weights of the step before stand
beside them under longer names, everything else in the manifest. The data is not in the file; its
SHA-256 is, so that going on with other rows is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine import archive
from nnmath_engine.archive import AnyArray, ArchiveError
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.history import table_names
from nnmath_engine.manifest import (
    SPLITS,
    check_version,
    decode_counters,
    decode_data,
    decode_experiment,
    decode_units,
    encode,
)
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.places import Place
from nnmath_engine.plan.layout import Layout
from nnmath_engine.session import Session
from nnmath_engine.state import Memory, State, StateMismatch


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message is one sentence that names the file."""


# Decimals of made numbers that count: the last bit of a sine depends on the processor.
_DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A session at one moment: it stays as it is while the session trains on."""

    experiment: Experiment
    state: State
    dataset: Dataset


def capture(session: Session) -> Moment:
    """What `write` needs of a session; it costs about a copy of the parameters.

    Raises:
        RuntimeError: somebody drives the session right now.
    """
    return Moment(session.experiment, session.state(), session.dataset)


def save(path: Path, session: Session) -> None:
    """Write a session to `path`: afterwards it holds that, or what it held before.

    Raises:
        OSError: the file cannot be written; the error names `path`.
    """
    write(path, capture(session))


def write(
    path: Path,
    moment: Moment,
    notes: Mapping[str, Any] | None = None,
    data: Mapping[str, str] | None = None,
) -> None:
    """Write a moment to `path`, all of it or nothing.

    Args:
        notes: whatever else the file is to hold, as JSON; `peek` reads it.
        data: the `digests` of the moment's data, for whoever writes the same data often.

    Raises:
        OSError: the file cannot be written; the error names `path`.
    """
    state, experiment = moment.state, moment.experiment
    if data is None:
        data = digests(moment.dataset, experiment)
    groups = {
        "": state.parameters,
        "gradient.": state.gradients,
        "before.": state.before,
        **_slot_groups(experiment, state.slots),
    }
    best = state.patience.best_parameters
    if best is not None:
        groups["best."] = best
    arrays: dict[str, AnyArray] = {}
    for prefix, parameters in groups.items():
        for layer, (W, b) in enumerate(parameters.layers()):
            arrays[f"{prefix}{2 * layer}.weight"] = W.T
            arrays[f"{prefix}{2 * layer}.bias"] = b
    if state.memory is not None:
        arrays["memory"] = state.memory.values
    arrays["history"] = state.history
    arrays["order"] = state.order.astype(np.int64)
    manifest = encode(state, experiment, data)
    archive.write(path, arrays, manifest if notes is None else {**manifest, "notes": dict(notes)})


def peek(path: Path) -> dict[str, Any]:
    """The notes in the checkpoint at `path`, which is not checked any further.

    Raises:
        CheckpointError: the file is no checkpoint of this program and version.
        OSError: the file cannot be read.
    """
    try:
        manifest = archive.read_manifest(path)
        check_version(manifest)
    except ArchiveError as error:
        raise CheckpointError(f"{path} {error}") from None
    notes = manifest.get("notes")
    return notes if isinstance(notes, dict) else {}


def load(path: Path) -> tuple[Experiment, State]:
    """The experiment and the state in the checkpoint at `path`.

    Raises:
        CheckpointError: the file is no checkpoint, is damaged, or contradicts itself.
        OSError: the file cannot be read.
    """
    experiment, state, _ = _load(path)
    return experiment, state


def resume(path: Path, base: Path | None = None, *, source: str | None = None) -> Session:
    """A session that goes on where the checkpoint at `path` left off.

    Args:
        base: the folder that a relative CSV path in the experiment starts from.
        source: the `data.source` that is wanted, or None for that of the checkpoint.

    Raises:
        CheckpointError: as `load`, or the data is not what the checkpoint was trained on.
        DataError: the data cannot be read.
        OSError: the file cannot be read.
    """
    experiment, state, data = _load(path)
    if source is not None and source != experiment.data.source:
        raise CheckpointError(
            f"{path} was trained on {experiment.data.source!r}, not on {source!r}"
        )
    try:
        session = Session(experiment, base=base, state=state)
    except ExperimentError as error:
        raise CheckpointError(f"{path} does not fit its data: {error}") from None
    except StateMismatch as error:
        raise CheckpointError(f"{path} does not fit its data, which has changed: {error}") from None
    found = digests(session.dataset, experiment)
    if changed := [name for name in SPLITS if found[name] != data[name]]:
        raise CheckpointError(
            f"{path} does not fit its data, which has changed: "
            f"other numbers in its rows now ({', '.join(changed)})"
        )
    return session


def _load(path: Path) -> tuple[Experiment, State, dict[str, str]]:
    try:
        arrays, manifest = archive.read(path)
        return *_decode(arrays, manifest), decode_data(manifest)
    except ArchiveError as error:
        raise CheckpointError(f"{path} {error}") from None


def digests(dataset: Dataset, experiment: Experiment) -> dict[str, str]:
    """The SHA-256 of each split's raw inputs and targets; the experiment says the rest of X and Y.

    Rows from a file count bit by bit.
    """
    entry = DATASETS.get(experiment.data.source)
    is_made = experiment.data.source == "formula" or (entry is not None and not entry.real)
    splits = (dataset.train, dataset.validation, dataset.test)
    return {name: _digest(split, is_made) for name, split in zip(SPLITS, splits, strict=True)}


def _digest(split: Split, is_made: bool) -> str:
    sha256 = hashlib.sha256()
    for array in (split.raw, split.y):
        # Adding 0 makes 0 of a rounded -0.
        counted = array.round(_DECIMALS) + 0 if is_made else array
        sha256.update(f"{array.shape} {array.dtype.str};".encode())
        sha256.update(counted.tobytes())
    return sha256.hexdigest()


def _slot_groups(experiment: Experiment, slots: tuple[Parameters, ...]) -> dict[str, Parameters]:
    names = OPTIMIZERS[experiment.training.optimizer].slots
    return {f"optimizer.{name}.": slot for name, slot in zip(names, slots, strict=True)}


def _decode(arrays: dict[str, AnyArray], manifest: Mapping[str, Any]) -> tuple[Experiment, State]:
    experiment = decode_experiment(manifest)
    parameters = _take(arrays, "", experiment)
    if parameters.sizes[1:-1] != experiment.network.hidden:
        raise ArchiveError("has layers of other sizes than its experiment")
    groups = ["gradient.", "before."]
    groups += [f"optimizer.{slot}." for slot in OPTIMIZERS[experiment.training.optimizer].slots]
    groups += ["best."] if "best.0.weight" in arrays else []
    found = {group: _take(arrays, group, experiment) for group in groups}
    if any(_shapes(other) != _shapes(parameters) for other in found.values()):
        raise ArchiveError("has arrays of another shape than its network")
    gradients, before = found.pop("gradient."), found.pop("before.")
    counters = decode_counters(manifest, found.pop("best.", None))
    for place in (*counters["frozen"], *counters["hand_set"]):
        _check(place, parameters)
    slots = tuple(found.values())
    values = arrays.pop("memory", None)
    history = _history(_pop(arrays, "history"), manifest.get("history"), len(parameters.weights))
    order = _order(_pop(arrays, "order"), counters["position"])
    if arrays:
        raise ArchiveError(f"holds an array that does not belong there: {min(arrays)}")
    return experiment, State(
        parameters=parameters,
        slots=slots,
        memory=None if values is None else _memory(values, manifest, parameters, slots),
        gradients=gradients,
        before=before,
        order=order,
        history=history,
        **counters,
    )


def _pop(arrays: dict[str, AnyArray], name: str) -> AnyArray:
    if name not in arrays:
        raise ArchiveError(f"lacks the array {name}")
    return arrays.pop(name)


def _take(arrays: dict[str, AnyArray], prefix: str, experiment: Experiment) -> Parameters:
    """Take one array pair for each layer out of `arrays`, as (fan_in, fan_out) and (fan_out,)."""
    layers = range(len(experiment.network.hidden) + 1)
    weights = [_pop(arrays, f"{prefix}{2 * layer}.weight") for layer in layers]
    biases = [_pop(arrays, f"{prefix}{2 * layer}.bias") for layer in layers]
    if any(a.dtype != np.dtype(experiment.training.dtype) for a in (*weights, *biases)):
        raise ArchiveError("has numbers of another type than its experiment")
    fan_in = weights[0].shape[-1:]
    for W, b in zip(weights, biases, strict=True):
        if W.size == 0 or b.ndim != 1 or W.shape != b.shape + fan_in:
            raise ArchiveError("has layers that do not fit each other")
        fan_in = b.shape
    # Contiguous, since the last bit of a matrix product depends on how its factors lie in memory.
    return Parameters(tuple(np.ascontiguousarray(W.T) for W in weights), tuple(biases))


def _memory(
    values: AnyArray,
    manifest: Mapping[str, Any],
    parameters: Parameters,
    slots: tuple[Parameters, ...],
) -> Memory:
    """The optimizer's slots to the last bit, which must be the same as the slots but for it."""
    if values.shape != (len(slots) * parameters.count,):
        raise ArchiveError("has a memory of another size than its network's")
    if values.dtype != parameters.weights[0].dtype:
        raise ArchiveError("has numbers of another type than its experiment")
    memory = Memory(decode_units(manifest, len(slots)), values)
    layout = Layout(parameters.sizes)
    for slot, unit, kept in zip(
        slots, memory.units, np.split(values, max(1, len(slots))), strict=False
    ):
        for x, y in zip(slot.arrays(), layout.read(kept, unit).arrays(), strict=True):
            if not np.allclose(x, y, rtol=1e-3, atol=1e-3 * float(np.abs(x).max())):
                raise ArchiveError("has an optimizer that remembers two different things")
    return memory


def _check(place: Place, parameters: Parameters) -> None:
    try:
        place.check(parameters.sizes)
    except ValueError as error:
        raise ArchiveError(f"has something frozen that is not there: {error}") from None


def _shapes(parameters: Parameters) -> list[tuple[int, ...]]:
    return [array.shape for array in parameters.arrays()]


def _history(table: AnyArray, columns: Any, layers: int) -> Array:
    # Of old, there were no gradients of layers.
    known = [list(table_names(count)) for count in (0, layers)]
    if columns not in known or table.dtype != np.float64 or table.ndim != 2:
        raise ArchiveError("has a history that this program does not read")
    if table.shape[0] != len(columns) or table.shape[1] == 0:
        raise ArchiveError("has a history without rows or with other columns than it says")
    return table


def _order(order: AnyArray, position: int) -> npt.NDArray[np.intp]:
    if order.ndim != 1 or not np.array_equal(np.sort(order), np.arange(len(order))):
        raise ArchiveError("has an order of rows that leaves some out")
    if position and position >= len(order):
        raise ArchiveError("is at a row that its order of rows does not have")
    return order.astype(np.intp)
