"""What a person takes away from the screen: a picture of it, one of the curves, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from textual.app import App

from nnmath_tui import files
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.copying import derivation_text, figures_text, neuron_text, weight_text
from nnmath_tui.views.curves import curves_svg
from nnmath_tui.widgets.formula import FormulaBar
from nnmath_tui.widgets.pane import Pane

COPIED = "copied.txt"
_LONGEST = 60


def save_pictures(app: App[None], screen: MainScreen) -> None:
    """Write the screen and, if there is something to draw, the curves; say where, or why not."""
    snapshot, title = screen.situation.snapshot, screen.situation.title
    makers: dict[str, Callable[[], str]] = {"": lambda: app.export_screenshot(title=title)}
    name = f"nnmath-{files.as_file_name(title)}"
    if snapshot is not None:
        name += f"-epoch-{snapshot.epoch}"
        makers["-curves"] = lambda: curves_svg(f"{title}, epoch {snapshot.epoch}", snapshot)
    folder, saved = Path("."), []
    try:
        folder = Path.cwd()
        for of, make in makers.items():
            saved.append(files.write_new(folder, name + of, ".svg", make()).name)
    except OSError as error:
        why = error.strerror or str(error)
        words = f"{files.short(folder)} takes no file: {why}"
        if saved:
            words = f"{saved[0]} is there, but nothing more: {why}"
        app.notify(words, title="Not saved", severity="error", timeout=10, markup=False)
        return
    words = "\n".join(saved) + f"\nin {files.short(folder)}"
    app.notify(words, title="Saved", timeout=8, markup=False)


def copy(app: App[None], screen: MainScreen) -> None:
    """Copy what is selected, or else how far training is; say what, and where else it is."""
    text = selected_text(screen)
    if not text:
        app.notify("There is nothing to copy yet.", severity="warning", timeout=4)
        return
    app.copy_to_clipboard(text)
    line = text.replace("\t", " ").replace("\n", ", ")
    words = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    # Whether a terminal takes what it is sent for its clipboard, it does not tell.
    with suppress(OSError, RuntimeError):
        path = files.write_state(COPIED, text + "\n")
        words += f"\nIf your terminal has no clipboard for it: {files.short(path)}"
    app.notify(words, title="Copied", timeout=6, markup=False)


def selected_text(screen: MainScreen) -> str:
    """The focused pane's own, else the selected weight or neuron, else the figures of training."""
    snapshot, focused = screen.situation.snapshot, screen.focused
    if snapshot is None:
        return ""
    own = focused.copyable() if isinstance(focused, Pane) else ""
    bar = screen.query_one(FormulaBar)
    if not own and bar.weight is not None:
        own = weight_text(snapshot, bar.weight)
    elif not own and bar.selected is not None:
        own = neuron_text(snapshot, *bar.selected)
    elif not own and bar.sheet is not None and bar.cell is not None:
        own = derivation_text(bar.sheet, bar.cell, bar.veil)
    return own or figures_text(snapshot)
