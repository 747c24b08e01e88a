"""What a room notes down, lets in, and shows, without an sshd."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nnmath_engine import checkpoint
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_tui import cli
from nnmath_tui.autosave.lock import started
from nnmath_tui.autosave.notes import notes
from nnmath_tui.failure import CommandError
from nnmath_tui.hosting import login, session, sshd, watch
from nnmath_tui.hosting.login import Refused
from nnmath_tui.hosting.room import Room, key_name, make
from nnmath_tui.subcommands import host, web

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    one = Room(str(tmp_path / "room"), None, None, sessions=2, idle_minutes=30, memory_mb=512)
    make(one)
    return one


def test_a_room_is_for_its_user_alone_and_read_as_it_was_written(room: Room) -> None:
    assert Room.load(room.path()) == room
    for path in (room.path(), room.path("learners"), room.path("room.json")):
        assert path.stat().st_mode & 0o077 == 0


def test_a_name_belongs_to_the_key_that_claimed_it_first(room: Room) -> None:
    assert room.claim("one", "ada")
    assert room.claim("one", "ada")
    assert not room.claim("two", "ada")
    assert room.claim("two", "bob")
    assert room.known() == {"one": "ada", "two": "bob"}


def test_a_key_that_is_taken_off_the_list_is_a_strangers_and_its_name_nobodys(room: Room) -> None:
    room.claim(key_name(KEY + "b"), "bob")
    sshd.admit(room, {KEY: "ada"})
    room.learner("ada")
    assert login.who(room, key_name(KEY)) == "ada"
    sshd.admit(room, {})
    with pytest.raises(Refused, match="nobody's"):
        login.who(room, key_name(KEY))
    assert not room.claim(key_name(KEY + "c"), "ada"), "what ada did is not for others"
    assert room.known() == {key_name(KEY + "b"): "bob"}
    assert room.path("authorized_keys").read_text() == ""
    sshd.admit(room, {KEY + "c": "ada"})
    assert login.who(room, key_name(KEY + "c")) == "ada", "the host has said that it is she"


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "a-", "A", "a" * 31, "ä", "a\n", "a b"])
def test_names_that_are_no_folders_are_none(room: Room, name: str) -> None:
    with pytest.raises(ValueError, match="no learner's name"):
        room.learner(name)


def test_there_are_so_many_slots_and_no_more(room: Room) -> None:
    first, second = room.take_slot(), room.take_slot()
    assert first is not None
    assert second is not None
    assert room.take_slot() is None
    first.release()
    assert room.take_slot() is not None


def test_keys_are_read_with_their_names(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# the room\n\n{KEY} Ada@laptop\n{KEY}a bob\n")
    assert sshd.read_keys(path) == {KEY: "ada", KEY + "a": "bob"}
    path.write_text(f'{KEY}\ncommand="sh" {KEY} ada\nrubbish\n{KEY} ../x\n')
    with pytest.raises(CommandError) as error:
        sshd.read_keys(path)
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["1", "2", "3", "4"]


def test_the_server_lets_nobody_do_anything_but_log_in(room: Room, tmp_path: Path) -> None:
    lines = sshd.config(room, "teacher", 2222, "0.0.0.0").splitlines()
    settings = dict(line.split(" ", 1) for line in lines if line)
    for name in ("PasswordAuthentication", "PermitUserRC", "PermitUserEnvironment", "UsePAM"):
        assert settings[name] == "no"
    assert settings["DisableForwarding"] == "yes"
    assert settings["AllowUsers"] == "teacher"
    assert "Subsystem" not in settings
    assert "AcceptEnv" not in settings
    assert "AuthorizedKeysCommand" not in settings, "without a password only named keys come in"
    assert settings["ForceCommand"].startswith("exec ")


def test_a_forced_command_with_quotes_in_its_name_is_one_command(tmp_path: Path) -> None:
    odd = str(tmp_path / "it's; touch pwned $(id)")
    one = Room(odd, None, "p", 1, 1, 128)
    line = sshd.config(one, "t", 1, "::1").partition("ForceCommand exec ")[2].strip()
    words = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, cwd=tmp_path
    ).stdout.splitlines()
    assert words == [sys.executable, "-X", "utf8", "-I", "-m", "nnmath_tui.hosting.login", odd]
    assert list(tmp_path.iterdir()) == []


def test_a_session_knows_nothing_of_the_world_outside(room: Room, tmp_path: Path) -> None:
    outside = {"TERM": "xterm$(id)", "LD_PRELOAD": "evil.so", "PATH": "/bin", "LC_ALL": "x"}
    inside = session.session_environment(room, "ada", tmp_path, outside)
    assert inside["TERM"] == "xterm"
    assert not set(inside) & {"LD_PRELOAD", "LC_ALL", "NNMATH_TUI_COURSE"}
    assert shutil.which("sh", path=inside["PATH"]) is None
    outside["TERM"] = "screen-256color"
    assert session.session_environment(room, "ada", tmp_path, outside)["TERM"] == "screen-256color"


def test_commands_and_pipes_are_refused() -> None:
    with pytest.raises(Refused, match="no commands"):
        login.check_request({"SSH_ORIGINAL_COMMAND": "id"})
    with pytest.raises(Refused, match="terminal"):
        login.check_request({})  # the tests have none


def test_a_key_is_whose_it_is(room: Room, tmp_path: Path) -> None:
    info = tmp_path / "auth"
    info.write_text(f"publickey {KEY}\n")
    key = login.offered_key({"SSH_USER_AUTH": str(info)})
    assert key == key_name(KEY + " comment")
    with pytest.raises(Refused, match="nobody's"):
        login.who(room, key)
    room.claim(key, "ada")
    assert login.who(room, key) == "ada"
    with pytest.raises(Refused, match="which key"):
        login.offered_key({})


def here(room: Room, name: str, pid: int, typed: float) -> None:
    """Note a session as a session does, into which somebody has last typed then."""
    about = {"pid": pid, "started": started(pid), "name": name}
    path = room.path("on", f"{pid}.json")
    path.write_text(json.dumps(about))
    os.utime(path, (typed, typed))


def test_the_table_tells_who_is_on_and_what_is_met(room: Room) -> None:
    state = room.learner("ada") / "state" / "nnmath-tui"
    (state / "sessions").mkdir(parents=True)
    room.learner("bob")
    trained = Session(Experiment.from_values({"data.samples": 20, "network.hidden": (2,)}))
    trained.step("epoch")
    moment = checkpoint.capture(trained)
    preset = Preset(name="x", title="Two \x1b[31mspirals", experiment=trained.experiment)
    path = state / "sessions" / "session-000001-000001.npz"
    checkpoint.write(path, moment, notes(moment, preset, {}))
    lessons = {
        "one": {"met": [0, 1], "goals": 2, "done": True},
        "two": {"met": [1], "goals": 3, "done": False},
    }
    (state / "progress-ada-123456.json").write_text(json.dumps({"lessons": lessons}))
    now = time.time()
    here(room, "ada", os.getpid(), now - 600)
    assert watch.table(watch.seats(room, now)) == [
        "learner  here             goals  lessons  open",
        "ada      idle 10 min     3 of 5        1  Two \\x1b[31mspirals, epoch 1",
        "bob      -                    -        -  -",
    ]


@pytest.mark.parametrize("rubbish", ["", "[]", '{"lessons": 3}', '{"lessons": {"a": {}}}'])
def test_a_table_survives_what_is_in_the_files(room: Room, rubbish: str) -> None:
    state = room.learner("ada") / "state" / "nnmath-tui"
    (state / "sessions").mkdir(parents=True)
    (state / "sessions" / "session-000001-000001.npz").write_text(rubbish)
    (state / "progress.json").write_text(rubbish)
    room.path("on", "77.json").write_text(rubbish)
    (seat,) = watch.seats(room)
    assert (seat.name, seat.is_on, seat.title, seat.goals) == ("ada", False, "", 0)
    assert not room.path("on", "77.json").exists(), "it is swept away"


def test_whoever_is_idle_for_too_long_is_sent_home(room: Room) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        while not started(sleeper.pid):
            time.sleep(0.01)
        here(room, "ada", sleeper.pid, time.time())
        assert watch.send_home(room, 30, time.time()) == []
        assert watch.send_home(room, 30, time.time() + 31 * 60) == ["ada"]
        assert sleeper.wait(10) == -1, "it was hung up on"
    finally:
        sleeper.kill()
        sleeper.wait()


def test_not_as_root_and_not_without_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    def user(number: int, shell: str) -> Any:
        return lambda _: pwd.struct_passwd(("t", "x", number, 1, "", "/", shell))

    monkeypatch.setattr(pwd, "getpwuid", user(0, "/bin/sh"))
    with pytest.raises(CommandError, match="not as root"):
        sshd.check_user()
    monkeypatch.setattr(pwd, "getpwuid", user(1000, "/usr/sbin/nologin"))
    with pytest.raises(CommandError, match="no login shell"):
        sshd.check_user()
    monkeypatch.setattr(pwd, "getpwuid", user(1000, "/bin/sh"))
    assert sshd.check_user() == "t"


def test_without_an_sshd_it_says_how_to_install_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sshd, "PLACES", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    assert cli.main(["host", "--password-file", "x"]) == 1
    assert "openssh-server" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "say who may come in"),
        ({"keys": "/nonexistent/keys"}, "--keys: there is no file"),
        ({"password_file": "/nonexistent/p"}, "--password-file: there is no file"),
        ({"password_file": "short"}, "at least 6 characters"),
        (
            {"password_file": "long", "course": "/nonexistent"},
            "--course: /nonexistent is no folder",
        ),
        ({"password_file": "long", "course": "."}, r"--course: \. has no preset"),
        ({"password_file": "bytes"}, "bytes is no UTF-8 text"),
        ({"password_file": "long", "state": '/tmp/a"b'}, "does not take the name"),
    ],
)
def test_wrong_use_is_said(
    options: dict[str, str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("12345\n")
    Path("long").write_text("123456\n")
    Path("bytes").write_bytes(b"\xff12345\n")
    none = dict.fromkeys(("keys", "password_file", "course", "state"))
    given = argparse.Namespace(**{**none, "sessions": 1, "idle": 1, "memory": 256, **options})
    with pytest.raises(CommandError, match=words):
        host._room(given)


# In a browser


def test_the_web_is_an_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(web.importlib.util, "find_spec", lambda name: None)  # type: ignore[attr-defined]
    assert cli.main(["web"]) == 1
    assert "nnmath-tui[web]" in capsys.readouterr().err


def test_only_this_machine_reaches_it_unless_told_otherwise() -> None:
    assert all(map(web.is_own, ("127.0.0.1", "127.1.2.3", "::1", "localhost")))
    assert not any(map(web.is_own, ("0.0.0.0", "::", "192.168.1.5", "example.org")))


def test_what_a_browser_runs_is_one_command(tmp_path: Path) -> None:
    odd = tmp_path / "it's; rm.toml"
    odd.touch()
    words = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {web.command(str(odd))}"], capture_output=True, text=True
    ).stdout.splitlines()
    assert words == [sys.executable, "-m", "nnmath_tui", str(odd)]
    assert web.command("spiral").endswith("nnmath_tui spiral")


def test_a_browser_gets_the_screen() -> None:
    server = pytest.importorskip("textual_serve.server", reason="the extra [web] is not installed")
    assert server.Server(web.command(None)).command == web.command(None)
