"""What the border of the network pane says: above what is shown, below what it means."""

from __future__ import annotations

from collections.abc import Callable

from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text

from nnmath_tui.drawing.diagram_boxes import SATURATED, SATURATED_ASCII
from nnmath_tui.drawing.diagram_data import FROZEN
from nnmath_tui.drawing.numbers import count
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.activity import resting
from nnmath_tui.views.diagram import contents
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.names import input_names, neuron_names, subscript

_MOST_SIZES = 8


def heading(snapshot: Snapshot, room: int) -> str:
    """The sizes of the layers and the number of parameters, in at most `room` cells."""
    sizes = [str(size) for size in snapshot.layer_sizes]
    hidden = set(sizes[1:-1])
    short = sizes
    if len(sizes) > _MOST_SIZES:
        middle = f"{len(sizes) - 2}×{sizes[1]}" if len(hidden) == 1 else "…"
        short = [sizes[0], middle, sizes[-1]]
    parameters = f" · {count(snapshot.parameters.count)} parameters"
    for words in ("–".join(sizes) + parameters, "–".join(short) + parameters, "–".join(short)):
        if len("Network ") + len(words) <= room:
            return f"Network {words}"
    return "Network"


def footer(
    snapshot: Snapshot, hidden: tuple[int, ...], refusal: str, palette: Palette, room: int
) -> Text | None:
    """A refusal; else buttons for layers and what boxes and marks mean, as far as there is room."""
    if refusal:
        return Text(refusal if len(refusal) <= room else refusal[: room - 1] + "…", style="bold")
    noun = "hidden layer" if len(hidden) == 1 else "hidden layers"
    words = Text()
    words.append("− ", Style(color=palette.accent, bold=True, meta={"@click": "layers(-1)"}))
    words.append(f"{len(hidden)} {noun}")
    words.append(" +", Style(color=palette.accent, bold=True, meta={"@click": "layers(1)"}))
    if len(words) > room:
        return None
    for wordings in (*((mark,) for mark in _marks(snapshot, palette)), contents(snapshot)):
        part = next((part for part in wordings if len(words) + len(part) + 3 <= room), None)
        if part is not None:
            words = Text.assemble(part, " · ", words)
    return words


def _marks(snapshot: Snapshot, palette: Palette) -> list[str]:
    """How many neurons wear a mark, and what it means."""
    dead, saturated = resting(snapshot)
    gone = sum(int(flags.sum()) for flags in dead if flags is not None)
    flat = sum(int(flags.sum()) for flags in saturated if flags is not None)
    mark = SATURATED_ASCII if palette.ascii else SATURATED
    parts = [f"{mark} {count(flat)} saturated"] if flat else []
    parts += [f"{count(gone)} dead"] if gone else []
    return parts + ([f"{FROZEN} {count(len(snapshot.frozen))} frozen"] if snapshot.frozen else [])


def edit_words(
    snapshot: Snapshot,
    place: WeightPlace | None,
    window: Callable[[int], tuple[str, int]],
    fresh: bool,
    refusal: str,
    room: int,
) -> Text:
    """The value as it is being typed, `window` being its part for so many cells and the cursor."""
    label = ""
    if place is not None:
        to = neuron_names(snapshot, place.layer)[place.column]
        start = f"bias of {to}"
        if place.row is not None:
            inputs = input_names(snapshot.dataset)
            from_ = inputs[place.row] if place.layer == 1 else f"h{subscript(place.row + 1)}"
            start = f"{from_} → {to}"
        label = f"{start} = "
    label = label if len(label) + 12 <= room else ""
    text, cursor = window(max(1, min(24, room - len(label) - 1)))
    words = Text(label)
    words.append(text[:cursor], "reverse" if fresh else "bold")
    words.append(text[cursor : cursor + 1] or " ", "reverse")
    words.append(text[cursor + 1 :], "bold")
    if refusal and len(words) + len(refusal) + 2 <= room:
        words.append(f"  {refusal}", "bold")
    return words
