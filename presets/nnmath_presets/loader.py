"""Reading a preset file: all that is wrong with it at once, or a `Preset`, and nothing between."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nnmath_engine.experiment import OPTION_TABLES, Experiment, ExperimentError

from nnmath_presets.crosscheck import experiment_complaints
from nnmath_presets.documents import check_version, parse, read_text
from nnmath_presets.findings import Findings, suggestion
from nnmath_presets.lesson_fields import HEAD
from nnmath_presets.lesson_reader import read_lesson
from nnmath_presets.preset import Preset, PresetError
from nnmath_presets.settings import NAMES, SECTIONS, read_settings


def load_file(path: Path) -> Preset:
    """Read the preset file at `path`.

    Raises:
        PresetError: with every problem of the file.
    """
    return load_text(read_text(path), path)


def load_text(text: str, path: Path) -> Preset:
    """Read a preset from `text`, which stands (or could stand) in the file `path`.

    Raises:
        PresetError: with every problem of the text.
    """
    document, lines = parse(text, str(path))
    findings = Findings(lines, path.parent)
    check_version(document, str(path), findings)
    preset = _preset(document, text, path, findings)
    if preset is None or findings.problems:
        raise PresetError(str(path), findings.problems)
    return preset


def title_from(stem: str) -> str:
    """A title made of a file's name: "two_moons" becomes "Two moons"."""
    words = re.sub(r"[\x00-\x1f\x7f-\x9f_-]+", " ", stem).strip()
    return words[:1].upper() + words[1:]


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
        difficulty=head.get("difficulty", ""),
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
