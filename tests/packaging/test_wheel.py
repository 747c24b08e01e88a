"""A built wheel holds everything, and runs from an environment that has no source tree."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy
import pytest
from nnmath_presets import catalog

PROJECT = Path(__file__).parents[2]
PACKAGES = {
    "nnmath_engine": PROJECT / "engine",
    "nnmath_presets": PROJECT / "presets",
    "nnmath_tui": PROJECT / "tui",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `uv build` and pip build it: by the backend, hatchling."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder of their own, as an installer lays them."""
    folder = tmp_path_factory.mktemp("site packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the installed wheel and our dependencies, but without the editable install.

    -S leaves out `site`, and with it the .pth file that points to the source tree.
    """
    dependencies = [sysconfig.get_path("purelib"), str(Path(numpy.__file__).parents[1])]
    path = os.pathsep.join([str(installed), *dict.fromkeys(dependencies)])
    return subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    expected = {
        str(path.relative_to(root))
        for package, root in PACKAGES.items()
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = {name for name in names if ".dist-info/" in name}
    assert names - info == expected
    suffixes = {Path(name).suffix for name in expected}
    assert {".py", ".toml", ".tcss", ".typed", ".md", ".csv"} <= suffixes
    assert sum(name.endswith("/py.typed") for name in names) == 3
    tails = {name.partition(".dist-info/")[2] for name in info}
    assert "licenses/LICENSE" in tails
    assert "licenses/engine/nnmath_engine/data/DATA_LICENSES.md" in tails
    assert "nnmath_engine/data/DATA_LICENSES.md" in names


def test_the_command_is_named_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "nnmath-tui = nnmath_tui.cli:main" in archive.read(name).decode()


def test_it_runs_installed_with_its_presets_and_data(installed: Path, tmp_path: Path) -> None:
    where = run(
        installed,
        tmp_path,
        "-c",
        "import nnmath_engine, nnmath_presets, nnmath_tui\n"
        "for m in (nnmath_engine, nnmath_presets, nnmath_tui): print(m.__file__)",
    )
    assert all(line.startswith(str(installed)) for line in where.stdout.splitlines()), where
    version = run(installed, tmp_path, "-m", "nnmath_tui", "--version")
    assert (version.returncode, version.stdout) == (0, "nnmath-tui 0.1.0\n")
    checked = run(installed, tmp_path, "-m", "nnmath_tui", "check", *catalog.names())
    assert checked.stdout.splitlines() == [f"{name}: fine" for name in catalog.names()]
    assert checked.returncode == 0
    trained = run(installed, tmp_path, "-m", "nnmath_tui", "train", "penguins", "--epochs", "1")
    assert trained.returncode == 0
    assert trained.stdout.startswith("penguins: epoch 1 of 1")


def test_the_screen_can_be_made_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = (
        "from nnmath_presets import catalog\n"
        "from nnmath_tui.application import Application\n"
        "from nnmath_tui.settings import Settings\n"
        "app = Application(lambda: catalog.load('circle'), Settings())\n"
        "print(*(path.exists() for path in app.css_path))"
    )
    made = run(installed, tmp_path, "-c", code)
    assert (made.stdout.strip(), made.stderr) == ("True", "")
