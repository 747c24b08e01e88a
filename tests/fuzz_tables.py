"""Broken CSV files against the reader: `python -m tests.fuzz_tables --count 10000 --seed 1`.

Each file is a sound table, mutated at random. The reader must give samples, or a DataError whose
every sentence names the file, within two seconds; anything else is printed with its bytes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from nnmath_engine.samples import DataError
from nnmath_engine.tables import read_csv

SLOWEST = 2.0  # seconds

STRANGE = (
    *("", "NA", "nan", "inf", "-inf", "1e999", "1e-999", "1e50", "-1e300", "1_000", "0x1F", "1,5"),
    *("true", "False", "?", "null", '"', '""', '"a', 'a"b', "\x1b[31m", "\x07", "a\nb", "x" * 300),
    *("٣", "½", "é", "𝕏", "‮", "\ufeff", "=1+1", " 7 ", "9" * 400, "-", "+", ".", "e", "\t", ";"),
)


def table(rng: random.Random) -> list[list[str]]:
    """A sound table with columns of several kinds."""
    makers: tuple[Callable[[], str], ...] = (
        lambda: f"{rng.gauss(0, 1):.4g}",
        lambda: str(rng.randint(0, 9)),
        lambda: rng.choice(("red", "green", "blue")),
        lambda: rng.choice(("true", "false")),
        lambda: f"{rng.uniform(-1, 1) * 10 ** rng.randint(-30, 30):.17g}",
    )
    kinds = [rng.choice(makers) for _ in range(rng.randint(2, 6))]
    header = [f"c{index}" for index in range(len(kinds))]
    return [header, *([make() for make in kinds] for _ in range(rng.randint(1, 30)))]


def mutate_cells(rows: list[list[str]], rng: random.Random) -> None:
    for _ in range(rng.choice((0, 0, 1, 1, 3, 20))):
        row = rng.choice(rows)
        if not row:
            continue
        at = rng.randrange(len(row))
        match rng.randrange(6):
            case 0 | 1 | 2:
                row[at] = rng.choice(STRANGE)
            case 3:
                other = rng.choice(rows)
                if other:
                    to = rng.randrange(len(other))
                    row[at], other[to] = other[to], row[at]
            case 4:
                del row[at]
            case 5:
                row.insert(at, rng.choice(STRANGE))


def mutate_bytes(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((0, 0, 0, 1, 2, 10))):
        if not data:
            return
        at = rng.randrange(len(data))
        match rng.randrange(5):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at] ^= 1 << rng.randrange(8)
            case 2:
                del data[at : at + rng.randint(1, 40)]
            case 3:
                data[at:at] = rng.choice(STRANGE).encode()
            case 4:
                data[at:at] = data[max(0, at - 30) : at] * rng.randint(1, 3)


def broken_file(rng: random.Random) -> bytes:
    rows = table(rng)
    mutate_cells(rows, rng)
    separator, end = rng.choice(",,,;\t"), rng.choice(("\n", "\n", "\r\n", "\r"))
    text = end.join(separator.join(row) for row in rows) + rng.choice(("", end, end + end))
    data = bytearray(text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")), "replace"))
    mutate_bytes(data, rng)
    return bytes(data)


def fault(path: Path, rng: random.Random) -> str:
    """What is wrong with how the reader treats the file, "" if nothing is."""
    target = rng.choice(("", "", "c0", "c1", "nowhere"))
    task = rng.choice(("auto", "auto", "classification", "regression"))
    missing = rng.choice(("drop", "mean"))
    start = time.perf_counter()
    try:
        samples = read_csv(path, target, task, missing)
    except DataError as error:
        if not all(path.name in problem and problem.isprintable() for problem in error.problems):
            return f"a sentence without the file or unprintable: {error.problems}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    else:
        if samples.X.shape != (len(samples.y), len(samples.features)) or not len(samples.y):
            return f"shapes {samples.X.shape}, {samples.y.shape}, {len(samples.features)} names"
        if np.isinf(samples.X).any() or not np.isfinite(samples.y).all():
            return "numbers that are not finite"
    took = time.perf_counter() - start
    return f"{took:.1f} s" if took > SLOWEST else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "broken.csv"
        for index in range(arguments.count):
            # A generator for each file, so that one file can be made again by its number alone.
            rng = random.Random(f"{arguments.seed} {index}")
            path.write_bytes(broken_file(rng))
            if found := fault(path, rng):
                faults += 1
                print(f"file {index}: {found}\n  {path.read_bytes()[:2000]!r}")
    print(f"{arguments.count} files, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
