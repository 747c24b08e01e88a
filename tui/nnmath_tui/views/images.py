"""For images: the worst mistakes as pictures, and the confusion matrix."""

from __future__ import annotations

import numpy as np
from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.confusion import draw_confusion
from nnmath_tui.drawing.gallery import Mistake, draw_gallery
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.decisions import confidence, decided
from nnmath_tui.views.output import confusion_counts, judged, on_judged

_MOST_MISTAKES = 60


def draw_images(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    """Pictures and matrix side by side or one above the other; the matrix alone in little room."""
    dataset = snapshot.dataset
    assert dataset.image_shape is not None
    size, (rows, columns) = len(dataset.classes), dataset.image_shape
    tall = (rows + 1) // 2 + 2
    counts, classes = confusion_counts(snapshot), dataset.classes
    matrix = _matrix_width(counts.max(initial=0), classes)
    if width >= matrix + 3 + 2 * columns and height < size + 3 + tall:
        left = width - matrix - 3
        pictures = _gallery(snapshot, left, height, palette)
        gap = Canvas(3, height, palette).strips()
        table = draw_confusion(counts, classes, matrix, height, palette)
        return [Strip.join(parts) for parts in zip(pictures, gap, table, strict=True)]
    below = size + 4 if height >= size + 4 + tall else size + 2
    if height < below + tall:
        return draw_confusion(counts, classes, width, height, palette)
    return [
        *_gallery(snapshot, width, height - below, palette),
        *draw_confusion(counts, classes, width, below, palette),
    ]


def _gallery(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    """The mistakes that the network is surest of, under a line that says so."""
    header = Canvas(width, 1, palette)
    part = "test" if len(snapshot.dataset.test) else "training"
    for text in (f"surest mistakes on {part} rows", "surest mistakes", "mistakes"):
        if len(text) <= width:
            header.put(0, 0, text, palette.muted)
            break
    return [
        *header.strips(),
        *draw_gallery(_mistakes(snapshot), width, height - 1, palette),
    ]


def _mistakes(snapshot: Snapshot) -> list[Mistake]:
    dataset = snapshot.dataset
    assert dataset.image_shape is not None
    answers = on_judged(snapshot)
    answer, rows = decided(snapshot, answers), judged(dataset)
    truth = rows.y.astype(np.intp)
    wrong = np.flatnonzero(answer != truth)
    sure = confidence(snapshot, answers)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:_MOST_MISTAKES]
    brightest = float(dataset.ranges[1].max()) or 1.0
    return [
        Mistake(
            rows.raw[row].reshape(dataset.image_shape) / brightest,
            dataset.classes[truth[row]],
            dataset.classes[answer[row]],
            float(sure[row]),
        )
        for row in worst.tolist()
    ]


def _matrix_width(largest: int, classes: tuple[str, ...]) -> int:
    """Cells that the matrix takes with its labels and the accuracy of each class."""
    longest = max(len(name) for name in classes)
    return longest + 2 + len(classes) * (max(len(str(largest)), longest) + 2) + 8
