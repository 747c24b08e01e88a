"""What the command palette offers: every key's action, every choice, and every preset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from nnmath_engine.fields import FIELDS
from nnmath_presets import catalog
from textual.app import App, SystemCommand
from textual.screen import Screen

from nnmath_tui.messages import ChangeRequested
from nnmath_tui.screens.main import MainScreen


def commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """All of them; before the main screen is there, those of the keys."""
    yield from key_commands(app, screen)
    if isinstance(screen, MainScreen):
        yield from choice_commands(screen)
        yield from preset_commands(screen)


def key_commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of the keys that work now, by what they do."""
    for active in screen.active_bindings.values():
        binding = active.binding
        if active.enabled and binding.tooltip and not binding.system:
            key = app.get_key_display(binding)
            yield SystemCommand(
                f"{binding.tooltip}",
                f"key {key}",
                partial(app.run_action, binding.action, active.node),
            )


def choice_commands(screen: MainScreen) -> Iterator[SystemCommand]:
    """Each choice of each setting that has some: "Optimizer: adam"."""
    for field in FIELDS.values():
        if field.kind in ("choice", "choices"):
            for choice in field.choices:
                request = ChangeRequested({field.path: choice})
                yield SystemCommand(
                    f"{field.label}: {choice}",
                    field.about,
                    partial(screen.post_message, request),
                    discover=False,  # a hundred choices are found by typing, not listed
                )


def preset_commands(screen: MainScreen) -> Iterable[SystemCommand]:
    """Each built-in preset."""
    for name in catalog.names():
        yield SystemCommand(f"Open {name}", "a preset", partial(screen.open, name))
