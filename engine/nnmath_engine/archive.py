"""A file of named arrays and one manifest: written whole or not at all, read within limits.

The file is an ordinary `.npz`, so NumPy alone can read it. It is written under another name,
synced, and renamed. Its last bytes are the SHA-256 of all bytes before them (in the zip format's
comment), so that no flipped bit goes unnoticed, wherever it is; the manifest holds the SHA-256 of
each array besides, for whoever repacks them.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

AnyArray = npt.NDArray[Any]

LARGEST_FILE = 512 * 2**20
LARGEST_MANIFEST = 16 * 2**20
MOST_MEMBERS = 2_000
MANIFEST = "manifest.json"

_SEAL = b"sha256:"
_DIGITS = 64
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_TYPES = ("<f8", "<f4", "<i8")


class ArchiveError(ValueError):
    """A file that cannot be used; the message completes a sentence that starts with its name."""


def write(path: Path, arrays: Mapping[str, AnyArray], manifest: Mapping[str, Any]) -> None:
    """Write `arrays` and `manifest` to `path`: afterwards it holds them, or what it held before.

    Raises:
        OSError: the file cannot be written; the error names `path`, not the temporary file.
    """
    target = Path(os.path.realpath(path))
    with _temporary_beside(target, path) as temporary:
        with temporary.open("x+b") as file:
            _pack(file, arrays, manifest)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    _sync_folder(target.parent)


def check_writable(path: Path) -> None:
    """Try whether `write` could write to `path`, as far as an empty file beside it can tell.

    Raises:
        OSError: it could not; the error names `path`.
    """
    target = Path(os.path.realpath(path))
    with _temporary_beside(target, path) as temporary:
        temporary.open("x+b").close()


@contextlib.contextmanager
def _temporary_beside(target: Path, path: Path) -> Iterator[Path]:
    """A new name in the folder of `target`; whatever is there in the end is removed."""
    if target.exists() and not target.is_file():
        # The rename would put a file in the place of a folder, a pipe or a device.
        raise FileExistsError(errno.EEXIST, "Not a regular file", str(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    """The arrays and the manifest of the file at `path`.

    Raises:
        ArchiveError: the file is damaged, or goes beyond a limit, or is something else.
        OSError: the file cannot be read.
    """
    with _open(path) as file:
        _check_seal(file)
        with _archive(file) as archive:
            return _unpack(archive)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the file at `path`, of which nothing else is looked at.

    Raises:
        ArchiveError, OSError: as `read`, as far as that shows.
    """
    with _open(path) as file, _archive(file) as archive:
        return _manifest(archive, {info.filename: info for info in archive.infolist()})


def _open(path: Path) -> IO[bytes]:
    # Opening a pipe would wait for a writer, for ever if there is none.
    if not stat.S_ISREG(path.stat().st_mode):
        raise ArchiveError("is not a regular file")
    return path.open("rb")


@contextlib.contextmanager
def _archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ArchiveError(f"is not a readable archive: {error}") from None


def digest(array: AnyArray) -> str:
    """The SHA-256 of an array's numbers, row by row, as hexadecimal digits."""
    return hashlib.sha256(array.tobytes()).hexdigest()


def npy_header(shape: Sequence[int], dtype: str) -> bytes:
    """What a `.npy` file of format 1.0 begins with; the numbers follow it, row by row.

    Source: numpy.lib.format. Reading compares with this instead of parsing, since NumPy's parser
    runs Python's tokenizer over whatever is there.
    """
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    start = b"\x93NUMPY\x01\x00"
    length = -(-(len(start) + 2 + len(text) + 1) // 64) * 64 - len(start) - 2
    return start + length.to_bytes(2, "little") + text.encode().ljust(length - 1) + b"\n"


def _pack(file: IO[bytes], arrays: Mapping[str, AnyArray], manifest: Mapping[str, Any]) -> None:
    listed = {
        name: {"shape": array.shape, "dtype": array.dtype.str, "sha256": digest(array)}
        for name, array in arrays.items()
    }
    text = json.dumps({**manifest, "arrays": listed}, indent=1, allow_nan=False)
    # Stored, not compressed: weights do not compress. A ZipInfo without a date has the same one
    # every time, so that equal states make equal files.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST), text)
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(name + ".npy"), "w", force_zip64=True) as member:
                member.write(npy_header(array.shape, array.dtype.str))
                member.write(array.tobytes())
        archive.comment = _SEAL + b"0" * _DIGITS
    seal = _digest_before_seal(file)
    file.seek(-_DIGITS, os.SEEK_END)
    file.write(seal)


def _digest_before_seal(file: IO[bytes]) -> bytes:
    left = file.seek(0, os.SEEK_END) - _DIGITS
    file.seek(0)
    sha256 = hashlib.sha256()
    while left > 0 and (block := file.read(min(left, 2**20))):
        sha256.update(block)
        left -= len(block)
    return sha256.hexdigest().encode()


def _check_seal(file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    if size > LARGEST_FILE:
        raise ArchiveError(f"has more than {LARGEST_FILE // 2**20} MB, the most that is read")
    file.seek(max(0, size - _DIGITS - len(_SEAL)))
    tail = file.read()
    if not tail.startswith(_SEAL):
        raise ArchiveError("is not a checkpoint of this program, or its end is missing")
    if tail[len(_SEAL) :] != _digest_before_seal(file):
        raise ArchiveError("is damaged: its bytes do not have the checksum that it ends with")


def _unpack(archive: zipfile.ZipFile) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    members = {info.filename: info for info in archive.infolist()}
    if len(archive.infolist()) > MOST_MEMBERS:
        raise ArchiveError(f"has more than {MOST_MEMBERS:,} members, the most that are read")
    if len(members) < len(archive.infolist()):
        raise ArchiveError("has two members of the same name")
    if any(info.compress_type != zipfile.ZIP_STORED for info in members.values()):
        raise ArchiveError("has compressed members, which this program does not write")
    # What is stored as it is cannot unpack to more than the file, unless members overlap.
    if sum(info.file_size for info in members.values()) > LARGEST_FILE:
        raise ArchiveError(f"unpacks to more than {LARGEST_FILE // 2**20} MB")
    manifest = _manifest(archive, members)
    listed = manifest.get("arrays")
    if not isinstance(listed, dict) or {f"{n}.npy" for n in listed} | {MANIFEST} != set(members):
        raise ArchiveError("holds other arrays than its manifest lists")
    return {name: _array(archive, name, entry) for name, entry in listed.items()}, manifest


def _manifest(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    if MANIFEST not in members:
        raise ArchiveError("has no manifest")
    if members[MANIFEST].file_size > LARGEST_MANIFEST:
        raise ArchiveError(f"has a manifest of more than {LARGEST_MANIFEST // 2**20} MB")
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (ValueError, RecursionError):
        raise ArchiveError("has a manifest that is not readable JSON") from None
    if not isinstance(manifest, dict):
        raise ArchiveError("has a manifest that is not a table")
    return manifest


def _array(archive: zipfile.ZipFile, name: str, entry: Any) -> AnyArray:
    if not _NAME.fullmatch(name) or not isinstance(entry, dict):
        raise ArchiveError(f"lists the array {name[:100]!r} wrongly")
    shape, dtype = entry.get("shape"), entry.get("dtype")
    if dtype not in _TYPES or not isinstance(shape, list) or len(shape) > 2:
        raise ArchiveError(f"lists a shape or type for the array {name} that it cannot have")
    if not all(type(length) is int and 0 <= length < 2**40 for length in shape):
        raise ArchiveError(f"lists a shape or type for the array {name} that it cannot have")
    header = npy_header(shape, dtype)
    with archive.open(name + ".npy") as member:
        found, content = member.read(len(header)), member.read(LARGEST_FILE)
    if found != header or len(content) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise ArchiveError(f"has another shape or type in the array {name} than it lists")
    array = np.frombuffer(content, dtype).reshape(shape).copy()
    if digest(array) != entry.get("sha256"):
        raise ArchiveError(f"is damaged: the array {name} does not have its SHA-256")
    return array


def _sync_folder(folder: Path) -> None:
    # Without it a power cut may undo the rename. Some network file systems know no such sync.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
