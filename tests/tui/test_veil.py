"""What a lesson asks for is seen nowhere before it is answered: in no pane, in no command."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.answering import right_answer, secret_values
from nnmath_presets.preset import Preset
from nnmath_tui import checking
from nnmath_tui.application import Application
from nnmath_tui.cli import main
from nnmath_tui.lesson_record import LessonRecord
from nnmath_tui.runs_file import epoch_lines
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.settings import Settings
from nnmath_tui.views.copying import figures_text
from nnmath_tui.views.formula import WeightPlace, weight_formula
from nnmath_tui.views.matrices import layer_matrix, under_veil
from nnmath_tui.views.matrix_notes import entry_notes, layer_notes
from nnmath_tui.views.output_look import Sample
from nnmath_tui.views.readings import point_notes, sample_loss, sample_notes
from nnmath_tui.views.runs import RunRow, outcome
from nnmath_tui.views.veil import OPEN, Veil
from nnmath_tui.widgets.status import pieces

Captured = pytest.CaptureFixture[str]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def fresh_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner who has answered nothing yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def opened(name: str) -> tuple[Preset, Session, Veil, LessonRecord]:
    """A lesson, its network after one batch, and what is hidden then."""
    preset = catalog.load(name)
    record = LessonRecord(lambda: None, lambda title, text: None)
    record.open(preset)
    session = Session(preset.experiment, base=preset.base)
    return preset, session, Veil((), record.hidden_values, record.hides_loss), record  # type: ignore[arg-type]


def test_gradients_are_hidden_after_the_step_that_they_led_to() -> None:
    _, session, veil, _ = opened("backprop-by-hand")
    session.step("batch")
    snapshot = session.snapshot()
    bare = layer_matrix(snapshot, 2, "gradients")
    shown = under_veil(bare, "gradients", veil)
    assert (bare.hidden, shown.hidden) == (0, 2)
    assert entry_notes(shown, (0, 0), None, False)[0].endswith("= ?")
    assert "?" not in entry_notes(shown, (1, 0), None, False)[0]
    assert shown.measure.text(math.nan, 8) == "?"
    assert "2 to be answered first" in layer_notes(shown, False)[0]
    assert "not finite" not in layer_notes(shown, False)[0]
    weights = layer_matrix(snapshot, 2, "weights")
    assert under_veil(weights, "weights", veil) is weights


def test_a_selected_weight_keeps_its_gradient_to_itself() -> None:
    _, session, veil, _ = opened("backprop-by-hand")
    session.step("batch")
    parts = weight_formula(session.snapshot(), WeightPlace(2, 0, 0), veil)
    assert [text for _, text in parts if "∂" in text] == ["∂L/∂w = ?"]
    assert "?" not in str(weight_formula(session.snapshot(), WeightPlace(2, 0, 0)))


def test_the_output_pane_reads_no_answer_that_is_asked_for() -> None:
    _, session, veil, _ = opened("forward-by-hand")
    snapshot, sample = session.snapshot(), Sample("train", 0)
    here = tuple(snapshot.dataset.train.raw[0].tolist())
    for told in (sample_notes(snapshot, sample, False, veil),
                 point_notes(snapshot, (0, 1), here, False, veil)):  # fmt: skip
        assert "= ?" in told[0]
        assert "0.6" not in told[0]
    assert "= ?" not in point_notes(snapshot, (0, 1), (0.1, 0.1), False, veil)[0]
    _, session, veil, _ = opened("backprop-by-hand")
    assert sample_loss(session.snapshot(), sample, False, veil)[-1] == "loss ?"


def test_the_first_loss_stays_hidden_while_training_goes_on() -> None:
    _, session, veil, _ = opened("softmax-three")
    session.run(60, until=3)
    history = veil.over_history(session.snapshot().history)
    assert math.isnan(history.train_loss[0])
    assert math.isnan(history.test_loss[0])
    assert history.train_loss[1:].tolist() == session.snapshot().history.train_loss[1:].tolist()
    assert history.train_score.tolist() == session.snapshot().history.train_score.tolist()
    first = veil.over_snapshot(Session(catalog.load("softmax-three").experiment).snapshot())
    assert "train_loss" not in figures_text(first)


def test_what_is_answered_is_seen() -> None:
    preset, _, veil, record = opened("backprop-by-hand")
    assert veil
    record.standings = tuple(replace(standing, met=True) for standing in record.standings)
    assert Veil(frozenset(record.hidden), record.hidden_values, record.hides_loss) == OPEN
    assert preset.lesson is not None
    goals = [goal for goal in preset.lesson.goals if goal.cell]
    assert secret_values(preset) == {goal: right_answer(preset, goal) for goal in goals}


LOOKS = (["2", "right"], ["3", "g", "down"], ["b"], ["right"], ["4", "left"], ["N"])
"""Keys that show numbers of every pane."""

NUMBER = re.compile(r"[−-]?\d+\.\d{2,}(?:e[−-]?\d+)?(?! *┤)")
"""Those beside an axis are nobody's value."""


def told(screen: MainScreen, secrets: tuple[float, ...]) -> list[str]:
    """Numbers on the screen that are one of the secrets, to all their digits, at least three."""
    text = "\n".join(
        "".join(strip.text for strip in pane.lines())
        + f" {pane.border_title} {pane.border_subtitle}"
        for pane in screen.panes
        if pane.display and pane.size.area
    )
    text += " ".join(piece.text for piece in pieces(screen.situation))
    found = []
    for shown in NUMBER.findall(text):
        plain = shown.replace("−", "-")
        digits = len(plain.partition(".")[2].partition("e")[0])
        for secret in secrets:
            same = f"{abs(secret):.{digits}f}" == plain.lstrip("-")
            if same and len(plain.replace("0.", "").lstrip("-0")) >= 3:
                found.append(shown)
    return found


@pytest.mark.parametrize("name", ["backprop-by-hand", "forward-by-hand", "softmax-three"])
async def test_no_pane_tells(until: Until, name: str) -> None:
    app = Application(lambda: catalog.load(name), Settings(color="truecolor", animation=False))
    async with app.run_test(size=(200, 60)) as pilot:
        await until(lambda: isinstance(app.screen, MainScreen))
        screen = app.screen
        assert isinstance(screen, MainScreen)
        await until(lambda: screen.situation.snapshot is not None and screen.veil != OPEN)
        assert screen.situation.snapshot is not None
        preset = screen.tutor.preset
        assert preset is not None
        assert preset.lesson is not None
        answers = [g for g in preset.lesson.goals if g.kind == "answer" and not g.answer]
        given = [abs(float(v)) for array in screen.situation.snapshot.parameters.arrays()
                 for v in array.flat]  # fmt: skip
        numbers = [float(right_answer(preset, goal)) for goal in answers]
        # One of them happens to be as large as a bias that is there for all to see.
        secrets = tuple(v for v in numbers if all(abs(abs(v) - one) > 1e-6 for one in given))
        assert secrets

        async def seen() -> list[str]:
            found = []
            for keys in LOOKS:
                await pilot.press(*keys)
                await pilot.pause()
                found += told(screen, secrets)
            return found

        assert not await seen()
        await pilot.press("N", "r")
        await until(lambda: screen.situation.snapshot and screen.situation.snapshot.step == 0)
        screen.tutor.standings = tuple(
            replace(standing, met=True) for standing in screen.tutor.standings
        )
        screen._show_news()
        assert screen.veil == OPEN
        assert await seen(), "there would have been something to see"


@pytest.mark.parametrize(
    ("lesson", "cell", "asked"),
    [
        ("forward-by-hand", "z1[0]", "z1[0]"),
        ("forward-by-hand", "z2[0]", "z2[0]"),
        ("backprop-by-hand", "sample_loss", "sample_loss"),
        ("backprop-by-hand", "delta2[0]", "delta2[0]"),
        ("backprop-by-hand", "step b2[0]", "grad b2[0]"),
    ],
)
def test_explain_leaves_the_answer_to_the_learner(
    lesson: str, cell: str, asked: str, capsys: Captured
) -> None:
    for more in ([], ["--format", "json"], ["--depth", "3"]):
        assert main(["explain", lesson, cell, *more]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert len(err.splitlines()) == 1
        assert "asks for: answer it there first; --answers shows it" in err
    assert main(["explain", lesson, cell]) == 2
    assert f"{asked} is what the lesson" in capsys.readouterr().err
    assert main(["explain", lesson, cell, "--answers"]) == 0
    assert capsys.readouterr().out


def test_explain_shows_what_was_answered_and_what_nobody_asks_for(capsys: Captured) -> None:
    assert main(["explain", "backprop-by-hand", "w1[0,0]"]) == 0
    assert main(["explain", "spiral", "loss"]) == 0
    record = LessonRecord(lambda: None, lambda title, text: None, "Ada")
    record.open(catalog.load("forward-by-hand"))
    record.claim = record.claim.with_answer(0, 0.75)
    record._meet(0)
    assert main(["explain", "forward-by-hand", "z1[0]", "--name", "Ada"]) == 0
    assert main(["explain", "forward-by-hand", "z1[0]", "--name", "Max"]) == 2


def test_a_gradient_check_tells_no_gradient_that_is_asked_for(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset = catalog.load("backprop-by-hand")
    assert preset.lesson is not None
    value = float(right_answer(preset, preset.lesson.goals[1]))
    real = checking.check
    monkeypatch.setattr(
        checking, "check", lambda *given: replace(real(*given), analytic=value, numeric=value)
    )
    assert main(["gradcheck", "backprop-by-hand"]) == 0
    assert "backpropagation ?, central difference ?" in capsys.readouterr().out
    assert main(["gradcheck", "backprop-by-hand", "--answers"]) == 0
    assert f"backpropagation {value:.10g}" in capsys.readouterr().out


def test_the_ledger_keeps_the_first_loss_to_itself() -> None:
    _, session, veil, _ = opened("softmax-three")
    session.run(60, until=2)
    run = RunRow(
        number=1,
        name="",
        origin="",
        begins=0,
        outcome=outcome(session.snapshot()),
        current=True,
        overlaid=False,
        kept=True,
    )
    heads, first, *later = epoch_lines([run])
    _, shown, *shown_later = epoch_lines([veil.over_run(run)])
    losses = [heads.index(name) for name in ("train_loss", "test_loss")]
    assert all(first[column] for column in losses)
    assert [shown[column] for column in losses] == ["", ""]
    assert shown_later == later
