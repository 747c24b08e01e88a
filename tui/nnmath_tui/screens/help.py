"""What the focused thing is, in words for somebody who sees it for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nnmath_tui.drawing.canvas import cell_codes
from nnmath_tui.widgets.scroll_bar import scroll_by_whole_cells

TEXTS = {
    "network": (
        "The network",
        "Data come in at the left, the prediction leaves at the right. Each box is a neuron; the "
        "picture in it shows what it answers for every point of the input plane: blue where its "
        "output is positive, orange where it is negative, pale where it is near zero.\n\n"
        "Each line is a weight. A neuron adds up what the neurons before it say, each times its "
        "weight, adds its bias, and bends the sum with its activation function:\n\n"
        "    z = w₁a₁ + w₂a₂ + … + b        a = f(z)\n\n"
        "Blue lines are positive weights, orange ones negative; the stronger the line, the larger "
        "the weight. Training changes the weights and biases, and nothing else.",
    ),
    "output": (
        "The output",
        "What the network predicts now. With two inputs it is a map: every point of the plane is "
        "colored by the prediction there, and the samples are drawn on top in the color of their "
        "true class, so a blue point on orange ground is a mistake. Filled points are trained on; "
        "hollow ones are kept apart to test with.\n\n"
        "With one input it is the fitted curve, with images the mistakes and how often each class "
        "is taken for another, with other data a table or a plot of predicted against true.",
    ),
    "weights": (
        "The weights",
        "All weights of one layer as a table: a row for each neuron that the numbers come from, a "
        "column for each neuron that they go to, and the biases below. Blue is positive, orange "
        "negative. Press [ and ] for the layer before and after; the arrow keys move the cursor.",
    ),
    "loss": (
        "The loss",
        "How wrong the predictions are, after every epoch, for the samples trained on and for "
        "those kept apart. Training makes the train loss small; whether the network has learned "
        "something general shows in the test loss. When the test loss rises while the train loss "
        "falls, the network has begun to learn its samples by heart.\n\n"
        "Press l to change between a logarithmic and a linear scale. Dotted lines mark where a "
        "setting was changed.",
    ),
    "controls": (
        "The controls",
        "Every setting of the experiment. Up and down choose one, left and right step through "
        "sensible values; Enter lets you pick or type any other, and Enter again takes it. Most "
        "act while training goes on, from the next batch; those marked ↺ give the network other "
        "data or another shape, and start it afresh.",
    ),
}
"""A title and a text for each pane, by its id."""


def keys_in_words(bindings: Mapping[str, str]) -> Table:
    """One row for each key: what to press, and what it does, in words that wrap beside it."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column()
    for key, words in bindings.items():
        table.add_row(Text(key), Text(words))
    return table


class HelpScreen(ModalScreen[None]):
    """A text about one pane, and all keys that work there.

    It scrolls by the arrow and page keys, Home and End, where it is longer than the terminal.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,question_mark,q,enter", "dismiss", "close", id="close", tooltip="Close the help"
        ),
    ]

    def __init__(
        self, pane: str, keys: Mapping[str, str], about: str = "", *, ascii: bool = False
    ) -> None:
        """Explain the pane of that id; `about` adds what is selected in it."""
        super().__init__()
        self._title, self._text = TEXTS.get(pane, TEXTS["network"])
        self._keys, self._about, self._ascii = keys, about, ascii

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "escape closes"
            if self._about:
                yield Static(Text(self._lettered(self._about)), classes="about")
            yield Static(Text(self._lettered(self._text)))
            yield Static(Text("\nKeys here", style="bold"))
            yield Static(keys_in_words(self._keys))

    def on_mount(self) -> None:
        if self._ascii:
            scroll_by_whole_cells(self.query_one(VerticalScroll))

    def on_resize(self) -> None:
        """Say how to read on, if there is more than fits."""
        self.call_after_refresh(self._say_how_to_read_on)

    def _say_how_to_read_on(self) -> None:
        dialog = self.query_one(VerticalScroll)
        more = dialog.max_scroll_y > 0
        arrows = "up/down" if self._ascii else "↑↓"
        dialog.border_subtitle = f"{arrows} for more · escape closes" if more else "escape closes"
        if self._ascii:
            dialog.border_subtitle = self._lettered(str(dialog.border_subtitle))

    def _lettered(self, text: str) -> str:
        """The text in letters that the terminal has, and with the marks that the panes have."""
        if not self._ascii:
            return text
        lines = text.split("\n")
        return "\n".join("".join(map(chr, cell_codes(line, ascii_only=True))) for line in lines)
