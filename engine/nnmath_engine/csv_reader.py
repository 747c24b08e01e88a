"""The text of a CSV file as named columns of numbers and texts, every fault with its place.

Read in pieces of rows, so that memory stays near the size of the numbers and not that of a Python
string for every cell.
"""

from __future__ import annotations

import codecs
import csv
import io
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.columns import (
    LARGEST,
    LIMITS,
    LONGEST,
    MISSING,
    Column,
    Limits,
    Problems,
    Table,
    brief,
    clean,
    to_number,
    trim,
)

_WINDOWS = "cp1252"
_PIECE = 100_000  # cells that are held as strings at a time


def read_table(raw: bytes, file: str, limits: Limits = LIMITS) -> Table:
    """The columns in the bytes of the CSV file named `file`.

    The separator (comma, semicolon or tab) is told from the header row, the encoding is UTF-8 or
    else Windows-1252. Ragged rows are left out and are among `problems`. Raises DataError for what
    makes the file unreadable as a whole.
    """
    problems = Problems(file)
    _check_bytes(raw, problems, limits)
    encoding = "utf-8-sig" if _is_utf8(raw) else _WINDOWS
    notes: tuple[str, ...] = ()
    if encoding == _WINDOWS:
        notes += ("The file is not UTF-8; it was read as Windows-1252.",)
    separator = _separator(raw, encoding)
    records = _records(raw, encoding, separator, problems, limits)
    header_line, header = next(records, (0, []))
    names = [clean(cell) for cell in header]
    _check_header(names, header_line, problems, limits)

    builders = [_Builder() for _ in names]
    lines = array("q")
    piece: list[list[str]] = []
    for line, record in records:
        if len(record) != len(names):
            what = f"number of cells {len(record)}, but of columns in the header {len(names)}"
            problems.add(f"{what}; every row needs one cell for each column", line)
            continue
        lines.append(line)
        piece.append(record)
        if len(piece) * len(names) >= _PIECE:
            _flush(piece, builders)
    _flush(piece, builders)
    if not lines and not problems.total:
        problems.add("no data rows; at least one row must follow the header")
    if numbers := [name for name in names if to_number(name) is not None]:
        few = ", ".join(map(brief, numbers[:3])) + (", ..." if len(numbers) > 3 else "")
        notes += (f"The first row is taken for the names of columns; some are numbers: {few}.",)
    columns = (
        builder.column(name, position)
        for position, (name, builder) in enumerate(zip(names, builders, strict=True), 1)
    )
    return Table(file, tuple(columns), np.array(lines, dtype=np.int64), notes, problems)


def _check_bytes(raw: bytes, problems: Problems, limits: Limits) -> None:
    if len(raw) > limits.bytes:
        problems.add(f"the file has more bytes than the limit of {limits.bytes:,}")
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.add("the file is UTF-16 text; save it as CSV in UTF-8")
    elif raw.startswith(b"PK\x03\x04"):
        problems.add("the file is a workbook or another zip archive; export the sheet as CSV")
    elif (at := raw.find(b"\0")) >= 0:
        line = raw.count(b"\n", 0, at) + 1
        problems.add("a NUL byte: this is no text file; allowed is CSV text in UTF-8", line)
    elif not raw.strip():
        problems.add("the file is empty; a header row and data rows are needed")
    problems.check()


def _is_utf8(raw: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(raw)
    try:
        for start in range(0, len(raw), 2**20):
            decoder.decode(view[start : start + 2**20], start + 2**20 >= len(raw))
    except UnicodeDecodeError:
        return False
    return True


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """What stands for the five bytes that Windows-1252 lacks: control characters, each its own."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("nnmath_engine.latin-1", _as_latin_1)


def _separator(raw: bytes, encoding: str) -> str:
    def width(separator: str) -> int:
        _, header = next(_records(raw, encoding, separator, Problems(""), LIMITS), (0, []))
        return len(header)

    # max takes the first of equals: a header of one column counts as comma-separated.
    return max(",;\t", key=width)


def _records(
    raw: bytes, encoding: str, separator: str, problems: Problems, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, cells) of each record that is not a blank line.

    The limit of rows counts blank and ragged ones too, so that no file takes for ever.
    """
    errors = "nnmath_engine.latin-1" if encoding == _WINDOWS else "strict"
    text = io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, errors=errors, newline="")
    reader = csv.reader(text, delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for number, record in enumerate(reader):
            if number > limits.rows:
                problems.add(f"more rows than the limit of {limits.rows:,}", line)
                return
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the cells cannot be told apart ({clean(str(error))}); check the quotes"
        problems.add(what, line)


def _check_header(names: list[str], line: int, problems: Problems, limits: Limits) -> None:
    if not names:
        problems.check()
        problems.add("the file is empty; a header row and data rows are needed")
    elif len(names) > limits.columns:
        problems.add(f"{len(names):,} columns; the limit is {limits.columns:,}", line)
    elif all(to_number(name) is not None for name in names):
        problems.add("only numbers; the first row must name the columns", line)
    else:
        first: dict[str, int] = {}
        for position, name in enumerate(names, 1):
            if not name:
                problems.add("no name; every column needs one in the first row", line, position)
            elif len(name) > LONGEST:
                what = f"a name of {len(name):,} characters; at most {LONGEST} are allowed"
                problems.add(what, line, position, name)
            elif name in first:
                what = f"the name of column {first[name]} again; names must differ"
                problems.add(what, line, position, name)
            else:
                first[name] = position
    problems.check()


class _Builder:
    """Collects one column piece by piece."""

    def __init__(self) -> None:
        self._values: list[Array] = []
        self._texts: list[npt.NDArray[np.object_] | None] = []
        # Cells that are no numbers, trimmed: categories come again and again.
        self._known: dict[str, str] = {}

    def add(self, cells: tuple[str, ...]) -> None:
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            self._add_slowly(cells)
            return
        if np.all(np.abs(values) <= LARGEST) and "_" not in "".join(cells):
            self._values.append(values)
            self._texts.append(None)
        else:
            self._add_slowly(cells)

    def _add_slowly(self, cells: tuple[str, ...]) -> None:
        values = np.full(len(cells), np.nan)
        texts: npt.NDArray[Any] = np.full(len(cells), "", dtype=object)
        for row, cell in enumerate(cells):
            text = self._known.get(cell)
            if text is None:
                value = to_number(cell)
                if value is not None:
                    values[row] = value
                    continue
                text = trim(cell)
                if text.lower() in MISSING:
                    text = ""
                self._known[cell] = text
            texts[row] = text
        self._values.append(values)
        self._texts.append(texts if np.any(texts != "") else None)

    def column(self, name: str, position: int) -> Column:
        values = np.concatenate(self._values) if self._values else np.empty(0)
        texts = None
        if any(piece is not None for piece in self._texts):
            pairs = zip(self._values, self._texts, strict=True)
            texts = np.concatenate(
                [np.full(len(v), "", dtype=object) if t is None else t for v, t in pairs]
            )
        return Column(name, position, values, texts, frozenset(self._known.values()) - {""})


def _flush(piece: list[list[str]], builders: list[_Builder]) -> None:
    if piece:
        for builder, cells in zip(builders, zip(*piece, strict=True), strict=True):
            builder.add(cells)
        piece.clear()
