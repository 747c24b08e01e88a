"""The formats by name, and the bytes of an export in each."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_tui.export.document import json_document
from nnmath_tui.export.numpy_script import numpy_script
from nnmath_tui.export.safetensors import safetensors_bytes
from nnmath_tui.export.source import Source
from nnmath_tui.export.torch_script import torch_script

SUFFIXES = {"numpy": ".py", "torch": ".py", "json": ".json", "safetensors": ".safetensors"}
SCRIPTS = ("numpy", "torch")


def exported(source: Source, to: str, training: bool = False) -> dict[str, bytes]:
    """What to write, by suffix: the export itself first, then a script's arrays if it needs them.

    A script looks for its arrays under its own name with `.npz`.
    """
    if to in SCRIPTS:
        script = (numpy_script if to == "numpy" else torch_script)(source, training)
        files = {".py": script.text.encode()}
        if script.beside:
            files[".npz"] = _npz(script.beside)
        return files
    if to == "json":
        return {".json": json_document(source).encode()}
    metadata = {
        "format": "pt",
        "epoch": str(source.epoch),
        "activations": " ".join(source.activations),
    }
    return {".safetensors": safetensors_bytes(source.parameters, metadata)}


def _npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **dict(arrays))  # type: ignore[arg-type]
    return file.getvalue()
