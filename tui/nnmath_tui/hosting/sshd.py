"""A private OpenSSH server of an ordinary user, which lets learners into the program only."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.hosting.room import NAME, Room, key_name, write

PLACES = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/sbin")
_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-\S+|sk-\S+) ([A-Za-z0-9+/=]{40,})\s*(.*)")
HOW_TO_INSTALL = (
    "no sshd here; it is in the package openssh-server "
    "(Debian, Ubuntu, Fedora) or openssh (Arch, Alpine, Homebrew)"
)


def find_sshd(named: str | None = None) -> str:
    """The server's program.

    Raises:
        CommandError: there is none; the message says how to install it.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    found = shutil.which(named or "sshd", path=path)
    if found is None:
        raise CommandError(f"no program {named!r}" if named else HOW_TO_INSTALL, FAILED)
    return os.path.abspath(found)  # sshd insists


def check_user() -> str:
    """The name of the user whose account the room is in.

    Raises:
        CommandError: it is root, or has no shell that a forced command could run in.
    """
    user = pwd.getpwuid(os.getuid())
    if user.pw_uid == 0:
        raise CommandError(
            "not as root: each learner's session would be root's. Host the room as an ordinary "
            "user, best one made for it"
        )
    if Path(user.pw_shell).name in ("nologin", "false") or not os.access(user.pw_shell, os.X_OK):
        raise CommandError(f"the user {user.pw_name} has no login shell ({user.pw_shell})")
    return user.pw_name


def read_keys(path: Path) -> dict[str, str]:
    """Learners' names by key, from lines as in an `authorized_keys` file with a name at the end.

    Raises:
        CommandError: with each line that is wrong.
        OSError: the file cannot be read.
    """
    keys, problems = {}, []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _KEY.fullmatch(line.strip())
        if match is None:
            problems.append(f"{path}:{number}: is no public key (ssh-ed25519 AAAA... name)")
            continue
        name = match[3].strip().partition("@")[0].lower()
        if not NAME.fullmatch(name):
            problems.append(f"{path}:{number}: needs a name of a-z, 0-9 and - after the key")
            continue
        keys[f"{match[1]} {match[2]}"] = name
    if problems:
        raise CommandError("\n".join(problems))
    return keys


def admit(room: Room, keys: dict[str, str]) -> None:
    """Let these keys in, and no others unless there is a password."""
    lines = [f"restrict,pty {key}\n" for key in keys]
    write(room.path("authorized_keys"), "".join(lines))
    room.invite({key_name(key): name for key, name in keys.items()})


def host_key(room: Room) -> str:
    """Make the room's own host key, unless it has one; returns its fingerprint."""
    path = room.path("host_key")
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        raise CommandError(HOW_TO_INSTALL, FAILED)
    if not path.exists():
        command = [keygen, "-q", "-t", "ed25519", "-N", "", "-C", "nnmath-tui room"]
        command += ["-f", str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    shown = subprocess.run(
        [keygen, "-l", "-f", path], check=True, capture_output=True, text=True
    ).stdout
    return shown.split()[1]


def config(room: Room, user: str, port: int, listen: str) -> str:
    """The server's settings: one program for all, and no way out of it."""
    python = [sys.executable, "-X", "utf8", "-I", "-m", "nnmath_tui.hosting.login", room.folder]
    command = " ".join(map(_quoted, python))
    anybody = ""
    if room.password is not None:
        # Whatever key is offered is taken to know its owner again; the password is asked for by
        # the program. sshd itself could check only the password of this account.
        anybody = (
            f"AuthorizedKeysCommand /bin/echo restrict,pty %t %k\nAuthorizedKeysCommandUser {user}"
        )
    return f"""\
Port {port}
ListenAddress {listen}
HostKey "{room.path("host_key")}"
PidFile "{room.path("sshd.pid")}"
AuthorizedKeysFile "{room.path("authorized_keys")}"
{anybody}
Banner "{room.path("banner")}"
AllowUsers {user}
AuthenticationMethods publickey
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
HostbasedAuthentication no
UsePAM no
PermitRootLogin no
PermitTTY yes
PermitUserRC no
PermitUserEnvironment no
DisableForwarding yes
AllowTcpForwarding no
AllowStreamLocalForwarding no
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
MaxSessions 1
MaxAuthTries 10
MaxStartups 40:30:100
LoginGraceTime 60
ClientAliveInterval 30
ClientAliveCountMax 4
ExposeAuthInfo yes
PrintMotd no
PrintLastLog no
ForceCommand exec {command}
"""


def line_to_type(user: str, host: str, port: int) -> str:
    """What learners type."""
    return f"ssh -p {port} {user}@{host}"


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
