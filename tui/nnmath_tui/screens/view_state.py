"""How the screen looks, as JSON: what is in sight, what is selected, and the pace.

Read back from a file that somebody may have changed, so whatever is not as it should be is left
out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nnmath_engine.derivation.cells import CellError, parse_cell

from nnmath_tui.motion import PACES
from nnmath_tui.screens.board import PANES
from nnmath_tui.settings import LOOKS
from nnmath_tui.views.formula import WeightPlace

if TYPE_CHECKING:
    from nnmath_tui.screens.main import MainScreen

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "weights": ("chosen_layer", "quantity", "zoomed", "as_histogram", "shared_scale"),
    "loss": ("view", "log_scale", "log_epochs"),
}
"""What is kept of panes, by id: attributes that are a flag, a number or a name."""


def view_of(screen: MainScreen) -> dict[str, Any]:
    """The present look of the screen."""
    panes = {pane.id: pane for pane in screen.panes}
    weight = screen.selected_weight
    return {
        "shown": screen.shown,
        "focus": screen.focus_id,
        "pace": screen.trainer.pace,
        "look": screen.look,
        "cell": None if screen.cell is None else str(screen.cell),
        "neuron": panes["network"].selected,
        "weight": None if weight is None else [weight.layer, weight.row, weight.column],
        **{id: {name: getattr(panes[id], name) for name in ATTRIBUTES[id]} for id in ATTRIBUTES},
    }


def restore(screen: MainScreen, view: Mapping[str, Any]) -> None:
    """Let the screen look so again, as far as that is possible."""
    panes = {pane.id: pane for pane in screen.panes}
    for id, names in ATTRIBUTES.items():
        kept = view.get(id)
        if not isinstance(kept, dict):
            continue
        for name in names:
            value = kept.get(name)
            if type(value) is type(getattr(panes[id], name)) and _is_possible(name, value):
                setattr(panes[id], name, value)
    pace, look = view.get("pace", 0), view.get("look")
    if pace in PACES and not isinstance(pace, bool):
        screen.set_pace(pace)
    if look in list(LOOKS):
        screen.look = look
    _select(screen, view)
    if view.get("shown") in list(PANES):
        screen.shown = view["shown"]
    if view.get("focus") in list(PANES):
        screen.action_show(view["focus"])


def _select(screen: MainScreen, view: Mapping[str, Any]) -> None:
    snapshot = screen.situation.snapshot
    assert snapshot is not None
    sizes = snapshot.layer_sizes
    match view.get("neuron"):
        case [int(layer), int(index)] if 0 <= layer < len(sizes) and 0 <= index < sizes[layer]:
            screen.select_neuron((layer, index))
    match view.get("weight"):
        case [int(layer), int() | None as row, int(column)] if (
            1 <= layer < len(sizes)
            and 0 <= column < sizes[layer]
            and (row is None or 0 <= row < sizes[layer - 1])
        ):
            screen.selected_weight = WeightPlace(layer, row, column)
    if isinstance(view.get("cell"), str):
        with contextlib.suppress(CellError):
            screen.choose(parse_cell(view["cell"][:100]))


def _is_possible(name: str, value: object) -> bool:
    if name == "chosen_layer":
        return isinstance(value, int) and value >= 1
    if name == "view":
        from nnmath_tui.views.losses import VIEWS

        return value in VIEWS
    return True
