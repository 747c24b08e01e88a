"""`nnmath-tui web`: the screen in a browser, through textual-serve."""

from __future__ import annotations

import argparse
import importlib.util
import ipaddress
import os
import shlex
import socket
import sys

from nnmath_tui.failure import FAILED, CommandError

WARNING = "there is no password: whoever reaches this address has the program, as your user"


def run(arguments: argparse.Namespace) -> int:
    """Serve until ctrl+C."""
    if importlib.util.find_spec("textual_serve") is None:
        raise CommandError(
            "this needs textual-serve, which comes with the extra: pip install 'nnmath-tui[web]'",
            FAILED,
        )
    if not is_own(arguments.listen):
        print(f"warning: {WARNING}", file=sys.stderr)
    from textual_serve.server import Server

    url = f"http://{address(arguments.listen)}:{arguments.port}"
    print(f"{url}  ({WARNING}; ctrl+C ends it)", flush=True)
    Server(
        command(arguments.preset, arguments.trust),
        host=arguments.listen,
        port=arguments.port,
        title="nnmath-tui",
        public_url=url,
    ).serve()
    return 0


def address(listen: str) -> str:
    """How browsers name the machine: its name where it listens on all of its addresses."""
    if listen in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{listen}]" if ":" in listen else listen


def command(preset: str | None, trust: bool = False) -> str:
    """What is run for each browser; a browser is no slow terminal, and has all colors."""
    words = [sys.executable, "-m", "nnmath_tui"]
    if trust:
        words.append("--trust")
    if preset:
        words.append(os.path.abspath(preset) if os.path.exists(preset) else preset)
    return shlex.join(words)


def is_own(address: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
