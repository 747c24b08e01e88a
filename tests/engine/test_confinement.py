"""A learner on somebody else's machine reads the files of the course, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from nnmath_engine import confinement
from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import PresetError

TABLE = "a,b,y\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(20))


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that may be read, beside one that may not."""
    folder, secret = tmp_path / "course", tmp_path / "secret"
    for one in (folder, secret):
        one.mkdir()
        (one / "table.csv").write_text(TABLE)
        (one / "preset.toml").write_text(catalog.load("spiral").source)
    (folder / "link.csv").symlink_to(secret / "table.csv")
    (folder / "link.toml").symlink_to(secret / "preset.toml")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "down").symlink_to(secret)
    (folder / "fine.csv").symlink_to(folder / "table.csv")
    monkeypatch.setattr(confinement, "_allowed", None)
    confinement.allow_only(folder, catalog.FOLDER)
    return folder


OUTSIDE = ["../secret/table.csv", "link.csv", "down/table.csv", "loop.csv", "/etc/passwd"]


@pytest.mark.parametrize("source", [*OUTSIDE, "{secret}/table.csv", "down/../../secret/table.csv"])
def test_data_outside_are_not_read(course: Path, source: str) -> None:
    source = source.format(secret=course.parent / "secret")
    with pytest.raises(DataError, match="not among the files that may be read"):
        Session(Experiment.from_values({"data.source": source}), base=course)


@pytest.mark.parametrize("source", ["table.csv", "fine.csv", "../course/table.csv"])
def test_data_inside_are(course: Path, source: str) -> None:
    session = Session(Experiment.from_values({"data.source": source}), base=course)
    with pytest.raises(DataError, match="not among the files"):
        session.apply({"data.source": "../secret/table.csv"})
    assert session.experiment.data.source == source


@pytest.mark.parametrize("name", ["link.toml", "down/preset.toml", "../secret/preset.toml"])
def test_presets_outside_are_not_read(course: Path, name: str) -> None:
    with pytest.raises(PresetError, match="not among the files"):
        catalog.load(course / name)


def test_a_preset_inside_whose_data_are_outside_is_not_loaded(course: Path) -> None:
    own = course / "own.toml"
    own.write_text('schema = 1\n[data]\nsource = "../secret/table.csv"\n')
    with pytest.raises(PresetError, match="not among the files"):
        catalog.load(own)


def test_presets_inside_and_built_in_are(course: Path) -> None:
    assert catalog.load(course / "preset.toml").title == catalog.load("spiral").title


@pytest.mark.parametrize("source", ["/proc/self/environ", "/dev/zero", "zero.csv"])
def test_devices_and_what_the_system_tells_are_not_read(course: Path, source: str) -> None:
    (course / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(DataError, match="not among the files"):
        Session(Experiment.from_values({"data.source": source}), base=course)


def test_a_huge_preset_is_refused(course: Path) -> None:
    huge = course / "huge.toml"
    with huge.open("wb") as file:
        file.truncate(2**33)
    with pytest.raises(PresetError, match="larger than"):
        catalog.load(huge)
