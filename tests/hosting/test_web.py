"""The screen in a browser, where the extra [web] is installed."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("textual_serve", reason="the extra [web] is not installed")
aiohttp = pytest.importorskip("aiohttp")


async def test_a_browser_gets_the_screen_and_its_keys_arrive(state: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "nnmath_tui", "web", "circle", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as client:
            while True:
                try:
                    page = await (await client.get(f"http://127.0.0.1:{port}/")).text()
                    break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.1)
            assert "nnmath-tui" in page
            address = f"http://127.0.0.1:{port}/ws?width=80&height=24"
            async with client.ws_connect(address) as browser:
                await until(browser, b"epoch 0")
                await browser.send_str('["stdin", "s"]')
                await until(browser, b"paused")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


async def until(browser: object, text: bytes) -> None:
    """Read what the browser is sent until it holds `text`."""
    seen = b""
    while text not in seen:
        message = await browser.receive()  # type: ignore[attr-defined]
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
        seen += message.data if isinstance(message.data, bytes) else message.data.encode()
