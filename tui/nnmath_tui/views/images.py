"""For images: samples as pictures, the surest mistakes first, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.confusion import draw_confusion
from nnmath_tui.drawing.gallery import GalleryLayout, Mistake, draw_gallery, gallery_layout
from nnmath_tui.drawing.numbers import count
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.judging import confusion_counts, examples, judged, judged_split, judgement
from nnmath_tui.views.output_look import Cell, OutputLook, Sample
from nnmath_tui.views.readings import cell_words

_MOST_PICTURES = 60
_GAP = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of the picture; without cells it is not drawn."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Parts:
    """Where pictures and matrix are; pictures have a line of words above them."""

    pictures: Part | None
    matrix: Part | None


def image_parts(snapshot: Snapshot, look: OutputLook, width: int, height: int) -> Parts:
    """Side by side or one above the other; in little room the one that is looked at."""
    dataset = snapshot.dataset
    assert dataset.image_shape is not None
    size, (rows, columns) = len(dataset.classes), dataset.image_shape
    tall = (rows + 1) // 2 + 2
    counts, classes = confusion_counts(snapshot), dataset.classes
    matrix = _matrix_width(counts.max(initial=0), classes)
    if width >= matrix + _GAP + 2 * columns and height < size + 3 + tall:
        left = width - matrix - _GAP
        return Parts(Part(0, 0, left, height), Part(left + _GAP, 0, matrix, height))
    below = size + 4 if height >= size + 4 + tall else size + 2
    if height >= below + tall:
        above = height - below
        return Parts(Part(0, 0, width, above), Part(0, above, width, below))
    whole = Part(0, 0, width, height)
    return Parts(whole, None) if look.kind_for(dataset) == "images" else Parts(None, whole)


def draw_images(
    snapshot: Snapshot,
    look: OutputLook,
    notes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
) -> list[Strip]:
    """Pictures and matrix in their places."""
    parts = image_parts(snapshot, look, width, height)
    pictures: list[Strip] = []
    matrix: list[Strip] = []
    if parts.pictures is not None:
        room = parts.pictures
        pictures = _pictures(snapshot, look, room.width, room.height, palette)
    if parts.matrix is not None:
        room = parts.matrix
        cell = look.cell if look.cell is not None else _cell_of(snapshot, look.sample)
        matrix = draw_confusion(
            confusion_counts(snapshot), snapshot.dataset.classes, room.width, room.height, palette,
            cell=cell, notes=notes,
        )  # fmt: skip
    if parts.matrix is not None and parts.matrix.left:
        gap = Canvas(_GAP, height, palette).strips()
        return [Strip.join(row) for row in zip(pictures, gap, matrix, strict=True)]
    return [*pictures, *matrix]


def gallery_at(snapshot: Snapshot, look: OutputLook, room: Part) -> GalleryLayout | None:
    """How the pictures share their rectangle; None if there are none."""
    return _gallery(snapshot, look.cell, room.width, room.height - 1, _selected(snapshot, look))


@lru_cache(maxsize=4)
def _gallery(
    snapshot: Snapshot, cell: Cell | None, width: int, height: int, selected: int | None
) -> GalleryLayout | None:
    return gallery_layout(_mistakes(snapshot, cell), width, height, selected)


def pictured(snapshot: Snapshot, look: OutputLook) -> list[Sample]:
    """The samples whose pictures there are, in their order."""
    split = judged_split(snapshot.dataset)
    rows = examples(snapshot, look.cell)[0][:_MOST_PICTURES]
    return [Sample(split, row) for row in rows.tolist()]


def _pictures(
    snapshot: Snapshot, look: OutputLook, width: int, height: int, palette: Palette
) -> list[Strip]:
    """The pictures under a line that says which they are, and of how many."""
    header = Canvas(width, 1, palette)
    mistakes = _mistakes(snapshot, look.cell)
    layout = gallery_at(snapshot, look, Part(0, 0, width, height))
    whole = len(examples(snapshot, look.cell)[0])
    shown = min(len(mistakes), layout.shown) if layout is not None else 0
    part = f"{count(shown)} of " if shown < whole else ""
    rows = "test" if judged_split(snapshot.dataset) == "test" else "training"
    wordings = _headers(snapshot, look.cell, part, whole, rows)
    text = next((words for words in wordings if len(words) <= width), "")
    header.put(0, 0, text, palette.muted)
    empty = "no mistakes" if look.cell is None else "no such rows"
    return [
        *header.strips(),
        *draw_gallery(
            mistakes,
            width,
            height - 1,
            palette,
            selected=_selected(snapshot, look),
            empty=empty,
            layout=layout,
        ),
    ][:height]


def _headers(
    snapshot: Snapshot, cell: Cell | None, part: str, whole: int, rows: str
) -> tuple[str, ...]:
    if cell is None:
        few = f"{part}{count(whole)} mistakes on {rows} rows, the surest first"
        return (
            few,
            f"{part}{count(whole)} mistakes on {rows} rows",
            f"{part}{count(whole)} mistakes",
        )
    words = f"{cell_words(snapshot.dataset, cell)}: {part}{count(whole)}"
    return f"{words} {rows} rows", words


@lru_cache(maxsize=4)
def _mistakes(snapshot: Snapshot, cell: Cell | None) -> tuple[Mistake, ...]:
    dataset = snapshot.dataset
    assert dataset.image_shape is not None
    rows, names = judged(dataset), dataset.classes
    chosen, sure = (found[:_MOST_PICTURES].tolist() for found in examples(snapshot, cell))
    answers = _answers(snapshot, cell)
    brightest = float(dataset.ranges[1].max()) or 1.0
    return tuple(
        Mistake(
            rows.raw[row].reshape(dataset.image_shape) / brightest,
            names[int(rows.y[row])],
            names[answer],
            share,
        )
        for row, share, answer in zip(chosen, sure, answers, strict=True)
    )


def _answers(snapshot: Snapshot, cell: Cell | None) -> list[int]:

    chosen = examples(snapshot, cell)[0][:_MOST_PICTURES]
    answers: list[int] = judgement(snapshot)[chosen].tolist()
    return answers


def _selected(snapshot: Snapshot, look: OutputLook) -> int | None:
    """The number of the selected sample's picture."""
    if look.sample is None:
        return None
    samples = pictured(snapshot, look)
    return samples.index(look.sample) if look.sample in samples else None


def _cell_of(snapshot: Snapshot, sample: Sample | None) -> Cell | None:
    """The cell of the matrix in which a judged sample is counted."""

    dataset = snapshot.dataset
    if sample is None or sample.split != judged_split(dataset):
        return None
    rows = judged(dataset)
    if sample.index >= len(rows):
        return None
    return int(rows.y[sample.index]), int(judgement(snapshot)[sample.index])


def _matrix_width(largest: int, classes: tuple[str, ...]) -> int:
    """Cells that the matrix takes with its labels and the accuracy of each class."""
    longest = max(len(name) for name in classes)
    return longest + 2 + len(classes) * (max(len(str(largest)), longest) + 2) + 8
