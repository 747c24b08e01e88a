"""The command lines of the program: which driver, which colors, where its state is kept."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnmath_presets import catalog

from benchmarks.link.server import Server

STOCK = "textual.drivers.linux_driver:LinuxDriver"
"""The driver of the terminal library itself."""

HELD = """
import sys
from nnmath_tui import frame_rate
frame_rate.SHARE = 1.0
from nnmath_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program, drawing as often as it is told to, though it should take all the time there is."""


@dataclass(frozen=True)
class Place:
    """Where the program runs: on this machine, or behind a server."""

    folder: Path
    """Of its own, for presets and state."""
    server: Server | None = None
    port: int | None = None
    """A port that leads to the server over another line."""
    environ: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str, stock: bool = False, program: str = sys.executable) -> list[str]:
        """A line that runs Python, or another program, there."""
        variables = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
        variables["XDG_STATE_HOME"] = str(self.folder / "state")
        if stock:
            variables["TEXTUAL_DRIVER"] = STOCK
        line = ["env", *(f"{name}={value}" for name, value in variables.items()), program, *words]
        if self.server is None:
            return line
        return self.server.login(f"exec {shlex.join(line)}", self.port)

    def lesson(
        self, name: str, *options: str, stock: bool = False, held: bool = False
    ) -> list[str]:
        """The line that opens a preset which trains on and on."""
        path = self.folder / f"{name}.toml"
        if not path.exists():
            source = catalog.load(name).source
            path.write_text(re.sub(r"(?m)^epochs = .*$", "epochs = 10_000_000", source))
        start = ("-c", HELD) if held else ("-m", "nnmath_tui")
        return self.command("-P", *start, str(path), *options, stock=stock)


def shown(sizes: Sequence[int]) -> str:
    """A size as people write it."""
    return "x".join(map(str, sizes))
