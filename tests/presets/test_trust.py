"""A preset may come from anybody: the tables that it names lie in its folder, or it is trusted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nnmath_engine import confinement, linkless
from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.loader import load_text
from nnmath_presets.preset import Preset, PresetError

TABLE = "a,b,y\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(20))
OUTSIDE = [
    "../table.csv",
    "sub/../../table.csv",
    "link.csv",
    "chain.csv",
    "down/table.csv",
    "{above}/table.csv",
]
INSIDE = ["own.csv", "sub/../own.csv", "near.csv", "../presets/own.csv", "{above}/presets/own.csv"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the preset is; what lies beside the folder is none of its business."""
    inside = tmp_path / "presets"
    (inside / "sub").mkdir(parents=True)
    for place in (tmp_path / "table.csv", inside / "own.csv"):
        place.write_text(TABLE)
    (inside / "link.csv").symlink_to("../table.csv")
    (inside / "chain.csv").symlink_to("link.csv")
    (inside / "near.csv").symlink_to("own.csv")
    (inside / "down").symlink_to("..")
    return inside


def load(folder: Path, source: str) -> Preset:
    source = source.format(above=folder.parent)
    return load_text(f'schema = 1\n[data]\nsource = "{source}"\n', folder / "p.toml")


@pytest.mark.parametrize("source", OUTSIDE)
def test_a_table_outside_is_refused_with_the_line_and_the_remedy(folder: Path, source: str) -> None:
    with pytest.raises(PresetError) as caught:
        load(folder, source)
    (line,) = caught.value.rows
    name = source.format(above=folder.parent)
    words = "leads out of the preset's folder; if you trust the preset, --trust allows it"
    assert line == f"{folder}/p.toml:3: data.source: {name!r} {words}"


@pytest.mark.parametrize("source", OUTSIDE)
def test_whoever_trusts_it_gets_it(folder: Path, source: str) -> None:
    confinement.trust_all()
    preset = load(folder, source)
    assert len(Session(preset.experiment, base=preset.base).dataset.train) > 0


@pytest.mark.parametrize("source", INSIDE)
def test_a_table_inside_needs_no_trust(folder: Path, source: str) -> None:
    preset = load(folder, source)
    assert len(Session(preset.experiment, base=preset.base).dataset.train) > 0


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "loop.csv").symlink_to("loop.csv")
    with pytest.raises(PresetError):
        load(folder, "loop.csv")


@pytest.mark.parametrize(
    ("lesson", "field"),
    [
        ('[lesson.solution]\ndata.source = "{0}"', "lesson.solution.data.source"),
        ('[[lesson.solution.run]]\ndata.source = "{0}"', "lesson.solution.run[1].data.source"),
        (
            '[[lesson.goal]]\nsay = "S"\nkind = "answer"\nquestion = "Q"\nmetric = "train_loss"\n'
            'tolerance = 0.1\nchanges = {{ data.source = "{0}" }}',
            "lesson.goal[1].changes.data.source",
        ),
    ],
)
def test_no_part_of_a_lesson_reaches_outside(folder: Path, lesson: str, field: str) -> None:
    for source in ("../table.csv", str(folder.parent / "table.csv")):
        with pytest.raises(PresetError) as caught:
            load_text(f"schema = 1\n{lesson.format(source)}\n", folder / "p.toml")
        problems = [problem.field for problem in caught.value.problems]
        assert problems == [field]
    load_text(f"schema = 1\n{lesson.format('own.csv')}\n", folder / "p.toml")


def test_trust_in_one_folder_is_none_in_another(folder: Path) -> None:
    other = folder.parent / "others"
    other.mkdir()
    confinement.trust(folder)
    load(folder, "../table.csv")
    with pytest.raises(PresetError):
        load(other, "../table.csv")


def test_nobody_is_trusted_on_a_hosts_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "_allowed", None)
    confinement.allow_only(folder.parent)
    confinement.trust_all()
    with pytest.raises(PresetError, match=r"leads out of the preset's folder$"):
        load(folder, "../table.csv")


def test_what_a_link_leads_to_later_counts(folder: Path) -> None:
    """It was fine when the preset was read, and is exchanged before the data are."""
    preset = load(folder, "near.csv")
    (folder / "near.csv").unlink()
    (folder / "near.csv").symlink_to("../table.csv")
    with pytest.raises(DataError, match="--trust"):
        Session(preset.experiment, base=preset.base)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_opened_is_what_was_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Between the look and the opening somebody puts a link into the way."""
    real = folder / "sub" / "rows.csv"
    real.write_text(TABLE)
    (folder.parent / "rows.csv").write_text("secret,y\n1,2\n")
    opening = linkless.open_linkless

    def exchanged(path: Path) -> object:
        real.unlink()
        if what == "file":
            real.symlink_to(folder.parent / "rows.csv")
        else:
            real.parent.rmdir()
            real.parent.symlink_to("..")
        return opening(path)

    monkeypatch.setattr(confinement, "open_linkless", exchanged)
    preset = load(folder, "sub/rows.csv")
    with pytest.raises(DataError, match="cannot be read"):
        Session(preset.experiment, base=preset.base)


def test_a_file_is_opened_step_by_step(folder: Path) -> None:
    descriptors = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    with linkless.open_linkless((folder / "own.csv").resolve()) as file:
        assert file.read() == TABLE.encode()
    for missing in ("sub/none.csv", "none/own.csv", "own.csv/own.csv"):
        with pytest.raises(OSError, match=r"own|none"):
            linkless.open_linkless(folder.resolve() / missing)
    if descriptors:
        assert len(os.listdir("/proc/self/fd")) == descriptors


def test_a_table_that_a_person_names_is_their_own_wish(folder: Path) -> None:
    preset = catalog.load(folder / "link.csv")
    assert preset.title == "Link"
    assert len(Session(preset.experiment, base=preset.base).dataset.train) > 0
    named = Experiment.from_values({"data.source": str(folder.parent / "table.csv")})
    assert len(Session(named, base=folder).dataset.train) > 0


def test_a_large_table_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "own.csv").open("wb") as file:
        file.write(TABLE.encode())
        file.truncate(2**33)
    preset = load(folder, "own.csv")
    with pytest.raises(DataError, match="more bytes than the limit"):
        Session(preset.experiment, base=preset.base)
