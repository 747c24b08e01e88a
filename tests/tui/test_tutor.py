"""The tutor without a screen: how often he looks, what he hides, what he keeps."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nnmath_engine.derivation import parse_cell
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_tui.tutor import SHARE, Tutor
from nnmath_tui.views.cell_line import cell_lines
from nnmath_tui.views.copying import derivation_text
from nnmath_tui.views.derivation import in_print, page
from nnmath_tui.views.lesson import lesson_text, solution_words
from nnmath_tui.views.veil import OPEN, veil

from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def fresh_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


class Clock:
    """Goes on by `step` at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 100.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def tutor_on(name: str, clock: Clock | None = None) -> tuple[Tutor, Preset, list[int]]:
    changes: list[int] = []
    tutor = Tutor(
        lambda: changes.append(1), lambda title, text: None, clock=clock or time.perf_counter
    )
    preset = catalog.load(name)
    tutor.open(preset)
    changes.clear()
    return tutor, preset, changes


def test_looking_takes_no_more_than_its_share_of_the_time() -> None:
    clock = Clock(0.002)
    tutor, preset, changes = tutor_on("xor-seeds", clock)
    session = Session(preset.experiment)
    snapshot = session.snapshot()
    begin = clock.now
    for _ in range(5000):
        tutor.see(snapshot, running=True)
    looks = tutor.spent / clock.step
    assert looks > 5
    assert tutor.spent / (clock.now - begin) < 1.5 * SHARE < 0.01
    assert len(changes) <= looks


def test_a_paused_network_is_looked_at_whenever_it_is_shown() -> None:
    tutor, preset, _ = tutor_on("xor-seeds", Clock(10.0))
    session = Session(preset.experiment)
    tutor.see(session.snapshot(), running=True)
    session.step("epoch")
    tutor.see(session.snapshot(), running=False)
    verdict = tutor.standings[0].verdict
    assert verdict is not None
    assert verdict.value == session.snapshot().history.last.train_loss


def test_what_is_asked_for_is_hidden_in_derivations_until_it_is_answered() -> None:
    tutor, preset, _ = tutor_on("forward-by-hand")
    sheet = Session(preset.experiment, base=preset.base).worksheet()
    assert parse_cell("z1[0]") in tutor.hidden
    cover = veil(sheet, tutor.hidden)
    z = page(sheet, [parse_cell("z1[0]")])
    a = page(sheet, [parse_cell("a1[0]")])
    assert z is not None
    assert a is not None
    value = z.operands and in_print(sheet, z).value
    shown = in_print(sheet, z, veil=cover)
    assert shown.value == "?"
    numbers, result, _ = shown.equations[0].size(200)
    assert result == "?"
    # What it is made of stays: it is to be computed.
    assert "?" not in numbers
    row = next(
        one for one in in_print(sheet, a, veil=cover).operands if one.name.startswith("z1[0]")
    )
    assert row.value == "?"
    assert "?" in in_print(sheet, a, veil=cover).equations[0].size(200)[0]
    line = " ".join(text for _, text in next(cell_lines(sheet, z.path[-1], 1, 300, veil=cover)))
    assert line.endswith("= ?")
    assert str(value) not in line.split()
    assert derivation_text(sheet, z.path[-1], cover).endswith("= ?")
    assert str(value) in derivation_text(sheet, z.path[-1])
    tutor.standings = tuple(replace(standing, met=True) for standing in tutor.standings)
    assert veil(sheet, tutor.hidden) is OPEN


async def test_a_hint_and_a_try_are_kept() -> None:
    tutor, preset, _ = tutor_on("forward-by-hand")
    tutor.next_hint()
    tutor.answer(0, 123.0)
    async with asyncio.timeout(PATIENCE):
        while not tutor.standings[0].tries:
            await asyncio.sleep(0.005)
    again = Tutor(lambda: None, lambda title, text: None)
    again.open(preset)
    assert (again.hints, again.standings[0].tries, again.standings[0].met) == (1, 1, False)
    other = Tutor(lambda: None, lambda title, text: None, "Ada")
    other.open(preset)
    assert other.hints == 0


@pytest.mark.parametrize("name", catalog.names())
def test_every_lesson_has_a_page_that_gives_nothing_away(name: str) -> None:
    tutor, preset, _ = tutor_on(name)
    session = Session(preset.experiment, base=preset.base)
    tutor.see(session.snapshot(), running=False)
    text = lesson_text(tutor)
    lesson = preset.lesson
    assert lesson is not None
    assert [goal.say for goal in text.goals] == [goal.say for goal in lesson.goals]
    assert not text.hints
    assert not text.solution
    assert not text.code
    assert all(goal.mark != "met" for goal in text.goals)
    assert list(solution_words(preset, lesson))
