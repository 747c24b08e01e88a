"""What the first frame and the first pictures must not wait for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nnmath_presets import catalog
from nnmath_tui.arguments import parse
from nnmath_tui.subcommands import open_app, opening

DRAW = """
import sys
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.loss_plot import draw_loss_plot
from nnmath_tui.views.diagram import diagram_data
from nnmath_tui.drawing.diagram import draw_diagram
from nnmath_tui.views.losses import curves, history_series
from nnmath_tui.views.output import draw_output
preset = catalog.load("circle")
snapshot = Session(preset.experiment, base=preset.base).snapshot()
draw_diagram(diagram_data(snapshot, 70, 20), 70, 20, Palette())
draw_output(snapshot, 40, 15, Palette())
shown = history_series(curves("loss", snapshot, Palette()), snapshot.history)
draw_loss_plot(shown, 40, 15, Palette())
print(*(name for name in ("plotext", "numpy.ma") if name in sys.modules))
"""


def test_no_picture_of_a_fresh_network_imports_what_takes_long() -> None:
    done = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("preset", "read"),
    [("circle", False), ("circel", True), ("./circle.toml", True), ("../circle", True)],
)
def test_only_what_may_be_wrong_is_read_before_the_screen_opens(
    preset: str, read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(opening, "load_preset", asked.append)
    monkeypatch.setattr("nnmath_tui.terminal.problem", lambda *_: None)
    monkeypatch.setattr("nnmath_tui.app.run", lambda *_: 0)
    assert open_app.run(parse([preset])) == 0
    assert asked == [preset] * read


def test_every_built_in_preset_is_known_without_reading_it() -> None:
    assert all(open_app._comes_with_the_program(name) for name in catalog.names())
    assert not open_app._comes_with_the_program(str(Path(catalog.FOLDER) / "circle"))
