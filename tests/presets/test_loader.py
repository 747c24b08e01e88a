"""Reading preset files: what a good one becomes, and every fault of a bad one, with its line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from nnmath_engine.experiment import Experiment
from nnmath_presets.documents import LARGEST_FILE
from nnmath_presets.loader import load_file, load_text, title_from
from nnmath_presets.preset import Preset, PresetError

Load = Callable[[str], Preset]
Refusal = Callable[[str], list[tuple[int, str, str]]]

WHOLE = """
title = "Two  spirals"
summary = "Depth untangles\\n the arms."
topics = ["activation", "gradient descent"]

[data]
source = "spiral"
samples = 400
features = ["x1", "x2"]

[network]
hidden = [24, 12]
activation = ["relu", "tanh"]
initializer = "normal"
[network.initializer_options]
sigma = 0.5

[training]
optimizer = "adam"
optimizer_options = { beta1 = 0.8 }
learning_rate = 1
"""


def test_a_whole_preset(load: Load) -> None:
    preset = load(WHOLE)
    assert preset.name == "here"
    assert preset.title == "Two spirals"
    assert preset.summary == "Depth untangles the arms."
    assert preset.topics == ("activation", "gradient descent")
    assert preset.base == Path(".")
    assert preset.source == "schema = 1 " + WHOLE
    assert preset.lesson is None
    assert preset.experiment == Experiment.from_values(
        {
            "data.source": "spiral",
            "data.samples": 400,
            "data.features": ["x1", "x2"],
            "network.hidden": [24, 12],
            "network.activation": ["relu", "tanh"],
            "network.initializer": "normal",
            "network.initializer_options": {"sigma": 0.5},
            "training.optimizer": "adam",
            "training.optimizer_options": {"beta1": 0.8},
            "training.learning_rate": 1.0,
        }
    )


def test_all_defaults(load: Load) -> None:
    preset = load("")
    assert preset.experiment == Experiment.from_values()
    assert preset.title == "Here"


@pytest.mark.parametrize(
    "training",
    [
        'schedule = "step"\nschedule_options = { gamma = 0.5 }',
        'schedule = "step"\n[training.schedule_options]\ngamma = 0.5',
        '[training.schedule]\nname = "step"\ngamma = 0.5',
        'schedule = { name = "step", gamma = 0.5 }',
    ],
)
def test_the_forms_of_a_schedule(load: Load, training: str) -> None:
    experiment = load(f"\n[training]\n{training}").experiment
    assert experiment.training.schedule == "step"
    assert experiment.training.schedule_options == {"gamma": 0.5}


def test_every_fault_at_once(refusal: Refusal) -> None:
    text = """
titel = "x"
samples = 3
summary = "red \\u001b[31m"
[data]
sources = "spiral"
learning_rate = 0.1
title = "x"
noise = nan
samples = 0
[network]
hidden = [4096,
          4096]
activation = "rulu"
[training]
optimizer = "adam"
epochs = 0xffffffffffffffff
[training.optimizer_options]
beta1 = 2
beta3 = 2
[training.schedule]
name = "cosine"
flor = 0.1
"""
    found = {field: (line, message) for line, field, message in refusal(text)}
    assert {field: line for field, (line, _) in found.items()} == {
        "titel": 2,
        "samples": 3,
        "summary": 4,
        "data.sources": 6,
        "data.learning_rate": 7,
        "data.title": 8,
        "data.noise": 9,
        "data.samples": 10,
        "network.hidden": 12,
        "network.activation": 14,
        "training.epochs": 17,
        "training.optimizer_options.beta1": 19,
        "training.optimizer_options.beta3": 20,
        "training.schedule.flor": 23,
    }
    for field, words in {
        "titel": "did you mean 'title'?",
        "samples": "it belongs in [data]",
        "summary": "control character U+001B",
        "data.sources": "did you mean 'source'?",
        "data.learning_rate": "it belongs in [training]",
        "data.title": "it belongs at the top",
        "data.noise": "nan, which is not a finite number",
        "data.samples": "must be a whole number from 1 to 100000, not 0",
        "network.hidden": "makes at least 16,781,312 parameters; at most 5,000,000 are allowed",
        "network.activation": "did you mean 'relu'?",
        "training.epochs": "more than 64 bits",
        "training.optimizer_options.beta3": "adam, which has: beta1, beta2, epsilon",
        "training.schedule.flor": "cosine, which has: floor",
    }.items():
        assert words in found[field][1], field


def test_the_text_of_an_error_has_a_line_for_each_problem(load: Load) -> None:
    with pytest.raises(PresetError) as caught:
        load('\n[data]\nnoise = -1\nsource = "spirol"')
    assert str(caught.value).splitlines() == [
        "here.toml:3: data.noise: must be a number from 0 to 10, not -1",
        "here.toml:4: data.source: 'spirol' is no data set and no CSV file; did you mean 'spiral'?",
    ]


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("\ndata = 3", 2, "data", "must be a table, [data]"),
        ("\n[[network]]", 2, "network", "must be a table, [network]"),
        ("\nlesson = []", 2, "lesson", "must be a table, [lesson]"),
        ("\ntitle = 3", 2, "title", "must be a text"),
        ("\n[data]\nnoise = 1979-05-27", 3, "data.noise", "must be a number"),
        ("\n[data]\nnoise = 1e9999", 3, "data.noise", "not a finite number"),
        ("\n[data]\nnoise = true", 3, "data.noise", "must be a number"),
        ("\n[data]\nsamples = 4.5", 3, "data.samples", "must be a whole number"),
        ('\n[data]\nsource = "no/such.csv"', 3, "data.source", "no file 'no/such.csv'"),
        ('\n[data]\nsource = "formula"\nformula = "x1 +"', 4, "data.formula", "complete"),
        ('\n[data]\nsource = "sine"\n[training]\nloss = "bce"', 5, "training.loss", "mse"),
        ("\n[network]\nweights = 3", 3, "network.weights", "nested lists of finite numbers"),
        ("\n[network]\nbiases = [1.0]", 3, "network.biases", "one list for each layer"),
        ("\n[network]\nweights = [[[inf]]]", 3, "network.weights", "not a finite number"),
        ("\n[training.schedule]\nfloor = 0", 2, "training.schedule", "needs a name"),
        ('\n[training]\n"schedule.name" = 1', 3, "training.'schedule.name'", "not a setting"),
        (
            '\n[training]\nschedule = { name = "step" }\nschedule_options = {}',
            4,
            "training.schedule_options",
            "keep one",
        ),
    ],
)
def test_one_fault(refusal: Refusal, text: str, line: int, field: str, words: str) -> None:
    ((found_line, found_field, message),) = refusal(text)
    assert (found_line, found_field) == (line, field)
    assert words in message


def test_faults_of_data_do_not_raise_doubts_about_the_rest(refusal: Refusal) -> None:
    text = """
[data]
source = 3
[lesson]
[[lesson.goal]]
say = "R2 needs a regression, and which data this is nobody knows."
metric = "train_r2"
at_least = 0.5
"""
    assert [field for _, field, _ in refusal(text)] == ["data.source"]


@pytest.mark.parametrize("version", ['"1"', "true", "1.0", "2", "[1]"])
def test_another_schema_is_all_that_is_said(version: str) -> None:
    with pytest.raises(PresetError) as caught:
        load_text(f"nonsense = 1\nschema = {version}", Path("a.toml"))
    assert str(caught.value) == (
        "a.toml:2: schema: must be 1, the only version that this program reads"
    )


def test_a_missing_schema_is_said_beside_the_rest() -> None:
    with pytest.raises(PresetError) as caught:
        load_text("[data]\nnoise = -1", Path("a.toml"))
    assert [problem.field for problem in caught.value.problems] == ["schema", "data.noise"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\na = [1 2]", "here.toml:2: column 8: "),
        ('\n\nb = "open', "here.toml:3: "),
        ("\n[data]\nx = 1\nx = 2\n", "here.toml:4: column 6: the key has a value already"),
        ("\n[data]\n[data]", "here.toml:3: column 6: "),
        ("\na = [1,\n\n", "here.toml:2: end of the file: "),
        ("\na = 1979-13-40", "here.toml:2: "),
    ],
)
def test_toml_mistakes_have_line_and_column(load: Load, text: str, place: str) -> None:
    with pytest.raises(PresetError) as caught:
        load(text)
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"schema = 1\ntitle = '\xff'", "bad.toml:2: is not UTF-8 text: byte 0xFF"),
        ("schema = 1".encode("utf-16"), "bad.toml:1: is not UTF-8 text"),
        (b"schema = 1\n\ntitle = 'a\0b'", "bad.toml:3: is not UTF-8 text: it holds NUL"),
        (b"#" * (LARGEST_FILE + 1), "bad.toml: is larger than 256 kB"),
        (b"", "bad.toml: schema: is missing"),
    ],
)
def test_files_that_are_no_preset(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(PresetError) as caught:
        load_file(path)
    assert str(caught.value).startswith(str(tmp_path / words))


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes("schema = 1\r\n[data]\r\nnoise = 0.5\r\n".encode("utf-8-sig"))
    assert load_file(path).experiment.data.noise == 0.5


@pytest.mark.parametrize("name", [".", "absent.toml", "a\0b.toml", "x" * 5000])
def test_paths_that_are_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(PresetError):
        load_file(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    with pytest.raises(PresetError, match="not a regular file"):
        load_file(path)


def test_csv_paths_start_from_the_presets_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "rows.csv").write_text("a,b\n1,2\n")
    path = tmp_path / "p.toml"
    path.write_text('schema = 1\n[data]\nsource = "deep/rows.csv"')
    preset = load_file(path)
    assert preset.base == tmp_path
    assert preset.experiment.data.source == "deep/rows.csv"


def test_titles_from_file_names() -> None:
    assert title_from("two_moons-2") == "Two moons 2"
    assert title_from("\x1b[31mred") == "[31mred"


def test_a_misspelt_optimizer_hides_nothing_else(refusal: Refusal) -> None:
    text = """
[data]
source = "sine"
[training]
optimizer = "adm"
loss = "bce"
[training.optimizer_options]
beta1 = 0.9
"""
    assert [field for _, field, _ in refusal(text)] == ["training.optimizer", "training.loss"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data]\n[training]\n[data]\n", "4: column 6: [data] is declared twice, first in line 2"),
        ("[lesson.'a b']\n[lesson.'a b']", "3: column 14: [lesson.'a b'] is declared twice"),
        ("data = {}\n[data]\n", "3: column 6: [data] is declared twice, first in line 2"),
    ],
)
def test_a_table_that_is_there_twice_is_named_as_it_is_written(
    load: Load, text: str, words: str
) -> None:
    with pytest.raises(PresetError) as caught:
        load("\n" + text)
    assert str(caught.value).startswith(f"here.toml:{words}")
