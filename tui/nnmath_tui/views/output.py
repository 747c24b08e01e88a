"""What a network answers, in the picture that suits its data or that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from nnmath_engine.dataset import Dataset
from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.confusion import draw_confusion
from nnmath_tui.drawing.numbers import count, percent, short
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.charts import draw_fit, draw_truth
from nnmath_tui.views.decisions import decided
from nnmath_tui.views.forwards import MOST_SAMPLES, drawn_samples, on_samples
from nnmath_tui.views.judging import confusion_counts
from nnmath_tui.views.names import printed
from nnmath_tui.views.output_look import PLANES, OutputLook
from nnmath_tui.views.planes import axis_names, draw_plane

_PLAIN = OutputLook()


def draw_output(
    snapshot: Snapshot,
    width: int,
    height: int,
    palette: Palette,
    look: OutputLook = _PLAIN,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """What the network answers, as `height` strips of `width` cells.

    Of the `notes`, on what is pointed at, the first that fits is written into the picture.
    """
    dataset = snapshot.dataset
    kind = look.kind_for(dataset)
    match kind:
        case "decision map" | "value map":
            return draw_plane(snapshot, look, notes, width, height, palette)
        case "curve":
            return draw_fit(snapshot, look, notes, width, height, palette)
        case "scatter":
            return draw_truth(snapshot, look, notes, width, height, palette)
        case _:
            if dataset.image_shape is not None:
                # The gallery is only for images, and most sessions have none.
                from nnmath_tui.views.images import draw_images

                return draw_images(snapshot, look, notes, width, height, palette)
            return draw_confusion(
                confusion_counts(snapshot), dataset.classes, width, height, palette,
                cell=look.cell, notes=notes,
            )  # fmt: skip


def output_title(dataset: Dataset, look: OutputLook = _PLAIN) -> str:
    """What the picture is, in words."""
    kind = look.kind_for(dataset)
    match kind:
        case "decision map" | "value map":
            answer = "class" if look.discrete and kind == "decision map" else "ŷ"
            return "Output {}({}, {})".format(answer, *axis_names(dataset, look.axes_for(dataset)))
        case "curve":
            return f"Output ŷ({printed(dataset.raw_names[0])})"
        case "scatter":
            return "Output predicted against true"
        case "images":
            return "Output mistakes and confusion"
        case "confusion":
            return "Output confusion matrix"


def others_at_mean(dataset: Dataset, look: OutputLook) -> bool:
    """Whether there are inputs that a plane does not show, which has them at their mean."""
    return look.kind_for(dataset) in PLANES and len(dataset.raw_names) > 2


def output_caption(snapshot: Snapshot, look: OutputLook = _PLAIN, room: int | None = None) -> str:
    """The score of the network as it is drawn, on which rows, and whether all of them are drawn.

    room: cells that there are; what does not fit is left out, but not the score.
    """
    dataset = snapshot.dataset
    kind = look.kind_for(dataset)
    samples, last = drawn_samples(dataset), snapshot.history.last
    tested, whole = len(dataset.test) > 0, samples.of == len(samples.y)
    if kind in ("confusion", "images"):
        counts = confusion_counts(snapshot)
        score, whole = float(np.trace(counts) / counts.sum()), True
    elif whole and dataset.task == "classification":
        score = _accuracy(snapshot, samples.test == tested)
    else:
        score = last.test_score if tested else last.train_score
    if np.isnan(score):
        shown = "undefined"
    else:
        shown = percent(score) if dataset.task == "classification" else short(score, 6, digits=3)
    words = "accuracy" if dataset.task == "classification" else "R²"
    parts = [f"{'test' if tested else 'train'} {words} {shown}"]
    if not whole:
        parts.append(f"{count(MOST_SAMPLES)} of {count(samples.of)} samples shown")
    while room is not None and len(parts) > 1 and len(" · ".join(parts)) > room:
        parts.pop()
    return " · ".join(parts)


def _accuracy(snapshot: Snapshot, rows: npt.NDArray[np.bool_]) -> float:
    """The share of samples on the right side of the map, also amid an epoch.

    R² is left to the history: single precision tells sides apart, but it overflows on squares.
    """
    decisions = decided(snapshot, on_samples(snapshot))
    return float(np.mean((decisions == drawn_samples(snapshot.dataset).y)[rows]))
