"""The presets that come with the program, and any other by its path."""

from __future__ import annotations

import difflib
from pathlib import Path

from nnmath_engine import confinement
from nnmath_engine.experiment import Experiment, ExperimentError

from nnmath_presets.files import file_fault
from nnmath_presets.loader import load_file, title_from
from nnmath_presets.preset import Preset, PresetError, Problem
from nnmath_presets.writer import preset_text

# Not importlib.resources, which costs 40 ms at each start to arrive at the same folder.
FOLDER = Path(__file__).parent

COURSE = "course.toml"
"""The file of a folder that puts its presets in an order."""

DEFAULT = "moons"
"""What the program opens when it is told nothing."""

CSV_SETTINGS = {
    "data.standardize": True,
    "data.test_fraction": 0.25,
    "network.hidden": (16, 16),
    "network.activation": "relu",
    "network.initializer": "he_normal",
    "training.optimizer": "adam",
    "training.learning_rate": 0.01,
    "training.batch_size": 32,
    "training.epochs": 100,
}
"""What a bare CSV file is tried with: inputs of any scale, either task, a network of some size."""


def names() -> tuple[str, ...]:
    """The names of the built-in presets, sorted."""
    return tuple(path.stem for path in files_in(FOLDER))


def files_in(folder: Path) -> tuple[Path, ...]:
    """The preset files of a folder, sorted; its course is none."""
    files = (path for path in folder.glob("*.toml") if path.name != COURSE)
    return tuple(sorted(files, key=lambda path: path.stem))


def path_of(name: str) -> Path:
    """The file of a built-in preset.

    Raises:
        PresetError: there is none of that name; the message says which there are.
    """
    if name in names():
        return FOLDER / f"{name}.toml"
    close = difflib.get_close_matches(name[:80], names(), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"presets: {', '.join(names())}"
    shown = repr(name[:80])[1:-1]
    raise PresetError(shown, [Problem(0, "", f"is no preset and no .toml or .csv file; {hint}")])


def load(name_or_path: str | Path) -> Preset:
    """A built-in preset by its name, a preset file by its path, or a CSV file by its path.

    What ends in .toml or .csv, or has a folder in it, is a path; everything else is a name.

    Raises:
        PresetError: with every problem of the file, or that there is none.
    """
    path = Path(name_or_path)
    if path.suffix.lower() == ".csv":
        return _csv_preset(path)
    if path.suffix.lower() == ".toml" or isinstance(name_or_path, Path) or len(path.parts) > 1:
        return load_file(path)
    return load_file(path_of(str(name_or_path)))


def _csv_preset(path: Path) -> Preset:
    shown = repr(str(path))[1:-1]
    if fault := file_fault(path):
        raise PresetError(shown, [Problem(0, "", fault)])
    # Whoever names a link means what it leads to, wherever that is.
    inside = confinement.lies_in(path, path.parent)
    source = path.name if inside else str(path.absolute())
    try:
        experiment = Experiment.from_values({"data.source": source, **CSV_SETTINGS})
    except ExperimentError as error:
        problems = [Problem(0, problem.path, problem.message) for problem in error.problems]
        raise PresetError(shown, problems) from None
    title, summary = title_from(path.stem), f"The table in {path.name}."
    return Preset(
        name=path.stem,
        title=title,
        summary=summary,
        experiment=experiment,
        base=path.parent,
        source=preset_text(experiment, title, summary),
    )
