"""The progress bar and its plain form, without a training behind it."""

from __future__ import annotations

import io

import pytest
from nnmath_tui.subcommands.figures import duration, evaluation, score
from nnmath_tui.subcommands.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")


def test_elsewhere_it_is_a_line_for_every_tenth() -> None:
    stream = io.StringIO()
    progress = Progress("epoch", 0, 20, stream)
    for done in range(21):
        progress.show(done, "loss 1")
    progress.close()
    expected = [f"epoch {done}/20  loss 1" for done in range(2, 21, 2)]
    assert stream.getvalue().splitlines() == expected


def test_a_resumed_one_begins_at_its_own_tenth() -> None:
    stream = io.StringIO()
    progress = Progress("epoch", 15, 20, stream)
    for done in range(15, 21):
        progress.show(done)
    assert stream.getvalue().splitlines() == ["epoch 16/20", "epoch 18/20", "epoch 20/20"]


def test_the_bar_is_half_full_half_way_and_knows_what_is_left() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("epoch", 0, 300, stream, clock=clock)
    clock.now += 10
    progress.show(150, "loss 0.5")
    frame = stream.getvalue()
    assert frame.startswith("\repoch 150/300 ")
    assert frame.count("━") == frame.count("─") == 15
    assert "loss 0.5  15/s  10.0 s left" in frame
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_frames_come_at_most_ten_times_a_second_but_the_last_always() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("epoch", 0, 1000, stream, clock=clock)
    for done in range(1001):
        progress.show(done)
        clock.now += 0.001
    assert 9 <= stream.getvalue().count("\r") <= 12
    assert "1000/1000" in stream.getvalue()


@pytest.mark.parametrize("columns", [10, 30, 45, 60, 200])
def test_a_frame_never_wraps(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream, clock = Terminal(), Clock()
    progress = Progress("epoch", 0, 10_000, stream, clock=clock)
    clock.now += 3
    progress.show(1234, "loss 0.1234  test accuracy 97.12 %")
    frame = stream.getvalue().removeprefix("\r").removesuffix("\x1b[K")
    assert len(frame) < columns


@pytest.mark.parametrize("reason", ["ascii", "plain", "dumb"])
def test_without_utf8_it_is_ascii_and_plain_has_no_escapes(
    reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, clock = Terminal(), Clock()
    if reason == "ascii":
        monkeypatch.setattr(Terminal, "encoding", "latin-1")
    if reason == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    progress = Progress("epoch", 0, 10, stream, plain=reason == "plain", clock=clock)
    clock.now += 1
    progress.show(5)
    assert stream.getvalue().isascii()
    assert ("\x1b" in stream.getvalue()) == (reason == "ascii")


def test_whoever_stops_watching_does_not_stop_the_work() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    progress = Progress("epoch", 0, 10, Broken())
    progress.show(5)
    progress.show(10)
    progress.close()


def test_no_stream_means_no_output() -> None:
    progress = Progress("epoch", 0, 10, None)
    progress.show(5)
    progress.close()


def test_nothing_to_do_is_no_division_by_zero() -> None:
    for stream in (Terminal(), io.StringIO()):
        progress = Progress("epoch", 0, 0, stream)
        progress.show(0, "loss 1")
        progress.close()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.421, "0.42 s"), (12.34, "12.3 s"), (59.97, "60.0 s"), (185, "3:05"), (3723, "1:02:03")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_figures() -> None:
    nan = float("nan")
    assert score(0.97166, "classification") == "accuracy 97.17 %"
    assert score(0.93124, "regression") == "R2 0.9312"
    assert (
        evaluation("test", 0.10342, 0.5, "classification") == "test loss 0.1034  accuracy 50.00 %"
    )
    assert evaluation("train", 2.0, nan, "regression") == "train loss 2"
    assert evaluation("validation", nan, nan, "regression") == ""
