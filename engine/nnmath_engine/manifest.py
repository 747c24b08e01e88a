"""The part of a checkpoint that is no array, as JSON: experiment, counters, random generator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nnmath_engine.archive import ArchiveError
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.history import COLUMNS, table_names
from nnmath_engine.network import Parameters
from nnmath_engine.places import Place
from nnmath_engine.schedules import Plateau
from nnmath_engine.state import Mark, State

SPLITS = ("train", "validation", "test")
FORMAT = "nnmath-tui checkpoint"
VERSION = 1


def encode(state: State, experiment: Experiment, data: Mapping[str, str]) -> dict[str, Any]:
    """Everything of a state that is no array, the experiment, and the digests of its data."""
    plateau, patience, generator = state.plateau, state.patience, state.generator
    return {
        "format": FORMAT,
        "version": VERSION,
        "experiment": experiment.values(),
        "data": dict(data),
        "epoch": state.epoch,
        "steps": state.steps,
        "optimizer_steps": state.optimizer_steps,
        "position": state.position,
        "status": state.status,
        "diagnosis": _encode_diagnosis(state.diagnosis),
        "marks": [[mark.epoch, mark.text] for mark in state.marks],
        "frozen": [list(place) for place in sorted(state.frozen, key=str)],
        "hand_set": [[*place, float(value)] for place, value in state.hand_set.items()],
        "plateau": [_encode_number(plateau.best), plateau.waited, plateau.drops],
        "patience": [_encode_number(patience.best_loss), patience.best_epoch, patience.waited],
        "generator": {
            "name": generator["bit_generator"],
            # Of 128 bits, of which many JSON readers would keep 53.
            "state": str(generator["state"]["state"]),
            "increment": str(generator["state"]["inc"]),
            "has_half": generator["has_uint32"],
            "half": generator["uinteger"],
        },
        "history": list(table_names(len(state.history) - len(COLUMNS))),
        "units": list(state.memory.units) if state.memory is not None else [],
    }


def check_version(manifest: Mapping[str, Any]) -> None:
    """See to it that a manifest is of our format and version.

    Raises:
        ArchiveError: it is not.
    """
    if manifest.get("format") != FORMAT:
        raise ArchiveError("is not a checkpoint of this program")
    if manifest.get("version") != VERSION:
        found = repr(manifest.get("version"))[:40]
        raise ArchiveError(f"is of version {found}; this program reads version {VERSION}")


def decode_experiment(manifest: Mapping[str, Any]) -> Experiment:
    """The experiment in a manifest of our format and version.

    Raises:
        ArchiveError: the manifest is of another format or version, or the experiment not valid.
    """
    check_version(manifest)
    values = manifest.get("experiment")
    if not isinstance(values, dict):
        raise ArchiveError("holds no experiment")
    try:
        return Experiment.from_values(values)
    except ExperimentError as error:
        raise ArchiveError(f"holds an experiment that is not valid: {error}") from None


def decode_data(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digests of the data, by the name of the split.

    Raises:
        ArchiveError: there are none, or not one for each split.
    """
    data = manifest.get("data")
    if not isinstance(data, dict) or set(data) != set(SPLITS):
        raise ArchiveError("does not say which data it was trained on")
    if not all(isinstance(value, str) for value in data.values()):
        raise ArchiveError("does not say which data it was trained on")
    return data


def decode_units(manifest: Mapping[str, Any], slots: int) -> tuple[float, ...]:
    """The units of the optimizer's memory, one for each of its slots.

    Raises:
        ArchiveError: there are others, or they are no positive numbers.
    """
    units = manifest.get("units")
    if not isinstance(units, list) or len(units) != slots:
        raise ArchiveError("does not say in which units its optimizer remembers")
    if not all(isinstance(unit, float) and 0 < unit < math.inf for unit in units):
        raise ArchiveError("has an optimizer that remembers in units that are no numbers")
    return tuple(units)


def decode_counters(manifest: Mapping[str, Any], best: Parameters | None) -> dict[str, Any]:
    """The attributes of `State` that are no arrays, by name.

    Args:
        best: the parameters that early stopping would go back to.

    Raises:
        ArchiveError: something is missing or is not what it should be.
    """
    try:
        best_loss, best_epoch, waited = manifest["patience"]
        plateau_best, plateau_waited, drops = manifest["plateau"]
        return {
            **{name: _count(manifest[name]) for name in ("epoch", "steps", "optimizer_steps")},
            "position": _count(manifest["position"]),
            "status": _one_of(manifest["status"], ("ready", "diverged", "stopped")),
            "diagnosis": _decode_diagnosis(manifest["diagnosis"]),
            "marks": tuple(Mark(_count(epoch), _text(text)) for epoch, text in manifest["marks"]),
            # Files from before there was such a thing say nothing of it.
            "frozen": frozenset(_place(*given) for given in manifest.get("frozen", [])),
            "hand_set": {
                _place(*place): _finite(value) for *place, value in manifest.get("hand_set", [])
            },
            "plateau": Plateau(_decode_number(plateau_best), _count(plateau_waited), _count(drops)),
            "patience": Patience(
                _decode_number(best_loss), _count(best_epoch), best, _count(waited)
            ),
            "generator": _decode_generator(manifest["generator"]),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"has a manifest that is incomplete or wrong: {error}") from None


def _encode_diagnosis(diagnosis: Diagnosis | None) -> dict[str, Any] | None:
    if diagnosis is None:
        return None
    return {
        "quantity": diagnosis.quantity,
        "value": _encode_number(diagnosis.value),
        "formula": diagnosis.formula,
        "evidence": diagnosis.evidence,
    }


def _decode_diagnosis(given: Any) -> Diagnosis | None:
    if given is None:
        return None
    quantity, formula, evidence = (_text(given[k]) for k in ("quantity", "formula", "evidence"))
    return Diagnosis(quantity, _decode_number(given["value"]), formula, evidence)


def _decode_generator(given: Any) -> dict[str, Any]:
    state, increment = int(_text(given["state"])), int(_text(given["increment"]))
    if not (0 <= state < 2**128 and 0 <= increment < 2**128 and increment % 2):
        raise ValueError("the random generator's state is not possible")
    return {
        "bit_generator": _one_of(given["name"], ("PCG64",)),
        "state": {"state": state, "inc": increment},
        "has_uint32": _one_of(given["has_half"], (0, 1)),
        "uinteger": _count(given["half"], below=2**32),
    }


def _encode_number(value: float) -> float | str:
    """JSON has no infinity and no NaN; their names stand for them."""
    return float(value) if math.isfinite(value) else str(float(value))


def _decode_number(given: Any) -> float:
    if type(given) is not float and given not in ("inf", "-inf", "nan"):
        raise ValueError(f"{given!r:.40} is not a number")
    return float(given)


def _finite(given: Any) -> float:
    if type(given) is not float or not math.isfinite(given):
        raise ValueError(f"{given!r:.40} is not a finite number")
    return given


def _count(given: Any, below: int = 2**53) -> int:
    if type(given) is not int or not 0 <= given < below:
        raise ValueError(f"{given!r:.40} is not a count")
    return given


def _place(layer: Any, row: Any, column: Any) -> Place:
    return Place(_count(layer), None if row is None else _count(row), _count(column))


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > 10_000:
        raise ValueError(f"{given!r:.40} is not a text")
    return given


def _one_of(given: Any, allowed: tuple[Any, ...]) -> Any:
    if given not in allowed:
        raise ValueError(f"{given!r:.40} is none of {', '.join(map(str, allowed))}")
    return given
