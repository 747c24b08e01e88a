"""What scripts for NumPy and for PyTorch have in common: inputs, rows, schedule, the main part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from nnmath_engine.datasets import DATASETS, GIVEN

from nnmath_tui.export import literals
from nnmath_tui.export.source import Source


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text, and the arrays of the `.npz` file that it needs beside it, if any."""

    text: str
    beside: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


def docstring(source: Source, library: str, training: bool) -> str:
    """What the script is and how it is used."""
    data, spec = source.experiment.data, source.experiment.training
    sizes = "-".join(map(str, source.blueprint.sizes))
    name = " ".join(data.source.split()).replace("\\", "/").replace('"', "'")
    few = _columns(source)[:4]
    shown = ", ".join(few) + (", ..." if len(_columns(source)) > 4 else "")
    lines = [
        f"{name}: a network {sizes}, trained for {source.epoch} epochs. Needs {library}.",
        "",
        "    python SCRIPT            what it answers to a few rows that are in here",
        "    python SCRIPT rows.csv   to the rows of a file with a header of column names",
        "    python SCRIPT VALUE ...  to one row of values",
    ]
    if training:
        tolerance = "1e-6" if spec.dtype == "float64" else "what float32 rounds away"
        lines += [
            "    python SCRIPT --train N  train anew from the first weights, N epochs (10)",
            "",
            f"The losses it then prints are those of nnmath-tui to {tolerance}: same rows, same",
            "first weights, same shuffles; without what was changed by hand on the way.",
        ]
    columns = f"Columns: {shown}".replace("\\", "\\\\").replace('"""', "'''")
    return '"""' + "\n".join([*lines, "", columns]) + '\n"""\n'


def _columns(source: Source) -> list[str]:
    """The columns of a row of values, each once: those of a table that a row may come from."""
    pairs = zip(source.dataset.raw_names, source.dataset.categories, strict=True)
    return list(dict.fromkeys(pair[0] if pair else name for name, pair in pairs))


def inputs(source: Source) -> str:
    """The names of columns and outputs, and the examples."""
    dataset = source.dataset
    lines = [f"COLUMNS = {literals.names(_columns(source))}"]
    if not _is_made(source):
        pairs = zip(dataset.raw_names, dataset.categories, strict=True)
        described = [pair or (name, None) for name, pair in pairs]
        lines += ["# Each raw input: a column, and the category for which it is 1; None: a number"]
        lines += [f"INPUTS = {literals.names(described)}"]
    outputs = dataset.outputs
    if dataset.classes and len(outputs) == 1:
        outputs = ("output",)
    lines += [f"OUTPUTS = {literals.names(outputs)}"]
    if dataset.classes:
        lines += [f"CLASSES = {literals.names(dataset.classes)}"]
    return "\n".join([*lines, f"EXAMPLES = {literals.array(source.examples)}"])


_OPEN = '''\
def read(arguments):
    """Raw inputs (n, d0): those of a CSV file, of one row of values, or the examples."""
    if not arguments:
        return EXAMPLES
    rows = [dict(zip(COLUMNS, arguments))]
    if len(arguments) == 1 and arguments[0].lower().endswith(".csv"):
        with open(arguments[0], encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 1):
        if missing := [c for c in COLUMNS if not (row.get(c) or "").strip()]:
            sys.exit(f"row {number}: no value for {missing[0]}; columns: {', '.join(COLUMNS)}")
'''
_NUMBERS = """\
    try:
        return np.array([[float(row[c]) for c in COLUMNS] for row in rows])
    except ValueError as error:
        sys.exit(str(error))
"""
_CATEGORIES = '''\
    cells = [[cell(row[c].strip(), c, of) for c, of in INPUTS] for row in rows]
    return np.array(cells, dtype=float)


def cell(text, column, category):
    """A number, or 1 where `text` is the category."""
    if category is not None:
        known = [of for name, of in INPUTS if name == column]
        if text not in known:
            sys.exit(f"{column}: {text!r} is none of {', '.join(known)}")
        return text == category
    try:
        return {"true": 1.0, "false": 0.0}[text.lower()] if text.isalpha() else float(text)
    except (KeyError, ValueError):
        sys.exit(f"{column}: {text!r} is not a number")
'''


def read(source: Source) -> str:
    """The function that reads raw inputs; where all are made numbers, it is short."""
    return _OPEN + (_NUMBERS if _is_made(source) else _CATEGORIES)


def _is_made(source: Source) -> bool:
    """Whether all inputs are sure to be plain numbers: only in tables there are other kinds."""
    data = DATASETS.get(source.experiment.data.source)
    return source.experiment.data.source in GIVEN or (data is not None and not data.real)


def prepare(source: Source) -> str:
    """The function from raw inputs to those of the network, with what it needs."""
    dataset, dtype = source.dataset, source.experiment.training.dtype
    terms = dataset.expansion.terms
    lines = []
    scaled = dataset.standardizer
    if scaled is not None:
        lines += [
            f"MEAN = {literals.array(scaled.mean)}",
            f"DEVIATION = {literals.array(scaled.deviation)}",
            "",
            "",
        ]
    lines += [
        "def prepare(raw):",
        '    """The inputs of the network (n, d) from raw ones (n, d0)."""',
    ]
    columns = [term.columns[0] for term in terms]
    if all(term.operation == "column" for term in terms):
        same = columns == list(range(len(dataset.raw_names)))
        lines += ["    X = np.asarray(raw, dtype=float)" + ("" if same else f"[:, {columns}]")]
    else:
        lines += ["    X = np.column_stack(", "        ["]
        lines += [f"            {_term(term.operation, term.columns)}," for term in terms]
        lines += ["        ]", "    )"]
    whole = "X" if scaled is None else "((X - MEAN) / DEVIATION)"
    lines += [f'    return {whole}.astype("{dtype}")']
    return "\n".join(lines) + "\n"


def _term(operation: str, columns: tuple[int, ...]) -> str:
    cells = [f"raw[:, {column}]" for column in columns]
    match operation:
        case "square":
            return f"{cells[0]} ** 2"
        case "sine":
            return f"np.sin(np.pi * {cells[0]})"
        case "product":
            return " * ".join(cells)
        case _:
            return cells[0]


def main(source: Source, training: bool) -> str:
    """What the script does when it is run; `predict` gives (scored, yhat) as NumPy arrays."""
    loss, classes = source.blueprint.loss, source.dataset.classes
    head, values = "OUTPUTS", "list(map(str, y))"
    lines = ["def main(arguments):"]
    if training:
        lines += [
            '    if arguments[:1] == ["--train"]:',
            "        return train(int(arguments[1]) if arguments[1:] else 10)",
        ]
    lines += ["    scored, yhat = predict(read(arguments))"]
    if classes:
        one = len(source.dataset.outputs) == 1
        chosen = f"int(s[0] > {loss.threshold})" if one else "s.argmax()"
        head, values = '[*OUTPUTS, "class"]', f"[*map(str, y), CLASSES[{chosen}]]"
    lines += [
        "    table = csv.writer(sys.stdout)",
        f"    table.writerow({head})",
        f"    table.writerows({values} for s, y in zip(scored, yhat))",
        "",
        "",
        'if __name__ == "__main__":',
        "    main(sys.argv[1:])",
    ]
    return "\n".join(lines) + "\n"


def imports(body: str, library: tuple[str, ...]) -> str:
    """The import lines that a script's body needs."""
    standard = [
        name for name in ("base64", "copy", "csv", "math", "sys", "zlib") if f"{name}." in body
    ]
    lines = [f"import {name}" for name in standard]
    if "Path(" in body:
        lines += ["from pathlib import Path"]
    return "\n".join([*lines, "", *library])


def layer_notes(source: Source) -> list[str]:
    """A comment for each layer."""
    sizes, named = source.blueprint.sizes, source.activations
    return [
        f"layer {layer + 1}: {sizes[layer]} to {sizes[layer + 1]}, {name}"
        for layer, name in enumerate(named)
    ]


def joined(*parts: str) -> str:
    """The parts of a script, two empty lines between them."""
    return "\n\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def asarray(parameters: tuple[npt.NDArray[Any], ...], dtype: str) -> list[str]:
    """Each array's source; float64 needs no word."""
    given = None if dtype == "float64" else dtype
    return [literals.array(np.asarray(values), given) for values in parameters]
