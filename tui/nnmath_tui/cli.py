"""The command `nnmath-tui`: read the command line, run what it asks for, return the exit code.

0 fine, 1 a check failed, 2 wrong use (with a line that says what), 128 + n ended by signal n.
Whatever takes long to import is imported by the command that needs it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from nnmath_tui.arguments import PROGRAM, parse
from nnmath_tui.failure import FAILED, CommandError, printable

INTERNAL_ERROR = 70
INTERRUPTED = 130
BROKEN_PIPE = 141
DEBUG = "NNMATH_TUI_DEBUG"
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, by default the process's own, and return the exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that is not UTF-8 gets a "?" for an "η"
            stream.reconfigure(errors="replace")
    if not any(name in os.environ for name in _THREADS):
        # Read once, when NumPy is imported. Products of small matrices lose time to more threads.
        os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        return _guarded(sys.argv[1:] if argv is None else argv)
    finally:
        _drop_unwritable(sys.stdout)


def _guarded(argv: Sequence[str]) -> int:
    """Run a command line; whatever goes wrong becomes a line and an exit code."""
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has gone
        return BROKEN_PIPE
    except CommandError as error:
        return _complain(str(error), error.code)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _complain(f"{name}{error.strerror or error}", FAILED)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        return _complain(f"internal error: {text} ({DEBUG}=1 shows where)", INTERNAL_ERROR)


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
    except SystemExit as request:  # argparse's, after --help or wrong use
        return request.code if isinstance(request.code, int) else FAILED
    from nnmath_engine import confinement  # not for help, which is to come at once

    confinement.trust_all(getattr(arguments, "trust", False))
    match arguments.command:
        case "train":
            from nnmath_tui.subcommands import train

            return train.run(arguments)
        case "explain":
            from nnmath_tui.subcommands import explain

            return explain.run(arguments)
        case "gradcheck":
            from nnmath_tui.subcommands import gradcheck

            return gradcheck.run(arguments)
        case "conventions":
            from nnmath_tui.subcommands import conventions

            return conventions.run(arguments)
        case "presets":
            from nnmath_tui.subcommands import presets

            return presets.run(arguments)
        case "check":
            from nnmath_tui.subcommands import check

            return check.run(arguments)
        case "progress":
            from nnmath_tui.subcommands import learned

            return learned.run(arguments)
        case "verify":
            from nnmath_tui.subcommands import verify

            return verify.run(arguments)
        case "data":
            from nnmath_tui.subcommands import data

            return data.run(arguments)
        case "export":
            from nnmath_tui.subcommands import export

            return export.run(arguments)
        case "host":
            from nnmath_tui.subcommands import host

            return host.run(arguments)
        case "web":
            from nnmath_tui.subcommands import web

            return web.run(arguments)
        case _:
            from nnmath_tui.subcommands import open_app

            return open_app.run(arguments)


def _drop_unwritable(stream: TextIO) -> None:
    """Let go of text that cannot be written: Python would try again at exit, and complain."""
    try:
        stream.flush()
    except OSError:
        with contextlib.suppress(OSError):  # a stream that is no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(message: str, code: int) -> int:
    with contextlib.suppress(OSError):  # a terminal that has gone is told nothing
        for line in message.splitlines():
            print(f"{PROGRAM}: {printable(line)}", file=sys.stderr)
    return code
