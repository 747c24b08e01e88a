"""The worst that a terminal can send, to the real program: `python -m tests.fuzz_terminal`.

Random keys, mouse reports, pastes, answers that nobody asked for and rubbish, in terminals from 1x1
to 250x80 that change their size: the program must neither crash nor be silent for 2 seconds. With
`--count 200000 --seed 0` it is one seeded run. Whatever it saves goes to a folder that is removed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.ssh.babble import piece
from tests.ssh.terminal import Terminal, running

HANG = 2.0
"""Seconds after which a program that has not drawn its screen anew is said to hang."""

PATIENCE = 60.0
ROUND = 100
"""Pieces of input between two looks whether it is still there."""

LIFE = 3_000
"""Pieces of input that one program gets; then comes another, on another preset."""

PRESETS = ("circle", "iris", "spiral", "digits", "sine", "moons")
KINDS = ("xterm-256color", "xterm-kitty", "linux", "screen", "tmux-256color", "vt100", "vt220")
WHOLE = b"\x1b[H"
"""How a screen that is drawn anew begins."""


TELLING = """
import faulthandler, signal, sys
faulthandler.register(signal.SIGUSR1, open(sys.argv.pop(1), "w"))
from nnmath_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program, which writes into a file what it is at when it is asked by a signal."""


@dataclass
class Outcome:
    """What came of a run."""

    pieces: int = 0
    sent: int = 0
    lives: int = 0
    longest: float = 0.0
    """Seconds of work in which nothing was written."""
    faults: list[str] = field(default_factory=list)


def run(count: int, seed: int, folder: Path) -> Outcome:
    """Send so many pieces to one program after another."""
    outcome = Outcome()
    while outcome.pieces < count:
        live(outcome, min(LIFE, count - outcome.pieces), f"{seed}.{outcome.lives}", folder)
        outcome.lives += 1
        print(f"{outcome.pieces:,}: {len(outcome.faults)} faults", file=sys.stderr, flush=True)
    return outcome


def live(outcome: Outcome, count: int, seed: str, folder: Path) -> None:
    """One program's life; it may also end by itself, as random keys also choose to quit."""
    chance = random.Random(seed)
    preset, kind = chance.choice(PRESETS), chance.choice(KINDS)
    environ = {"TERM": kind, "XDG_STATE_HOME": str(folder / "state")}
    size = (chance.randint(1, 250), chance.randint(1, 80))
    stacks = folder / "stacks"
    command = ("-c", TELLING, str(stacks), preset)
    with running(*command, size=size, environ=environ, controlling=True, folder=folder) as terminal:
        os.set_blocking(terminal.outer, False)  # what a line cannot take is lost
        said = ""
        with suppress(AssertionError):
            terminal.wait_for(b"\x1b[?1049h")
        for number in range(count):
            if number % ROUND == 0:
                said = _round(terminal, chance, outcome, stacks)
                if said or terminal.process.poll() is not None:
                    break
            data = piece(chance)
            terminal.type(data)
            outcome.pieces += 1
            outcome.sent += len(data)
            if chance.random() < 0.2:
                terminal.read(chance.choice([0, 0.001, 0.02]))
        code = terminal.process.poll()
        if code:
            terminal.read(0.3)
            said = f"exit code {code}: {terminal.written[-3_000:].decode(errors='replace')}"
        if said:
            outcome.faults.append(f"life {seed}, {preset}, {kind}, after {number} pieces: {said}")
            print(outcome.faults[-1], flush=True)


def _round(terminal: Terminal, chance: random.Random, outcome: Outcome, stacks: Path) -> str:
    """Change the size, and see how long it takes until all is drawn anew."""
    terminal.forget()
    terminal.type(b"\x1b[201~")  # ends a paste without an end, whose silence takes its time
    terminal.resize(chance.randint(1, 250), chance.randint(1, 80))
    # It may take a while to do all that it was told to; but it shows meanwhile what it does.
    pid, written, asked = terminal.process.pid, -1, False
    begin = used = 0.0
    while WHOLE not in terminal.written and terminal.process.poll() is None:
        if len(terminal.written) > written:
            begin, used, written = time.monotonic(), _used(pid), len(terminal.written)
        terminal.read(0.005)
        waited, worked = time.monotonic() - begin, _used(pid) - used
        outcome.longest = max(outcome.longest, min(waited, worked))
        # On a busy machine what counts is how long it has kept a processor.
        if not asked and min(waited, worked) > HANG / 2:
            asked = True
            terminal.process.send_signal(signal.SIGUSR1)
        if waited > PATIENCE or (waited > HANG and worked > HANG):
            words = f"silent for {waited:.1f} s, {worked:.1f} s of them at work, {terminal.size}"
            return f"{words}; at half of that it was at\n{stacks.read_text()}"
    return ""


def _used(pid: int) -> float:
    """Seconds of processor time that a process has taken; 0 where that is not known."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Send what was asked for, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=10_000, help="pieces of input")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "state" / "nnmath-tui").mkdir(parents=True)
        outcome = run(arguments.count, arguments.seed, Path(folder))
    print(
        f"{outcome.pieces:,} pieces, {outcome.sent / 1e3:,.0f} kB, {outcome.lives} programs: "
        f"{len(outcome.faults)} faults; the longest silence took {outcome.longest:.2f} s of work"
    )
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
