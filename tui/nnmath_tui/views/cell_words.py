"""What a number is in words, under the names that the pictures have for its neurons."""

from __future__ import annotations

from nnmath_engine.derivation import Cell, CellError, Derivation, Worksheet, derive

from nnmath_tui.views.names import input_names, output_names, subscript


def cell_words(sheet: Worksheet, derivation: Derivation) -> str:
    """The words of a derivation, with h₃ for neuron 2 of a hidden layer, as in the pictures."""
    name = _name(sheet, derivation.cell)
    return f"{name}: {derivation.words}" if name else derivation.words


def words_of(sheet: Worksheet, cell: Cell) -> str:
    """The same for a cell; nothing if the network has no such."""
    try:
        return cell_words(sheet, derive(sheet, cell))
    except CellError:
        return ""


def _name(sheet: Worksheet, cell: Cell) -> str:
    if not cell.index or cell.kind in ("raw", "y"):
        return ""
    if cell.kind == "x":
        return input_names(sheet.dataset)[cell.index[0]]
    if cell.kind in ("yhat", "dyhat"):
        return output_names(sheet.dataset)[cell.index[0]]
    to = _neuron(sheet, cell.layer, cell.index[-1])
    if len(cell.index) == 1:
        return to
    return f"{_neuron(sheet, cell.layer - 1, cell.index[0])} → {to}"


def _neuron(sheet: Worksheet, layer: int, index: int) -> str:
    if layer == 0:
        return input_names(sheet.dataset)[index]
    if layer == len(sheet.blueprint.activations):
        return output_names(sheet.dataset)[index]
    return f"h{subscript(index + 1)}"
