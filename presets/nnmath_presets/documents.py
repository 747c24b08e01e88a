"""From a file to a TOML document: read within limits, decoded, parsed, of the right version."""

from __future__ import annotations

import ast
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from nnmath_engine import confinement

from nnmath_presets.findings import Findings, spelled
from nnmath_presets.lesson_fields import SCHEMA
from nnmath_presets.lines import Lines, TooMuch
from nnmath_presets.preset import PresetError, Problem

LARGEST_FILE = 256 * 1024

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOML_TWICE = re.compile(r"Cannot declare (\(.*\)) twice")


def read_text(path: Path) -> str:
    """The text of the file at `path`.

    Raises:
        PresetError: there is none, it is too large, or it is no text.
    """
    return _decode(str(path), _read(path))


def _read(path: Path) -> bytes:
    content = b""
    if message := confinement.objection(path):
        raise PresetError(repr(str(path))[1:-1], [Problem(0, "", message)])
    try:
        # Opening a pipe would wait for a writer, for ever if there is none.
        regular = stat.S_ISREG(path.stat().st_mode)
        if regular:
            with confinement.open_file(path) as file:
                content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise PresetError(str(path), [Problem(0, "", "there is no such file")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        message = f"cannot be read: {reason or error}"
        raise PresetError(repr(str(path))[1:-1], [Problem(0, "", message)]) from None
    if not regular:
        raise PresetError(str(path), [Problem(0, "", "is not a regular file")])
    if len(content) > LARGEST_FILE:
        message = f"is larger than {LARGEST_FILE // 1024} kB, the most that a preset may be"
        raise PresetError(str(path), [Problem(0, "", message)])
    return content


def _decode(file: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text: byte 0x{content[error.start]:02X}"
        raise PresetError(file, [Problem(line, "", message)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PresetError(file, [Problem(line, "", "is not UTF-8 text: it holds NUL characters")])
    return text.removeprefix("\ufeff")


def parse(text: str, file: str) -> tuple[dict[str, Any], Lines]:
    """The values of a TOML text, and on which lines they stand.

    Raises:
        PresetError: it is no TOML, or more of it than the limits allow.
    """
    try:
        lines = Lines(text)
    except TooMuch as error:
        raise PresetError(file, [Problem(error.line, "", str(error))]) from None
    try:
        return tomllib.loads(text), lines
    except tomllib.TOMLDecodeError as error:
        message = str(error).replace("Cannot overwrite a value", "The key has a value already")
        line, column = text.rstrip().count("\n") + 1, ""
        if match := _TOML_PLACE.search(message):
            message = message[: match.start()]
            line = int(match[1] or line)
            column = f"column {match[2]}: " if match[2] else "end of the file: "
        if match := _TOML_TWICE.fullmatch(message):
            table = ast.literal_eval(match[1])  # a tuple of keys, as Python writes it
            message = f"[{spelled(table)}] is declared twice, first in line {lines.line(table)}"
        problem = Problem(line, "", f"{column}{message[:1].lower()}{message[1:]}")
        raise PresetError(file, [problem]) from None


def check_version(document: dict[str, Any], file: str, findings: Findings) -> None:
    """Note that the schema's version is missing.

    Raises:
        PresetError: it is another version's.
    """
    found = document.get("schema")
    if found is None:
        findings.add(("schema",), f"is missing; the file must start with schema = {SCHEMA}")
    elif type(found) is not int or found != SCHEMA:
        # A later schema may mean other things by the same keys: say nothing about those.
        findings.add(("schema",), f"must be {SCHEMA}, the only version that this program reads")
        raise PresetError(file, findings.problems)
