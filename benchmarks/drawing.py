"""What a picture costs: `python -m benchmarks.drawing [PRESET...]`.

For each preset and size, the CPU time to draw all panes in sight anew for another snapshot, as the
screen does it: median over pictures of a training under way. No terminal takes part.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import time
from statistics import median

from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_tui.application import Application
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.settings import Settings

SIZES = ((80, 24), (120, 40), (200, 60))
PICTURES = 40


async def milliseconds(name: str, size: tuple[int, int]) -> float:
    """The median time of a picture of all panes."""
    preset = catalog.load(name)
    session, pictures = Session(preset.experiment, base=preset.base), []
    for _ in range(PICTURES):
        session.run(math.inf, until=session.epoch + 1)
        pictures.append(session.snapshot())
    app = Application(lambda: preset, Settings(color="truecolor", animation=False))
    async with app.run_test(size=size) as pilot:
        while not (isinstance(app.screen, MainScreen) and app.screen.situation.snapshot):
            await pilot.pause(0.05)
        screen = app.screen
        panes = [pane for pane in screen.panes if pane.region.area and pane.display]
        times = []
        for snapshot in pictures:
            start = time.process_time()
            for pane in panes:
                pane.set_reactive(type(pane).snapshot, snapshot)
                pane.redraw()
            times.append(time.process_time() - start)
            await pilot.pause(0)
    return 1e3 * median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=["circle", "spiral", "digits"])
    arguments = parser.parse_args()
    for name in arguments.presets:
        figures = [asyncio.run(milliseconds(name, size)) for size in SIZES]
        words = ", ".join(
            f"{width}x{height} {figure:.1f} ms"
            for (width, height), figure in zip(SIZES, figures, strict=True)
        )
        print(f"{name}: {words}", flush=True)


if __name__ == "__main__":
    main()
