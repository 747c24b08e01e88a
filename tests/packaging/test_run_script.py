"""run.py on machines of every kind, with a stand-in for uv that takes no time and no network."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.patience import PATIENCE

SCRIPT = Path(__file__).parents[2] / "run.py"

# Answers --version; for anything else makes the environment, whose "python" tells how it was run.
UV = """#!/bin/sh
[ "$1" = --version ] && { echo "uv ${FAKE_VERSION:-0.9.1} (fake)"; exit 0; }
echo "$* | cache ${UV_CACHE_DIR:-default} | downloads $UV_PYTHON_DOWNLOADS" >> "$FAKE_LOG"
bin="$UV_PROJECT_ENVIRONMENT/bin"
mkdir -p "$bin"
case "$FAKE_MODE" in
    die) touch "$bin/half-made"; kill -9 $PPID $$ ;;
    fail)
        echo "Downloading numpy (16.1MiB)"
        echo "error: Failed to fetch: https://pypi.org/simple/numpy/" >&2
        echo "  Caused by: dns error: failed to lookup address" >&2
        echo "hint: a hint" >&2
        exit 2 ;;
    slow) sleep 0.6 ;;
esac
cat > "$bin/python" <<'END'
#!/bin/sh
echo "ran $* | in $PWD | with $VIRTUAL_ENV"
exit ${FAKE_EXIT:-0}
END
chmod +x "$bin/python"
case "$*" in *"--group dev"*) cp "$bin/python" "$bin/pytest" ;; esac
"""


class Machine:
    """A project folder with run.py in it, a home, and a PATH that may hold a uv."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a project"
        self.bin = folder / "bin"
        self.home = folder / "home"
        for made in (self.project, self.bin, self.home):
            made.mkdir()
        for name in ("uv.lock", "pyproject.toml"):
            (self.project / name).write_text(name)
        shutil.copy(SCRIPT, self.project / "run.py")
        self.log = folder / "log"
        self.environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "HOME": str(self.home),
            "FAKE_LOG": str(self.log),
        }
        self.install_uv()

    @property
    def syncs(self) -> list[str]:
        """How uv was called, apart from --version."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def install_uv(self, text: str = UV) -> None:
        (self.bin / "uv").write_text(text)
        (self.bin / "uv").chmod(0o755)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.project / "run.py"), *arguments],
            cwd=self.home,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_program_gets_its_arguments_and_the_shell_its_exit_code(machine: Machine) -> None:
    code, out, err = machine.run("train", "my preset.toml", FAKE_EXIT="7")
    environment = machine.project / ".venv"
    assert code == 7
    assert out == (
        f"ran -P -m nnmath_tui train my preset.toml | in {machine.home} | with {environment}\n"
    )
    assert err == f"run.py: preparing the environment in {environment}\n"
    (sync,) = machine.syncs
    assert sync.startswith(f"sync --frozen --inexact --project {machine.project} --no-dev")
    assert f"--python {getattr(sys, '_base_executable', '')}" in sync
    assert sync.endswith("| cache default | downloads never")


def test_test_runs_pytest_in_the_project_with_its_tools(machine: Machine) -> None:
    code, out, _ = machine.run("test", "-k", "a or b")
    assert code == 0
    assert out.startswith(f"ran -P -m pytest -k a or b | in {machine.project} | ")
    assert "--group dev" in machine.syncs[0]


def test_once_prepared_it_starts_without_uv_and_without_a_word(machine: Machine) -> None:
    machine.run("test")
    (machine.bin / "uv").unlink()
    for arguments in ([], ["test"]):
        code, out, err = machine.run(*arguments)
        assert (code, err) == (0, "")
        assert out.startswith("ran ")


def test_the_program_alone_needs_no_tools_and_the_tests_add_them(machine: Machine) -> None:
    machine.run()
    machine.run("test")
    machine.run()
    assert ["--no-dev" in sync for sync in machine.syncs] == [True, False]


@pytest.mark.parametrize("change", ["lock", "project", "moved", "removed"])
def test_it_prepares_again_when_something_has_changed(machine: Machine, change: str) -> None:
    machine.run()
    if change == "lock":
        (machine.project / "uv.lock").write_text("other")
    elif change == "project":
        (machine.project / "pyproject.toml").write_text("other")
    elif change == "moved":
        machine.project = machine.project.rename(machine.project.with_name("moved"))
    else:
        shutil.rmtree(machine.project / ".venv")
    assert machine.run()[0] == 0
    assert len(machine.syncs) == 2
    # An environment that is there keeps its Python.
    assert ("--python" in machine.syncs[1]) == (change == "removed")


def test_killed_half_way_it_begins_again(machine: Machine) -> None:
    assert machine.run(FAKE_MODE="die")[0] == -9
    half_made = machine.project / ".venv" / "bin" / "half-made"
    assert half_made.exists()
    assert machine.run()[0] == 0
    assert not half_made.exists()


def test_a_second_start_waits_for_the_first(machine: Machine) -> None:
    first = machine.start("one", FAKE_MODE="slow")
    deadline = time.monotonic() + PATIENCE
    while not machine.syncs and time.monotonic() < deadline:
        time.sleep(0.01)
    second = machine.start("two")
    outs = [process.communicate(timeout=PATIENCE) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0]
    assert outs[1][1] == "run.py: another start is preparing the environment; waiting for it\n"
    assert "nnmath_tui two" in outs[1][0]
    assert len(machine.syncs) == 1


def test_without_a_network_it_says_so_in_a_sentence(machine: Machine) -> None:
    code, out, err = machine.run(FAKE_MODE="fail")
    assert (code, out) == (1, "")
    assert err.splitlines()[1:] == [
        "run.py: Downloading numpy (16.1MiB)",
        "run.py: uv could not prepare the environment (the first start needs a network): "
        "dns error: failed to lookup address",
    ]


@pytest.mark.parametrize(
    ("home", "cache"),
    [
        ({"HOME": ""}, "own"),
        ({"HOME": "/dev/null"}, "own"),
        ({"XDG_CACHE_HOME": "/dev/null/cache"}, "own"),
        ({"UV_CACHE_DIR": "/dev/null/cache"}, "own"),
        ({}, "default"),
    ],
    ids=["empty home", "no home", "no cache home", "unusable cache", "home"],
)
def test_uvs_cache_goes_where_it_can(machine: Machine, home: dict[str, str], cache: str) -> None:
    assert machine.run(**home)[0] == 0
    own = machine.project / ".venv-run" / "cache"
    assert f"| cache {own if cache == 'own' else 'default'} |" in machine.syncs[0]


def test_an_unset_home_is_no_obstacle(machine: Machine) -> None:
    del machine.environment["HOME"]
    assert machine.run()[0] == 0
    assert f"| cache {machine.project / '.venv-run' / 'cache'} |" in machine.syncs[0]


# Stand-ins for Python's own modules: "venv" makes an environment whose pip brings a uv.
VENV = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1])
(folder / "bin").mkdir(parents=True)
python = folder / "bin" / "python"
python.write_text('#!/bin/sh\\necho "$*" > "$FAKE_LOG.pip"\\ncp "$FAKE_UV" "${0%/*}/uv"\\n')
python.chmod(0o755)
"""


@pytest.fixture
def bare(machine: Machine, tmp_path: Path) -> Machine:
    """A machine whose uv cannot be used, and whose venv module is quick."""
    shadow = tmp_path / "shadow" / "venv"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").touch()
    (shadow / "__main__.py").write_text(VENV)
    (machine.bin / "good-uv").write_text(UV)
    (machine.bin / "good-uv").chmod(0o755)
    machine.environment["PYTHONPATH"] = str(shadow.parent)
    machine.environment["FAKE_UV"] = str(machine.bin / "good-uv")
    machine.install_uv("#!/bin/sh\necho 'pyenv: uv: command not found' >&2\nexit 127\n")
    return machine


@pytest.mark.parametrize("trouble", ["missing", "broken", "old"])
def test_without_a_uv_that_works_it_fetches_its_own(bare: Machine, trouble: str) -> None:
    if trouble == "missing":
        (bare.bin / "uv").unlink()
    elif trouble == "old":
        bare.install_uv("#!/bin/sh\necho 'uv 0.4.30 (abc 2024-11-04)'\n")
    code, out, err = bare.run()
    assert code == 0, err
    assert out.startswith("ran -P -m nnmath_tui")
    assert "run.py: fetching uv, which installs the packages\n" in err
    assert bare.log.with_suffix(".pip").read_text() == "-m pip install --retries 2 uv>=0.5\n"
    own = bare.project / ".venv-run"
    assert sorted(path.name for path in own.iterdir()) == ["state", "uv"]
    shutil.rmtree(bare.project / ".venv")
    assert "fetching" not in bare.run()[2]


def test_a_half_made_uv_is_made_again(bare: Machine) -> None:
    for name in ("uv", "uv-new"):
        folder = bare.project / ".venv-run" / name / "bin"
        folder.mkdir(parents=True)
        (folder / "python").touch()
    assert bare.run()[0] == 0
    assert (bare.project / ".venv-run" / "uv" / "bin" / "uv").exists()


@pytest.fixture
def script(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module, on a machine without uv."""
    monkeypatch.setenv("PATH", "/nonexistent")
    spec = importlib.util.spec_from_file_location("run_script", machine.project / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in missing else real(name)
    )


def test_without_ensurepip_and_pip_it_names_the_package(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "ensurepip", "pip")
    with pytest.raises(script.Failure, match=r"apt install python3-venv$") as failure:
        script.main([])
    assert failure.value.code == 2


def test_with_pip_alone_it_needs_no_venv_module(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a Debian with python3-pip; pip is not run here, only its command looked at."""
    without(monkeypatch, "ensurepip")
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: "found" if name == "pip" else real(name)
    )
    commands = []

    def follow(command: list[str], environment: Mapping[str, str], *_: Any) -> None:
        commands.append(command)
        assert environment["PIP_USER"] == environment["PIP_REQUIRE_VIRTUALENV"] == "0"
        (script.OWN / "uv-new" / "bin").mkdir(parents=True)

    monkeypatch.setattr(script, "follow", follow)
    script.OWN.mkdir()
    assert script.find_uv(0) == str(script.OWN / "uv" / "bin" / "uv")
    target = str(script.OWN / "uv-new")
    ours = ["-m", "pip", "install", "--retries", "2", "uv>=0.5", "--target", target]
    assert commands == [[sys.executable, *ours]]


def test_an_old_python_gets_a_sentence(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))  # or else it would get a SyntaxError
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    with pytest.raises(script.Failure, match=r"Python 3\.11 or newer is needed.* is 3\.10\.13$"):
        script.main([])


def test_a_folder_that_cannot_be_written_to_is_a_sentence(machine: Machine) -> None:
    (machine.project / ".venv-run").write_text("in the way")
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert err.startswith("run.py: ")
    assert err.count("\n") == 1
    assert os.fspath(machine.project) in err
