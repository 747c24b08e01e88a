"""Broken files and codes given to the commands, as a user would:
`python -m tests.fuzz_commands presets --count 20000 --seed 1`.

What is broken at random, and which commands get it:

    presets      a preset: `check`, and `train --epochs 1` if that finds it fine
    courses      a `course.toml` in a folder of presets: `check FOLDER`
    tables       a CSV file: `data`, and `train --epochs 1` if that takes it
    codes        completion codes, the last letters mended so that they are read on: `verify`,
                 which trains, and for that may take longer
    checkpoints  a file of `train --save`: `train --resume`, `export`

Each must end with 0, 1 or 2, without a traceback, in at most two seconds of the processor's time;
anything else is printed with what was broken.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from nnmath_engine.experiment import Experiment
from nnmath_presets import catalog, codes
from nnmath_presets.loader import load_file
from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_tui import cli

from tests import fuzz_presets, fuzz_tables

SLOWEST = 2.0  # seconds of the processor's time
STUCK = 120  # seconds by the clock, after which a command is interrupted
MOST_WORK = 3_000_000
"""Rows times neurons of one epoch: more is a large experiment, and may take its time."""

COURSE_LINES = (
    *("[[chapter]]", "[chapter]", 'title = ""', "title = 3", "presets = []", "presets = [1, 'x']"),
    *('presets = ["circle", "circle"]', 'presets = ["../circle"]', "schema = 2", "about = [[]]"),
    *('presets = ["/dev/zero"]', 'presets = ["\\u0000"]', 'title = "\\u202e"', 'title = "x' * 50),
)


class Stuck(Exception):
    """A command that did not end by itself."""


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise Stuck


def run(*argv: str, slowest: float = SLOWEST) -> tuple[int, str]:
    """The exit code of a command line, and what is wrong with how it ended, "" if nothing."""
    out, start, code, found = io.StringIO(), time.process_time(), -1, ""
    signal.alarm(STUCK)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = cli.main(argv)
    except Stuck:
        found = "does not end: " + traceback.format_exc(limit=-3)
    except Exception:
        found = traceback.format_exc(limit=-4)
    finally:
        signal.alarm(0)
    took = time.process_time() - start
    if not found and code not in (0, 1, 2):
        found = f"exit code {code}: {out.getvalue()[-500:]}"
    if not found and code and not out.getvalue().strip():
        found = f"exit code {code} without a word"
    if not found and took > slowest:
        found = f"{took:.1f} s"
    return code, found and f"{' '.join(argv)[:300]}: {found}"


def work_of(experiment: Experiment) -> int:
    """About how many numbers one epoch computes."""
    return experiment.data.samples * (sum(experiment.network.hidden) + 1)


def presets(folder: Path, rng: random.Random) -> Iterator[str]:
    path = folder / "broken.toml"
    path.write_bytes(fuzz_presets.broken_file(rng))
    code, found = run("check", str(path))
    yield found
    if code == 0:
        preset = load_file(path)
        if work_of(preset.experiment) <= MOST_WORK:
            yield run("train", str(path), "--epochs", "1", "--quiet")[1]


def courses(folder: Path, rng: random.Random) -> Iterator[str]:
    for name in rng.sample(catalog.names(), 3):
        shutil.copy(catalog.path_of(name), folder)
    for table in catalog.path_of("circle").parent.glob("*.csv"):
        shutil.copy(table, folder)
    names = [file.stem for file in folder.glob("*.toml")]
    lines = ["schema = 1", 'title = "A course"', 'about = "Of three."']
    for name in names:
        lines += ["[[chapter]]", f'title = "About {name}"', f'presets = ["{name}"]']
    for _ in range(rng.choice((1, 1, 2))):
        lines.insert(rng.randrange(len(lines)), rng.choice(COURSE_LINES))
    fuzz_presets.mutate_lines(lines, rng)
    data = bytearray("\n".join(lines).encode())
    fuzz_presets.mutate_bytes(data, rng)
    (folder / "course.toml").write_bytes(data)
    yield run("check", str(folder))[1]


def tables(folder: Path, rng: random.Random) -> Iterator[str]:
    path = folder / "broken.csv"
    path.write_bytes(fuzz_tables.broken_file(rng))
    code, found = run("data", str(path))
    yield found
    if code == 0:
        yield run("train", str(path), "--epochs", "1", "--quiet")[1]


def _claims() -> list[tuple[Preset, codes.Claim]]:
    """Small true claims of every lesson, with runs, edits and answers."""
    claims = []
    for preset in _LESSONS:
        if (lesson := preset.lesson) is None:
            continue
        claim = codes.Claim(learner="Ada L.")
        answers = lesson.answers()
        for number, goal in enumerate(lesson.goals):
            if goal.is_typed:
                claim = claim.with_answer(number, answers.get(goal, _any_answer(goal)))
            else:
                claim = claim.with_run(number, next(iter(lesson.solution.runs), Attempt()))
        claims.append((preset, claim))
    return claims


def _any_answer(goal: Goal) -> float | str:
    return goal.choices[0] if goal.choices else 1.5


_CODES: list[str] = []
_LESSONS = [catalog.load(name) for name in catalog.names()]


def code(folder: Path, rng: random.Random) -> Iterator[str]:
    if not _CODES:
        _CODES.extend(codes.encode(preset, claim) for preset, claim in _claims())
    text = rng.choice(_CODES)
    if rng.random() < 0.3:
        letters = list(text)
        for _ in range(rng.randint(1, 4)):
            letters[rng.randrange(len(letters))] = rng.choice("0129AZIL-U é\x1b\x00\ufeff🙂")
        text = "".join(letters)
    else:
        data = bytearray(codes._read(text)[: -codes._CHECK])
        kept = data[:5] if rng.random() < 0.9 else bytearray()  # the format and the lesson
        rest = data[len(kept) :]
        for _ in range(rng.choice((1, 1, 2, 6))):
            at = rng.randrange(len(rest) + 1)
            match rng.randrange(4):
                case 0:
                    rest[at : at + 1] = bytes([rng.randrange(256)])
                case 1:
                    rest[at : at + rng.randint(1, 4)] = b""
                case 2:
                    rest[at:at] = rng.randbytes(rng.randint(1, 9))
                case 3:
                    rest[at:at] = b"\xff" * rng.randint(1, 20)
        broken = bytes(kept + rest)
        text = codes._written(broken + codes._digest(broken)[: codes._CHECK])
    try:
        preset, claim = codes.decode(text, _LESSONS)
    except codes.CodeError:
        if rng.random() > 0.02:  # the command loads all lessons anew, which takes its time
            return
        experiments = []
    else:
        experiments = [preset.experiment.with_values(dict(run.settings)) for run in claim.runs]
    if sum(one.training.epochs * work_of(one) for one in experiments) < MOST_WORK:
        yield run("verify", "--", text, slowest=STUCK)[1]


_CHECKPOINTS: list[bytes] = []


def checkpoints(folder: Path, rng: random.Random) -> Iterator[str]:
    if not _CHECKPOINTS:
        for name, epochs in (("xor", "2"), ("sine", "3"), ("iris", "2")):
            path = folder / "sound.npz"
            assert run("train", name, "--epochs", epochs, "--quiet", "--save", str(path))[0] == 0
            _CHECKPOINTS.append(path.read_bytes())
    data = bytearray(rng.choice(_CHECKPOINTS))
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data))
        match rng.randrange(5):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at] ^= 1 << rng.randrange(8)
            case 2 if rng.random() < 0.5:
                del data[at:]
            case 3:
                del data[at : at + rng.randint(1, 40)]
            case 4:
                data[at : at + 8] = rng.choice((b"\xff" * 8, b"\0" * 8, b"\x7f" + b"\xff" * 7))
        if not data:
            break
    path = folder / "broken.npz"
    path.write_bytes(data)
    name = rng.choice(("xor", "sine", "iris"))
    yield run("train", name, "--resume", str(path), "--epochs", "4", "--quiet")[1]
    yield run("export", str(path), "--to", "json", "-o", str(folder / "x.json"))[1]


KINDS: dict[str, Callable[[Path, random.Random], Iterator[str]]] = {
    "presets": presets,
    "courses": courses,
    "tables": tables,
    "codes": code,
    "checkpoints": checkpoints,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    arguments = parser.parse_args()
    os.environ[cli.DEBUG] = "1"  # an internal error is a traceback, not a line
    signal.signal(signal.SIGALRM, _interrupt)
    faults = 0
    for index in range(arguments.first, arguments.first + arguments.count):
        # A generator for each, so that one can be made again by its number alone.
        rng = random.Random(f"{arguments.seed} {index}")
        with tempfile.TemporaryDirectory() as folder:
            for found in filter(None, KINDS[arguments.kind](Path(folder), rng)):
                faults += 1
                print(f"{arguments.kind} {index}: {found}", flush=True)
    print(f"{arguments.count} {arguments.kind}, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
