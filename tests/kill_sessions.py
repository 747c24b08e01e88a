"""Kill a training program at random moments: is there always a good session to go on with?

    python -m tests.kill_sessions --count 200

Each time the program itself, in a terminal, trains and saves as often as it can, until it is killed
without a warning. Then the newest saved session must be whole, not older than any seen before, and
the same to the last bit as a training to the same step that nobody interrupted. The next process
must clear away what this one has left.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.session import Session
from nnmath_engine.state import State

from tests.autosave.program import OFTEN, greeted, running, sessions

PRESETS = ("circle", "spiral", "iris", "moons")


def same(one: State, other: State) -> bool:
    """Whether two states are the same to the last bit."""
    arrays = [
        (*state.parameters.arrays(), *(a for slot in state.slots for a in slot.arrays()))
        for state in (one, other)
    ]
    return (
        all(a.tobytes() == b.tobytes() for a, b in zip(*arrays, strict=True))
        and one.history.tobytes() == other.history.tobytes()
        and one.generator == other.generator
        and np.array_equal(one.order, other.order)
        and (one.epoch, one.steps, one.position) == (other.epoch, other.steps, other.position)
    )


def uninterrupted(resumed: Session) -> Session:
    """A session that has gone as far as that one in one go."""
    session, goal = Session(resumed.experiment), resumed.state()
    session.run(1e9, until=goal.epoch)
    while session.state().steps < goal.steps:
        session.step("batch")
    return session


def trial(preset: str, seconds: float, state: Path) -> str:
    """Train, kill after so many seconds of training, look; returns what is wrong, or nothing."""
    with running(state, preset, code=OFTEN) as program:
        # The limit of epochs would end it: at full speed it comes soon.
        program.wait_for(b"epoch 0")
        program.type(b" ")
        program.until(lambda: sessions(state))
        program.read(seconds)
        seen = sessions(state)[0]
        program.kill()
    found = sessions(state)
    if not found or found[0].name < seen.name:
        return f"{seen.name} was there, and is no more"
    try:
        resumed = checkpoint.resume(found[0])
    except (CheckpointError, OSError) as error:
        return f"the newest is lost: {error}"
    if not same(resumed.state(), uninterrupted(resumed).state()):
        return f"{found[0].name} is not what an uninterrupted training is"
    for older in found[1:3]:
        try:
            checkpoint.load(older)
        except (CheckpointError, OSError) as error:
            return f"an older one is lost: {error}"
    return ""


def main() -> int:
    """Run the trials and say how many sessions were lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=1.5, help="seconds until it is killed")
    arguments = parser.parse_args()
    rng, lost, left_over = random.Random(arguments.seed), 0, 0
    begin = time.monotonic()
    for number in range(1, arguments.count + 1):
        with tempfile.TemporaryDirectory() as folder:
            state = greeted(Path(folder))
            preset = rng.choice(PRESETS)
            fault = trial(preset, rng.uniform(0, arguments.longest), state)
            left_over += any(
                name.endswith(".tmp") for name in os.listdir(state / "nnmath-tui" / "sessions")
            )
        if fault:
            lost += 1
            print(f"trial {number}, {preset}: {fault}", flush=True)
        if number % 20 == 0:
            print(f"{number} of {arguments.count}, lost {lost}", file=sys.stderr, flush=True)
    took = time.monotonic() - begin
    print(
        f"{lost} lost of {arguments.count}, all others the same to the last bit; "
        f"{left_over} were killed amid writing ({took:.0f} s)"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
