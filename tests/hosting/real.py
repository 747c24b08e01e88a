"""A room with a real sshd on this machine, and a real ssh that comes in.

As root, the room is hosted in a mount namespace of its own by an ordinary user whom only that
namespace knows: nothing of the machine is changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from nnmath_tui.hosting.sshd import PLACES

from tests.patience import PATIENCE
from tests.terminal import Terminal, running

SSHD = "NNMATH_TEST_SSHD"
"""Names an sshd that is not where such programs are."""

TEACHER, NUMBER = "teacher", 23456
PASSWORD = "sesame-street"


@dataclass
class Hosted:
    """A room that is open."""

    folder: Path
    state: Path
    user: str
    port: int
    process: subprocess.Popen[str]
    output: Path

    def key(self, name: str) -> Path:
        """A private key of a learner, made if need be."""
        path = self.folder / f"key-{name}"
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return path

    def options(self, name: str) -> list[str]:
        """What every ssh program needs to come in with a learner's key, but for the port."""
        return [
            *("-i", str(self.key(name)), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-F", "none", "-o", "ConnectTimeout=10"),
        ]

    @property
    def address(self) -> str:
        return f"{self.user}@127.0.0.1"

    def ssh(self, name: str, *words: str, command: Sequence[str] = ()) -> list[str]:
        """A command line of ssh."""
        options = [*self.options(name), "-p", str(self.port), *words]
        return ["ssh", *options, self.address, *command]

    def run(
        self, name: str, *words: str, command: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run ssh to its end, without a terminal."""
        return subprocess.run(
            self.ssh(name, *words, command=command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def learner(self, name: str, *words: str) -> AbstractContextManager[Terminal]:
        """A learner's terminal in which ssh is running; it never says where the cursor is."""
        return running(*self.ssh(name, "-tt", *words), answers=False)

    def close(self) -> int:
        """Press ctrl+C where the room is hosted; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def hosting(folder: Path, *arguments: str) -> Iterator[Hosted]:
    """`nnmath-tui host` with a real sshd; skips where there is none."""
    sshd = os.environ.get(SSHD) or shutil.which(
        "sshd", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    )
    if sshd is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no OpenSSH server and client here (Debian: openssh-server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    room = folder / "room"
    room.mkdir()
    state = room / "state"
    (room / "password").write_text(PASSWORD + "\n")
    command = [sys.executable, "-m", "nnmath_tui", "host", "--port", str(port)]
    command += ["--listen", "127.0.0.1", "--state", str(state), "--sshd", sshd]
    command += ["--password-file", str(room / "password"), *arguments]
    user, prefix = pwd.getpwuid(os.getuid()).pw_name, []
    if os.getuid() == 0:
        user, prefix = TEACHER, _as_teacher(folder, room)
    output = folder / "output"
    with output.open("w") as file:
        process = subprocess.Popen([*prefix, *command], stdout=file, stderr=file, text=True)
    hosted = Hosted(folder, state, user, port, process, output)
    try:
        end = time.monotonic() + PATIENCE
        while "ctrl+C ends it" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < end, output.read_text()
            time.sleep(0.05)
        yield hosted
    finally:
        hosted.close()


def _as_teacher(folder: Path, room: Path) -> list[str]:
    """Before a command: run it as an ordinary user that only its own namespace knows."""
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        pytest.skip("root cannot be an ordinary user here: no unshare or setpriv")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("root cannot be an ordinary user here: no namespaces")
    tables = {
        "passwd": f"root:x:0:0::/root:/bin/sh\n{TEACHER}:x:{NUMBER}:{NUMBER}::{room}:/bin/sh\n",
        "shadow": "",
        # Without the group "tty", to which a terminal could belong only by root's hand.
        "group": f"{TEACHER}:x:{NUMBER}:\n",
    }
    script = ["set -e"]
    for name, text in tables.items():
        (folder / name).write_text(text)
        script.append(f"mount --bind '{folder / name}' /etc/{name}")
    # It may read everything, since Python may be in a folder of root's; sshd needs no more.
    caps = "--inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
    script.append(
        f"exec setpriv --reuid={NUMBER} --regid={NUMBER} --clear-groups {caps} "
        f"""env HOME='{room}' "$@" """
    )
    for path in (room, *room.iterdir()):
        os.chown(path, NUMBER, NUMBER)
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and parent != Path("/") and "pytest" in str(parent):
            parent.chmod(0o755)
    folder.chmod(0o755)
    return ["unshare", "-m", "sh", "-c", "\n".join(script), "sh"]
