"""What the command palette offers: every key's action, every choice, and every preset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from inspect import isawaitable
from typing import Any

from nnmath_engine.fields import FIELDS
from nnmath_presets import catalog
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from nnmath_tui.messages import ChangeRequested
from nnmath_tui.screens.main import MainScreen


def commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """All of them; before the main screen is there, those of the keys.

    Over help or a list, what is offered is that of the screen below, which a command returns to.
    """
    for command in _commands(app, _below(app, screen)):
        if isinstance(screen, ModalScreen):
            yield command._replace(callback=partial(_return_and_do, screen, command.callback))
        else:
            yield command


def _commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    yield from key_commands(app, screen)
    if isinstance(screen, MainScreen):
        yield from choice_commands(screen)
        yield from preset_commands(screen)


def _below(app: App[None], screen: Screen[Any]) -> Screen[Any]:
    """The uppermost screen that is not laid over another."""
    if not isinstance(screen, ModalScreen):
        return screen
    return next(one for one in reversed(app.screen_stack) if not isinstance(one, ModalScreen))


async def _return_and_do(screen: Screen[Any], callback: Callable[[], Any]) -> None:
    await screen.dismiss(None)
    result = callback()
    if isawaitable(result):
        await result


def key_commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of the keys that work now, by what they do, each once."""
    bindings: dict[tuple[str, DOMNode], list[Binding]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if active.enabled and binding.tooltip and not binding.system:
            bindings.setdefault((binding.action, active.node), []).append(binding)
    for (action, node), alike in bindings.items():
        keys = ", ".join(map(app.get_key_display, alike))
        yield SystemCommand(
            alike[0].tooltip,
            f"key {keys}" if len(alike) == 1 else f"keys {keys}",
            partial(app.run_action, action, node),
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
