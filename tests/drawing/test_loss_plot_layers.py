"""What is laid over and behind the curves: marks, the cursor, earlier runs, what is ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_tui.drawing.loss_plot import Cursor, LossPlot, Series, make_loss_plot
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
MARKS = ((120.0, "Optimizer: sgd → adam"), (200.0, "L2: 0 → 0.001"))


def layers(palette: Palette) -> list[Series]:
    """Two runs before this one, which is at epoch 300 of the 400 that it has come to."""
    x, train, test = np.arange(401.0), palette.category(1), palette.category(0)
    y = np.exp(-x / 90) + 0.002
    past, later = slice(0, 301), slice(300, 401)
    return [
        Series("run 1", x[:351], 0.3 + 0.7 * y[:351], train, dim=True, number=0),
        Series("run 2", x, 3 * y, train, dim=True, number=1),
        Series("test", x[later], y[later] + 0.05, test, ahead=True, number=1),
        Series("train", x[later], y[later], train, ahead=True, number=0),
        Series("test", x[past], y[past] + 0.05, test, number=1),
        Series("train", x[past], y[past], train, number=0),
    ]


def picture(palette: Palette, width: int, height: int, *, log_x: bool = False) -> LossPlot:
    points = ((float(np.exp(-100 / 90) + 0.002), palette.category(1)),)
    return make_loss_plot(
        layers(palette),
        width,
        height,
        palette,
        log_x=log_x,
        marks=MARKS,
        legend=False,
        cursor=Cursor(100.0, points),
        now=300.0,
    )


def test_golden(golden: Callable[[str, Mapping[str, Sequence[Strip]]], None]) -> None:
    pictures = {}
    for width, height in ((30, 7), (48, 12), (90, 22)):
        for mode in MODES:
            pictures[f"{width}x{height} {mode}"] = picture(Palette(mode), width, height).strips
        ascii = Palette("mono", ascii=True)
        pictures[f"{width}x{height} ascii"] = picture(ascii, width, height).strips
    pictures["90x22 truecolor, epochs log"] = picture(Palette(), 90, 22, log_x=True).strips
    golden("loss_plot_layers", pictures)


@pytest.mark.parametrize("log_x", [False, True])
def test_cursor_and_now_stand_at_their_epochs(log_x: bool) -> None:
    plot = picture(Palette("mono"), 90, 22, log_x=log_x)
    bottom = plot.strips[-3].text
    columns = [column for column, glyph in enumerate(bottom) if glyph == "│" and column > 9]
    epochs = [plot.epoch_at(column) for column in columns]
    # A column of the logarithmic axis is worth up to a thirteenth of the epoch.
    assert epochs == pytest.approx([100, 300], rel=0.08)
    assert plot.strips[-2].text[columns[0]] == "▲"
    assert any("│now" in strip.text for strip in plot.strips)


def test_the_cursor_has_a_point_where_it_crosses_a_curve() -> None:
    palette = Palette()
    plot = picture(palette, 90, 22)
    points = [
        (row, segment.style.color.name)
        for row, strip in enumerate(plot.strips)
        for segment in strip
        if "●" in segment.text and segment.style and segment.style.color
    ]
    ((row, color),) = points
    assert color == palette.category(1)
    labels = {strip.text.split("┤")[0].strip(): y for y, strip in enumerate(plot.strips)}
    # The value is 0.33, just above the middle between the decades.
    assert labels["1"] < row < (labels["1"] + labels["0.1"]) / 2 + 0.5


def test_marks_say_what_was_changed_and_when() -> None:
    texts = "\n".join(strip.text for strip in picture(Palette("mono"), 90, 22).strips)
    assert "Optimizer: sgd → adam @ 120" in texts
    assert "L2: 0 → 0.001 @ 200" in texts
    # Where there is less room, less is said, and never a part of a word.
    small = "\n".join(strip.text for strip in picture(Palette("mono"), 48, 12).strips)
    assert "sgd → adam" in small
    assert "L2 0.001" in small


def test_earlier_runs_are_named_at_their_ends_and_are_other_strokes_without_colors() -> None:
    texts = [strip.text for strip in picture(Palette("mono"), 90, 22).strips]
    assert any("· run 1" in text for text in texts)
    assert any(": run 2" in text for text in texts)
    assert sum(text.count("·") for text in texts) > 5
    assert sum(text.count(":") for text in texts) > 5


def test_what_is_ahead_is_fainter_and_broken() -> None:
    palette = Palette()
    strips = picture(palette, 90, 22).strips
    colors = {
        segment.style.color.name
        for strip in strips
        for segment in strip
        if segment.style and segment.style.color and 0x2800 < ord(segment.text[0]) < 0x2900
    }
    bright = {palette.category(0), palette.category(1)}
    # Faded: both curves ahead, and those of earlier runs.
    assert bright < colors
    assert len(colors - bright) == 3


def test_noise_is_a_band_about_its_mean() -> None:
    palette = Palette()
    rng = np.random.default_rng(5)
    x = np.arange(3000.0)
    y = 10.0 ** rng.uniform(-2, 0, 3000)
    strips = make_loss_plot([Series("a", x, y, "#4aa8ff")], 60, 20, palette, legend=False).strips
    rows: dict[str, set[int]] = {}
    for row, strip in enumerate(strips):
        for segment in strip:
            if segment.style and segment.style.color and "\u2800" < segment.text[0] < "\u2900":
                rows.setdefault(segment.style.color.name, set()).add(row)
    bright = rows.pop("#4aa8ff")
    (band,) = rows.values()
    # The band has all rows, its mean is in the middle.
    assert {0, 17} <= band
    assert bright <= set(range(5, 13))


@given(
    st.floats(-320, 308),
    st.floats(0, 620),
    st.integers(24, 120),
    st.integers(7, 40),
    st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_every_y_axis_has_two_labels_and_every_loss_its_place(
    low: float, span: float, width: int, height: int, log_y: bool
) -> None:
    low = low if log_y else max(low, -290)
    high = min(low + span, 308.2 if log_y else 307)
    y = 10.0 ** np.linspace(low, high, 40)
    strips = make_loss_plot(
        [Series("a", np.arange(40.0), y, None)], width, height, Palette("mono"), log_y, legend=False
    ).strips
    texts = [strip.text for strip in strips]
    labels = [text.split("┤")[0].replace(" ", "") for text in texts if "┤" in text]
    rows = sum(any(glyph in text for glyph in "│┤") for text in texts)
    assert len(labels) >= 2
    values = [float(label) for label in labels]
    assert values == sorted(values, reverse=True)
    if log_y and high - low > 1:
        curve = [y for y, text in enumerate(texts) if any("\u2800" < c < "\u2900" for c in text)]
        assert (curve[0], curve[-1]) == (0, rows - 1)
        assert 10.0**low * 0.999 <= values[-1]
        assert values[0] <= 10.0**high * 1.001


@given(st.integers(0, 119), st.booleans())
def test_epochs_can_be_pointed_at(column: int, log_x: bool) -> None:
    plot = picture(Palette(), 120, 20, log_x=log_x)
    epoch = plot.epoch_at(column)
    assert epoch is not None
    assert 0 <= epoch <= 400 * (1 + 1e-9)
    assert plot.area is not None
    if column <= plot.area.left:
        assert epoch == 0
    if column == 119:
        assert epoch == pytest.approx(400)


def test_where_there_is_no_curve_there_is_no_epoch() -> None:
    assert make_loss_plot([], 40, 10, Palette()).epoch_at(20) is None
