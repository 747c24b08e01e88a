"""Reading a preset file: all that is wrong with it at once, or a `Preset`, and nothing between."""

from __future__ import annotations

import ast
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from nnmath_engine import confinement
from nnmath_engine.experiment import OPTION_TABLES, Experiment, ExperimentError

from nnmath_presets.crosscheck import experiment_complaints
from nnmath_presets.findings import Findings, spelled, suggestion
from nnmath_presets.lesson_fields import HEAD, SCHEMA
from nnmath_presets.lesson_reader import read_lesson
from nnmath_presets.lines import Lines, TooMuch
from nnmath_presets.preset import Preset, PresetError, Problem
from nnmath_presets.settings import NAMES, SECTIONS, read_settings

LARGEST_FILE = 256 * 1024

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOML_TWICE = re.compile(r"Cannot declare (\(.*\)) twice")


def load_file(path: Path) -> Preset:
    """Read the preset file at `path`.

    Raises:
        PresetError: with every problem of the file.
    """
    return load_text(_decode(str(path), _read(path)), path)


def load_text(text: str, path: Path) -> Preset:
    """Read a preset from `text`, which stands (or could stand) in the file `path`.

    Raises:
        PresetError: with every problem of the text.
    """
    try:
        lines = Lines(text)
    except TooMuch as error:
        raise PresetError(str(path), [Problem(error.line, "", str(error))]) from None
    document = _parse(text, str(path), lines)
    findings = Findings(lines)
    _check_version(document, str(path), findings)
    preset = _preset(document, text, path, findings)
    if preset is None or findings.problems:
        raise PresetError(str(path), findings.problems)
    return preset


def title_from(stem: str) -> str:
    """A title made of a file's name: "two_moons" becomes "Two moons"."""
    words = re.sub(r"[\x00-\x1f\x7f-\x9f_-]+", " ", stem).strip()
    return words[:1].upper() + words[1:]


def _read(path: Path) -> bytes:
    content = b""
    if not confinement.allows(path):
        message = "is not among the files that may be read here"
        raise PresetError(repr(str(path))[1:-1], [Problem(0, "", message)])
    try:
        # Opening a pipe would wait for a writer, for ever if there is none.
        regular = stat.S_ISREG(path.stat().st_mode)
        if regular:
            with path.open("rb") as file:
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


def _parse(text: str, file: str, lines: Lines) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
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


def _check_version(document: dict[str, Any], file: str, findings: Findings) -> None:
    found = document.get("schema")
    if found is None:
        findings.add(("schema",), f"is missing; the file must start with schema = {SCHEMA}")
    elif type(found) is not int or found != SCHEMA:
        # A later schema may mean other things by the same keys: say nothing about those.
        findings.add(("schema",), f"must be {SCHEMA}, the only version that this program reads")
        raise PresetError(file, findings.problems)


def _preset(document: dict[str, Any], text: str, path: Path, findings: Findings) -> Preset | None:
    head = _read_head(document, findings)
    experiment = _read_experiment(document, path.parent, findings)
    lesson = None
    if "lesson" in document:
        lesson = read_lesson(document["lesson"], experiment, findings)
    if experiment is None:
        return None
    return Preset(
        name=path.stem,
        title=" ".join(head.get("title", "").split()) or title_from(path.stem),
        summary=" ".join(head.get("summary", "").split()),
        topics=head.get("topics", ()),
        experiment=experiment,
        lesson=lesson,
        base=path.parent,
        path=path,
        source=text,
    )


def _read_head(document: dict[str, Any], findings: Findings) -> dict[str, Any]:
    head = {}
    for key, value in document.items():
        if key in HEAD:
            head[key] = findings.checked((key,), HEAD[key], value) or HEAD[key].default
        elif key not in ("schema", "lesson", *SECTIONS):
            homes = [section for section in SECTIONS if key in NAMES[section]]
            known = ["schema", *HEAD, *SECTIONS, "lesson"]
            hint = f"it belongs in [{homes[0]}]" if homes else suggestion(key, known)
            findings.add((key,), f"is not a key of a preset; {hint}")
    return head


def _read_experiment(document: dict[str, Any], base: Path, findings: Findings) -> Experiment | None:
    """The experiment, with defaults for what is wrong, so that the lesson can still be checked.

    None if the settings of [data] are wrong: next to other data nothing can be said of goals.
    """
    settings = read_settings(document, (), findings)
    wrong = settings.unusable
    try:
        experiment = Experiment.from_values(settings.values)
    except ExperimentError as error:
        for problem in error.problems:
            findings.add(settings.place(problem.path), problem.message)
        wrong |= {".".join(problem.path.split(".")[:2]) for problem in error.problems}
        wrong |= {table for table, (chooser, _) in OPTION_TABLES.items() if chooser in wrong}
        usable = {path: value for path, value in settings.values.items() if path not in wrong}
        try:
            experiment = Experiment.from_values(usable)
        except ExperimentError:
            return None
    if not wrong & {"data.source", "data.task"}:
        for setting, message in experiment_complaints(experiment, base):
            findings.add(settings.place(setting), message)
    return None if any(path.startswith("data.") for path in wrong) else experiment
