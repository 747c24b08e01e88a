"""Completion codes: short, true, and hard to get wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.fields import FIELDS
from nnmath_engine.places import Place
from nnmath_presets import catalog
from nnmath_presets.codes import Claim, CodeError, decode, encode, fingerprint
from nnmath_presets.course import course
from nnmath_presets.packing import Packer, PackingError, Unpacker
from nnmath_presets.preset import Attempt
from nnmath_presets.verifying import verify

LESSONS = [catalog.load(name) for name in course().presets]


def intended(preset_name: str, learner: str = "") -> tuple[str, Claim]:
    """The code of a lesson's own solution."""
    preset = catalog.load(preset_name)
    assert preset.lesson is not None
    goals = preset.lesson.goals
    answers = preset.lesson.answers()
    typed = {number: answers[goal] for number, goal in enumerate(goals) if goal.is_typed}
    runs = preset.lesson.solution.runs if len(typed) < len(goals) else ()
    claim = Claim(
        goals=frozenset(range(len(goals))), runs=runs, answers=typed, learner=learner
    )  # fmt: skip
    return encode(preset, claim), claim


@pytest.mark.parametrize("name", course().presets)
def test_the_code_of_every_intended_solution_is_short_and_says_it_again(name: str) -> None:
    code, claim = intended(name)
    assert len(code) <= 60
    preset, read = decode(code, LESSONS)
    assert preset == catalog.load(name)
    assert (read.goals, read.answers) == (claim.goals, claim.answers)
    values = [preset.experiment.with_values(run.settings) for run in read.runs]
    assert values == [preset.experiment.with_values(run.settings) for run in claim.runs]
    assert [run.edits for run in read.runs] == [run.edits for run in claim.runs]
    assert decode(code.lower().replace("-", " ").replace("0", "o"), LESSONS)[1] == read


def test_the_name_is_in_the_code() -> None:
    code, _ = intended("xor-seeds", "Zoë")
    assert decode(code, LESSONS)[1].learner == "Zoë"
    assert code != intended("xor-seeds", "Max")[0]


def test_no_two_lessons_have_the_same_fingerprint() -> None:
    assert len({fingerprint(preset) for preset in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("name", ["neuron-and", "xor-by-hand", "lr-cliff", "symmetry"])
def test_what_a_code_says_is_run_again(name: str) -> None:
    preset, claim = decode(intended(name)[0], LESSONS)
    assert preset.lesson is not None
    assert all(outcome.met for outcome in verify(claim.solved(preset), start=False).solved)


def test_a_code_that_solves_nothing_is_found_out() -> None:
    preset = catalog.load("neuron-and")
    claim = Claim(
        goals=frozenset({0, 1}), runs=(Attempt(edits={Place(1, 0, 0): 1.0}),), answers={1: 7.0}
    )
    found, again = decode(encode(preset, claim), LESSONS)
    outcomes = verify(again.solved(found), start=False).solved
    assert [outcome.met for outcome in outcomes] == [False, False]


def test_any_letter_that_is_wrong_is_noticed() -> None:
    code, _ = intended("xor-seeds")
    for place, letter in enumerate(code):
        if letter != "-":
            other = "7" if letter != "7" else "8"
            with pytest.raises(CodeError):
                decode(code[:place] + other + code[place + 1 :], LESSONS)
    for part in (code[:-1], code + "0", "", "-", "hello", "%", "ß" * 30):
        with pytest.raises(CodeError):
            decode(part, LESSONS)


def test_a_wrong_letter_is_not_called_a_missing_one() -> None:
    """Also at the end, where not all bits of a letter count."""
    good = intended("xor-by-hand", "Ada")[0]
    assert good.endswith("0")
    for letter in "123456789ABCDEF":
        with pytest.raises(CodeError, match="misread or altered"):
            decode(good[:-1] + letter, [catalog.load("xor-by-hand")])


def test_a_changed_lesson_is_another_version_and_a_mended_text_is_not() -> None:
    preset = catalog.load("xor-seeds")
    code, _ = intended("xor-seeds")
    assert preset.lesson is not None
    mended = replace(preset, lesson=replace(preset.lesson, text="Other words."))
    assert decode(code, [mended])[0] is mended
    goals = tuple(replace(goal, pass_seeds=1) for goal in preset.lesson.goals)
    easier = replace(preset, lesson=replace(preset.lesson, goals=goals))
    with pytest.raises(CodeError, match="another version of the lesson xor-seeds"):
        decode(code, [easier])
    with pytest.raises(CodeError, match="no lesson here"):
        decode(code, [])


def test_every_setting_can_be_packed() -> None:
    packer = Packer()
    for path, field in FIELDS.items():
        packer.setting(path, field.default)
    unpacker = Unpacker(bytes(packer.bytes))
    assert [unpacker.setting() for _ in FIELDS] == [(p, f.default) for p, f in FIELDS.items()]
    assert not unpacker.rest


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_bit(value: float) -> None:
    packer = Packer()
    packer.number(value)
    assert Unpacker(bytes(packer.bytes)).number() == value


@given(st.builds(Place, st.integers(1, 30), st.none() | st.integers(0, 99), st.integers(0, 99)))
def test_places_come_back(place: Place) -> None:
    packer = Packer()
    packer.place(place)
    assert Unpacker(bytes(packer.bytes)).place() == place


@given(st.binary(max_size=40))
def test_bytes_that_nobody_packed_are_refused_or_make_values(data: bytes) -> None:
    unpacker = Unpacker(data)
    try:
        unpacker.setting()
        unpacker.place()
        unpacker.number()
        unpacker.text()
    except PackingError:
        pass
