"""Whether a preset that reads well also works: its data are there, and its network fits them.

This makes or loads the data, which reading a preset alone does not.
"""

from __future__ import annotations

import re
from pathlib import Path

from nnmath_engine.blueprint import blueprint
from nnmath_engine.columns import clean
from nnmath_engine.dataset import DataError, build_dataset
from nnmath_engine.experiment import ExperimentError
from nnmath_engine.fields import FIELDS
from nnmath_engine.samples import SHOWN_PROBLEMS

from nnmath_presets.lines import Lines
from nnmath_presets.preset import Preset, PresetError, Problem

Fault = tuple[str, str]
"""The path of the setting that is wrong, and the words."""

_NAMED = re.compile(r"(?:.*?: )?(data\.\w+): ")


def check_fit(preset: Preset) -> None:
    """Build the data and lay out the network of `preset`.

    Raises:
        PresetError: with every problem that shows, each at its line.
    """
    try:
        dataset = build_dataset(
            preset.experiment.data, preset.experiment.training.loss, preset.base
        )
        blueprint(preset.experiment, dataset)
    except DataError as error:
        shown = error.problems[:SHOWN_PROBLEMS]
        found, more = [_setting_and_words(sentence) for sentence in shown], error.total - len(shown)
    except ExperimentError as error:
        found, more = [(problem.path, problem.message) for problem in error.problems], 0
    else:
        return
    if preset.path is None:
        raise PresetError(*_of_table(preset, found), more)
    lines = Lines(preset.source)
    problems = [Problem(lines.line(tuple(path.split("."))), path, words) for path, words in found]
    raise PresetError(str(preset.path), problems, more)


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
