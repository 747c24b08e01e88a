"""The status line says what matters, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from nnmath_tui.widgets.key_bar import Key, fitting
from nnmath_tui.widgets.status import Piece, Situation, fit, in_ascii, pieces, steady

MakePreset = Callable[..., Preset]


def trained(preset: Preset, epochs: int, batches: int = 0) -> Snapshot:
    session = Session(preset.experiment)
    session.run(seconds=60, until=epochs)
    for _ in range(batches):
        session.step("batch")
    return session.snapshot()


def words(situation: Situation, width: int = 200) -> str:
    left, right, _ = fit(list(pieces(situation)), width)
    return " | ".join(piece.text for piece in [*left, *right])


def test_tells_the_experiment_and_how_far_it_is(make_preset: MakePreset) -> None:
    preset = make_preset({"training.l2": 0.001})
    snapshot = trained(preset, epochs=2, batches=1)
    line = words(Situation("Small", snapshot, running=True, speed=1234.0))
    start = (
        "nnmath | Small | 2–3–2–1 tanh | · bce · sgd η=0.1 · L2=0.001 | seed 0 | ▶ running | "
        "epoch 2 | 1 234/s | train 0."
    )
    assert line.startswith(start)
    assert "| test acc " in line


def test_tells_the_batch_where_one_can_follow_it(make_preset: MakePreset) -> None:
    snapshot = trained(make_preset(), epochs=2, batches=1)
    assert "| batch 1/2 |" in words(Situation("", snapshot, running=True, speed=1.5))
    assert "| batch 1/2 |" in words(Situation("", snapshot))
    assert "batch" not in words(Situation("", snapshot, running=True, speed=1234.0))


@given(losses=st.lists(st.floats(0, 1e6), min_size=2, max_size=2), spare=st.integers(0, 40))
def test_a_number_that_loses_a_digit_moves_nothing(losses: list[float], spare: int) -> None:
    places = []
    for loss in losses:
        piece = Piece(f"train {loss:.3g}"[:12], right=True, room=12)
        right, gap = steady([Piece("running", right=True), piece], 12 - len(piece.text) + spare)
        assert gap == spare
        assert len(right[1].text) == 12
        places.append(gap + len(right[0].text))
    assert places[0] == places[1]


def test_the_room_for_digits_is_taken_from_no_word() -> None:
    right, gap = steady([Piece("a", right=True, room=5), Piece("b", right=True, room=5)], 6)
    assert [piece.text for piece in right] == ["a  ", "b    "]
    assert gap == 0


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [(0, "ready"), (3, "paused"), (5, "5 epochs done; space goes on"), (6, "paused")],
)
def test_says_why_it_does_not_run(make_preset: MakePreset, epochs: int, expected: str) -> None:
    line = words(Situation("", trained(make_preset(), epochs)))
    assert f"| {expected} |" in line


def test_a_pause_within_the_last_epoch_is_no_end(make_preset: MakePreset) -> None:
    assert "| paused |" in words(Situation("", trained(make_preset(), 5, batches=1)))


def test_says_that_it_diverged(make_preset: MakePreset) -> None:
    preset = make_preset(
        {"data.source": "line", "network.hidden": (), "training.learning_rate": 1e5}
    )
    snapshot = trained(preset, 1000)
    assert snapshot.status == "diverged"
    assert "| diverged |" in words(Situation("", snapshot, running=False))
    assert "R² " in words(Situation("", snapshot))


def test_slow_motion_is_named(make_preset: MakePreset) -> None:
    situation = Situation("", trained(make_preset(), 1), running=True, pace=10.0)
    assert "▶ running at 10/s" in words(situation)


def test_deep_and_mixed_networks_are_elided_in_words(make_preset: MakePreset) -> None:
    preset = make_preset(
        {
            "network.hidden": (3,) * 8,
            "network.activation": ("tanh", "relu", "gelu", *["tanh"] * 5),
        }
    )
    assert "2–3–3–…–1 mixed" in words(Situation("", trained(preset, 0)))


def test_before_anything_is_loaded() -> None:
    assert words(Situation()) == "nnmath | loading"


@given(st.integers(1, 220))
def test_what_does_not_fit_is_left_out_whole_the_least_important_first(width: int) -> None:
    given_pieces = [
        Piece("name", rank=0),
        Piece("a long description", rank=3),
        Piece("epoch 1", rank=1, right=True),
        Piece("test 0.5", rank=2, right=True),
    ]
    left, right, gap = fit(given_pieces, width)
    kept = [*left, *right]
    assert all(piece in given_pieces for piece in kept)
    ranks = sorted(piece.rank for piece in kept)
    assert ranks == list(range(len(ranks)))
    used = 1 + sum(len(piece.text) + 1 + piece.right for piece in kept)
    assert used + gap <= width or len(kept) == 1


def test_ascii_keeps_every_piece_readable(make_preset: MakePreset) -> None:
    situation = Situation("Zürich", trained(make_preset(), 1), running=True, speed=3.0)
    shown = [in_ascii(piece).text for piece in pieces(situation)]
    assert all(text.isascii() for text in shown)
    assert "2-3-2-1 tanh" in shown
    assert "> running" in shown


def test_keys_that_do_not_fit_make_room_for_help_and_quit() -> None:
    keys = [Key(str(n), "something", str(n)) for n in range(9)]
    keys += [Key("?", "help", "question_mark"), Key("q", "quit", "q")]
    assert fitting(keys, 500) == keys
    kept = fitting(keys, 50)
    assert [key.shown for key in kept] == ["0", "1", "?", "q"]
    assert 1 + sum(key.width for key in kept) <= 50
    assert [key.shown for key in fitting(keys, 1)] == ["?", "q"]


def test_situations_are_compared_by_identity(make_preset: MakePreset) -> None:
    situation = Situation("", trained(make_preset(), 0))
    assert situation != replace(situation)


def test_one_epoch_is_no_epochs(make_preset: MakePreset) -> None:
    line = words(Situation("", trained(make_preset({"training.epochs": 1}), 1)))
    assert "| 1 epoch done; space goes on |" in line


def test_a_schedule_that_has_ended_does_not_invite_to_go_on(make_preset: MakePreset) -> None:
    preset = make_preset({"training.schedule": "cosine"})
    line = words(Situation("", trained(preset, 5)))
    assert "| 5 epochs done; the schedule ended at η=0 |" in line


def test_a_pace_is_named_before_it_is_run_at(make_preset: MakePreset) -> None:
    snapshot = trained(make_preset(), 1)
    assert "| pace 10/s |" in words(Situation("", snapshot, pace=10.0))
    assert "pace" not in words(Situation("", snapshot, running=True, pace=10.0))
    assert "pace" not in words(Situation("", snapshot))
    spent = trained(make_preset({"training.schedule": "cosine"}), 5)
    assert "| pace 10/s" in words(Situation("Small", spent, pace=10.0), 80)


def test_the_title_follows_the_data(make_preset: MakePreset) -> None:
    own = trained(make_preset(), 0)
    assert "| Small | 2–3" in words(Situation("Small", own, source="circle"))
    other = trained(make_preset({"data.source": "moons"}), 0)
    assert "| moons | (from Small) | 2–3" in words(Situation("Small", other, source="circle"))
    assert words(Situation("Small", other, source="circle"), 60).startswith("moons | ")


@pytest.mark.parametrize("epochs", [3, 5])
def test_at_80_columns_the_accuracy_has_its_place(make_preset: MakePreset, epochs: int) -> None:
    line = words(Situation("Two spirals", trained(make_preset(), epochs)), 80)
    assert "acc 55 %" in line or "acc 60 %" in line
    assert "| test 0." in line
    assert "| train 0." in line
    assert "Two spirals | " in line
    assert ("| 5 epochs done | train" in line) == (epochs == 5)


def test_the_seed_is_told_where_there_is_room(make_preset: MakePreset) -> None:
    snapshot = trained(make_preset({"training.seed": 42}), 1)
    situation = Situation("Small", snapshot, running=True, speed=2345.0)
    assert "| seed 42 |" in words(situation, 120)
    assert "seed" not in words(situation, 70)


def test_words_are_shortened_before_others_are_given_up() -> None:
    pieces = [Piece("name", rank=1), Piece("a long story", rank=0, short="story", shortens=2)]
    pieces.append(Piece("more", rank=3))
    shown = [fit(pieces, width)[0] for width in (40, 20, 12, 7)]
    assert [" ".join(piece.text for piece in left) for left in shown] == [
        "name a long story more",
        "name a long story",
        "name story",
        "story",
    ]


def test_the_past_is_told_in_place_of_everything_else(make_preset: MakePreset) -> None:
    past = Situation("Small", trained(make_preset(), 2), newest=5)
    assert past.past
    assert "| ◀ past: epoch 2 of 5 |" in words(past)
    assert "| epoch 2 |" not in words(past)
    assert "past: epoch 2 of 5" in words(past, 60), "given up last"
    assert "5 epochs done" not in words(Situation("Small", trained(make_preset(), 5), newest=9))
    assert [in_ascii(p).text for p in pieces(past) if "past" in p.text] == ["< past: epoch 2 of 5"]


def test_a_long_way_to_an_epoch_is_told(make_preset: MakePreset) -> None:
    going = Situation("Small", trained(make_preset(), 2), newest=5000, awaited=1234)
    assert "| ◀ going to epoch 1 234 … |" in words(going)


def test_in_slow_motion_the_speed_is_told_where_it_falls_short(make_preset: MakePreset) -> None:
    snapshot = trained(make_preset(), 1)
    kept_up = Situation("", snapshot, running=True, pace=0.25, speed=0.8)
    assert "▶ running at 0.25/s" in words(kept_up)
    assert "0.8/s" not in words(kept_up)
    behind = Situation("", snapshot, running=True, pace=100.0, speed=30.0)
    assert "▶ running at 100/s" in words(behind)
    assert "| 30/s |" in words(behind)
