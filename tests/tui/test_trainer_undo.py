"""Undo and redo, and weights set and frozen by hand: the trainer without an app."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from nnmath_engine.places import Place
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Preset
from nnmath_tui import ledger, undo
from nnmath_tui.views.formula import WeightPlace

MakePreset = Callable[..., Preset]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Driving = Callable[[Preset], Any]


def assert_same(one: Snapshot, other: Snapshot) -> None:
    """Bit for bit, optimizer, settings, history and marks included."""
    assert (one.epoch, one.batch, one.step) == (other.epoch, other.batch, other.step)
    assert (one.experiment, one.marks) == (other.experiment, other.marks)
    assert one.slots.keys() == other.slots.keys()
    for ours, theirs in (
        (one.parameters, other.parameters),
        *((slot, other.slots[name]) for name, slot in one.slots.items()),
    ):
        for mine, yours in zip(ours.arrays(), theirs.arrays(), strict=True):
            np.testing.assert_array_equal(mine, yours)
    np.testing.assert_array_equal(one.history.table, other.history.table)


def seed_of(snapshot: Snapshot) -> int:
    return snapshot.experiment.training.seed


async def test_a_change_undone_at_once_leaves_no_trace(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset({"training.optimizer": "adam"})) as (trainer, heard):
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        before = heard.now
        trainer.change({"training.optimizer": "sgd", "training.l2": 0.1})
        await until(lambda: heard.now.experiment.training.optimizer == "sgd")
        after = heard.now
        trainer.undo()
        await until(lambda: heard.answer == "undone: optimizer adam → sgd, L2 0 → 0.1")
        await until(lambda: heard.now is not after)
        assert_same(heard.now, before)
        trainer.redo()
        await until(lambda: heard.answer.startswith("done again: optimizer adam → sgd"))
        await until(lambda: heard.now.experiment.training.optimizer == "sgd")
        assert_same(heard.now, after)
        trainer.undo()
        await until(lambda: heard.now.experiment.training.optimizer == "adam")
        assert_same(heard.now, before)


async def test_a_change_undone_later_keeps_what_was_trained_since(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset({"training.epochs": 100})) as (trainer, heard):
        trainer.change({"training.learning_rate": 0.5})
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        weights = heard.now.parameters.weights[0]
        trainer.undo()
        await until(lambda: heard.now.experiment.training.learning_rate == 0.1)
        assert heard.epoch == 1
        np.testing.assert_array_equal(heard.now.parameters.weights[0], weights)
        trainer.redo()
        await until(lambda: heard.now.experiment.training.learning_rate == 0.5)
        assert heard.epoch == 1


@pytest.mark.parametrize("way", ["reset", "new seed", "shape", "data"])
async def test_what_started_afresh_comes_back_with_its_history(
    make_preset: MakePreset, until: Until, driving: Driving, way: str
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.step("epoch")
        trainer.step("batch")
        await until(lambda: heard.epoch == 1 and heard.now.batch == 1)
        before = heard.now
        match way:
            case "reset":
                trainer.reset()
            case "new seed":
                trainer.reset(new_seed=True)
            case "shape":
                trainer.change({"network.hidden": (2, 2, 2)})
            case "data":
                trainer.change({"data.source": "xor"})
        await until(lambda: heard.epoch == 0)
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        after = heard.now
        trainer.undo()
        await until(lambda: heard.now.batch == 1)
        assert_same(heard.now, before)
        trainer.redo()
        await until(lambda: heard.now.batch == 0)
        assert_same(heard.now, after)
        assert len(trainer.runs) == 2, "what was undone is a run all the same"


async def test_steps_of_all_kinds_are_undone_in_order_and_something_new_ends_redoing(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        pictures = [heard.now]
        place = WeightPlace(1, 0, 0)
        acts: list[Callable[[], None]] = [
            lambda: trainer.change({"training.l1": 0.01}),
            lambda: trainer.edit(place, 2.5),
            lambda: trainer.reset(new_seed=True),
            lambda: trainer.freeze(place, True),
            lambda: trainer.change({"network.hidden": (2,)}),
        ]
        for act in acts:
            act()
            await until(lambda: heard.now is not pictures[-1])
            pictures.append(heard.now)
        for picture in reversed(pictures[:-1]):
            trainer.undo()
            await until(heard.after(heard.now))
            assert_same(heard.now, picture)
        trainer.undo()
        await until(lambda: heard.answer == "nothing to undo")
        for picture in pictures[1:4]:
            trainer.redo()
            await until(heard.after(heard.now))
            assert_same(heard.now, picture)
        trainer.change({"training.l2": 0.5})
        await until(lambda: heard.now.experiment.training.l2 == 0.5)
        trainer.redo()
        await until(lambda: heard.answer == "nothing to do again")


async def test_a_change_in_the_past_is_undone_back_into_the_past(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset({"training.epochs": 20})) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 20 and not heard.last.running)
        trainer.go_to(8)
        await until(lambda: heard.epoch == 8)
        past = heard.now
        trainer.change({"training.l2": 0.5})
        trainer.step("epoch")
        await until(lambda: heard.epoch == 9)
        trainer.undo()
        await until(lambda: heard.epoch == 8)
        assert_same(heard.now, past)
        ahead = heard.last.ahead
        assert ahead is not None
        assert ahead.epoch[-1] == 20
        trainer.redo()
        await until(lambda: heard.epoch == 9)
        assert heard.last.ahead is None


async def test_only_so_many_steps_are_kept(
    make_preset: MakePreset, until: Until, driving: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "MOST_STEPS", 4)
    monkeypatch.setattr(undo, "MOST_MEMENTOS", 2)
    async with driving(make_preset()) as (trainer, heard):
        for number in range(1, 9):
            trainer.change({"training.learning_rate": number / 8})
        await until(lambda: heard.epoch == 0 and heard.now.learning_rate == 1)
        for number in range(7, 3, -1):
            trainer.undo()
            await until(heard.showing(lambda snapshot: snapshot.learning_rate, number / 8))
        trainer.undo()
        await until(lambda: heard.answer == "nothing to undo")


async def test_a_network_that_is_no_longer_kept_is_too_late_to_come_back_to(
    make_preset: MakePreset, until: Until, driving: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        trainer.reset(new_seed=True)
        await until(lambda: heard.epoch == 0)
        trainer.delete(1)
        trainer.undo()
        await until(lambda: heard.answer.startswith("too late:"))
        assert heard.now.experiment.training.seed == 1
        trainer.undo()
        await until(lambda: heard.answer == "nothing to undo")


async def test_an_untrained_network_that_was_given_up_is_made_anew(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        first = heard.now
        for seed in range(1, ledger.MOST_SESSIONS + 3):
            trainer.reset(new_seed=True)
            await until(heard.showing(seed_of, seed))
        for seed in range(ledger.MOST_SESSIONS + 1, -1, -1):
            trainer.undo()
            await until(heard.showing(seed_of, seed))
        assert_same(heard.now, first)


async def test_a_weight_set_by_hand_acts_at_once_and_can_be_undone(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        before = heard.now
        trainer.edit(WeightPlace(1, 1, 2), 3.0)
        trainer.edit(WeightPlace(2, None, 1), -1.5)
        await until(lambda: heard.now.parameters.biases[1][1] == -1.5)
        assert heard.now.parameters.weights[0][1, 2] == 3
        assert heard.now.history.last.train_loss != before.history.last.train_loss
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        trainer.undo()
        await until(lambda: heard.answer.startswith("undone: bias of h₂: 0 → −1.5"))
        await until(lambda: heard.now.parameters.biases[1][1] == 0)
        assert heard.epoch == 1, "the training since stays"
        trainer.undo()
        old = float(before.parameters.weights[0][1, 2])
        await until(lambda: heard.now.parameters.weights[0][1, 2] == old)
        assert heard.answer.startswith("undone: weight x₂ → h₃: ")


async def test_a_frozen_weight_stays_until_it_is_thawed(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.freeze(WeightPlace(1, 0, 0), True)
        await until(lambda: heard.epoch == 0 and Place(1, 0, 0) in heard.now.frozen)
        weight = heard.now.parameters.weights[0][0, 0]
        trainer.step("epoch")
        await until(lambda: heard.epoch == 1)
        assert heard.now.parameters.weights[0][0, 0] == weight
        trainer.undo()
        await until(lambda: not heard.now.frozen)
        trainer.step("epoch")
        await until(lambda: heard.epoch == 2)
        assert heard.now.parameters.weights[0][0, 0] != weight


async def test_an_edit_that_cannot_be_is_answered_in_words(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        await until(lambda: heard.epoch == 0)
        shown = heard.now
        trainer.edit(WeightPlace(1, 0, 0), float("nan"))
        await until(lambda: heard.answer == "not changed: w1[0,0] cannot be nan")
        trainer.edit(WeightPlace(9, 0, 0), 1.0)
        await until(lambda: "has no w9[0,0]" in heard.answer)
        trainer.undo()
        await until(lambda: heard.answer == "nothing to undo")
        assert heard.now is shown


async def test_an_edit_of_the_past_is_a_branch(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    async with driving(make_preset()) as (trainer, heard):
        trainer.toggle()
        await until(lambda: heard.epoch == 5 and not heard.last.running)
        trainer.go_to(2)
        trainer.edit(WeightPlace(1, 0, 0), 9.0)
        trainer.step("epoch")
        await until(lambda: heard.epoch == 3)
        assert heard.last.ahead is None
        one, two = trainer.runs
        assert one.outcome.epoch == 5
        assert two.origin.startswith("branch at 2 of run 1, weight x₁ → h₁: ")


async def test_any_mix_of_keys_comes_to_rest(
    make_preset: MakePreset, until: Until, driving: Driving
) -> None:
    preset = make_preset({"training.epochs": 40})
    generator = np.random.default_rng(7)
    async with driving(preset) as (trainer, heard):
        acts: list[Callable[[], None]] = [
            trainer.toggle,
            lambda: trainer.go_by(-1),
            lambda: trainer.go_by(10),
            lambda: trainer.go_to(0),
            trainer.undo,
            trainer.redo,
            lambda: trainer.step("batch"),
            lambda: trainer.step("epoch"),
            lambda: trainer.reset(new_seed=True),
            lambda: trainer.change({"training.l2": float(generator.random())}),
            lambda: trainer.change({"network.hidden": (int(generator.integers(1, 4)),)}),
            lambda: trainer.edit(WeightPlace(1, 0, 0), float(generator.random())),
            lambda: trainer.freeze(WeightPlace(1, 0, 0), bool(generator.integers(2))),
            lambda: trainer.go_to_run(int(generator.integers(1, 6))),
            lambda: trainer.delete(int(generator.integers(1, 6))),
            lambda: trainer.overlay(int(generator.integers(1, 6))),
        ]
        for _ in range(400):
            acts[int(generator.integers(len(acts)))]()
            if generator.random() < 0.3:
                await asyncio.sleep(0.003)
        trainer.go_to(0)
        await until(lambda: not trainer._commands and not trainer.running)
        rows = trainer.runs
        assert sum(row.kept for row in rows) <= ledger.MOST_SESSIONS
        assert len(trainer._ledger._holders) <= ledger.MOST_SESSIONS
        assert all(row.outcome.epoch > row.begins for row in rows)
        seen = heard.last
        trainer.toggle()
        await until(lambda: heard.last is not seen)
