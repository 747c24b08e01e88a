"""A network as a script that needs NumPy and nothing else."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
from nnmath_engine.optimizers import OPTIMIZERS

from nnmath_tui.export import literals, numpy_pieces, shared, training_code
from nnmath_tui.export.shared import Script
from nnmath_tui.export.source import Source

_PREDICT = '''\
def forward(X):
    """The output layer's weighted sums z and the prediction a, both (n, k)."""
    z = a = X
    for W_layer, b_layer, f in zip(W, b, ACTIVATIONS):
        z = a @ W_layer + b_layer
        a = f(z)
    return z, a
'''


def numpy_script(source: Source, training: bool) -> Script:
    """The script; with `training`, also the rows, the first weights and how it was trained."""
    dtype, names = source.experiment.training.dtype, source.activations
    notes = shared.layer_notes(source)
    scored = "z" if source.blueprint.loss.on_logits else "a"
    weights = [
        "# z = a @ W + b: W is (inputs, neurons)",
        literals.listed("W", shared.asarray(source.parameters.weights, dtype), notes),
        literals.listed("b", shared.asarray(source.parameters.biases, dtype)),
    ]
    head = "\n".join([shared.inputs(source), *weights])
    parts = [
        head,
        numpy_pieces.activations(names, derivatives=training),
        f"ACTIVATIONS = [{', '.join(names)}]",
        shared.prepare(source),
        _PREDICT,
        "def predict(raw):\n"
        '    """What decides the class, and the prediction, for raw inputs (n, d0)."""\n'
        f"    z, a = forward(prepare(raw))\n    return {scored}, a\n",
        shared.read(source),
    ]
    beside: dict[str, npt.NDArray[Any]] = {}
    if training:
        rows, beside = training_code.rows(source)
        parts += [rows, *_training(source)]
    parts += [shared.main(source, training)]
    if "unpack(" in shared.joined(*parts):
        parts.insert(0, literals.UNPACK)
    body = shared.joined(*parts)
    start = shared.docstring(source, "NumPy alone", training)
    start += shared.imports(body, ("import numpy as np",))
    return Script(f"{start}\n\n{body}", beside)


def _training(source: Source) -> list[str]:
    training = source.experiment.training
    dtype = training.dtype
    return [
        "\n".join(
            [
                literals.listed("FIRST_W", shared.asarray(source.first.weights, dtype)),
                literals.listed("FIRST_B", shared.asarray(source.first.biases, dtype)),
            ]
        ),
        training_code.targets(source),
        numpy_pieces.loss(source.blueprint.loss.name, source.blueprint.loss.on_logits),
        _gradients(source),
        numpy_pieces.optimizer(training.optimizer, source.subject.optimizer_options),
        _mean_loss(source),
        _loop(source),
    ]


def _scored(source: Source) -> str:
    return "zs[-1]" if source.blueprint.loss.on_logits else "activity[-1]"


def _gradients(source: Source) -> str:
    masked = training_code.has_masks(source)
    hidden = [f"d_{name}" for name in source.activations[:-1]]
    lines = [
        f"def gradients(X, Y{', masks' if masked else ''}):",
        '    """Those of the mean loss, by all weights, then by all biases."""',
        "    zs, activity = [], [X]",
        "    for layer, f in enumerate(ACTIVATIONS):",
        "        zs.append(activity[-1] @ W[layer] + b[layer])",
        "        activity.append(f(zs[-1]))",
    ]
    if masked:
        lines += [
            "        if layer < len(masks):",
            "            activity[-1] = activity[-1] * masks[layer]",
        ]
    lines += [f"    delta = d_loss({_scored(source)}, Y)"]
    if not source.blueprint.loss.on_logits:
        if source.activations[-1] == "softmax":
            lines += [
                "    a = activity[-1]",
                "    delta = a * (delta - (a * delta).sum(axis=1, keepdims=True))",
            ]
        else:
            lines += [f"    delta = delta * d_{source.activations[-1]}(zs[-1])"]
    lines += [
        "    dW, db = [], []",
        "    for layer in reversed(range(len(W))):",
        "        dW.insert(0, activity[layer].T @ delta)",
        "        db.insert(0, delta.sum(axis=0))",
        "        if layer > 0:",
        "            delta = delta @ W[layer].T",
    ]
    if masked:
        lines += ["            delta = delta * masks[layer - 1]"]
    lines += [
        f"            delta = delta * [{', '.join(hidden)}][layer - 1](zs[layer - 1])",
        "    return dW + db\n",
    ]
    if not hidden:
        lines = [line for line in lines if "[]" not in line or "dW, db" in line or "zs," in line]
        at = lines.index("        if layer > 0:")
        del lines[at : at + 2]
    return "\n".join(lines)


def _mean_loss(source: Source) -> str:
    place = 0 if source.blueprint.loss.on_logits else 1
    return f"def mean_loss(X, Y):\n    return loss(forward(X)[{place}], Y)\n"


def _loop(source: Source) -> str:
    training = source.experiment.training
    slots = len(OPTIMIZERS[training.optimizer].slots)
    masked = training_code.has_masks(source)
    lines = [
        "def train(epochs):",
        '    """From the first weights on; prints the mean loss of the training rows."""',
        "    W[:], b[:] = [w.copy() for w in FIRST_W], [w.copy() for w in FIRST_B]",
        "    P = [*W, *b]",
        f"    memory = [[np.zeros_like(p) for _ in range({slots})] for p in P]",
        "    X, Y = prepare(TRAIN_RAW), targets(TRAIN_TARGETS)",
    ]
    watched = "X, Y"
    if source.watched is not None:
        lines += ["    X_watched, Y_watched = prepare(WATCHED_RAW), targets(WATCHED_TARGETS)"]
        watched = "X_watched, Y_watched"
    lines += [training_code.seed_line(source), "    t = 0", *training_code.watching_start(source)]
    lines += [
        '    print("epoch,train_loss")',
        '    print(f"0,{mean_loss(X, Y)}")',
        "    for e in range(epochs):",
        f"        rate = {training_code.rate_code(source)}",
        f"        order = {training_code.order_code(source)}",
        f"        for start in range(0, len(X), {training.batch_size}):",
        f"            rows = order[start : start + {training.batch_size}]",
    ]
    if masked:
        lines += training_code.masks_code(source)
    lines += [
        f"            G = gradients(X[rows], Y[rows]{', masks' if masked else ''})",
        *_penalties(source),
        "            t += 1",
        "            for i, (p, g, m) in enumerate(zip(P, G, memory)):",
        "                update(p, g, m, rate, t, is_weight=i < len(W))",
    ]
    if training.l1 and training.l1_method == "proximal":
        lines += [
            "            for w in W:",
            f"                w -= np.clip(w, -rate * {training.l1}, rate * {training.l1})",
        ]
    lines += ['        print(f"{e + 1},{mean_loss(X, Y)}")']
    if training_code.watches(source):
        restore = "W[:], b[:] = kept[: len(W)], kept[len(W) :]"
        lines += [f"        watched = mean_loss({watched})"]
        lines += training_code.watching(source, "[p.copy() for p in P]", restore)
    return "\n".join(lines) + "\n"


def _penalties(source: Source) -> list[str]:
    training, lines = source.experiment.training, []
    if training.l2:
        lines += [f"                g += {training.l2} * w"]
    if training.l1 and training.l1_method == "subgradient":
        lines += [f"                g += {training.l1} * np.sign(w)"]
    if lines:
        lines = ["            for g, w in zip(G, W):", *lines]
    if training.clip_value:
        limit = training.clip_value
        lines += [f"            G = [np.clip(g, -{limit}, {limit}) for g in G]"]
    if training.clip_norm:
        lines += [
            "            norm = math.sqrt(sum(float((g.astype(float) ** 2).sum()) for g in G))",
            f"            G = [g * min(1.0, {training.clip_norm} / (norm + 1e-6)) for g in G]",
        ]
    return lines
