"""A network as a JSON document: weights, how inputs are prepared, and what it was trained by."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy.typing as npt

from nnmath_tui.export.source import Source

FORMAT = "nnmath-tui network"
VERSION = 1


def json_document(source: Source) -> str:
    """The document; see README.md for its keys. Weights are (fan_out, fan_in), as PyTorch's."""
    dataset, scaled = source.dataset, source.dataset.standardizer
    raw = [
        {"name": name, "column": pair[0] if pair else name, "category": pair[1] if pair else None}
        for name, pair in zip(dataset.raw_names, dataset.categories, strict=True)
    ]
    loss = source.blueprint.loss
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "epoch": source.epoch,
        "task": dataset.task,
        "dtype": source.experiment.training.dtype,
        "loss": {"name": loss.name, "on_logits": loss.on_logits, "threshold": loss.threshold},
        "raw_inputs": raw,
        "features": [
            {"name": term.name, "operation": term.operation, "raw": list(term.columns)}
            for term in dataset.expansion.terms
        ],
        "standardize": None
        if scaled is None
        else {"mean": _numbers(scaled.mean), "deviation": _numbers(scaled.deviation)},
        "layers": [
            {"weight": _numbers(W.T), "bias": _numbers(b), "activation": name}
            for (W, b), name in zip(source.parameters.layers(), source.activations, strict=True)
        ],
        "outputs": list(dataset.outputs),
        "classes": list(dataset.classes),
        "examples": {
            "raw": _numbers(source.examples),
            "prediction": _numbers(source.predict(source.examples)),
        },
        "experiment": source.experiment.values(),
    }
    # A layer to a line: one could not find anything in a file of one number a line.
    body = ",\n".join(f" {json.dumps(key)}: {_value(value)}" for key, value in document.items())
    return f"{{\n{body}\n}}\n"


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        lines = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in value)
        return f"[\n{lines}\n ]"
    return json.dumps(value, ensure_ascii=False)


def _numbers(values: npt.NDArray[Any]) -> Any:
    """Nested lists; JSON knows no infinity and no NaN."""
    return _finite(values.tolist())


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value if math.isfinite(value) else None
