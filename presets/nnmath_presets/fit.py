"""Whether a preset that reads well also works: its data are there, and its network fits them.

This makes or loads the data, which reading a preset alone does not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from nnmath_engine.blueprint import blueprint
from nnmath_engine.columns import clean
from nnmath_engine.dataset import DataError, Dataset, build_dataset
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.fields import FIELDS
from nnmath_engine.samples import SHOWN_PROBLEMS

from nnmath_presets.findings import spelled
from nnmath_presets.lesson_fit import lesson_faults
from nnmath_presets.lines import Lines
from nnmath_presets.preset import Preset, PresetError, Problem

Fault = tuple[str, str]
"""The path of the setting that is wrong, and the words."""

_NAMED = re.compile(r"(?:.*?: )?(data\.\w+): ")


def check_fit(preset: Preset) -> None:
    """Build the data and lay out the network of `preset`, and see whether its lesson fits them.

    Raises:
        PresetError: with every problem that shows, each at its line.
    """
    found, more = _faults(preset.experiment, preset.base)
    if not found:
        _check_lesson(preset)
        return
    if preset.path is None:
        raise PresetError(*_of_table(preset, found), more)
    lines = Lines(preset.source)
    problems = [Problem(lines.line(tuple(path.split("."))), path, words) for path, words in found]
    raise PresetError(str(preset.path), problems, more)


def _check_lesson(preset: Preset) -> None:
    lines = Lines(preset.source)
    problems = [
        Problem(lines.line(place), spelled(place), words) for place, words in lesson_faults(preset)
    ]
    if problems:
        raise PresetError(str(preset.path or preset.name), problems)


def _faults(experiment: Experiment, base: Path | None) -> tuple[list[Fault], int]:
    """What is wrong, and how many more problems of the data there are."""
    try:
        dataset = build_dataset(experiment.data, experiment.training.loss, base)
    except DataError as error:
        shown = error.problems[:SHOWN_PROBLEMS]
        found = [_setting_and_words(sentence) for sentence in shown]
        if all(path == "data.features" for path, _ in found):
            found += _beside_features(experiment, base)
        return found, error.total - len(shown)
    return _of_network(experiment, dataset), 0


def _of_network(experiment: Experiment, dataset: Dataset) -> list[Fault]:
    try:
        blueprint(experiment, dataset)
    except ExperimentError as error:
        return [(problem.path, problem.message) for problem in error.problems]
    return []


def _beside_features(experiment: Experiment, base: Path | None) -> list[Fault]:
    """What is wrong with the network whatever the features will be, once they are right."""
    # A gap in a column that nobody wants must not cost a row, and with it perhaps a class.
    data = replace(experiment.data, features=(), missing="mean")
    try:
        dataset = build_dataset(data, experiment.training.loss, base)
    except DataError:  # maybe of columns that nobody wants
        return []
    # How many inputs there will be, only the given weights tell; by them, they are right.
    weights = experiment.network.weights
    count = len(weights[0]) if weights else len(experiment.data.features)
    X = np.broadcast_to(0.0, (len(dataset.train), count))
    dataset = replace(dataset, train=replace(dataset.train, X=X))
    return [
        (path, words.replace(f"sizes {count} x", "sizes (inputs) x"))
        for path, words in _of_network(experiment, dataset)
    ]


def _of_table(preset: Preset, found: list[Fault]) -> tuple[str, list[Problem]]:
    """The file and the problems of a preset that nobody wrote, made of a table alone."""
    file = clean(str((preset.base or Path()) / preset.experiment.data.source))
    return file, [
        Problem(0, "", words.removeprefix(f"{file}: "))
        if path == "data.source"
        else Problem(0, path, words)
        for path, words in found
    ]


def _setting_and_words(sentence: str) -> Fault:
    """The setting that a sentence on the data begins with, or else the source; and the rest."""
    match = _NAMED.match(sentence)
    if match and match[1] in FIELDS:
        return match[1], sentence[match.end() :]
    return "data.source", sentence
