"""`nnmath-tui check FILE...`: is everything right with these preset files and their data?"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from nnmath_engine.blueprint import blueprint
from nnmath_engine.dataset import DataError, build_dataset
from nnmath_engine.experiment import ExperimentError
from nnmath_presets import catalog
from nnmath_presets.preset import PresetError

from nnmath_tui.failure import FAILED


def run(arguments: argparse.Namespace) -> int:
    """Print every problem of every file, and return 1 if there is one, else 0."""
    code = 0
    for name in arguments.files:
        problems = list(_problems(name))
        print("\n".join(problems) if problems else f"{name}: fine")
        code = FAILED if problems else code
    return code


def _problems(name: str) -> Iterator[str]:
    """One line for each problem of a preset file, or of the data that it names."""
    try:
        preset = catalog.load(name)
        experiment = preset.experiment
        dataset = build_dataset(experiment.data, experiment.training.loss, preset.base)
        blueprint(experiment, dataset)
    except PresetError as error:
        yield from str(error).splitlines()
    except DataError as error:
        yield from (f"{name}: {line}" for line in str(error).splitlines())
    except ExperimentError as error:
        yield from (f"{name}: {problem}" for problem in error.problems)
