"""Built-in presets by name, others by path, tables by path; and texts written from experiments."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.loader import load_text
from nnmath_presets.preset import PresetError
from nnmath_presets.writer import preset_text


def test_names_are_sorted_and_hold_the_promised_ones() -> None:
    names = catalog.names()
    assert list(names) == sorted(names)
    promised = "circle xor gauss spiral moons blobs sine plane iris penguins penguin-mass digits"
    assert set(promised.split()) <= set(names)
    assert catalog.DEFAULT in names


def test_a_name_is_a_built_in_preset_even_beside_a_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("circle.toml").write_text("schema = 1\ntitle = 'Mine'")
    assert catalog.load("circle").path == catalog.path_of("circle")
    assert catalog.load("circle.toml").title == "Mine"
    assert catalog.load("./circle.toml").title == "Mine"
    assert catalog.load(Path("circle.toml")).title == "Mine"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spirall", "spirall: is no preset and no .toml or .csv file; did you mean 'spiral'?"),
        ("zzz", "presets: adam-first-step, backprop-by-hand, "),
        ("", "is no preset"),
        ("a\nb", "a\\nb: is no preset"),
        ("no/such.toml", "no/such.toml: there is no such file"),
        ("no.csv", "no.csv: there is no such file"),
        ("a\0.csv", "a\\x00.csv: there is no such file"),
    ],
)
def test_what_is_not_there(name: str, words: str) -> None:
    with pytest.raises(PresetError) as caught:
        catalog.load(name)
    assert words in str(caught.value)


def test_a_table_is_a_preset_with_a_title_and_a_base(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 7},{i % 2}\n" for i in range(60))
    (tmp_path / "my_table.csv").write_text("a,b,odd\n" + rows)
    preset = catalog.load(str(tmp_path / "my_table.csv"))
    assert preset.title == "My table"
    assert preset.name == "my_table"
    assert preset.base == tmp_path
    check_fit(preset)
    session = Session(preset.experiment, base=preset.base)
    session.step("epoch")
    assert session.dataset.inputs == ("a", "b")
    assert session.epoch == 1
    again = load_text(preset.source, tmp_path / "my_table.toml")
    assert again.experiment == preset.experiment


def test_a_table_with_an_endless_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="there is no such file"):
        catalog.load(tmp_path / ("x" * 2000 + ".csv"))


@pytest.mark.parametrize("name", catalog.names())
def test_what_is_written_loads_as_the_same_experiment(name: str) -> None:
    preset = catalog.load(name)
    text = preset_text(preset.experiment, preset.title, preset.summary, preset.topics)
    again = load_text(text, catalog.FOLDER / "copy.toml")
    assert again.experiment == preset.experiment
    assert (again.title, again.summary, again.topics) == (
        preset.title,
        preset.summary,
        preset.topics,
    )


def test_writing_options_and_odd_texts() -> None:
    experiment = Experiment.from_values(
        {
            "data.source": 'C:\\odd "name" ü\x7f🐧.csv',
            "network.activation": ["relu", "tanh"],
            "network.initializer": "normal",
            "network.initializer_options": {"sigma": 0.25},
            "training.schedule": "step",
            "training.schedule_options": {"gamma": 0.5, "step_size": 7},
            "training.learning_rate": 1e-300,
            "training.shuffle": False,
        }
    )
    text = preset_text(experiment, 'A "title"')
    assert text.startswith('schema = 1\ntitle = "A \\"title\\""\n')
    with pytest.raises(PresetError) as caught:
        load_text(text, Path("x.toml"))
    (problem,) = caught.value.problems
    assert problem.field == "data.source"
    named = preset_text(experiment.with_values({"data.source": "moons"}))
    assert load_text(named, Path("x.toml")).experiment == experiment.with_values(
        {"data.source": "moons"}
    )


def test_a_folder_or_a_pipe_is_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, words in (("folder", "is a folder, not a file"), ("pipe", "is not a regular file")):
        with pytest.raises(PresetError) as caught:
            catalog.load(tmp_path / f"{name}.csv")
        assert str(caught.value) == f"{tmp_path / name}.csv: {words}"
        with pytest.raises(PresetError) as caught:
            load_text(f'schema = 1\n[data]\nsource = "{name}.csv"', tmp_path / "p.toml")
        assert str(caught.value).endswith(f"p.toml:3: data.source: '{name}.csv' {words}")
