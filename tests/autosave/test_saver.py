"""When it saves, what that may cost, and what it says when it cannot."""

from __future__ import annotations

import errno
import itertools
import time
from pathlib import Path
from typing import Any

import pytest
from nnmath_engine import archive, checkpoint
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_tui.autosave import saver as saving
from nnmath_tui.autosave.saver import EVERY, LONGEST, Saver
from nnmath_tui.autosave.store import Store

from tests.autosave.program import sessions

EXPERIMENT = Experiment.from_values({"data.samples": 40, "network.hidden": (3,)})
PRESET = Preset(name="small", title="Small", experiment=EXPERIMENT)


class Bench:
    """A saver with a clock to turn by hand, and a session."""

    def __init__(self) -> None:
        self.now = 100.0
        self.told: list[str] = []
        self.wakes: list[float] = []
        self.saver = Saver(self.told.append, self.wakes.append, clock=lambda: self.now)
        self.saver.begin()
        self.session = Session(EXPERIMENT)

    def offer(self, resting: bool = False, then: float = 0.0) -> None:
        """Offer it, and wait until it is written."""
        self.saver.offer(self.session, PRESET, dict, resting)
        if self.saver._writing is not None:
            self.saver._writing.join()
        self.now += then


@pytest.fixture
def bench(state: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """One whose training has always used enough of the processor."""
    used = itertools.count(0, 1_000)
    monkeypatch.setattr(time, "process_time", lambda: float(next(used)))
    return Bench()


def test_it_saves_at_once_and_then_every_few_seconds(bench: Bench, state: Path) -> None:
    bench.session.step("epoch")
    bench.offer(then=EVERY / 2)
    assert len(sessions(state)) == 1
    bench.session.step("epoch")
    bench.offer(then=EVERY / 2)
    assert len(sessions(state)) == 1, "it is too early"
    bench.offer()
    assert len(sessions(state)) == 2
    assert checkpoint.load(sessions(state)[0])[1].epoch == 2
    assert bench.told == []


def test_it_saves_nothing_that_a_preset_alone_is_or_that_is_saved(
    bench: Bench, state: Path
) -> None:
    bench.offer(then=100)
    assert sessions(state) == []
    bench.session.step("batch")
    bench.offer(then=100)
    bench.offer(then=100)
    assert len(sessions(state)) == 1
    bench.session.edit(1, 0, 0, 0.5)
    bench.offer(then=100)
    bench.session.apply({"training.learning_rate": 0.5})
    bench.offer(then=100)
    bench.session.freeze(1, 0, 0)
    bench.offer(then=100)
    assert bench.saver.count == 4


def test_what_changes_at_rest_is_saved_when_it_is_time_to(bench: Bench, state: Path) -> None:
    bench.session.step("epoch")
    bench.offer(resting=True, then=1)
    bench.session.step("epoch")
    bench.offer(resting=True)
    bench.offer(resting=True)
    assert bench.wakes == [pytest.approx(EVERY - 1 + saving.BREATH)], "it asks once"
    bench.now += bench.wakes[0]
    bench.offer(resting=True)
    assert bench.saver.count == 2
    bench.now += EVERY
    bench.offer(resting=True)
    assert bench.saver.count == 2
    assert len(bench.wakes) == 1, "with nothing new it sleeps"


def test_dear_saves_are_rare(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    used = [1.0]
    monkeypatch.setattr(time, "process_time", lambda: used[0])
    times = iter([0.0, 0.0, 0.0, 0.3] + [9.0] * 9)  # a third of a second beside training
    monkeypatch.setattr(time, "thread_time", lambda: next(times))
    bench.session.step("epoch")
    bench.offer(then=EVERY)
    bench.session.step("epoch")
    used[0] += 29
    bench.offer()
    assert bench.saver.count == 1, "it would take more than a hundredth"
    used[0] += 1.5
    bench.offer(then=EVERY)
    assert bench.saver.count == 2


def test_what_is_dear_is_saved_at_rest_and_at_last(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "process_time", lambda: 1.0)
    times = iter([0.0, 0.0, 0.0, 0.3] * 4)
    monkeypatch.setattr(time, "thread_time", lambda: next(times))
    bench.session.step("epoch")
    bench.offer(then=EVERY)
    bench.session.step("epoch")
    bench.offer(resting=True, then=EVERY)
    assert bench.saver.count == 2, "nobody waits"
    bench.session.step("epoch")
    bench.offer(then=LONGEST)
    assert bench.saver.count == 2
    bench.offer()
    assert bench.saver.count == 3


def test_the_end_saves_what_is_new_and_lets_others_save(bench: Bench, state: Path) -> None:
    bench.session.step("epoch")
    bench.offer()
    bench.session.step("batch")
    bench.saver.finish(bench.session, PRESET, {"shown": "loss"})
    path = sessions(state)[0]
    assert checkpoint.load(path)[1].position > 0
    assert checkpoint.peek(path)["view"] == {"shown": "loss"}
    Store().close()


def test_the_end_amid_a_change_leaves_what_was_saved(bench: Bench, state: Path) -> None:
    bench.session.step("epoch")
    bench.offer()
    bench.session._busy = True
    bench.saver.finish(bench.session, PRESET, {})
    assert len(sessions(state)) == 1


def test_a_second_one_is_told_and_saves_nothing(bench: Bench, state: Path) -> None:
    second = Bench()
    assert second.saver.refused
    assert "open elsewhere (process" in second.told[0]
    assert "not saved" in second.told[0]
    second.session.step("epoch")
    second.offer()
    second.saver.finish(second.session, PRESET, {})
    assert sessions(state) == []
    bench.session.step("epoch")
    bench.offer()
    assert len(sessions(state)) == 1


def test_a_full_disk_is_told_once_and_that_it_is_over(
    bench: Bench, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.session.step("epoch")
    bench.offer(then=EVERY)
    with monkeypatch.context() as patch:

        def full(*_: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(archive, "_pack", full)
        for _ in range(3):
            bench.session.step("epoch")
            bench.offer(then=LONGEST)
        assert bench.told == ["Not saved: no space left on device. Training goes on"]
        names = [path.name for path in (state / "nnmath-tui" / "sessions").iterdir()]
        assert sorted(names) == ["session-000001-000001.npz", "sessions.lock"], "nothing is left"
    bench.session.step("epoch")
    bench.offer()
    assert bench.told[1:] == ["It is saved again"]
    assert len(sessions(state)) == 2


def test_a_file_in_the_place_of_the_folder_is_told_and_tried_again(state: Path) -> None:
    in_the_way = state / "nnmath-tui" / "sessions"
    in_the_way.write_text("no folder")
    bench = Bench()
    assert bench.told == ["Not saved: file exists. Training goes on"]
    bench.session.step("epoch")
    bench.offer(then=LONGEST)
    in_the_way.unlink()
    bench.offer()
    assert bench.told[1:] == ["It is saved again"]
    assert len(sessions(state)) == 1


def test_no_home_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.chdir(tmp_path)
    bench = Bench()
    assert bench.told == ["Not saved: there is no home folder. Training goes on"]
    bench.session.step("epoch")
    bench.offer()
    assert list(tmp_path.iterdir()) == []


def test_what_gives_way_is_saved_and_what_comes_is_another_sitting(
    bench: Bench, state: Path
) -> None:
    bench.session.step("epoch")
    bench.offer()
    bench.session.step("epoch")
    bench.saver.leave(bench.session, PRESET, {})
    other = Preset(name="other", title="Other", experiment=EXPERIMENT)
    bench.session = Session(EXPERIMENT)
    bench.session.step("epoch")
    bench.saver.finish(bench.session, other, {})
    titles = [checkpoint.peek(path)["title"] for path in sorted(sessions(state))]
    assert titles == ["Small", "Small", "Other"]
    epochs = [checkpoint.peek(path)["epoch"] for path in sorted(sessions(state))]
    assert epochs == [1, 2, 1]


def test_what_is_saved_already_is_not_saved_again_when_it_gives_way(
    bench: Bench, state: Path
) -> None:
    bench.session.step("epoch")
    bench.offer()
    bench.saver.leave(bench.session, PRESET, {})
    bench.saver.leave(Session(EXPERIMENT), PRESET, {})  # and what has not begun, never
    assert bench.saver._writing is not None
    bench.saver._writing.join()
    assert len(sessions(state)) == 1
