"""Weights in the safetensors format, named as `torch.nn.Sequential` names them.

Eight bytes with the length of a JSON header, the header, then all numbers, row by row
(https://github.com/huggingface/safetensors#format). A dozen lines need no library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from nnmath_engine.network import Parameters

_TYPES = {"<f8": "F64", "<f4": "F32"}
_ALIGNED = 8


def safetensors_bytes(parameters: Parameters, metadata: Mapping[str, str]) -> bytes:
    """The file of a network's weights (fan_out, fan_in) and biases."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for layer, (W, b) in enumerate(parameters.layers()):
        arrays[f"{2 * layer}.weight"] = np.ascontiguousarray(W.T)
        arrays[f"{2 * layer}.bias"] = np.ascontiguousarray(b)
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    contents, at = [], 0
    for name, array in arrays.items():
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        content = little.tobytes()
        header[name] = {
            "dtype": _TYPES[little.dtype.str],
            "shape": list(array.shape),
            "data_offsets": [at, at + len(content)],
        }
        contents.append(content)
        at += len(content)
    text = json.dumps(header, separators=(",", ":")).encode()
    # Blanks may end the header, so that the numbers start at a multiple of their size.
    text += b" " * (-len(text) % _ALIGNED)
    return len(text).to_bytes(8, "little") + text + b"".join(contents)
