"""Random frames, shown by our driver's writing side and as the stock driver would show them.

`python -m tests.fuzz_link --count 10000` compares the screens cell for cell, by another's emulator,
after frames whole and in pieces, oddities and resizes, at random sizes from 1x1 to 250x80.
"""

from __future__ import annotations

import argparse
import random
import sys

from tests.link.emulator import Emulator, Stage, strip
from tests.link.test_equal import frame, oddity

SIZES = (((4, 4), 30), ((40, 12), 40), ((80, 24), 25), ((250, 80), 5))
"""The largest of a size, and how often in a hundred: emulating large screens takes long."""

FRAMES = 25
"""Of each screen, until another one of another size follows."""


def compare(seed: int, count: int) -> int:
    """Compare so many frames; returns how many screens they were shown on.

    Raises:
        AssertionError: some cell is not as it should be; it names screen and frame.
    """
    screens = done = 0
    while done < count:
        chance = random.Random(f"{seed} {screens}")
        size = _size(chance)
        stock, stage = Emulator(*size), Stage(*size)
        for number in range(min(FRAMES, count - done)):
            if chance.random() < 0.05:
                size = _size(chance)
                stock, stage = Emulator(*size), _resized(stage, size)
                data = "\n".join(f"\x1b[{y + 1};1H{strip(chance, size[0])}" for y in range(size[1]))
            else:
                data = frame(chance, *size)
                data += oddity(chance, *size) if chance.random() < 0.2 else ""
            stock.write(data)
            cut = chance.randrange(len(data))
            stage.write(data[:cut])
            stage.write(data[cut:])
            _show(stage, chance)
            assert stage.terminal.cells == stock.cells, (seed, screens, number, size, data)
            done += 1
        screens += 1
        if screens % 20 == 0:
            print(f"{done} of {count}", file=sys.stderr, flush=True)
    return screens


def _size(chance: random.Random) -> tuple[int, int]:
    (largest,) = chance.choices([size for size, _ in SIZES], [share for _, share in SIZES])
    return chance.randint(1, largest[0]), chance.randint(1, largest[1])


def _resized(stage: Stage, size: tuple[int, int]) -> Stage:
    """The same terminal in another size."""
    stage.terminal.screen.resize(size[1], size[0])
    stage.screen.resize(*size)
    stage.encoder.forget()
    return stage


def _show(stage: Stage, chance: random.Random) -> None:
    """All at once, or in pieces."""
    if chance.random() < 0.5:
        stage.flush()
        return
    most = chance.choice([1, 30, 500])
    while stage.encoder.is_behind:
        stage.flush(most)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_link", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="frames (10000)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("--count must be 1 or more")
    screens = compare(arguments.seed, arguments.count)
    print(f"{arguments.count} frames on {screens} screens: all equal, cell for cell")


if __name__ == "__main__":
    main()
