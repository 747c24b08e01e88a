"""Arrays as Python source: lists that a person can read, or text for what nobody would."""

from __future__ import annotations

import base64
import textwrap
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

READABLE = 200
"""Numbers of one array up to which they are written out."""

WIDTH = 100

UNPACK = '''\
def unpack(text, dtype, *shape):
    """An array from its bytes, compressed and written in base 64."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype).reshape(shape)
'''


def array(values: npt.NDArray[Any], dtype: str | None = None) -> str:
    """Source of an array (n,) or (n, m) with exactly these numbers; several lines if need be.

    dtype: what NumPy is to make of it, or None for what it does by itself.
    """
    if values.size > READABLE:
        return _packed(values)
    given = f', dtype="{dtype}"' if dtype else ""
    if values.size == 0:
        return f"np.empty({values.shape}{given})"
    return f"np.array({nested(values)}{given})"


def nested(values: npt.NDArray[Any]) -> str:
    """Source of nested lists."""
    if values.ndim == 1:
        return _row(values, 0)
    rows = [textwrap.indent(_row(row, 4), "    ") + "," for row in values]
    return "\n".join(["[", *rows, "]"])


def names(texts: Iterable[object]) -> str:
    """Source of a list of texts, pairs or whole numbers."""
    return _wrapped([repr(text) for text in texts], 0)


def _row(numbers: npt.NDArray[Any], indent: int) -> str:
    # The shortest digits that give the very number back, in its own precision.
    return _wrapped([str(number) for number in numbers], indent)


def _wrapped(items: list[str], indent: int) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) + indent <= WIDTH - 20:
        return line
    lines, current = [], ""
    for item in items:
        if current and len(current) + len(item) + 2 > WIDTH - indent - 6:
            lines.append(current)
            current = ""
        current += f"{item}, "
    lines.append(current)
    return "\n".join(["[", *(f"    {line.rstrip()}" for line in lines), "]"])


def _packed(values: npt.NDArray[Any]) -> str:
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    text = base64.b64encode(zlib.compress(np.ascontiguousarray(little).tobytes(), 6)).decode()
    shape = ", ".join(map(str, values.shape))
    lines = "\n".join(textwrap.wrap(text, WIDTH))
    return f'unpack("""\n{lines}\n""", "{little.dtype.str}", {shape})'


def hanging(text: str) -> str:
    """Source that begins amid a line that is indented by four."""
    # Text in base 64 stays where it is.
    return text if text.startswith("unpack(") else text.replace("\n", "\n    ")


def listed(name: str, arrays: Iterable[str], comments: Iterable[str] = ()) -> str:
    """`name = [...]` with one array to an element, and a comment above each."""
    lines = [f"{name} = ["]
    notes = iter(comments)
    for text in arrays:
        note = next(notes, "")
        if note:
            lines.append(f"    # {note}")
        lines.append(_indented(text) + ",")
    return "\n".join([*lines, "]"])


def _indented(text: str) -> str:
    # Text in base 64 stays where it is: blanks would be part of it.
    if text.startswith("unpack("):
        return f"    {text}"
    return textwrap.indent(text, "    ")
