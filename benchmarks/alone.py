"""A process of its own for everything that is measured: one core, one thread for BLAS."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_FOREIGN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def prepare_environment() -> None:
    """Before any process starts: one thread each, and the kernel that OpenBLAS chooses itself."""
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(dict.fromkeys(_THREADS, "1"), XLA_FLAGS=_XLA, JAX_PLATFORMS="cpu")


def pin() -> None:
    """Stay on one core, where the system lets a process choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def start(serve: Callable[..., None], *arguments: Any) -> tuple[Any, Connection]:
    """A fresh process that runs `serve(its end of the line, *arguments)`, and our end."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def alone(function: Callable[..., Answer], *arguments: Any) -> Answer:
    """What a function returns, when it is the only thing that a process ever does.

    Raises:
        RuntimeError: it ended without an answer; its traceback has been printed.
    """
    process, line = start(_answer, function, arguments)
    try:
        answer: Answer = line.recv()
    except EOFError:
        raise RuntimeError(f"{function.__module__} gave no answer") from None
    finally:
        process.join()
    return answer


def _answer(line: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    pin()
    line.send(function(*arguments))
