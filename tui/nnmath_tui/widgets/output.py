"""The output pane: what the network answers, in the picture that suits its data."""

from __future__ import annotations

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.views.output import draw_output, output_caption, output_title
from nnmath_tui.widgets.pane import Pane


class OutputPane(Pane):
    """A decision map, a curve, a scatter, a confusion matrix, or images with the worst mistakes."""

    def draw(self, width: int, height: int) -> list[Strip]:
        if self.snapshot is None:
            return Canvas(width, height, self.palette).strips()
        return draw_output(self.snapshot, width, height, self.palette)

    def describe(self) -> None:
        if self.snapshot is None:
            self.caption("Output")
        else:
            self.caption(output_title(self.snapshot.dataset), output_caption(self.snapshot))
