"""The ledger of runs: rows, room, files, and words for what differs."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_tui import runs_file
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.ledger import Ledger, Run
from nnmath_tui.runs_file import export
from nnmath_tui.views.comparison import comparison, comparison_series
from nnmath_tui.views.differences import differences
from nnmath_tui.views.runs import MOST_ROWS, outcome

MakePreset = Callable[..., Preset]


def begin(ledger: Ledger, preset: Preset, epochs: int, origin: str = "reset") -> Run:
    """A run of so many epochs, the present one."""
    session = Session(preset.experiment)
    run = Run(session, preset, origin, 0, outcome(session.snapshot()))
    ledger.take(run)
    session.run(60, until=epochs)
    ledger.note(session.snapshot())
    return run


def test_only_the_newest_networks_are_kept_and_the_curves_of_all(make_preset: MakePreset) -> None:
    ledger, preset = Ledger(most_sessions=3), make_preset()
    for epochs in range(1, 6):
        begin(ledger, preset, epochs)
    assert [row.number for row in ledger.rows()] == [1, 2, 3, 4, 5]
    assert [row.kept for row in ledger.rows()] == [False, False, True, True, True]
    assert [row.outcome.epoch for row in ledger.rows()] == [1, 2, 3, 4, 5]
    # To go back to a run is to leave another, so the third is now the one left last but one.
    third = ledger.find(3)
    assert third is not None
    ledger.take(third)
    begin(ledger, preset, 1)
    assert [row.kept for row in ledger.rows()] == [False, False, True, False, True, True]


def test_the_present_run_cannot_be_deleted(make_preset: MakePreset) -> None:
    ledger, preset = Ledger(), make_preset()
    begin(ledger, preset, 1)
    begin(ledger, preset, 1)
    assert not ledger.delete(2)
    assert not ledger.delete(7)
    assert ledger.delete(1)
    assert [row.number for row in ledger.rows()] == [2]
    begin(ledger, preset, 1)
    assert [row.number for row in ledger.rows()] == [2, 3], "numbers are never used again"


def test_a_run_that_was_drawn_as_the_one_before_is_not_for_ever(make_preset: MakePreset) -> None:
    ledger, preset = Ledger(), make_preset()
    for _ in range(3):
        before = ledger.current
        if before is not None:
            ledger.draw_behind(before)
        begin(ledger, preset, 1)
    assert [row.overlaid for row in ledger.rows()] == [False, True, False]
    begin(ledger, make_preset(title="Other"), 1)
    assert not any(row.overlaid for row in ledger.rows()), "losses of other data say nothing here"


def test_best_and_last_are_those_of_the_test_rows_if_there_are_any(
    make_preset: MakePreset,
) -> None:
    ledger = Ledger()
    for values in ({}, {"data.test_fraction": 0.0}):
        begin(ledger, make_preset({**values, "training.learning_rate": 2.0}), 29)
    tested, untested = ledger.rows()
    history = tested.outcome.history
    assert tested.last_loss == history.test_loss[-1]
    assert tested.best_loss == history.test_loss.min() < history.test_loss[-1]
    assert tested.best_score == history.test_score.max()
    assert untested.last_loss == untested.outcome.history.train_loss[-1]


def test_a_long_history_is_thinned_and_keeps_its_best_and_its_end(make_preset: MakePreset) -> None:
    session = Session(make_preset({"training.learning_rate": 1.0}).experiment)
    session.run(60, until=3 * MOST_ROWS)
    whole = outcome(session.snapshot())
    thin = whole.thinned()
    assert MOST_ROWS <= len(thin.history) <= MOST_ROWS + 2
    assert thin.loss.min() == whole.loss.min()
    assert thin.score.max() == whole.score.max()
    np.testing.assert_array_equal(thin.history.table[:, -1], whole.history.table[:, -1])
    assert (np.diff(thin.history.epoch) > 0).all()


def test_differences_in_words(make_preset: MakePreset) -> None:
    before = make_preset({"training.optimizer": "momentum"}).experiment
    assert differences(before, before) == ""
    after = before.with_values(
        {
            "training.optimizer_options": {"momentum": 0.5},
            "training.l2": 0.1,
            "network.hidden": (8,),
        }
    )
    words = set(differences(before, after).split(", "))
    assert words == {"momentum default → 0.5", "L2 0 → 0.1", "hidden layers 3 2 → 8"}


def test_all_runs_as_files_that_give_back_the_very_numbers(
    make_preset: MakePreset, tmp_path: Path
) -> None:
    ledger = Ledger()
    begin(ledger, make_preset(), 4, "Small").name = 'the "first", or so'
    begin(ledger, make_preset({"data.test_fraction": 0.0}), 2, "reset")
    rows = ledger.rows()
    runs, epochs = export(rows, tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([runs, epochs]), "nothing else is left behind"
    with runs.open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["name"] == 'the "first", or so'
    assert first["what_differs"] == "Small"
    assert float(first["best_loss"]) == rows[0].best_loss
    assert first["network.hidden"] == "3 2"
    assert second["test_loss"] == ""
    with epochs.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [(line["run"], line["epoch"]) for line in lines] == [
        *(("1", str(epoch)) for epoch in range(5)),
        *(("2", str(epoch)) for epoch in range(3)),
    ]
    losses = [float(line["train_loss"]) for line in lines[:5]]
    np.testing.assert_array_equal(losses, rows[0].outcome.history.train_loss)


def test_no_file_is_ever_replaced(
    make_preset: MakePreset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "strftime", lambda form: "nnmath-runs-now")
    ledger = Ledger()
    begin(ledger, make_preset(), 1)
    (tmp_path / "nnmath-runs-now.csv").write_text("mine")
    (tmp_path / "nnmath-runs-now-2-epochs.csv").write_text("mine too")
    runs, epochs = export(ledger.rows(), tmp_path)
    assert (runs.name, epochs.name) == ("nnmath-runs-now-3.csv", "nnmath-runs-now-3-epochs.csv")
    assert (tmp_path / "nnmath-runs-now.csv").read_text() == "mine"
    assert (tmp_path / "nnmath-runs-now-2-epochs.csv").read_text() == "mine too"
    assert len(list(tmp_path.iterdir())) == 4


def test_where_one_file_cannot_be_written_neither_is(
    make_preset: MakePreset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger()
    begin(ledger, make_preset(), 1)
    write = runs_file._write_new

    def fail(path: Path, lines: object) -> None:
        if path.name.endswith("-epochs.csv"):
            raise OSError(28, "No space left on device")
        write(path, lines)  # type: ignore[arg-type]

    monkeypatch.setattr(runs_file, "_write_new", fail)
    with pytest.raises(OSError, match="No space"):
        export(ledger.rows(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_gets_whole_files_too(
    make_preset: MakePreset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    ledger = Ledger()
    begin(ledger, make_preset(), 1)
    runs, _ = export(ledger.rows(), tmp_path)
    assert runs.read_text(encoding="utf-8").startswith("run,name,what_differs")
    assert len(list(tmp_path.iterdir())) == 2


def test_two_runs_are_compared_by_what_differs(make_preset: MakePreset) -> None:
    ledger = Ledger()
    begin(ledger, make_preset(), 5)
    begin(ledger, make_preset({"training.optimizer": "adam"}), 9).name = "mine"
    first, second = ledger.rows()
    lines = {line.label: line for line in comparison(first, second, Palette("mono"))}
    assert (lines[""].first, lines[""].second) == ("run 1", "2 mine")
    assert (lines["optimizer"].first, lines["optimizer"].second) == ("sgd", "adam")
    assert (lines["epochs"].first, lines["epochs"].second) == ("5", "9")
    better = int(second.last_loss < first.last_loss)
    assert lines["test loss"].better == better
    assert "learning rate" not in lines
    assert [len(one.x) for one in comparison_series(first, second, Palette("mono"))] == [6, 10]
    same = comparison(first, first, Palette("mono"))
    assert ("settings", "the same") in [(line.label, line.first) for line in same]
    assert all(line.better is None for line in same)
