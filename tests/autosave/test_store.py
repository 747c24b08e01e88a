"""Generations, sittings, left-overs, and what is taken up when the newest is not usable."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint, manifest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_tui.autosave import store
from nnmath_tui.autosave.lock import Taken
from nnmath_tui.autosave.notes import described, in_words, notes, preset_of
from nnmath_tui.autosave.revival import NothingRevived, newest_described, revive
from nnmath_tui.autosave.store import Store

SMALL: dict[str, Any] = {
    "data.samples": 40,
    "network.hidden": (3, 2),
    "training.batch_size": 10,
    "training.optimizer": "adam",
}


pytestmark = pytest.mark.usefixtures("state")


@pytest.fixture
def session() -> Session:
    session = Session(Experiment.from_values(SMALL))
    session.step("epoch")
    return session


def preset() -> Preset:
    return Preset(name="small", title="Small", experiment=Experiment.from_values(SMALL))


def keep(
    at: Store, session: Session, view: dict[str, Any] | None = None, of: Preset | None = None
) -> Path:
    """Save a session as the saver does."""
    moment = checkpoint.capture(session)
    data = checkpoint.digests(moment.dataset, moment.experiment)
    return at.save(moment, notes(moment, of or preset(), view or {}), data)


def test_three_generations_are_kept_and_the_newest_comes_first(session: Session) -> None:
    at = Store()
    for _ in range(5):
        keep(at, session)
    names = [path.name for path in store.saved()]
    assert names == [f"session-000001-{number:06d}.npz" for number in (5, 4, 3)]


def test_the_ends_of_two_sittings_before_are_kept(session: Session) -> None:
    for _ in range(5):
        at = Store()
        for _ in range(4):
            keep(at, session)
        at.close()
    names = [path.name[8:21] for path in store.saved()]
    present, before = "000005-000004 000005-000003 000005-000002", "000004-000004 000003-000004"
    assert " ".join(names) == f"{present} {before}"
    assert [store.sitting_of(path) for path in store.heads(store.saved())] == [5, 4, 3]


def test_a_sitting_that_has_just_begun_does_not_push_out_those_before(session: Session) -> None:
    at = Store()
    for _ in range(3):
        keep(at, session)
    at.close()
    keep(Store(), session)
    assert [path.name[8:21] for path in store.saved()] == [
        "000002-000001",
        "000001-000003",
        "000001-000002",
    ]


def test_the_newest_end_of_three_presets_is_kept_however_many_sittings_follow(
    session: Session,
) -> None:
    at = Store()
    for name in ("oldest", "old", "other", *["newest"] * 6):
        keep(at, session, of=replace(preset(), name=name))
        at.part()
        at.part()  # nothing is saved since: it is the same sitting
    ends = [(store.sitting_of(path), Path(store.subject_in(path)).name) for path in store.saved()]
    assert ends == [(9, "newest"), (8, "newest"), (7, "newest"), (3, "other"), (2, "old")]


def test_left_overs_of_dead_writers_are_swept_and_nothing_else(
    state: Path, session: Session
) -> None:
    at = Store()
    kept = keep(at, session)
    at.close()
    folder = state / "nnmath-tui" / "sessions"
    left_over = folder / ".session-000001-000002.npz.0123456789abcdef.tmp"
    mine = folder / "notes.tmp"
    left_over.write_bytes(b"half a file")
    mine.write_text("somebody's own")
    Store().close()
    assert not left_over.exists()
    assert mine.exists()
    assert kept.exists()


def test_wherever_in_a_file_the_disk_is_full_those_before_are_whole(session: Session) -> None:
    at = Store()
    size = keep(at, session).stat().st_size
    whole = [checkpoint.capture(session)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in range(0, 2 * size, size // 20):  # it grows with each step
        session.step("batch")
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            with suppress(OSError):
                keep(at, session)
                whole.append(checkpoint.capture(session))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        newest = store.saved()[0]
        assert checkpoint.resume(newest).state().steps == whole[-1].state.steps
        assert revive(store.saved()).fault == ""
        assert [path.name for path in newest.parent.glob(".*")] == [], "nothing is left over"
    assert 2 < len(whole) < 30, "some had room, and some had not"


def test_two_processes_do_not_save_at_once() -> None:
    at = Store()
    with pytest.raises(Taken):
        Store()
    at.close()
    Store().close()


def test_a_session_is_taken_up_with_its_numbers_its_view_and_its_words(session: Session) -> None:
    keep(Store(), session, {"shown": "loss", "cell": "w1[0,2]"})
    revived = revive(store.saved())
    one, other = session.state(), revived.session.state()
    np.testing.assert_array_equal(one.history, other.history)
    for a, b in zip(one.parameters.arrays(), other.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(a, b)
    session.run(1.0, until=4)
    revived.session.run(1.0, until=4)
    assert session.state().history.tobytes() == revived.session.state().history.tobytes()
    assert revived.fault == ""
    assert (revived.about.title, revived.about.epoch) == ("Small", 1)
    assert revived.view == {"shown": "loss", "cell": "w1[0,2]"}


@pytest.mark.parametrize("cell", ["w9[0,2]", "w1[77,2]", "no cell", "", "m w1[0,0]" * 99])
def test_a_number_that_the_network_does_not_have_is_not_selected(
    session: Session, cell: str
) -> None:
    keep(Store(), session, {"shown": "loss", "cell": cell})
    assert revive(store.saved()).view == {"shown": "loss"}


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "its end is missing"),
        (lambda path: path.write_bytes(b""), "its end is missing"),
        (lambda path: (path.unlink(), path.mkdir()), "not a regular file"),
    ],
)
def test_of_a_damaged_one_the_one_before_is_taken(session: Session, harm: Any, words: str) -> None:
    at = Store()
    keep(at, session)
    session.step("epoch")
    harm(keep(at, session))
    revived = revive(store.saved())
    assert revived.about.epoch == 1
    assert words in revived.fault or "readable archive" in revived.fault
    assert "session-000001-000002.npz" in revived.fault
    assert "/" not in revived.fault, "the folder says nothing to a person"


@pytest.mark.parametrize("version", [0, 2, 99])
def test_of_one_of_another_version_the_one_before_is_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    at = Store()
    keep(at, session)
    session.step("epoch")
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "VERSION", version)
        keep(at, session)
    revived = revive(store.saved())
    assert revived.about.epoch == 1
    assert f"is of version {version}" in revived.fault
    assert newest_described(store.saved()) == revived.about


def test_where_none_can_be_taken_it_is_said_why(session: Session) -> None:
    with pytest.raises(NothingRevived, match="no saved session"):
        revive([])
    keep(Store(), session).write_bytes(b"rubbish")
    with pytest.raises(NothingRevived, match="not a readable archive"):
        revive(store.saved())


def test_its_preset_is_found_again_or_made(session: Session, tmp_path: Path) -> None:
    moment, spiral = checkpoint.capture(session), catalog.load("spiral")
    assert preset_of(notes(moment, spiral, {}), moment.experiment).source == spiral.source
    own = tmp_path / "own.toml"
    own.write_text(spiral.source)
    about = notes(moment, catalog.load(own), {})
    assert preset_of(about, moment.experiment).path == own
    own.unlink()
    made = preset_of(about, moment.experiment)
    assert (made.title, made.experiment) == (spiral.title, moment.experiment)


@pytest.mark.parametrize(
    "rubbish",
    [
        {},
        {"title": 3, "epoch": "x", "saved": None, "preset": 5, "view": []},
        {"preset": {"path": 1}},
    ],
)
def test_notes_that_are_not_as_they_should_be_do_no_harm(
    session: Session, rubbish: dict[str, Any]
) -> None:
    at, moment = Store(), checkpoint.capture(session)
    at.save(moment, rubbish, checkpoint.digests(moment.dataset, moment.experiment))
    revived = revive(store.saved())
    assert described(rubbish).title == revived.preset.title == "a network"
    assert revived.view == {}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (86_400 * 3, "3 days ago"),
    ],
)
def test_how_long_ago_it_was(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
