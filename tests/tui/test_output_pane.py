"""The output pane: its views, its cursor, and what keys and clicks select."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import SampleSelected
from nnmath_tui.views.charts import drawn_number, truth_points
from nnmath_tui.views.forwards import mean_inputs, plane, plane_ranges
from nnmath_tui.views.images import image_parts, pictured
from nnmath_tui.views.judging import confusion_counts, examples, judged
from nnmath_tui.views.output import draw_output, others_at_mean, output_caption, output_title
from nnmath_tui.views.output_look import OutputLook, Sample, next_axis, output_kinds, telling_axes
from nnmath_tui.views.planes import plane_frame
from nnmath_tui.views.pointing import moved, notes_on, pointed_at
from nnmath_tui.views.readings import point_notes, sample_notes
from nnmath_tui.widgets.output import OutputPane
from textual.app import App, ComposeResult

SIZE = (58, 24)


def snapshot(source: str, epochs: int = 1, **values: Any) -> Snapshot:
    settings: dict[str, Any] = {
        "data.source": source,
        "data.samples": 60,
        "data.standardize": source in ("iris", "penguin_mass"),
        "network.hidden": (3,),
        "training.learning_rate": 0.01,
    }
    settings |= {path.replace("_", ".", 1): value for path, value in values.items()}
    session = Session(Experiment.from_values(settings))
    for _ in range(epochs):
        session.step("epoch")
    return session.snapshot()


LOGISTIC = {
    "network_hidden": (),
    "network_weights": [[[2.0], [-1.0]]],
    "network_biases": [[0.5]],
}
"""z = 2 x1 - x2 + 0.5."""


def test_a_point_is_read_in_full() -> None:
    shown = snapshot("moons", 0, **LOGISTIC)
    # z = 2 * 0.5 - 0.25 + 0.5 = 1.25, and sigmoid(1.25) = 0.7773.
    notes = point_notes(shown, (0, 1), (0.5, 0.25), ascii=False)
    assert notes[0] == "x₁ = 0.5, x₂ = 0.25  p(1) = 0.777  z = 1.25"
    assert notes[-1] == "p(1) = 0.777"
    sure = point_notes(shown, (0, 1), (50.0, 0.0), ascii=False)[-1]
    assert sure == "p(1) = 0.999+" or sure == "p(1) = 1"  # in double precision, 1 - 1e-44 is 1
    almost = point_notes(shown, (0, 1), (5.0, 0.0), ascii=False)[-1]
    assert almost == "p(1) = 0.999+"


def test_a_sample_is_read_with_its_loss() -> None:
    shown = snapshot("moons", 0, **LOGISTIC)
    rows = shown.dataset.test
    for index in range(6):
        x1, x2 = rows.raw[index]
        z = 2 * x1 - x2 + 0.5
        loss = np.log1p(np.exp(-z)) if rows.y[index] == 1 else np.log1p(np.exp(z))
        words = sample_notes(shown, Sample("test", index), ascii=False)[0]
        assert words.startswith(f"test {index}: class {rows.y[index]}")
        assert ("taken for" in words) == ((z > 0) != (rows.y[index] == 1))
        said = float(words.split("loss ")[1].split(",")[0])
        assert said == pytest.approx(loss, rel=6e-3)
    assert sample_notes(shown, Sample("test", 10_000), ascii=False) == []


@pytest.mark.parametrize("source", ["moons", "blobs", "sine", "plane", "iris", "penguin_mass"])
def test_every_view_reads_at_every_size(source: str) -> None:
    shown = snapshot(source)
    for kind in output_kinds(shown.dataset):
        for width, height in ((38, 20), (12, 5), (1, 1)):
            look = moved(shown, OutputLook(kind=kind), width, height, 1, 0)
            look = moved(shown, look, width, height, 0, 1)
            assert look.point or look.sample or look.cell
            notes = notes_on(shown, look, False)
            assert notes[0]
            for palette in (Palette(), Palette("mono", ascii=True)):
                strips = draw_output(shown, width, height, palette, look, notes[0])
                assert len(strips) == height
                assert {strip.cell_length for strip in strips} == {width}
        assert output_title(shown.dataset, OutputLook(kind=kind))
        assert output_caption(shown, OutputLook(kind=kind), 20)


def test_the_plane_of_two_inputs_has_the_others_at_their_mean() -> None:
    shown = snapshot("iris", data_standardize=False)
    data = shown.dataset
    X = plane(data, 4, 2, (3, 1))
    mean = data.train.raw.mean(axis=0)
    np.testing.assert_allclose(X[:, [0, 2]], np.tile(mean[[0, 2]], (8, 1)), rtol=1e-6)
    left, right, bottom, top = plane_ranges(data, (3, 1))
    # Top left first: an eighth of the way across, a quarter down.
    np.testing.assert_allclose(X[0, 3], left + (right - left) / 8, rtol=1e-6)
    np.testing.assert_allclose(X[0, 1], top - (top - bottom) / 4, rtol=1e-6)
    np.testing.assert_allclose(mean_inputs(data), mean)
    assert others_at_mean(data, OutputLook(kind="decision map"))
    assert not others_at_mean(data, OutputLook(kind="confusion"))
    assert not others_at_mean(snapshot("moons").dataset, OutputLook())


def test_the_first_axes_are_those_that_tell_most() -> None:
    # Of the iris flowers, length and width of the petals tell the species.
    data = snapshot("iris").dataset
    assert [data.raw_names[axis] for axis in telling_axes(data)] == [
        "petal_length_cm",
        "petal_width_cm",
    ]
    assert telling_axes(snapshot("moons").dataset) == (0, 1)


def test_axes_go_round_and_never_coincide() -> None:
    data = snapshot("iris").dataset
    axes = (0, 1)
    seen = []
    for _ in range(3):
        axes = next_axis(data, axes, 0)
        seen.append(axes)
    assert seen == [(2, 1), (3, 1), (0, 1)]
    assert next_axis(data, (0, 1), 1) == (0, 2)
    # The corners of the digits' pictures are always blank: no range, no axis.
    digits = snapshot("digits", 0).dataset
    low, high = digits.ranges
    axes = (1, 2)
    for _ in range(70):
        axes = next_axis(digits, axes, 0)
        assert high[axes[0]] > low[axes[0]]


def test_a_cell_of_the_matrix_leads_to_its_rows() -> None:
    shown = snapshot("iris", 3)
    counts, rows = confusion_counts(shown), judged(shown.dataset)
    for cell in np.ndindex(3, 3):
        chosen, sure = examples(shown, (cell[0], cell[1]))
        assert len(chosen) == counts[cell]
        assert (rows.y[chosen] == cell[0]).all()
        assert (np.diff(sure) <= 0).all()
        notes = notes_on(shown, OutputLook(kind="confusion", cell=(cell[0], cell[1])), False)[0]
        assert f": {counts[cell]} of {counts[cell[0]].sum()}" in notes[-1]
    mistakes = examples(shown)[0]
    assert len(mistakes) == counts.sum() - np.trace(counts)


def test_a_click_on_a_picture_selects_it_and_on_a_cell_shows_its_rows() -> None:
    shown = snapshot("digits", 2)
    width, height = 66, 33
    parts = image_parts(shown, OutputLook(), width, height)
    assert parts.pictures is not None
    assert parts.matrix is not None
    at = (shown, OutputLook(), width, height, Palette())
    first = pointed_at(*at, 2, 3)
    assert first is not None
    assert first.sample == pictured(shown, OutputLook())[0]
    cell = None
    for x in range(width):
        look = pointed_at(*at, x, parts.matrix.top + 3)
        if look is not None and look.cell == (1, 1):
            cell = look
    assert cell is not None
    assert cell.kind == "confusion"
    rows = judged(shown.dataset)
    samples = pictured(shown, cell)
    assert len(samples) == min(60, confusion_counts(shown)[1, 1])
    assert all(rows.y[sample.index] == 1 for sample in samples)
    # From picture to picture by the arrow keys, and never out of them.
    look = OutputLook(kind="images", sample=samples[0], cell=(1, 1))
    assert moved(shown, look, width, height, 1, 0).sample == samples[1]
    assert moved(shown, look, width, height, -1, 0).sample == samples[0]


def test_samples_of_a_scatter_are_walked_in_order() -> None:
    shown = snapshot("penguin_mass")
    look, truths = OutputLook(), []
    for _ in range(6):
        look = moved(shown, look, *SIZE, 1, 0)
        number = drawn_number(shown, look.sample)
        assert number is not None
        truths.append(truth_points(shown)[number, 0])
    assert truths == sorted(truths)
    assert look.sample != moved(shown, look, *SIZE, -1, 0).sample


def test_the_cursor_stays_on_the_plane() -> None:
    shown = snapshot("moons")
    look = OutputLook()
    for _ in range(80):
        look = moved(shown, look, *SIZE, -1, 0)
    assert look.point is not None
    frame = plane_frame(shown.dataset, (0, 1), *SIZE)
    assert frame.cell(look.point) is not None
    assert look.point[0] == frame.ranges[0]


class OutputApp(App[None]):
    """The pane alone, and what it tells."""

    CSS = "OutputPane { width: 60; height: 26; border: round white; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = OutputPane()
        self.told: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_sample_selected(self, message: SampleSelected) -> None:
        self.told.append((message.split, message.index))

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.pane.lines())


async def test_a_click_reads_and_selects_the_nearest_sample() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        shown = snapshot("moons", 0, **LOGISTIC)
        app.pane.snapshot = shown
        await pilot.pause()
        frame = plane_frame(shown.dataset, (0, 1), *app.pane.size)
        row = shown.dataset.test.raw[3]
        column, line = frame.cell((float(row[0]), float(row[1]))) or (0, 0)
        await pilot.click(OutputPane, offset=(column + 1, line + 1))
        assert "(◉)" in app.text()
        point = app.pane.look.point
        assert point is not None
        # The middle of the cell is not the sample, but in the same cell.
        assert frame.cell(point) == (column, line)
        assert "p(1) = " in app.text()
        assert str(app.pane.border_subtitle).startswith("test 3: class ")
        assert app.told == [("test", 3)]
        # On the border nothing is selected.
        await pilot.click(OutputPane, offset=(0, 0))
        assert len(app.told) == 1


async def test_under_the_mouse_the_pane_reads_without_selecting() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.pane.snapshot = snapshot("moons", 0, **LOGISTIC)
        await pilot.pause()
        plain = app.text()
        await pilot.hover(OutputPane, offset=(30, 8))
        assert "p(1) = " in app.text()
        assert app.told == []
        assert app.pane.look == OutputLook()
        await pilot.hover(None, offset=(75, 28))
        await pilot.pause()
        assert app.text() == plain


async def test_arrow_keys_move_the_cursor_and_tell_each_sample_once() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.pane.snapshot = snapshot("moons")
        app.pane.focus()
        await pilot.press("right")
        first = app.pane.look
        assert first.point is not None
        await pilot.press("right", "up")
        second = app.pane.look
        assert second.point is not None
        assert second.point[0] > first.point[0]
        assert second.point[1] > first.point[1]
        for _ in range(30):
            await pilot.press("left")
        assert len(app.told) > 1
        assert all(one != other for one, other in zip(app.told, app.told[1:], strict=False))


async def test_keys_change_the_view_and_its_axes() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.pane.snapshot = snapshot("iris")
        app.pane.focus()
        await pilot.press("x")
        assert app.pane.look.axes is None  # the matrix has no axes
        await pilot.press("v")
        assert str(app.pane.border_title) == "Output ŷ(petal_length_cm, petal_width_cm)"
        # There is more room for it below.
        assert str(app.pane.border_subtitle).endswith(" · others at mean")
        await pilot.press("x", "d")
        assert str(app.pane.border_title) == "Output class(sepal_length_cm, petal_width_cm)"
        await pilot.press("y")
        assert app.pane.look.axes == (0, 1)
        app.pane.styles.width = 80
        await pilot.pause()
        assert str(app.pane.border_title).endswith("sepal_width_cm) · others at mean")
        await pilot.press("v")
        assert "confusion" in str(app.pane.border_title)


async def test_other_data_begin_with_their_own_view() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.pane.snapshot = snapshot("moons")
        app.pane.focus()
        await pilot.press("v", "right")
        assert app.pane.look.cell == (0, 0)
        app.pane.snapshot = snapshot("digits")
        await pilot.pause()
        assert app.pane.look == OutputLook()
        assert "mistakes" in str(app.pane.border_title)


async def test_the_cell_chosen_in_the_matrix_is_walked_in_pictures() -> None:
    app = OutputApp()
    async with app.run_test(size=(80, 30)) as pilot:
        shown = snapshot("digits", 2)
        app.pane.snapshot = shown
        app.pane.focus()
        await pilot.press("v", "right", "down", "right")
        assert app.pane.look.cell == (1, 1)
        assert "class 1 recognized" in app.text()
        await pilot.press("v", "v")
        # Round by the plane, the mistakes are all of them again.
        assert app.pane.look.cell is None
        assert "mistakes on test rows" in app.text()
