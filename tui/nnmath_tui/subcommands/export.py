"""`nnmath-tui export FILE.npz --to FORMAT`: a trained network as code or data for others."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from nnmath_engine import checkpoint
from nnmath_engine.archive import ArchiveError
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.dataset import DataError
from nnmath_engine.datasets import is_file
from nnmath_engine.experiment import ExperimentError

from nnmath_tui.export.formats import SCRIPTS, SUFFIXES, exported
from nnmath_tui.export.source import Source
from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.whole_file import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write the export, say where, and return 0."""
    to, file = arguments.to, Path(arguments.file)
    if arguments.training and to not in SCRIPTS:
        raise CommandError(f"--training goes with --to {' or '.join(SCRIPTS)}, not {to}")
    output = _output(arguments.output, file, to)
    files = exported(_source(file, arguments.data), to, arguments.training)
    if output is None:
        if len(files) > 1:
            raise CommandError(
                "the rows are too many for the script alone; -o FILE.py writes them beside it"
            )
        sys.stdout.write(next(iter(files.values())).decode())
        return 0
    paths = {output.with_suffix(suffix): content for suffix, content in files.items()}
    for path in paths:
        if _is_same(path, file):
            raise CommandError(f"-o: {path} is the checkpoint itself, which would be lost")
        if path.exists() and not arguments.force:
            raise CommandError(f"{path} is there already; --force overwrites it")
    for path, content in paths.items():
        try:
            write_whole(path, content, force=arguments.force)
        except FileExistsError:
            raise CommandError(f"{path} is there already, and no file that is replaced") from None
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written: {error.strerror or error}", FAILED
            ) from None
        print(path)
    return 0


def _output(given: str | None, file: Path, to: str) -> Path | None:
    """Where to write; None is standard output."""
    if given == "-":
        if to == "safetensors":
            raise CommandError("-o -: safetensors is no text; give a file's name")
        return None
    path = Path(given) if given is not None else Path(f"{file.stem}{SUFFIXES[to]}")
    if path.suffix != SUFFIXES[to]:
        raise CommandError(f"-o wants a file that ends in {SUFFIXES[to]} for --to {to}: {given}")
    if not path.parent.is_dir():
        raise CommandError(f"-o: there is no folder {path.parent}")
    if path.is_dir():
        raise CommandError(f"-o: {given} is a folder")
    return path


def _source(file: Path, data: str | None) -> Source:
    try:
        base = _base(file, data)
        session = checkpoint.resume(file, base)
    except (CheckpointError, DataError) as error:
        raise CommandError(str(error)) from None
    except ArchiveError as error:
        raise CommandError(f"{file} {error}") from None
    except ExperimentError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}") from None
    return Source.of(session.snapshot())


def _base(file: Path, data: str | None) -> Path | None:
    """The folder that holds the table which the network was trained on, if it was one."""
    source = checkpoint.load(file)[0].data.source
    is_table = is_file(source)
    if data is not None:
        if not is_table:
            raise CommandError(f"--data: the network was trained on {source}, which is no file")
        folder = Path(data)
        if not (folder / source).is_file():
            raise CommandError(f"--data: there is no {source} in {data}")
        return folder
    if not is_table:
        return None
    # Beside the checkpoint, if it is not here.
    folders = (Path(), file.parent)
    found = next((folder for folder in folders if (folder / source).is_file()), None)
    if found is None:
        raise CommandError(
            f"{file} was trained on {source}, which is neither here nor beside it; "
            "--data FOLDER says where"
        )
    return found


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
