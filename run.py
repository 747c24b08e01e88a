#!/usr/bin/env python3
"""Start nnmath-tui, or its tests, on a machine that has nothing but Python 3.11 or newer.

    python3 run.py [ARGS]                the program, as `nnmath-tui [ARGS]`
    python3 run.py test [PYTEST ARGS]    the tests

Everything goes into this folder: the packages into `.venv`, and into `.venv-run` the note of what
is ready, uv if the machine has none, and uv's cache if there is no home to keep it in. Removing
both folders undoes everything. After the first start neither uv nor a network is needed.
"""

# This file must parse on any Python 3, so that an old one gets a sentence and not a SyntaxError.
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OWN = PROJECT / ".venv-run"
PREPARING = "preparing"
OLDEST_UV = (0, 5)  # the first whose `uv sync` knows all that is asked of it here


class Failure(Exception):
    """One sentence for the user, and the exit code."""

    def __init__(self, sentence, code=1):
        super().__init__(sentence)
        self.code = code


def main(arguments):
    if sys.version_info < (3, 11):  # noqa: UP036
        version = ".".join(map(str, sys.version_info[:3]))
        raise Failure(f"Python 3.11 or newer is needed, and {sys.executable} is {version}", 2)
    if os.name != "posix":
        raise Failure("this is for Linux and macOS; elsewhere use uv: `uv run nnmath-tui`", 2)
    testing = arguments[:1] == ["test"]
    # One environment for both. The tests add their tools to it (100 MB), and because the sync is
    # inexact a later start of the program leaves them there: going to and fro costs nothing, and
    # a learner who never runs the tests never downloads the tools.
    group = "dev" if testing else "program"
    if not is_ready(group):
        prepare(group)
    environment = dict(os.environ, VIRTUAL_ENV=str(ENVIRONMENT))
    environment["PATH"] = str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", os.defpath)
    if testing:
        os.chdir(str(PROJECT))
    # -P: a file called random.py in the user's folder must not stand in for Python's own.
    command = [str(PYTHON), "-P", "-m", "pytest" if testing else "nnmath_tui"]
    os.execve(command[0], command + arguments[testing:], environment)


def is_ready(group):
    """Whether the environment was finished for this very lock file, at this very place."""
    witness = PYTHON if group == "program" else ENVIRONMENT / "bin" / "pytest"
    try:
        note = (OWN / "state").read_text().split()
    except OSError:
        return False
    return note[:1] == [fingerprint()] and group in note and os.access(str(witness), os.X_OK)


def fingerprint():
    digest = hashlib.sha256(os.fsencode(str(PROJECT)))
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((PROJECT / name).read_bytes())
    return digest.hexdigest()


def prepare(group):
    import fcntl

    OWN.mkdir(exist_ok=True)
    with (OWN / "state").open("a+") as state:
        try:
            fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another start is preparing the environment; waiting for it")
            fcntl.flock(state, fcntl.LOCK_EX)
        if is_ready(group):
            return
        state.seek(0)
        note = state.read().split()
        # uv takes a package whose files it was killed over for a whole one (10 of 60 kills), so
        # an environment that was not finished is thrown away. Its downloads are in the cache.
        if note == [PREPARING]:
            shutil.rmtree(str(ENVIRONMENT), ignore_errors=True)
        write(state, PREPARING)
        # The children inherit the lock: should this process be killed alone, the next start
        # waits until they have ended.
        uv = find_uv(state.fileno())
        say("preparing the environment in " + str(ENVIRONMENT))
        sync(uv, group, state.fileno())
        write(state, fingerprint() + " program " + group)


def write(state, text):
    state.seek(0)
    state.truncate()
    state.write(text)
    state.flush()


def sync(uv, group, lock):
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=str(ENVIRONMENT))
    environment.pop("VIRTUAL_ENV", None)
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    if not is_writable(uv_cache()):
        environment["UV_CACHE_DIR"] = str(OWN / "cache")
    command = [uv, "sync", "--frozen", "--inexact", "--project", str(PROJECT)]
    command += ["--group", "dev"] if group == "dev" else ["--no-dev"]
    # An environment that is there keeps its Python, whichever one this file was started with.
    command += [] if PYTHON.exists() else ["--python", sys._base_executable]
    follow(command, environment, lock, "uv could not prepare the environment")


def uv_cache():
    """The folder that uv will choose, or None where it has no home."""
    if os.environ.get("UV_CACHE_DIR"):
        return Path(os.environ["UV_CACHE_DIR"])
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"], "uv")
    return Path(os.environ["HOME"], ".cache", "uv") if os.environ.get("HOME") else None


def is_writable(folder):
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(folder)):
            return True
    except OSError:
        return False


def find_uv(lock):
    """A uv that works: the machine's, else our own, which is fetched if need be."""
    own = OWN / "uv"
    for candidate in (shutil.which("uv"), str(own / "bin" / "uv")):
        if candidate and works(candidate):
            return candidate
    new = OWN / "uv-new"  # until it is whole
    fetch = ["-m", "pip", "install", "--retries", "2", "uv>=" + ".".join(map(str, OLDEST_UV))]
    if importlib.util.find_spec("ensurepip"):
        steps = [[sys.executable, "-m", "venv", str(new)], [str(new / "bin" / "python"), *fetch]]
    elif importlib.util.find_spec("pip"):
        steps = [[sys.executable, *fetch, "--target", str(new)]]
    else:
        raise Failure("Python's venv module is not complete; run: apt install python3-venv", 2)
    say("fetching uv, which installs the packages")
    for folder in (own, new):
        shutil.rmtree(str(folder), ignore_errors=True)
    environment = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")
    for step in steps:
        follow(step, environment, lock, "uv could not be fetched")
    new.rename(own)
    return str(own / "bin" / "uv")


def works(uv):
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    version = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    return bool(version) and tuple(map(int, version.groups())) >= OLDEST_UV


def follow(command, environment, lock, complaint):
    """Run a tool, pass on which downloads it begins, and turn its last line into our failure."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "errors": "replace"}
    last = "no reason given"
    with subprocess.Popen(command, env=environment, pass_fds=[lock], **streams) as tool:
        for line in tool.stdout:
            line = line.strip()
            if line.startswith("Downloading "):
                say(line)
            if line and not line.startswith("hint:"):
                last = line
    if tool.returncode:
        last = re.sub("^(error|cause|caused by): ", "", last, flags=re.IGNORECASE)
        raise Failure(complaint + " (the first start needs a network): " + last)


def say(sentence):
    print("run.py: " + sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        say(str(failure))
        sys.exit(failure.code)
    except OSError as problem:
        say(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
