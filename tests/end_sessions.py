"""End a program at random moments in every way: is all saved, and the terminal as it was found?

    python -m tests.end_sessions --each 20

Seven kinds of endings: four signals, a terminal that is gone, one that is gone although nobody
says so (SIGHUP is ignored, as under `nohup`), and a fault within the program. Six moments: while it
starts, at rest, while it trains, under a dialog, amid changes of the size, and while nobody reads
what it writes. Each time it must end in a second, with the conventional exit code, leave no process
behind, and give the terminal back with every mode and attribute as before; and what it had trained
must be saved, the same to the last bit as a training that nobody interrupted.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import CheckpointError

from tests.autosave.program import greeted, sessions
from tests.kill_sessions import same, uninterrupted
from tests.terminal import Terminal, running

KINDS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "gone", "gone unsaid", "fault")
MOMENTS = ("start", "rest", "training", "dialog", "resizing", "stalled")
PRESETS = ("circle", "spiral", "iris", "moons")

WITH_A_FAULT = """
import asyncio, signal, sys
from nnmath_tui.application import Application
from nnmath_tui.cli import main

def fault():
    raise ZeroDivisionError("a fault")

begin = Application.on_mount

def on_mount(self):
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: self.call_later(fault))
    begin(self)

Application.on_mount = on_mount
sys.exit(main(sys.argv[1:]))
"""
"""The program, with a fault that a signal brings out."""

PATIENCE = 10.0
BESIDE = 0.5
"""Seconds within which a process that gives the terminal back later is gone, too."""


@dataclass
class Trial:
    """One program and its end."""

    kind: str
    moment: str
    preset: str
    state: Path
    seconds: float = 0.0
    """How long it took to end, but for the time in which others had the processors."""
    _shown: int = 0

    def run(self, chance: random.Random) -> str:
        """End it; returns what is wrong, or nothing."""
        fault = self.kind == "fault"
        program = ("-c", WITH_A_FAULT) if fault else ("-m", "nnmath_tui")
        with running(
            sys.executable,
            *program,
            self.preset,
            size=(chance.randint(60, 200), chance.randint(18, 60)),
            environ={"XDG_STATE_HOME": str(self.state)},
            controlling=self.kind != "gone unsaid" or chance.random() < 0.5,
            ignoring=signal.SIGHUP if self.kind == "gone unsaid" else None,
        ) as terminal:
            try:
                self._bring_about(terminal, chance)
                self._end(terminal)
                code = terminal.end(PATIENCE, reading=self.moment != "stalled")
                self.seconds = terminal.took
                faults = [
                    self._judge_code(code),
                    self._judge_terminal(terminal),
                    self._judge_left_over(terminal.process.pid),
                    self._judge_saved(),
                ]
            except AssertionError as error:
                return f"not as it should be: {str(error)[-1_000:]}"
        return "; ".join(fault for fault in faults if fault)

    def _bring_about(self, terminal: Terminal, chance: random.Random) -> None:
        if self.moment == "start":
            if self.kind == "fault":
                terminal.wait_for(b"\x1b[?1049h")
            terminal.read(chance.uniform(0, 1.5))
            return
        terminal.wait_for(b"epoch 0")
        keys = b"s" * chance.randint(1, 3) + b"b" * chance.randint(0, 3)
        terminal.type(keys if self.moment in ("rest", "dialog") else b" ")
        terminal.until(lambda: sessions(self.state))  # the first is saved at once
        terminal.read(chance.uniform(0, 1))
        if self.moment == "dialog":
            terminal.type(chance.choice([b"\x10", b"?", b"p", b"t", b"\x10opt"]))
            terminal.read(chance.uniform(0, 0.3))
        elif self.moment == "resizing":
            for _ in range(chance.randint(1, 12)):
                terminal.resize(chance.randint(20, 250), chance.randint(5, 80))
                terminal.read(chance.choice([0, 0.01]))
        elif self.moment == "stalled":
            self._note(terminal)
            terminal.resize(chance.randint(180, 250), chance.randint(60, 80))
            terminal.type(b"\x0c" * 3)
            time.sleep(chance.uniform(0.3, 1.5))
            return
        self._note(terminal)

    def _note(self, terminal: Terminal) -> None:
        """Take down the newest epoch that a person has seen."""
        if seen := re.search(r"epoch (\d+(?: \d{3})*)\b", "\n".join(terminal.lines())):
            self._shown = int(seen[1].replace(" ", ""))

    def _end(self, terminal: Terminal) -> None:
        if self.kind.startswith("gone"):
            terminal.vanish()
        else:
            name = "SIGUSR1" if self.kind == "fault" else self.kind
            terminal.process.send_signal(getattr(signal, name))

    def _judge_code(self, code: int) -> str:
        fault, gone = self.kind == "fault", self.kind.startswith("gone")
        number = getattr(signal, "SIGUSR1" if fault else "SIGHUP" if gone else self.kind)
        allowed = {1 if fault else 128 + number}
        if self.moment == "start":
            # Before it has begun to listen, a signal does what it always does; and a terminal that
            # has gone by then is none.
            allowed |= {-number, 2} if gone else {-number}
        return "" if code in allowed else f"exit code {code}, not {allowed}"

    def _judge_terminal(self, terminal: Terminal) -> str:
        if terminal.outer < 0:
            return ""
        terminal.read(0.2)
        try:
            terminal.assert_clean()
        except AssertionError:
            return f"the terminal is not clean: {terminal.modes_changed() or 'its attributes'}"
        return ""

    def _judge_left_over(self, session: int) -> str:
        end = time.monotonic() + BESIDE
        while left := members(session):
            if time.monotonic() > end:
                return f"processes are left over: {left}"
            time.sleep(0.02)
        return ""

    def _judge_saved(self) -> str:
        found = sessions(self.state)
        if self.moment == "start":
            return "something is saved" if found else ""
        if not found:
            return "nothing is saved"
        try:
            resumed = checkpoint.resume(found[0])
        except (CheckpointError, OSError) as error:
            return f"what is saved is lost: {error}"
        if resumed.epoch < self._shown:
            return f"epoch {resumed.epoch} is saved, though {self._shown} was shown"
        if not same(resumed.state(), uninterrupted(resumed).state()):
            return "what is saved is not what an uninterrupted training is"
        return ""


def members(session: int) -> list[int]:
    """The processes of a session, but for those that have ended; none where that is not known."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(words[3]) == session and words[0] != "Z":
                found.append(int(entry.name))
    return found


def main() -> int:
    """Run the trials and say what was wrong, and how long the endings took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--each", type=int, default=6, help="how many endings of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--within", type=float, default=1.0, help="seconds that an end may take")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--moment", choices=MOMENTS, action="append")
    arguments = parser.parse_args()
    chance, unclean, times = random.Random(arguments.seed), 0, []
    moments = arguments.moment or MOMENTS
    for kind in arguments.kind or KINDS:
        for number in range(arguments.each):
            moment, preset = moments[number % len(moments)], chance.choice(PRESETS)
            with tempfile.TemporaryDirectory() as folder:
                trial = Trial(kind, moment, preset, greeted(Path(folder)))
                fault = trial.run(chance)
            times.append(trial.seconds)
            if not fault and trial.seconds > arguments.within:
                fault = f"it took {trial.seconds:.2f} s"
            if fault:
                unclean += 1
                print(f"{kind}, {moment}, {preset}: {fault}", flush=True)
        print(
            f"{kind}: {arguments.each} done, {unclean} unclean so far", file=sys.stderr, flush=True
        )
    times.sort()
    print(
        f"{unclean} unclean of {len(times)}; half took up to {times[len(times) // 2]:.2f} s, "
        f"all up to {times[-1]:.2f} s"
    )
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main())
