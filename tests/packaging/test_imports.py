"""Who loads what, read from `sys.modules` in fresh processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

REPORT = "print('\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})))"
IMPORT_ALL = """
import importlib, pkgutil, sys
for package in {packages}:
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(module.__path__, package + "."):
        importlib.import_module(found.name)
"""
RUN = """
import contextlib, io, sys
from nnmath_tui.cli import main
for line in {lines}:
    with contextlib.redirect_stdout(io.StringIO()):
        code = main(line.split())
    assert code == 0, (line, code)
"""
SCREEN = {"textual", "rich", "plotext", "pygments"}
# Python's own, that a synchronous engine without terminals has no business with.
TASKS = {"asyncio", "concurrent", "multiprocessing", "argparse", "curses", "socket", "subprocess"}


def loaded(code: str) -> set[str]:
    """The top-level modules in a process that has run `code`, beyond those of an idle one."""
    return modules_after(code) - modules_after("")


def modules_after(code: str) -> set[str]:
    command = [sys.executable, "-c", "import sys\n" + code + REPORT]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def foreign(modules: set[str]) -> set[str]:
    """Those that do not come with Python, nor (Cython's) as parts of NumPy."""
    others = modules - sys.stdlib_module_names - {"cython_runtime"}
    return {name for name in others if not name.startswith("_")}


@pytest.mark.parametrize(
    "packages", [("nnmath_engine",), ("nnmath_engine", "nnmath_presets")], ids="/".join
)
def test_engine_and_presets_need_numpy_and_nothing_else(packages: tuple[str, ...]) -> None:
    modules = loaded(IMPORT_ALL.format(packages=packages))
    assert foreign(modules) == {"numpy", *packages}
    assert not modules & TASKS


def test_answers_about_itself_cost_neither_numpy_nor_textual() -> None:
    modules = loaded(RUN.format(lines=["--version", "--help", "train --help", "presets -h"]))
    assert foreign(modules) == {"nnmath_tui"}


def test_the_first_frame_does_not_wait_for_numpy() -> None:
    opening = "import nnmath_tui.subcommands.open_app, nnmath_tui.application\n"
    modules = loaded(opening + "import nnmath_tui.link.driver\n")
    assert "textual" in modules
    assert not modules & {"numpy", "plotext"}


def test_commands_without_a_screen_do_not_load_one() -> None:
    lines = ["train circle --epochs 0 --quiet", "gradcheck circle", "check circle", "presets"]
    modules = loaded(RUN.format(lines=lines))
    assert "numpy" in modules
    assert not modules & SCREEN


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, "1 1 1"),
        ({"OMP_NUM_THREADS": "4"}, "None 4 None"),
        ({"MKL_NUM_THREADS": "2"}, "None None 2"),
    ],
    ids=["unset", "omp", "mkl"],
)
def test_small_products_get_one_thread_unless_the_user_says_otherwise(
    user: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    for name, value in user.items():
        monkeypatch.setenv(name, value)
    code = RUN.format(lines=["--help"]) + f"import os\nprint(*map(os.environ.get, {names}))"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == expected
