"""What a person takes from the screen to go on elsewhere: the network as code, the preset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from nnmath_presets.writer import kept_preset
from textual.app import App, SystemCommand

from nnmath_tui import files
from nnmath_tui.background import in_background
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.whole_file import write_new_files

_EXPORTS = (
    ("NumPy script", "numpy", False),
    ("NumPy script with its training", "numpy", True),
    ("PyTorch script", "torch", False),
    ("PyTorch script with its training", "torch", True),
    ("JSON", "json", False),
    ("safetensors", "safetensors", False),
)


def leaving_commands(app: App[None], screen: MainScreen) -> Iterator[SystemCommand]:
    """What the command palette offers of them."""
    for words, to, training in _EXPORTS:
        yield SystemCommand(
            f"Export as {words}",
            "the network that is shown, into a new file of the current folder",
            partial(export, app, screen, to, training),
        )
    yield SystemCommand(
        "Save as preset",
        "these settings, as a new .toml file of the current folder",
        partial(save_preset, app, screen),
    )
    yield SystemCommand(
        "Save the rows as CSV",
        "the inputs and the target of all rows, such as drawn points",
        partial(save_rows, app, screen),
    )


async def export(app: App[None], screen: MainScreen, to: str, training: bool) -> None:
    """Write the network that is shown; say where, or why not."""
    snapshot = screen.situation.snapshot
    if snapshot is None:
        return
    name = f"nnmath-{files.as_file_name(screen.situation.title)}-epoch-{snapshot.epoch}"

    def make() -> Mapping[str, bytes]:
        from nnmath_tui.export.formats import exported
        from nnmath_tui.export.source import Source

        return exported(Source.of(snapshot), to, training)

    await _write(app, name, make)


async def save_preset(app: App[None], screen: MainScreen) -> None:
    """Write the settings in force as a preset that `check` accepts; say where, or why not."""
    snapshot, preset = screen.situation.snapshot, screen.preset
    if snapshot is None or preset is None:
        return

    def make() -> Mapping[str, bytes]:
        text = kept_preset(preset, snapshot.experiment, Path.cwd())
        return {".toml": text.encode()}

    await _write(app, files.as_file_name(preset.name), make)


async def save_rows(app: App[None], screen: MainScreen) -> None:
    """Write the raw rows, those to train on first, as a table with the target as its last column;
    say where, or why not.
    """
    snapshot = screen.situation.snapshot
    if snapshot is None:
        return

    def make() -> Mapping[str, bytes]:
        from nnmath_tui.export.rows import table_text

        return {".csv": table_text(snapshot.dataset).encode()}

    await _write(app, f"{files.as_file_name(screen.situation.title)}-rows", make)


async def _write(app: App[None], name: str, make: Callable[[], Mapping[str, bytes]]) -> None:
    folder = Path(".")
    try:
        folder = Path.cwd()
        paths = await in_background(lambda: write_new_files(folder, name, make()))
    except OSError as error:
        why = error.strerror or str(error)
        words = f"{files.short(folder)} takes no file: {why}"
        app.notify(words, title="Not saved", severity="error", timeout=10, markup=False)
        return
    words = "\n".join(path.name for path in paths) + f"\nin {files.short(folder)}"
    app.notify(words, title="Saved", timeout=8, markup=False)
