"""Files that a person asked for: each whole or not at all, none over another unasked."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_MOST = 9_999


def write_whole(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write a file: afterwards it holds `content`, or is what it was before.

    Raises:
        FileExistsError: there is one, and no `force`; or it is no regular file.
        OSError: it cannot be written; the error names `path`.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and (not force or not target.is_file()):
        raise FileExistsError(errno.EEXIST, "is there already", str(path))
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if force:
            temporary.replace(target)
        else:
            _put_new(temporary, target)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "is there already", str(path)) from None
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _put_new(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)  # fails if another file has got there in between
    except FileExistsError:
        raise
    except OSError:  # a file system without such links
        if target.exists():
            raise FileExistsError(errno.EEXIST, "is there already", str(target)) from None
        temporary.replace(target)


def write_new_files(folder: Path, name: str, files: Mapping[str, bytes]) -> list[Path]:
    """Write files of one name and these suffixes that were not there: `name`, or `name`-2, ...

    Raises:
        OSError: they cannot be written; then none of them is there.
    """
    for number in range(1, _MOST + 1):
        stem = name if number == 1 else f"{name}-{number}"
        paths = [folder / f"{stem}{suffix}" for suffix in files]
        if any(path.exists() for path in paths):
            continue
        written: list[Path] = []
        try:
            for path, content in zip(paths, files.values(), strict=True):
                write_whole(path, content)
                written.append(path)
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            if isinstance(error, FileExistsError):
                continue
            raise
        return paths
    raise FileExistsError(errno.EEXIST, f"{_MOST} files are called so", name)
