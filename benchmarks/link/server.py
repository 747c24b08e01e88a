"""A real OpenSSH server of our own on this machine: its keys, its configuration, its end."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
_CONFIGURATION = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
PasswordAuthentication no
UsePAM no
"""
# Started by root, sshd insists on a folder that only a system with a running sshd has. A mount
# namespace of its own gives it one, and changes nothing of the machine.
_WITH_FOLDER = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"'
_OPTIONS = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")


@dataclass(frozen=True)
class Server:
    """A server that is running."""

    port: int
    key: Path

    def login(self, command: str, port: int | None = None) -> list[str]:
        """A line that runs a shell command there, in a terminal, maybe through another port."""
        options = [word for option in _OPTIONS for word in ("-o", option)]
        return [
            *("ssh", "-F", "none", "-tt", "-p", str(port or self.port), "-i", str(self.key)),
            *options,
            f"{getpass.getuser()}@127.0.0.1",
            command,
        ]


def find_sshd() -> str | None:
    """Where sshd is; None where it or its client is missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    if shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        return None
    return shutil.which("sshd", path=path)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server with keys in a folder.

    Raises:
        RuntimeError: there is no sshd here, or it does not come up.
    """
    sshd = find_sshd()
    if sshd is None:
        raise RuntimeError("there is no OpenSSH server and client here (Debian: openssh-server)")
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    port = free_port()
    file = folder / "sshd_config"
    file.write_text(_CONFIGURATION.format(port=port, folder=folder))
    prefix = []
    if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
        prefix = ["unshare", "-m", "sh", "-c", _WITH_FOLDER, "sh"]
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([*prefix, sshd, "-D", "-e", "-f", str(file)], stderr=log)
    try:
        _wait_for(port, process, folder / "sshd.log")
        yield Server(port, folder / "user")
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"sshd does not come up: {log.read_text(errors='replace')}")
