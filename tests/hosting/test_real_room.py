"""Learners come in over a real ssh, and none gets anywhere else."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.autosave.program import Program
from tests.hosting.real import PASSWORD, Hosted, hosting
from tests.patience import PATIENCE

MARK = "uid="


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A room with a password, in which there are at most three at once."""
    with hosting(tmp_path_factory.mktemp("hosted"), "--sessions", "3") as hosted:
        yield hosted


def enter(program: Program, name: str) -> None:
    """Say the password and a name, and wait for the program."""
    program.wait_to_see("room password:")
    program.type(PASSWORD.encode() + b"\n")
    program.wait_to_see("your name")
    program.type(name.encode() + b"\n")
    program.wait_to_see("Network")


def session(room: Hosted, name: str) -> int:
    """The process of a learner's session."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for path in (room.state / "on").glob("*.json"):
            one = json.loads(path.read_text())
            if one["name"] == name and Path(f"/proc/{one['pid']}").exists():
                return int(one["pid"])
        time.sleep(0.05)
    raise AssertionError(f"{name} is not there")


def test_a_learner_comes_in_trains_and_finds_it_again(room: Hosted) -> None:
    with room.learner("ada") as program:
        program.wait_to_see("room password:")
        program.type(b"wrong\n")
        program.wait_to_see("No, that is not it.")
        program.type(PASSWORD.encode() + b"\n")
        program.wait_to_see("your name")
        program.type(b"../root\n")
        program.wait_to_see("no such name")
        program.type(b"Ada\n")
        program.wait_to_see("Network")
        kept = room.state / "learners" / "ada" / "state" / "nnmath-tui" / "sessions"
        program.until(lambda: list(kept.glob("session-*.npz")))
        program.until(lambda: "ada " in room.output.read_text())
        program.type(b"q")
        assert program.end() == 0
    assert PASSWORD.encode() not in program.written, "nobody else sees it"
    with room.learner("ada") as program:
        program.wait_to_see("Where you were")
        program.type(b"\r")
        program.wait_to_see("resumed:")
        program.type(b"q")
        assert program.end() == 0
    assert "room password" not in program.screen()
    assert (room.state / "learners" / "ada").stat().st_mode & 0o077 == 0


def test_a_name_is_its_owners(room: Hosted) -> None:
    with room.learner("bob") as program:
        enter(program, "bob")
        program.type(b"q")
        program.end()
    with room.learner("mallory") as program:
        program.wait_to_see("room password:")
        program.type(PASSWORD.encode() + b"\n")
        program.wait_to_see("your name")
        program.type(b"bob\n")
        program.wait_to_see("somebody else")


def test_without_the_password_nobody_comes_in(room: Hosted) -> None:
    with room.learner("eve") as program:
        for number in (1, 2, 3):
            while program.written.count(b"password: ") < number:
                program.read(0.2)
            program.type(b"guess\n")
        assert program.end() == 1
        assert "wrong password" in program.screen()


@pytest.mark.parametrize(
    "command",
    [
        ["id"],
        ["sh", "-c", "id"],
        ["nnmath-tui", "train", "moons"],
        ["-", ";id"],
        ["scp", "-f", "/etc/passwd"],
        ["/usr/lib/openssh/sftp-server"],
    ],
)
@pytest.mark.parametrize("terminal", ["-T", "-tt"])
def test_commands_are_refused(room: Hosted, command: list[str], terminal: str) -> None:
    done = room.run("ada", terminal, command=command)
    assert done.returncode == 1
    assert MARK not in done.stdout
    assert "root:" not in done.stdout
    assert "no commands here" in done.stdout + done.stderr


def test_no_terminal_no_session(room: Hosted) -> None:
    done = room.run("ada", "-T")
    assert done.returncode == 1
    assert "a terminal is needed" in done.stderr


@pytest.mark.parametrize("program", ["sftp", "scp"])
def test_no_files_are_fetched_or_sent(room: Hosted, tmp_path: Path, program: str) -> None:
    target = tmp_path / "fetched"
    words = [program, *room.options("ada"), "-P", str(room.port)]
    words += [f"{room.address}:/etc/passwd", str(target)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert not target.exists()


def test_no_subsystem_and_no_windows(room: Hosted) -> None:
    done = room.run("ada", "-s", command=["sftp"])
    assert done.returncode != 0
    assert "subsystem request failed" in done.stderr
    windows = room.run("ada", "-X", "-T", command=["id"])
    assert windows.returncode == 1
    assert MARK not in windows.stdout


def test_no_port_is_forwarded(room: Hosted) -> None:
    there = f"127.0.0.1:{room.port}"
    through = room.run("ada", "-W", there)
    assert through.returncode != 0
    assert "SSH-2.0" not in through.stdout
    back = room.run("ada", "-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:{there}")
    assert back.returncode != 0
    assert "remote port forwarding failed" in back.stderr
    tunnel = room.run("ada", "-N", "-o", "ExitOnForwardFailure=yes", "-w", "any:any")
    assert tunnel.returncode != 0


def test_neither_variables_nor_agents_come_along(
    room: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_EVIL", "1")
    monkeypatch.setenv("PYTHONSTARTUP", "/tmp/evil.py")
    options = ("-A", "-o", "SendEnv=LC_* PYTHON*", "-o", "SetEnv=LD_PRELOAD=/tmp/evil.so")
    with room.learner("carol", *options) as program:
        enter(program, "carol")
        found = Path(f"/proc/{session(room, 'carol')}/environ").read_bytes()
        names = {one.partition(b"=")[0].decode() for one in found.split(b"\0") if one}
        assert not names & {"LC_EVIL", "PYTHONSTARTUP", "LD_PRELOAD", "SSH_AUTH_SOCK"}
        assert "OPENBLAS_NUM_THREADS" in names
        program.type(b"q")
        program.end()


def test_no_key_leads_to_a_shell(room: Hosted) -> None:
    with room.learner("dan") as program:
        enter(program, "dan")
        pid = session(room, "dan")
        for keys in (b"\x1a", b"!", b"\x1b", b"\x1c", b"\x03", b":!id\r", b"\x10shell\r", b"\x1b"):
            program.type(keys)
            program.read(0.3)
        assert MARK not in program.screen()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert children == []
        assert "nnmath_tui.hosting.stem" in Path(f"/proc/{pid}/cmdline").read_text()
        limits = _limits(pid)
        assert f"Max data size             {512 * 2**20}" in limits
        assert "Max core file size        0 " in limits


def test_a_room_that_is_full_says_so_and_a_closed_one_saves_all(tmp_path: Path) -> None:
    with hosting(tmp_path, "--sessions", "1") as room:
        with room.learner("ada") as first:
            enter(first, "ada")
            with room.learner("bob") as second:
                second.wait_to_see("room password:")
                second.type(PASSWORD.encode() + b"\n")
                second.wait_to_see("your name")
                second.type(b"bob\n")
                second.wait_to_see("the room is full")
                assert second.end() == 1
            first.wait_to_see("epoch")
            first.read(1.0)
            assert room.close() == 0
            first.end()
        assert "The room is closed." in room.output.read_text()
        assert list((room.state / "on").iterdir()) == []
        kept = room.state / "learners" / "ada" / "state" / "nnmath-tui" / "sessions"
        assert list(kept.glob("session-*.npz"))


def test_only_known_keys_where_keys_are_named(tmp_path: Path) -> None:
    key = tmp_path / "key-ada"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = key.with_suffix(".pub").read_text().split()
    (tmp_path / "keys").write_text(f"# my room\n{public[0]} {public[1]} Ada@laptop\n")
    room_folder = tmp_path / "room-of-keys"
    room_folder.mkdir()
    with hosting(room_folder, "--keys", str(tmp_path / "keys")) as room:
        os.replace(key, room.folder / "key-ada")
        with room.learner("ada") as program:
            program.wait_to_see("Network")
            assert session(room, "ada")
            program.type(b"q")
            program.end()


def test_no_preset_of_a_course_leads_out_of_it(tmp_path: Path) -> None:
    secret, course = tmp_path / "secret", tmp_path / "course"
    for folder in (secret, course):
        folder.mkdir()
    rows = "".join(f"{n},{n % 7},{'swordfish' if n % 2 else 'no'}\n" for n in range(40))
    (secret / "table.csv").write_text("one,two,swordfish\n" + rows)
    (course / "link.csv").symlink_to(secret / "table.csv")
    (course / "down").symlink_to(secret)
    (course / "1-fine.toml").write_text('schema = 1\ntitle = "All is well"\n')
    sources = ["../secret/table.csv", str(secret / "table.csv"), "link.csv", "down/table.csv"]
    for number, source in enumerate([*sources, "/etc/passwd", "/proc/self/environ"], 2):
        text = f'schema = 1\ntitle = "Evil {number}"\n[data]\nsource = "{source}"\n'
        (course / f"{number}-evil.toml").write_text(text)
    (course / "8-linked.toml").symlink_to(secret / "hidden-away.toml")
    (secret / "hidden-away.toml").write_text('schema = 1\ntitle = "swordfish"\n')
    with (course / "9-huge.toml").open("wb") as file:
        file.truncate(2**33)
    with hosting(tmp_path, "--course", str(course)) as room:
        said = room.output.read_text()
        for number in range(2, 10):
            assert f"{number}-" in said, "whoever hosts hears of it first"
        with room.learner("ada") as program:
            enter(program, "ada")
            program.wait_to_see("All is well")
            program.type(b"p")
            program.wait_to_see("9-huge")
            for _ in range(8):
                program.type(b"\x1b[B\r")
                program.read(0.3)
                assert "This file is wrong" in program.screen()
            program.type(str(secret).encode() + b"\r")
            program.read(0.5)
            assert "hidden-away" not in program.screen(), "not even the names of files are told"
            program.type(b"\x1b\x1b")
            program.read(0.5)
            assert "All is well" in program.screen(), "what was open is still there"
            program.type(b"q")
            assert program.end() == 0
        for word in (b"swordfish", b"root:x", b"XDG_STATE_HOME="):
            assert word not in program.written


def test_nothing_of_the_accounts_own_is_run(room: Hosted) -> None:
    own = room.state.parent / ".ssh"  # the account's home is the room's folder's
    own.mkdir()
    (own / "rc").write_text(f"echo pwned > {room.state}/pwned\n")
    (own / "environment").write_text("PYTHONSTARTUP=/tmp/evil.py\n")
    for path in (own, *own.iterdir()):
        os.chown(path, room.state.stat().st_uid, room.state.stat().st_gid)
    (own / "rc").chmod(0o755)
    with room.learner("fay") as program:
        enter(program, "fay")
        found = Path(f"/proc/{session(room, 'fay')}/environ").read_bytes()
        program.type(b"q")
        program.end()
    assert b"PYTHONSTARTUP" not in found
    assert not (room.state / "pwned").exists()


def test_the_second_login_of_a_learner_is_told_that_it_does_not_save(room: Hosted) -> None:
    with room.learner("gus") as first:
        enter(first, "gus")
        first.type(b"s")
        first.wait_to_see("epoch 1")
        with room.learner("gus") as second:
            second.wait_to_see("is open elsewhere")
            second.type(b"q")
            assert second.end() == 0
        first.type(b"s")
        first.wait_to_see("epoch 2")
        first.type(b"q")
        assert first.end() == 0


def test_what_takes_more_memory_than_a_session_has_is_refused(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    (course / "1-fine.toml").write_text('schema = 1\ntitle = "All is well"\n')
    large = 'schema = 1\ntitle = "{}"\n[network]\nhidden = {}\n[training]\nbatch_size = {}\n'
    large += 'optimizer = "adam"\n[data]\nsamples = 2000\n'
    # As much as is allowed: 63,751 parameters for 91,750, 503,000 numbers of a batch for 587,202.
    (course / "2-large.toml").write_text(large.format("Large", [250, 250], 1000))
    (course / "3-vast.toml").write_text(large.format("Vast", [512, 512], 10))
    with hosting(tmp_path, "--course", str(course), "--memory", "256") as room:
        said = room.output.read_text()
        assert "3-vast.toml:4: network.hidden" in said
        assert "2-large" not in said
        with room.learner("ada") as program:
            enter(program, "ada")
            pid = session(room, "ada")
            assert f"Max data size             {256 * 2**20}" in _limits(pid)
            program.type(b"p")
            program.wait_to_see("3-vast")
            program.type(b"\x1b[B\r")
            program.wait_to_see("63 751 parameters")
            program.type(b"sss")
            program.wait_to_see("epoch 3")
            program.type(b"kP")
            program.wait_to_see("nnmath-large")
            program.type(b"q")
            assert program.end() == 0


def _limits(pid: int) -> str:
    return Path(f"/proc/{pid}/limits").read_text()
