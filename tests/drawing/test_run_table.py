"""The table of runs, and two runs compared, as pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.comparison import Line, draw_comparison
from nnmath_tui.drawing.loss_plot import Series
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.drawing.run_table import TableRow, TableState, draw_run_table, rows_shown
from textual.strip import Strip

Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]

CURVE = 0.7 * np.exp(-np.arange(300) / 60) + 0.01
ROWS = [
    TableRow(
        number=1,
        name="",
        differs="Circle",
        seed=0,
        epoch=300,
        curve=CURVE,
        loss=0.014717,
        best_loss=0.014717,
        score=0.985,
        share=True,
        overlaid=True,
    ),
    TableRow(
        number=2,
        name="best one",
        differs="branch at 120 of run 1, learning rate 0.1 → 1; Optimizer: sgd → adam at 150",
        seed=0,
        epoch=123_456,
        curve=CURVE[::-1],
        loss=0.71,
        best_loss=1e-9,
        score=1.0,
        share=True,
        current=True,
        chosen=True,
    ),
    TableRow(
        number=13,
        name="",
        differs="seed 0 → 4294967295",
        seed=4_294_967_295,
        epoch=1,
        curve=np.array([np.nan, np.inf]),
        loss=np.inf,
        best_loss=np.nan,
        score=-123456.7,
        share=False,
        kept=False,
    ),
]
STATE = TableState(cursor=1, note="branch at 120 of run 1\ntest loss 0.71 now, 1e-9 at best")
LINES = [
    Line("", "run 1", "2 best one", heading=True),
    Line("learning rate", "0.1", "1"),
    Line("epochs", "300", "123 456"),
    Line("test loss", "0.01472", "0.71", better=0),
    Line("test accuracy", "98.5 %", "100 %", better=1),
]


def curves(palette: Palette) -> list[Series]:
    x = np.arange(300.0)
    return [
        Series("run 1", x, CURVE, palette.category(0)),
        Series("2 best one", x, CURVE[::-1], palette.category(1)),
    ]


def test_golden(golden: Golden) -> None:
    pictures: dict[str, Sequence[Strip]] = {}
    for mode, ascii_only in (("truecolor", False), ("mono", False), ("mono", True)):
        palette = Palette(mode, ascii=ascii_only)  # type: ignore[arg-type]
        for width, height in ((48, 8), (78, 21), (118, 30)):
            title = f"{mode}{' ascii' if ascii_only else ''} {width}x{height}"
            pictures[title] = draw_run_table(ROWS, width, height, palette, STATE)
            pictures[f"compared, {title}"] = draw_comparison(
                LINES, curves(palette), width, height, palette
            )
    golden("run_table", pictures)


def test_a_name_is_typed_in_its_row() -> None:
    state = TableState(cursor=0, typed=("my ru", 5, False))
    line = draw_run_table(ROWS, 78, 10, Palette("truecolor"), state)[1]
    assert line.text[9:15] == "my ru "
    assert "Circle" not in line.text


def test_without_runs_it_says_why() -> None:
    text = " ".join(
        s.text for s in draw_run_table([], 40, 6, Palette(), TableState(note="none yet"))
    )
    assert "none yet" in text


@given(
    width=st.integers(1, 160),
    height=st.integers(1, 40),
    cursor=st.integers(0, 2),
    top=st.integers(0, 2),
    typed=st.none() | st.tuples(st.text(max_size=40), st.integers(0, 40), st.booleans()),
    note=st.text(max_size=300),
    mode=st.sampled_from(["truecolor", "256", "16", "mono"]),
    ascii_only=st.booleans(),
)
def test_every_picture_has_exactly_its_size(
    exact: Callable[[Sequence[Strip], int, int], None],
    width: int,
    height: int,
    cursor: int,
    top: int,
    typed: tuple[str, int, bool] | None,
    note: str,
    mode: ColorMode,
    ascii_only: bool,
) -> None:
    palette = Palette(mode, ascii=ascii_only)
    state = TableState(cursor, top, typed, note)
    strips = draw_run_table(ROWS, width, height, palette, state)
    exact(strips, width, height)
    compared = draw_comparison(LINES, curves(palette), width, height, palette)
    exact(compared, width, height)
    if ascii_only:
        assert all(strip.text.isascii() for strip in [*strips, *compared])


@given(width=st.integers(24, 160))
def test_no_number_is_cut(width: int) -> None:
    text = draw_run_table(ROWS, width, 12, Palette("truecolor"), STATE)[2].text
    cells = text[9:].split()
    numbers = [
        cell for cell in cells if cell.replace(".", "").isdigit() and cell not in "01201 150"
    ]
    whole = {"0", "123", "456", "123456", "0.71", "100", "1", "0.1"}
    assert set(numbers) <= whole


def test_a_table_of_any_height_shows_a_row() -> None:
    assert [rows_shown(height) for height in (1, 2, 6, 7, 20)] == [1, 1, 5, 2, 15]
