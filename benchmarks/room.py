"""A room that is full: `python -m benchmarks.room [--sessions 30]`.

Hosts a room with a real sshd on this machine, lets so many learners in at once over a real ssh,
each with a key and a terminal of their own, and measures

- memory: the proportional set size of all processes of a session, its sshd's among them;
- from a key to what it does to the screen, first while all are paused, then while all train;
- epochs a second in each session, and whose the processor time was.

What the terminals are sent is stored with its time and looked at only afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from nnmath_presets import catalog

from benchmarks.picture import Shown, epochs, final, first, texts
from benchmarks.terminal import Terminal, wait
from tests.hosting.real import Hosted, hosting

SIZES = ((80, 24), (100, 30), (120, 40), (160, 50), (200, 60))
LINEAR, LOGARITHMIC = "linear", r"(?<!/)log(?!/)"
PATIENCE = 120.0
SETTLED = 15.0
"""Seconds after which thirty trainings that begin at once have come to their shares."""

TICK = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the figures as a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--pressing", type=int, default=10, help="sessions in which keys are typed")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each of the two phases")
    parser.add_argument("--preset", default="spiral", help="what all train")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # closing the room
    with tempfile.TemporaryDirectory(prefix="room-") as name:
        folder = Path(name)
        names = [f"learner-{number}" for number in range(1, arguments.sessions + 1)]
        course = folder / "course"
        course.mkdir()
        source = catalog.load(arguments.preset).source
        endless = re.sub(r"(?m)^epochs = .*$", "epochs = 10_000_000", source)
        (course / f"{arguments.preset}.toml").write_text(endless)
        (folder / "keys").write_text("".join(public_key(folder, name) for name in names))
        options = ["--keys", str(folder / "keys"), "--course", str(course)]
        try:
            with hosting(folder, *options, "--sessions", str(arguments.sessions)) as room:
                measure(room, names, arguments.pressing, arguments.seconds)
        except pytest.skip.Exception as reason:
            print(reason, file=sys.stderr)
            return 1
    return 0


def public_key(folder: Path, name: str) -> str:
    """Make a learner's key where `Hosted.key` looks for it; returns its line."""
    path = folder / f"key-{name}"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_suffix(".pub").read_text()


def measure(room: Hosted, names: list[str], pressing: int, seconds: float) -> None:
    """Fill the room, and print what it is like there."""
    before = os.getloadavg()[0]
    start = time.perf_counter()
    terminals = [
        Terminal(room.ssh(name, "-tt"), SIZES[i % len(SIZES)]) for i, name in enumerate(names)
    ]
    try:
        wait_for(terminals, b"Network", b"epoch")
        wait(terminals, 1.0)  # or the pane that has the focus at first takes it back
        for terminal in terminals:
            terminal.press(b"4")  # the loss, where one pane is all that there is room for
        wait(terminals, 3.0)
        busy = random.Random(0).sample(terminals, min(pressing, len(terminals)))
        presses = dict.fromkeys(busy, 0)
        paused = phase(room, terminals, presses, seconds)
        first_memory = memory(room, names)
        for terminal in terminals:
            terminal.press(b" ")
        wait(terminals, SETTLED)
        training = phase(room, terminals, presses, seconds)
        last_memory = memory(room, names)
    finally:
        for terminal in terminals:
            terminal.close()
    shown = {one: texts(one.written, one.size) for one in terminals}
    both = "Network(.|\n)*epoch|epoch(.|\n)*Network"
    entered = [first(shown[one], both) - start for one in terminals]
    print(f"{len(names)} sessions on {os.cpu_count()} processors; load before it {before:.1f}\n")
    print("| | median | 95 % | most |")
    print("|---|---:|---:|---:|")
    row("from ssh to the network, all at once, s", entered, "{:.1f}")
    row("memory of a session, paused, MB", first_memory, "{:.1f}")
    row("memory of a session, training, MB", last_memory, "{:.1f}")
    for words, figures in (("paused", paused), ("training", training)):
        row(f"key to screen, all {words}, ms", figures.delays(shown), "{:.0f}")
    row("epochs a second of a session, all training", training.speeds(shown), "{:.1f}")
    print("\nProcessor time, of one processor:", end=" ")
    shares = (f"{what} {share:.0%}" for what, share in training.shares.items())
    print("; ".join(shares) + f" (paused: sessions {paused.shares['sessions']:.0%})")


@dataclass(frozen=True)
class Phase:
    """What there was to see while all were paused, or all trained."""

    start: float
    end: float
    pressed: list[tuple[Terminal, float, str]]
    shares: dict[str, float]
    """Of one processor."""

    def delays(self, shown: Mapping[Terminal, list[Shown]]) -> list[float]:
        """Milliseconds from each key to what it did."""
        return [1000 * (first(shown[one], scale, when) - when) for one, when, scale in self.pressed]

    def speeds(self, shown: Mapping[Terminal, list[Shown]]) -> list[float]:
        """Epochs a second of each terminal."""
        found = []
        for one in shown.values():
            counted = epochs(entry for entry in one if self.start <= entry[0] <= self.end)
            if len(counted) > 1:
                (begin, least), (end, most) = counted[0], counted[-1]
                found.append((most - least) / (end - begin))
        return found


def phase(
    room: Hosted, terminals: list[Terminal], presses: dict[Terminal, int], seconds: float
) -> Phase:
    """Press keys in some of the terminals, at the rate of somebody who looks in between."""
    chance = random.Random(1)
    used, start = processor_time(room, terminals), time.perf_counter()
    due = {terminal: start + chance.uniform(0, 1) for terminal in presses}
    pressed: list[tuple[Terminal, float, str]] = []
    while time.perf_counter() < start + seconds:
        terminal = min(due, key=due.__getitem__)
        wait(terminals, due[terminal] - time.perf_counter())
        presses[terminal] += 1
        scale = LINEAR if presses[terminal] % 2 else LOGARITHMIC
        pressed.append((terminal, terminal.press(b"l"), scale))
        due[terminal] = time.perf_counter() + chance.uniform(0.6, 1.4)
    end = time.perf_counter()
    after = processor_time(room, terminals)
    wait(terminals, 3.0)
    shares = {what: (after[what] - used[what]) / (end - start) for what in after}
    return Phase(start, end, pressed, shares)


def wait_for(terminals: list[Terminal], *texts: bytes) -> None:
    """Read until all terminals have been sent these texts."""
    end = time.perf_counter() + PATIENCE
    while missing := [one for one in terminals if any(text not in one.output for text in texts)]:
        if time.perf_counter() > end:
            lines = (line for one in missing for line in final(one.written, one.size))
            raise SystemExit("\n".join(["not all came in:", *lines]))
        wait(terminals, 0.5)


def row(what: str, values: list[float], form: str) -> None:
    """A line of the table; what never happened is infinitely late."""
    ordered = sorted(value if value == value else float("inf") for value in values)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    cells = (form.format(value) for value in (median(ordered), late, ordered[-1]))
    print(f"| {what} | {' | '.join(cells)} |")


def memory(room: Hosted, names: list[str]) -> list[float]:
    """MB of each session: its own process, its sshd and what waits for it there.

    Proportional: a page that n processes share counts as 1/n of it in each.
    """
    connections = children(server(room))
    each = sum(pss(pid) for pid in connections) / len(names)  # these are all alike
    return [pss(pid) + each for pid in sessions(room)]


def pss(pid: int) -> float:
    """A process's proportional set size in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"Pss:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def sessions(room: Hosted) -> list[int]:
    """The processes of the learners' sessions."""
    return [json.loads(path.read_text())["pid"] for path in (room.state / "on").glob("*.json")]


def server(room: Hosted) -> int:
    """The process of the room's sshd."""
    return int((room.state / "sshd.pid").read_text())


def children(pid: int) -> list[int]:
    """All processes below a process."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, own) for found in (child, *children(child))]


def processor_time(room: Hosted, terminals: list[Terminal]) -> dict[str, float]:
    """Seconds of processor time, by whose they were."""
    return {
        "sessions": sum(map(seconds_of, sessions(room))),
        "sshd": sum(map(seconds_of, [server(room), *children(server(room))])),
        "ssh of the learners": sum(seconds_of(terminal.pid) for terminal in terminals),
        "the measuring": time.process_time(),
    }


def seconds_of(pid: int) -> float:
    """Processor time that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


if __name__ == "__main__":
    sys.exit(main())
