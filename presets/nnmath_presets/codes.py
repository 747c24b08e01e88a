"""Completion codes: what met the goals of a lesson, so short that a person can write it down.

A code holds no secret. It names the lesson and its version, the goals, the learner, and all that
meets them: the settings that differ from the preset's, the numbers set by hand, the seed, the typed
answers. Whoever verifies it runs that again, so to forge a code is to find a solution; a few bits
of SHA-256 tell a code that was misread or altered. Written in Crockford's base 32, in which no
letter is taken for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import ExperimentError
from nnmath_engine.fields import FIELDS

from nnmath_presets.packing import Packer, PackingError, Unpacker
from nnmath_presets.preset import Attempt, Goal, Lesson, Preset, Solution

FORMAT = 1
LONGEST_NAME = 40
_MOST_RUNS = 20
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_CHECK = 3
_GROUP = 5


class CodeError(ValueError):
    """A code that cannot be verified; the text says why in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What meets goals of a lesson, which are counted from 0: runs, and answers by goal."""

    goals: frozenset[int] = frozenset()
    runs: tuple[Attempt, ...] = ()
    answers: Mapping[int, float | str] = field(default_factory=dict)
    learner: str = ""

    def with_run(self, goal: int, run: Attempt) -> Claim:
        """The claim that `run` meets a goal, too."""
        runs = self.runs if run in self.runs else (*self.runs, run)
        return replace(self, goals=self.goals | {goal}, runs=runs)

    def with_answer(self, goal: int, answer: float | str) -> Claim:
        """The claim that `answer` meets a goal, too."""
        return replace(self, goals=self.goals | {goal}, answers={**self.answers, goal: answer})

    def solved(self, preset: Preset) -> Preset:
        """The preset with the claim for a solution, to be verified."""
        lesson = preset.lesson or Lesson()
        answers = tuple(
            self.answers.get(number, 0.0) for number, goal in enumerate(lesson.goals)
            if goal.is_typed
        )  # fmt: skip
        solution = Solution(runs=self.runs or (Attempt(),), answers=answers)
        return replace(preset, lesson=replace(lesson, solution=solution))


def fingerprint(preset: Preset) -> str:
    """Eight letters that stand for a lesson and all that decides whether its goals are met.

    Its texts are not among that, so a misprint can be mended; the settings that this version of the
    program has are.
    """
    return (_digest(preset.name)[:2] + _content(preset)[:2]).hex()


def encode(preset: Preset, claim: Claim) -> str:
    """The code of a claim."""
    goals = preset.lesson.goals if preset.lesson else ()
    packer = Packer()
    packer.whole(FORMAT)
    packer.bytes += bytes.fromhex(fingerprint(preset))
    packer.whole(sum(1 << goal for goal in claim.goals))
    for number in sorted(claim.goals):
        if goals[number].is_typed:
            _put_answer(packer, goals[number], claim.answers[number])
    packer.whole(len(claim.runs))
    for run in claim.runs:
        packer.whole(len(run.settings))
        for path, value in run.settings.items():
            packer.setting(path, value)
        packer.whole(len(run.edits))
        for place, value in run.edits.items():
            packer.place(place)
            packer.number(value)
    packer.bytes += claim.learner.encode()[:LONGEST_NAME].decode(errors="ignore").encode()
    data = bytes(packer.bytes)
    return _written(data + _digest(data)[:_CHECK])


def decode(code: str, presets: Iterable[Preset]) -> tuple[Preset, Claim]:
    """The lesson among `presets` that a code is of, and what it claims.

    Raises:
        CodeError: it is misread, or of a lesson or a version that is not there.
    """
    data = _read(code)
    unpacker = Unpacker(data[:-_CHECK])
    try:
        if (version := unpacker.whole()) != FORMAT:
            raise CodeError(f"is of format {version}, which this program does not know")
        preset = _found(unpacker.take(4), presets)
        claim = _claim(unpacker, preset)
    except PackingError as error:
        raise CodeError(f"makes no sense: {error}") from None
    for run in claim.runs:
        source = run.settings.get("data.source", "formula")
        if source not in DATASETS and source != "formula":
            raise CodeError("names a file to read, which no code may")
        try:
            preset.experiment.with_values(run.settings)
        except ExperimentError as error:
            raise CodeError(f"makes no sense: {error.problems[0]}") from None
    return preset, claim


def _claim(unpacker: Unpacker, preset: Preset) -> Claim:
    goals = preset.lesson.goals if preset.lesson else ()
    mask = unpacker.whole()
    if not 0 < mask < 1 << len(goals):
        raise PackingError("it names goals that are not there")
    numbers = [number for number in range(len(goals)) if mask >> number & 1]
    answers = {n: _answer(unpacker, goals[n]) for n in numbers if goals[n].is_typed}
    count = unpacker.count()
    if count > _MOST_RUNS:
        raise PackingError("it has too many runs")
    runs = []
    for _ in range(count):
        settings = dict(unpacker.setting() for _ in range(unpacker.count()))
        edits = {unpacker.place(): unpacker.number() for _ in range(unpacker.count())}
        runs.append(Attempt(settings=settings, edits=edits))
    try:
        learner = unpacker.rest.decode()
    except UnicodeDecodeError:
        raise PackingError("the name is no text") from None
    return Claim(goals=frozenset(numbers), runs=tuple(runs), answers=answers, learner=learner)


def _put_answer(packer: Packer, goal: Goal, answer: float | str) -> None:
    if isinstance(answer, str):
        packer.whole(goal.choices.index(answer))
    else:
        packer.number(answer)


def _answer(unpacker: Unpacker, goal: Goal) -> float | str:
    if not goal.choices:
        return unpacker.number()
    index = unpacker.whole()
    if index >= len(goal.choices):
        raise PackingError("a choice is unknown")
    return goal.choices[index]


def _found(mark: bytes, presets: Iterable[Preset]) -> Preset:
    other = ""
    for preset in presets:
        ours = bytes.fromhex(fingerprint(preset))
        if ours == mark:
            return preset
        if ours[:2] == mark[:2]:
            other = preset.name
    if other:
        raise CodeError(f"is of another version of the lesson {other}, or of the program")
    raise CodeError("is of no lesson here; --course names the folder of another course")


def _content(preset: Preset) -> bytes:
    lesson = preset.lesson or Lesson()
    goals = [replace(goal, say="", question="") for goal in lesson.goals]
    table = [(path, field.kind, field.choices) for path, field in FIELDS.items()]
    return _digest(repr((preset.experiment.values(), goals, lesson.locked, table)))


def _digest(data: bytes | str) -> bytes:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()


def _written(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    letters = "".join(_LETTERS[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def _read(code: str) -> bytes:
    letters = code.strip().upper().translate(_ALIKE)
    wrong = next((letter for letter in letters if letter not in _LETTERS), None)
    if wrong is not None:
        raise CodeError(f"is no code: it has a {wrong!r}")
    bits = "".join(f"{_LETTERS.index(letter):05b}" for letter in letters)
    data = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8))
    if len(data) < 8 or len(letters) != -(-8 * len(data) // 5):
        raise CodeError("is no code: letters are missing or too many")
    if "1" in bits[8 * len(data) :] or _digest(data[:-_CHECK])[:_CHECK] != data[-_CHECK:]:
        raise CodeError("is misread or altered: its last letters do not fit the rest")
    return data
