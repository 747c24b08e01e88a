"""The process that sessions are forked from: all is imported and has run once, for all of them.

What the program, its libraries and their caches take is there once and not once for each session,
and who logs in waits for no imports. Should it be gone, a login runs the program by itself.

It also sees to it that a host that is killed leaves nothing behind: it ends when its standard input
does, and with it the server, whose process was named there, and the sessions.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from nnmath_tui.hosting import handover, session, watch
from nnmath_tui.hosting.handover import Handed
from nnmath_tui.hosting.room import Room

CAN_FORK = sys.platform == "linux"
"""Elsewhere a terminal is not handed over in this way."""

EPOCHS = 20
"""Epochs that are trained and drawn beforehand: all that a picture needs has been needed then."""

PATIENCE = 60.0
"""Seconds that this may take."""


def start(room: Room, log: IO[bytes]) -> subprocess.Popen[bytes] | None:
    """Start the process, and wait until it is ready; None where it cannot be."""
    if not CAN_FORK:
        return None
    with handover.listen(room.path()) as listener:
        command = [sys.executable, "-X", "utf8", "-I", "-m", __name__]
        command += [room.folder, str(listener.fileno())]
        environment = {
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SSH_CONNECTION": "room",
            "XDG_STATE_HOME": str(room.path("stem-state")),
            "MALLOC_ARENA_MAX": "1",  # what one thread has freed another may use
            **session.ONE_THREAD,
        }
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            cwd=room.folder,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    assert process.stdout is not None
    # However long it takes beyond that: who logs in before it is ready waits for it.
    select.select([process.stdout], [], [], 2 * PATIENCE)
    return process


def guard(process: subprocess.Popen[bytes], server: int) -> None:
    """Let the process end `server` as well, should this one be killed."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(b"%d\n" % server)
        process.stdin.flush()


def main(folder: str, listening: int) -> int:
    """Fork a session for every login until the host is gone."""
    room, listener = Room.load(Path(folder)), socket.socket(fileno=listening)
    try:
        warm_up()
    except Exception:
        traceback.print_exc()  # into the log: the sessions take longer to begin, no more
    gc.collect()
    gc.freeze()  # or looking for garbage would write to all of it, and so copy it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a session ended
    print("ready", flush=True)
    said = b""
    while True:
        ready, _, _ = select.select([listening, 0], [], [])
        if 0 in ready:
            if not (more := os.read(0, 100)):
                break
            said += more
        if listening not in ready:
            continue
        handed = handover.take_over(listener)
        if handed is None:
            continue
        try:
            if os.fork() == 0:
                listener.close()
                _be(room, handed)
        except OSError as error:
            with suppress(OSError):  # a line that is cut just then must not end all logins
                os.write(handed.terminal, f"nnmath-tui: {error.strerror}\r\n".encode())
        handed.close()
    with suppress(ValueError, ProcessLookupError):
        os.kill(int(said), signal.SIGTERM)
    watch.send_home(room, -1)
    return 0


def warm_up() -> None:
    """Train a network on a screen that nobody sees."""
    from nnmath_tui.settings import Settings

    settings = Settings.from_environment(os.environ)
    os.environ.update(settings.textual_environment())
    from dataclasses import replace

    import nnmath_presets.catalog as catalog

    import nnmath_tui.link.driver
    import nnmath_tui.subcommands.open_app  # noqa: F401
    from nnmath_tui.application import Application

    app = Application(lambda: catalog.load(catalog.DEFAULT), replace(settings, start=True))

    def epochs() -> int:
        situation: Any = getattr(app.board, "situation", None)
        return situation.snapshot.epoch if situation and situation.snapshot else 0

    async def look(_: object) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while epochs() < EPOCHS:
                    await asyncio.sleep(0.05)
        app.exit()

    app.run(headless=True, size=(120, 40), auto_pilot=look)


def _be(room: Room, handed: Handed) -> NoReturn:
    """Be a learner's session, and end with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code, log = 1, os.fdopen(os.dup(2), "w")
    try:
        handover.take_terminal(handed.terminal)
        os.close(handed.terminal)
        for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
            stream = os.fdopen(descriptor, "w" if descriptor else "r")
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        code = session.run(room, handed.name, handed.outside)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc(file=log)
        log.flush()
        print("nnmath-tui: a fault of the program; the host's log has it", file=sys.stderr)
    finally:
        with suppress(OSError):
            handed.connection.sendall(f"{code}\n".encode())
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
