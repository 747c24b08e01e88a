"""Who may write to a folder: one process at a time, however the one before has ended.

The lock is the kernel's, on an open file, and gone with its process. Where the file system knows no
such locks, what counts is the process that the file names: its number, and when it was started,
since numbers are used again.
"""

from __future__ import annotations

import errno
import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_UNKNOWN_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class Taken(Exception):
    """Another process has the lock; `pid` is its number, 0 if that is not known."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


class Lock:
    """Held from its making until `release`, or until the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        """Take the lock in the file at `path`.

        Raises:
            Taken: another process has it.
            OSError: the file cannot be made or written.
        """
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            owner = _owner(os.pread(self._descriptor, 4096, 0))
            if not _lock(self._descriptor, owner):
                raise Taken(owner.get("pid", 0))
            me = {"pid": os.getpid(), "started": started(os.getpid()), "host": socket.gethostname()}
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps(me).encode(), 0)
        except BaseException:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let the next one have it; the file stays, so that nobody locks one that is unlinked."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def started(pid: int) -> str:
    """When a process was started, in the kernel's own words; empty where that is not known."""
    try:
        # The name in the second field may hold spaces and brackets; the fields after it do not.
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {words[19]}"
    except (OSError, IndexError):
        return ""


def _lock(descriptor: int, owner: dict[str, Any]) -> bool:
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            if error.errno not in _UNKNOWN_LOCKS:
                raise
    return not _is_alive(owner)


def _is_alive(owner: dict[str, Any]) -> bool:
    """Whether the process that a lock's file names is still there, as far as we can tell."""
    pid = owner.get("pid", 0)
    if not pid or owner.get("host") != socket.gethostname():
        # Of a process on another host we cannot tell: better a session that is not kept than two
        # that write over each other.
        return bool(pid)
    if os.name == "nt":  # where signal 0 would end it
        return bool(pid != os.getpid())
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return bool(owner.get("started") in ("", started(pid)))


def _owner(text: bytes) -> dict[str, Any]:
    try:
        owner = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(owner, dict) or type(owner.get("pid")) is not int or owner["pid"] <= 0:
        return {}
    return owner
