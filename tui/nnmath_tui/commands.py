"""What the command palette offers: every key's action, every choice, and every preset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from inspect import isawaitable
from typing import Any

from nnmath_engine.fields import FIELDS
from nnmath_presets import catalog
from textual.actions import parse
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.leaving import leaving_commands
from nnmath_tui.messages import ChangeRequested
from nnmath_tui.screens.board import PANES
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.changes import request
from nnmath_tui.widgets.controls import Controls
from nnmath_tui.widgets.pane import Pane

MOVING = frozenset(
    ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "escape")
)
"""Keys that move a cursor or go with it: by name they would be of no use."""


def commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """All of them; before the main screen is there, those of the keys.

    Over help or a list, what is offered is that of the screen below, which a command returns to.
    """
    for command in _commands(app, _below(app, screen)):
        if isinstance(screen, ModalScreen):
            yield command._replace(callback=partial(_return_and_do, screen, command.callback))
        else:
            yield command


def in_plain_letters(command: SystemCommand) -> SystemCommand:
    """A command whose words are in ASCII."""
    title, words = (
        "".join(map(chr, cell_codes(text, ascii_only=True)))
        for text in (command.title, command.help)
    )
    return command._replace(title=title, help=words)


def _commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    yield from key_commands(app, screen)
    if isinstance(screen, MainScreen):
        yield from pane_commands(app, screen)
        yield from setting_commands(screen)
        yield from choice_commands(screen)
        yield from leaving_commands(app, screen)
        yield from preset_commands(screen)
        yield from session_commands(screen)


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


def pane_commands(app: App[None], screen: MainScreen) -> Iterator[SystemCommand]:
    """What can be done in the panes that have not the focus, but for moving a cursor in them."""
    for pane in screen.panes:
        if pane is screen.focused or pane.id not in PANES:
            continue
        seen = set()
        for binding in Binding.make_bindings(type(pane).BINDINGS):
            _, name, parameters = parse(binding.action)
            if not pane.check_action(name, parameters):
                continue
            if binding.tooltip and binding.key not in MOVING and binding.action not in seen:
                seen.add(binding.action)
                yield SystemCommand(
                    f"{PANES[pane.id]}: {binding.tooltip}",
                    f"key {app.get_key_display(binding)} there",
                    partial(_go_and_do, app, screen, pane, binding.action),
                )


async def _go_and_do(app: App[None], screen: MainScreen, pane: Pane, action: str) -> None:
    screen.action_show(str(pane.id))
    pane.focus()
    await app.run_action(action, pane)


def setting_commands(screen: MainScreen) -> Iterator[SystemCommand]:
    """A way to each setting by its name."""
    controls = screen.query_one(Controls)
    for setting in controls.rows:
        yield SystemCommand(
            f"Setting: {setting.label}",
            setting.about,
            partial(_go_to_setting, screen, controls, setting.path),
            discover=False,
        )


def _go_to_setting(screen: MainScreen, controls: Controls, path: str) -> None:
    screen.action_show(str(controls.id))
    controls.choose(path)


def choice_commands(screen: MainScreen) -> Iterator[SystemCommand]:
    """Each choice of each setting that has some: "Optimizer: adam"."""
    for field in FIELDS.values():
        if field.kind in ("choice", "choices"):
            for choice in field.choices:
                yield SystemCommand(
                    f"{field.label}: {choice}",
                    field.about,
                    partial(_ask_for, screen, field.path, choice),
                    discover=False,  # a hundred choices are found by typing, not listed
                )


def _ask_for(screen: MainScreen, path: str, choice: str) -> None:
    """Ask for a choice, and for what must change along, as the controls do."""
    snapshot = screen.situation.snapshot
    if snapshot is not None:
        screen.post_message(ChangeRequested(request(snapshot, path, choice)))


def session_commands(screen: MainScreen) -> Iterable[SystemCommand]:
    """Each saved session."""
    for words, resume in screen.sessions():
        yield SystemCommand(f"Resume {words}", "where it was left", resume)


def preset_commands(screen: MainScreen) -> Iterable[SystemCommand]:
    """Each preset of the course and each built-in one."""
    if screen.folder != catalog.FOLDER:
        for path in catalog.files_in(screen.folder):
            yield SystemCommand(
                f"Open {path.stem}", "a preset of the course", partial(screen.open, str(path))
            )
    for name in catalog.names():
        yield SystemCommand(f"Open {name}", "a preset", partial(screen.open, name))
