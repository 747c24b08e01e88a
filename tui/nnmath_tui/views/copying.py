"""Numbers to be copied, whole: as many digits as it takes to read the same number again."""

from __future__ import annotations

from nnmath_engine.derivation import Cell, CellError, Worksheet
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.cell_line import cell_line
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.veil import OPEN, Veil

LONGEST_LINE = 1_000


def weight_text(snapshot: Snapshot, place: WeightPlace) -> str:
    """The value of a weight or a bias; empty if the network has no such."""
    sizes = snapshot.layer_sizes
    layer, row, column = place.layer, place.row, place.column
    if not 1 <= layer < len(sizes) or column >= sizes[layer]:
        return ""
    if row is None:
        return repr(float(snapshot.parameters.biases[layer - 1][column]))
    if row >= sizes[layer - 1]:
        return ""
    return repr(float(snapshot.parameters.weights[layer - 1][row, column]))


def neuron_text(snapshot: Snapshot, layer: int, index: int) -> str:
    """The weights into a neuron and its bias, by tabs as for a spreadsheet; empty for an input."""
    if not 1 <= layer < len(snapshot.layer_sizes) or index >= snapshot.layer_sizes[layer]:
        return ""
    W, b = snapshot.parameters.weights[layer - 1], snapshot.parameters.biases[layer - 1]
    return "\t".join(repr(float(value)) for value in (*W[:, index], b[index]))


def derivation_text(sheet: Worksheet, cell: Cell, veil: Veil = OPEN) -> str:
    """How a number came about, with all terms of its sums; empty if there is no such number.

    While a lesson hides numbers it is what the formula bar shows of it.
    """
    from nnmath_engine.derivation.outline import ALL_TERMS, lines

    if veil:
        return " ".join(text for _, text in cell_line(sheet, cell, LONGEST_LINE, veil=veil))
    try:
        return "\n".join(lines(sheet, cell, depth=0, most_terms=ALL_TERMS))
    except CellError:
        return ""


def figures_text(snapshot: Snapshot) -> str:
    """How far training is and how good: names and values by tabs, one to a line."""
    last = snapshot.history.last
    figures: dict[str, float | int] = {
        "epoch": snapshot.epoch,
        "seed": snapshot.experiment.training.seed,
        **{
            name: float(getattr(last, name))
            for name in ("train_loss", "test_loss", "train_score", "test_score")
        },
    }
    return "\n".join(f"{name}\t{value!r}" for name, value in figures.items() if value == value)
