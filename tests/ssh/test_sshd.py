"""Through a real OpenSSH server, where there is one: both ends are left clean."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.terminal import OWN, running

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
CONFIGURATION = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
PasswordAuthentication no
UsePAM no
"""


def reason_to_skip() -> str | None:
    """Why no server can be started here."""
    if SSHD is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        return "there is no sshd"
    if os.geteuid() == 0:
        if not any(user.pw_name == "sshd" for user in pwd.getpwall()):
            return "sshd started by root needs a user called sshd"
        if not Path("/run/sshd").is_dir():
            return "sshd started by root needs /run/sshd"
    return None


pytestmark = pytest.mark.skipif(reason_to_skip() is not None, reason=str(reason_to_skip()))


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The arguments of `ssh` that lead to a server of our own."""
    folder = tmp_path_factory.mktemp("sshd")
    for key in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True
        )
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(CONFIGURATION.format(port=port, folder=folder))
    assert SSHD is not None
    server = subprocess.Popen(
        [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL
    )
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    arguments = ["-F", "none", "-tt", "-p", str(port), "-i", str(folder / "user")]
    arguments += [word for option in options for word in ("-o", option)]
    arguments.append(f"{getpass.getuser()}@127.0.0.1")
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with closing(socket.socket()) as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield arguments
    finally:
        server.terminate()
        server.wait()


COMMAND = f"echo process $$; LANG=C.UTF-8 exec {shlex.join(OWN)}"


def test_trains_and_leaves_over_ssh(login: list[str]) -> None:
    with running("ssh", *login, COMMAND) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        terminal.wait_for(b"running")
        terminal.type(b"q")
        assert terminal.end() == 0
        terminal.assert_clean()


def test_a_broken_connection_ends_the_program(login: list[str]) -> None:
    with running("ssh", *login, COMMAND) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        terminal.wait_for(b"running")
        match = re.search(rb"process (\d+)", terminal.written)
        assert match is not None
        terminal.process.kill()
        end = time.monotonic() + PATIENCE
        while is_there(int(match[1])):
            assert time.monotonic() < end, "it goes on without anybody"
            time.sleep(0.02)


def is_there(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
