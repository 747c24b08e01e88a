"""What the focused thing is, in words for somebody who sees it for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from nnmath_tui.screens.overlay import Page

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
        "the weight. The number below a box is its bias. Training changes the weights and biases, "
        "and nothing else.\n\n"
        "With more than two inputs a box shows how often the neuron gives which value over the "
        "samples, with images the pixels that it looks for. A neuron is dead when it gives 0 for "
        "every sample, and saturated (‡) when its activation is nearly flat for almost all: "
        "neither learns. Inputs that begin with + are switched off; a click switches them on.",
    ),
    "output": (
        "The output",
        "What the network predicts now. With two inputs it is a map: every point of the plane is "
        "colored by the prediction there, and the samples are drawn on top in the color of their "
        "true class, so a blue point on orange ground is a mistake. Filled points are trained on; "
        "hollow ones are kept apart to test with.\n\n"
        "With one input it is the fitted curve, with images the mistakes and how often each class "
        "is taken for another, with other data a table or a plot of predicted against true. Press "
        "v for the next of these views. With more than two inputs the map shows two of them, which "
        "x and y choose, while the others keep their mean; d shows decisions alone.\n\n"
        "The arrow keys and the mouse move a cursor. Below the map stand its inputs and what the "
        "network answers there, p being a probability and z what it is made of; in the border "
        "stands the nearest sample, in a ring, with its loss: how wrong the network is about it."
        "\n\n"
        "On a plane of two inputs, D draws: a digit or a click puts a point of that class, delete "
        "or the right button takes the nearest away, w begins with an empty plane, escape ends. "
        "The points are then all there is to train on, and the weights stay as they are.",
    ),
    "weights": (
        "The weights",
        "All weights of one layer as a table: a row for each neuron that the numbers come from, a "
        "column for each neuron that they go to, and the biases below. Blue is positive, orange "
        "negative. Press [ and ] for the layer before and after; the arrow keys move the cursor. "
        "Where numbers do not fit, o shows those around the cursor.\n\n"
        "Press g for the gradients, u for the last step and, pressed again, for its ratio to the "
        "weight: about 1e-3 is healthy, much less learns slowly, much more leaps about. m shows "
        "what the optimizer remembers, h how many weights are how large, y one scale of colors for "
        "all layers.\n\n"
        "Press e, or =, and type a number to give the selected weight another value; f freezes it "
        "(*): training leaves it alone.",
    ),
    "loss": (
        "The loss",
        "How wrong the predictions are, after every epoch, for the samples trained on and for "
        "those kept apart. Training makes the train loss small; whether the network has learned "
        "something general shows in the test loss. When the test loss rises while the train loss "
        "falls, the network has begun to learn its samples by heart.\n\n"
        "The arrow keys move a cursor that reads exact values; Enter, or a click, goes to its "
        "epoch, and so do , and . one by one: all panes show it then. Train on or change a "
        "setting there, and the run branches; what had come after is kept as a run. Press t for "
        "all runs.\n\n"
        "Dotted lines mark where a setting was changed. Of a curve that jumps up and down, the "
        "bright line is its mean.",
    ),
    "derivation": (
        "The derivation",
        "How one number came about: its formula, the formula with the numbers of this moment, and "
        "what they come to. The digits that are printed give the result that is printed: check "
        "them with a calculator.\n\n"
        "Each underlined number is a number of the network too. Choose one and press Enter, and "
        "it opens in turn: from the new weight to the gradient, from there to the deltas of the "
        "samples, and on to the loss; Backspace goes back. All numbers are those of the step that "
        "training takes next.\n\n"
        "A cell is written like w2[3,1], the weight from neuron 3 of layer 1 to neuron 1 of layer "
        "2; neurons count from 0, layers from 1. What comes behind an @ is the sample. delta is "
        "the derivative of a sample's loss by z, slope is f′(z), and grad is what the optimizer "
        "gets: the mean over the batch, with penalties, clipped.",
    ),
    "lesson": (
        "The lesson",
        "What there is to see in this experiment, and goals that the program measures. A goal of "
        "one run gets its tick as soon as the run on the screen meets it. Enter on a goal lets you "
        "type or pick an answer, or trains the settings of the screen afresh on all the seeds that "
        "the goal asks for, while you go on; Escape stops that. Once all goals are met, Enter "
        "opens the next lesson. A number that you are asked to predict stays hidden until you have "
        "said it.\n\n"
        "h gives one hint after the other, the gentlest first. S shows the solution, where the "
        "lesson allows it, and sets it when pressed again. ( and ) go to the lesson before and "
        "after.\n\n"
        "Settings that the lesson keeps as they are say “lock” in the controls.\n\n"
        "What is met stays met: it is kept for the next time. The completion code holds what met "
        "the goals; whoever has it can run that again with nnmath-tui verify.",
    ),
    "controls": (
        "The controls",
        "Every setting of the experiment. Up and down choose one, left and right step through "
        "sensible values; Enter lets you pick or type any other, and Enter again takes it. In an "
        "open list letters find a choice, and what is not in it may be typed too: “tanh relu” "
        "gives two layers an activation each. Press / to find a setting by its name.\n\nMost "
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


class HelpScreen(Page):
    """A text about one pane, and all keys that work there.

    It scrolls by the arrow and page keys, Home and End, where it is longer than the terminal.
    """

    ALSO = "F1 all keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,question_mark,q,enter", "dismiss", "close", id="close", tooltip="Close the help"
        ),
        Binding("f1", "app.key_map", "all keys", id="help-key-map", tooltip="All keys"),
    ]

    def __init__(
        self, pane: str, keys: Mapping[str, str], about: str = "", *, ascii: bool = False
    ) -> None:
        """Explain the pane of that id; `about` adds what is selected in it."""
        super().__init__(ascii=ascii)
        self._title, self._text = TEXTS.get(pane, TEXTS["network"])
        self._keys, self._about = keys, about

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = self._title
            if self._about:
                yield Static(Text(self.lettered(self._about)), classes="about")
            yield Static(Text(self.lettered(self._text)))
            yield Static(Text("\nKeys here", style="bold"))
            yield Static(keys_in_words(self._keys))
