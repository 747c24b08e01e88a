"""What the driver's own work costs: understanding the library's frame, and encoding ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from nnmath_tui.link.encoder import Encoder
from nnmath_tui.link.glyphs import Glyphs
from nnmath_tui.link.screen import Screen
from nnmath_tui.link.styles import Styles

from benchmarks.link.program import Place, shown
from benchmarks.link.traffic import FPS
from benchmarks.link.training import training
from benchmarks.report import Section, Table

SIZES = ((80, 24), (120, 40), (200, 60))
FRAME_ENDS = "\x1b[?2026l"
WANTED = "0.3 to 2.9"


def section(place: Place, names: list[str], seconds: float) -> Section:
    """Frames that the stock driver wrote, taken in by ours and encoded anew."""
    section = Section("Processor time of the driver")
    section.say(
        "Milliseconds a frame: median and mean over the frames of a training in 256 colors."
    )
    table = Table(("screen", "preset", "frames", "median", "mean", "wanted"))
    for size in SIZES:
        for name in names:
            before, during = _frames(place, name, size, seconds)
            times = _times(before, during, size)
            mean = sum(times) / len(times)
            row = (f"{1e3 * median(times):.2f}", f"{1e3 * mean:.2f}", WANTED)
            table.add(shown(size), name, str(len(times)), *row)
    section.show(table)
    return section


def _frames(
    place: Place, name: str, size: tuple[int, int], seconds: float
) -> tuple[str, list[str]]:
    """What the stock driver writes until it trains, and then frame by frame."""
    command = place.lesson(name, "--fps", str(FPS), "--color", "256", stock=True, held=True)
    with training(command, size, b"1") as terminal:
        count = len(terminal.written)
        terminal.wait(seconds)
    texts = [data for _, data in terminal.written]
    before = b"".join(texts[:count]).decode(errors="replace")
    return before, b"".join(texts[count:]).decode(errors="replace").split(FRAME_ENDS)


def _times(before: str, frames: list[str], size: tuple[int, int]) -> list[float]:
    screen = Screen(*size, Styles(), Glyphs())
    encoder = Encoder(screen)
    ignore: Callable[[str], None] = lambda _: None  # noqa: E731
    screen.feed(before, ignore, ignore)
    encoder.update()
    times = []
    for frame in frames:
        start = time.process_time()
        screen.feed(frame, ignore, ignore)
        encoder.update()
        encoder.park()
        times.append(time.process_time() - start)
    return times
