"""A derivation on paper: every number whole, at three sizes, in letters of every terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from nnmath_engine.derivation import Worksheet, parse_cell
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_tui.drawing.derivation import DerivationPicture, draw_derivation
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.views.derivation import in_print, page
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
SIZES = ((46, 19), (78, 12), (60, 44))
CELLS = ("next w1[0,0]", "delta1[0]", "a1[0]", "sample_loss", "penalty")


@pytest.fixture(scope="module")
def sheet() -> Worksheet:
    """The first step of the nine numbers that are worked by hand."""
    preset = catalog.load("backprop-by-hand")
    return Session(preset.experiment, base=preset.base).worksheet()


def drawn(
    sheet: Worksheet, cell: str, size: tuple[int, int], palette: Palette, cursor: int = 0
) -> DerivationPicture:
    shown = page(sheet, (parse_cell("objective"), parse_cell(cell)))
    assert shown is not None
    return draw_derivation(in_print(sheet, shown, ascii=palette.ascii), *size, palette, cursor, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_golden(golden: Golden, exact: Exact, sheet: Worksheet, cell: str) -> None:
    pictures = {}
    for size in SIZES:
        for mode in MODES:
            ascii = mode == "mono"
            strips = drawn(sheet, cell, size, Palette(mode, ascii=ascii)).strips
            exact(strips, *size)
            text = "".join(strip.text for strip in strips)
            assert not ascii or (text.isascii() and "?" not in text)
            pictures[f"{size[0]}x{size[1]} {mode}"] = strips
    name = "".join(letter if letter.isalnum() else "_" for letter in cell)
    golden(f"derivation_{name}", pictures)


def test_a_number_is_found_where_it_stands(sheet: Worksheet) -> None:
    picture = drawn(sheet, "next w1[0,0]", (78, 12), Palette("mono"))
    rows = {picture.row_at(x, y) for y in range(12) for x in range(78)}
    assert rows == {None, 0, 1}
