"""Broken preset files against the loader: `python -m tests.fuzz_presets --count 10000 --seed 1`.

Each file is a built-in preset, mutated at random. The loader must give a preset whose experiment
is whole, or a PresetError whose every problem has printable words and a line or a field, within
two seconds; anything else is printed with its text.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
import warnings
from pathlib import Path

from nnmath_engine.experiment import Experiment
from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.loader import load_file
from nnmath_presets.preset import Preset, PresetError

SLOWEST = 2.0  # seconds

STRANGE = (
    *("nan", "-inf", "1e9999", "-1e-400", "0", "-1", "1.0", "7e300", "9223372036854775808"),
    *("9" * 299, "9" * 5000, "0x" + "f" * 290, "0b2", "1__0", "true", "false", "True", "null"),
    *('""', "''", '"relu"', '"adam"', '"ce"', '"\\u001b[31m"', '"\\u202e"', '"' + "x" * 2000 + '"'),
    *("[]", "{}", "[[]]", "[1, 'a']", "[" * 40, "[" * 40 + "]" * 40, "{a = {b = {c = 1}}}", "[,]"),
    *("1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "1979-13-40", "[4096, 4096]", "[0]"),
    *('"""', "'''x'''", '"../x.csv"', '"/etc/passwd"', '"nowhere.csv"', "[1e308, 1e308]", "3 3"),
    *(
        "[64, 64, 64, 64, 64, 64, 64, 64]",
        "100000",
        "10_000_000",
        "0.5",
        "[0.1, 2]",
        '["x1", "x1"]',
    ),
)
EXTRA_LINES = (
    *("[data]", "[network]", "[training.schedule]", "[lesson]", "[[lesson.goal]]", "[[data]]"),
    *("[training.optimizer_options]", "beta1 = 0.5", 'name = "step"', "gamma = 2", "schema = 1"),
    *("[lesson.solution]", "network.hidden = [3]", "seeds = 3", "at_least = 2", 'kind = "zeros"'),
    *("also = [{ metric = 'margin', at_least = 0 }]", "also = [{}]", "answers = [1, 'x', []]"),
    *("where = [{ setting = 'training.l2', one_of = ['x'] }]", "edits = { 'w9[0,0]' = 1, x = [] }"),
    *("cell = 'grad w1[0,9]'", "over = 'lr'", "changes = { training.l2 = -1 }", "at_end = true"),
    *("[[lesson.solution.run]]", "hold_epochs = 7", "kind = 'answer'", "difficulty = 'x'"),
    *("a" + ".a" * 50 + " = 1", '"\\u0007" = 1', "[a.b.c]", "= 1", "x", "\x00", "\x1b", "\ufeff"),
)
_ASSIGNMENT = re.compile(r"^([A-Za-z_.]+)( *= *)(.*)$")


def mutate_lines(lines: list[str], rng: random.Random) -> None:
    for _ in range(rng.choice((0, 1, 1, 1, 2, 5))):
        if not lines:
            return
        at = rng.randrange(len(lines))
        assignment = _ASSIGNMENT.match(lines[at])
        match rng.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(rng.randrange(len(lines)), lines[at])
            case 2:
                lines.insert(at, rng.choice(EXTRA_LINES))
            case 3:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 4 if assignment:
                key = list(assignment[1])
                key[rng.randrange(len(key))] = rng.choice(("", "x", "_", ".", "'"))
                lines[at] = "".join(key) + assignment[2] + assignment[3]
            case _ if assignment:
                lines[at] = assignment[1] + assignment[2] + rng.choice(STRANGE)


def mutate_bytes(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((0, 0, 0, 0, 1, 3))):
        if not data:
            return
        at = rng.randrange(len(data))
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randint(1, 40)]
            case 2:
                data[at:at] = rng.choice(STRANGE).encode()
            case 3:
                data[at:at] = data[max(0, at - 60) : at] * rng.randint(1, 3)


def broken_file(rng: random.Random) -> bytes:
    """A built-in preset with a few faults, or by luck with none."""
    lines = catalog.path_of(rng.choice(catalog.names())).read_text("utf-8").splitlines()
    mutate_lines(lines, rng)
    text = rng.choice(("\n", "\n", "\n", "\r\n")).join(lines)
    data = bytearray(text.encode(rng.choice(("utf-8",) * 20 + ("utf-8-sig", "utf-16"))))
    mutate_bytes(data, rng)
    return bytes(data)


def fault(path: Path) -> tuple[bool, str]:
    """Whether the file was taken, and what is wrong with how it was treated, "" if nothing."""
    start = time.perf_counter()
    taken, found = False, ""
    try:
        preset = load_file(path)
        taken, found = True, fault_of_preset(preset)
        check_fit(preset)
    except PresetError as error:
        found = fault_of_error(error, path)
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
    took = time.perf_counter() - start
    return taken, found or (f"{took:.1f} s" if took > SLOWEST else "")


def fault_of_preset(preset: Preset) -> str:
    again = Experiment.from_values(preset.experiment.values())
    return "" if again == preset.experiment else f"not the same from its values: {again}"


def fault_of_error(error: PresetError, path: Path) -> str:
    if not error.problems:
        return "refused without a reason"
    for problem in error.problems:
        if not (problem.line or problem.field):
            return f"neither line nor field: {problem}"
        if not (problem.field + problem.message).isprintable() or not problem.message:
            return f"unprintable: {problem}"
    lines = str(error).split("\n")
    if len(lines) != len(error.problems) + bool(error.more) or not all(
        row.startswith(str(path)) for row in lines
    ):
        return f"not a line with the file for each problem: {error}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    faults = accepted = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "broken.toml"
        for index in range(arguments.count):
            # A generator for each file, so that one file can be made again by its number alone.
            rng = random.Random(f"{arguments.seed} {index}")
            path.write_bytes(broken_file(rng))
            taken, found = fault(path)
            accepted += taken
            if found:
                faults += 1
                print(f"file {index}: {found}\n  {path.read_bytes()[:4000]!r}")
    print(f"{arguments.count} files, {accepted} accepted, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
