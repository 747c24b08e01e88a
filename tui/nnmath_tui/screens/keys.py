"""The keys of the main screen. Each has an id, by which a key map may move it."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(key: str, action: str, label: str, id: str, tooltip: str, show: bool = True) -> Binding:
    return Binding(key, action, label, id=id, tooltip=tooltip, show=show)


MAIN_KEYS: list[BindingType] = [
    _key("escape", "stay", "stay here", "stay", "Give up the way to another epoch"),
    _key("space", "run", "run", "run", "Train until the planned epochs are done"),
    _key("space", "pause", "pause", "pause", "Stop training where it is"),
    _key("space", "branch", "branch here", "branch", "Train on from here as another run"),
    _key("s", "step('epoch')", "epoch", "step-epoch", "Train for one epoch"),
    _key("b", "step('batch')", "batch", "step-batch", "Train on one batch"),
    _key("j", "walk('sample')", "sample", "step-sample", "Compute what comes of the next sample"),
    _key("n", "walk('neuron')", "neuron", "step-neuron", "Compute the next neuron"),
    _key("enter", "derive", "open", "derive", "How the selected number came about"),
    _key("N", "walk_on", "walk", "walk-on", "Go on neuron by neuron by itself", show=False),
    _key("r", "reset(False)", "reset", "reset", "Start afresh from the same first weights"),
    _key("R", "reset(True)", "new seed", "reset-new-seed", "Start afresh from other weights"),
    _key("p", "presets", "presets", "presets", "Open another experiment"),
    _key("comma", "back(1)", "back", "epoch-back", "Go back one epoch"),
    _key("full_stop", "forward(1)", "on", "epoch-forward", "Go on one epoch", show=False),
    _key("less_than_sign", "back(10)", "back", "epochs-back", "Go back ten epochs", show=False),
    _key("greater_than_sign", "forward(10)", "on", "epochs-forward", "Go on ten epochs", False),
    _key("home,left_curly_bracket", "first", "first", "epoch-first", "Go to epoch 0", False),
    _key(
        "end,right_curly_bracket", "newest", "now", "epoch-newest", "Go to the newest epoch", False
    ),
    _key("z", "undo", "undo", "undo", "Undo the last change"),
    _key("Z", "redo", "redo", "redo", "Do again what was undone", show=False),
    _key("t", "runs", "runs", "runs", "All runs: compare them, or go back to one"),
    _key("1", "show('network')", "network", "network", "Go to the network", show=False),
    _key("2", "show('output')", "output", "output", "Go to the output", show=False),
    _key("3", "show('weights')", "weights", "weights", "Go to the weights", show=False),
    _key("4", "show('loss')", "loss", "loss", "Go to the loss", show=False),
    _key("5,c", "show('controls')", "controls", "controls", "Go to the controls", show=False),
    _key("6", "derive", "derivation", "derivation", "Go to the derivation", show=False),
    _key("7,L", "lesson", "lesson", "lesson", "Go to the lesson, or close it", show=False),
    _key("left_parenthesis", "go_lesson(-1)", "before", "before", "The lesson before", False),
    _key("right_parenthesis", "go_lesson(1)", "next", "after", "The next lesson", show=False),
    _key("left_square_bracket", "layer(-1)", "layer", "layer-down", "The layer before", show=False),
    _key("right_square_bracket", "layer(1)", "layer", "layer-up", "The next layer", show=False),
    _key("l", "loss_scale", "log/linear", "loss-axis", "Logarithmic or linear loss", show=False),
    _key("minus", "slower", "slower", "slower", "Slower, down to batch by batch", show=False),
    _key("plus,equals_sign", "faster", "faster", "faster", "Up to full speed", show=False),
    _key("k", "prove", "proof", "proof", "Check all derivatives against central differences"),
    _key("escape", "give_up_proof", "stop the check", "proof-stop", "Give the check up"),
    _key("escape", "give_up_trial", "stop the trial", "trial-stop", "Give the trial of a goal up"),
    _key("exclamation_mark", "doctor", "doctor", "doctor", "What is wrong, and what to try", False),
    _key(
        "C",
        "conventions",
        "conventions",
        "conventions",
        "Conventions, and the same in PyTorch",
        False,
    ),
    _key("question_mark", "help", "help", "help", "What the focused pane shows"),
]
