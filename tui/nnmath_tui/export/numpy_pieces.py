"""Activations, losses and optimizers as NumPy source, only what one script needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SIGMOID = """\
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)
"""
_NORMAL_CDF = """\
def normal_cdf(z):
    return (0.5 * np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2))).astype(z.dtype)
"""
_SELU = "1.0507009873554805"
_SELU_ALPHA = "1.6732632423543772"

_FUNCTIONS: dict[str, tuple[str, str]] = {
    "linear": ("z", "np.ones_like(z)"),
    "sigmoid": ("sigmoid(z)", "sigmoid(z) * (1 - sigmoid(z))"),
    "tanh": ("np.tanh(z)", "1 - np.tanh(z) ** 2"),
    "relu": ("np.maximum(z, 0)", "(z > 0).astype(z.dtype)"),
    "leaky_relu": ("np.where(z > 0, z, 0.01 * z)", "np.where(z > 0, np.ones_like(z), 0.01)"),
    "elu": ("np.where(z > 0, z, np.expm1(np.minimum(z, 0)))", "np.exp(np.minimum(z, 0))"),
    "selu": (
        f"{_SELU} * np.where(z > 0, z, {_SELU_ALPHA} * np.expm1(np.minimum(z, 0)))",
        f"{_SELU} * np.where(z > 0, 1, {_SELU_ALPHA} * np.exp(np.minimum(z, 0)))",
    ),
    "gelu": (
        "z * normal_cdf(z)",
        "normal_cdf(z) + z * np.exp(-(np.clip(z, -40, 40) ** 2) / 2) / math.sqrt(2 * math.pi)",
    ),
    "silu": ("z * sigmoid(z)", "sigmoid(z) * (1 + z * (1 - sigmoid(z)))"),
    "softplus": ("np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "sigmoid(z)"),
    "softsign": ("z / (1 + np.abs(z))", "1 / (1 + np.abs(z)) ** 2"),
    "step": ("(z > 0).astype(z.dtype)", "np.zeros_like(z)"),
}
_SOFTMAX = """\
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""


def activations(names: Sequence[str], derivatives: bool) -> str:
    """Definitions of the activations and, to train, of `d_` + each: their derivatives."""
    blocks, texts = [], ""
    for name in dict.fromkeys(names):
        if name == "sigmoid":
            pass
        elif name == "softmax":
            blocks.append(_SOFTMAX)
        else:
            blocks.append(f"def {name}(z):\n    return {_FUNCTIONS[name][0]}\n")
        if derivatives and name != "softmax":
            blocks.append(f"def d_{name}(z):\n    return {_FUNCTIONS[name][1]}\n")
    texts = "\n".join(blocks)
    if "sigmoid(" in texts or "sigmoid" in names:
        blocks.insert(0, SIGMOID)
    if "normal_cdf(" in texts:
        blocks.insert(0, _NORMAL_CDF)
    return "\n\n".join(block.rstrip("\n") + "\n" for block in blocks)


_LOSSES: dict[str, tuple[str, str]] = {
    "mse": ("((out - Y) ** 2).mean()", "2 * (out - Y) / Y.size"),
    "half_mse": ("((out - Y) ** 2).mean() / 2", "(out - Y) / Y.size"),
    "mae": ("np.abs(out - Y).mean()", "np.sign(out - Y) / Y.size"),
    "huber": (
        "(np.clip(out - Y, -1, 1) * (out - Y - np.clip(out - Y, -1, 1) / 2)).mean()",
        "np.clip(out - Y, -1, 1) / Y.size",
    ),
    "bce": (
        "(np.maximum(out, 0) - out * Y + np.log1p(np.exp(-np.abs(out)))).mean()",
        "(sigmoid(out) - Y) / Y.size",
    ),
    "ce": (
        "(Y * (np.log(np.exp(low := out - out.max(axis=1, keepdims=True))"
        ".sum(axis=1, keepdims=True)) - low)).sum() / len(Y)",
        "(softmax(out) - Y) / len(Y)",
    ),
    "hinge": (
        "np.maximum(1 - (2 * Y - 1) * out, 0).mean()",
        "np.where((2 * Y - 1) * out < 1, 1 - 2 * Y, 0) / Y.size",
    ),
}


def loss(name: str, on_logits: bool) -> str:
    """The mean loss and its gradient, functions of z or of yhat."""
    value, gradient = _LOSSES[name]
    of = "the output layer's z" if on_logits else "the prediction"
    return (
        f'def loss(out, Y):\n    """{name}, of {of}."""\n    return {value}\n\n\n'
        f"def d_loss(out, Y):\n    return {gradient}\n"
    )


def optimizer(name: str, options: Mapping[str, Any]) -> str:
    """One step on a parameter p with gradient g and memory m, in place; t counts from 1."""
    o = options
    lines: list[str]
    match name:
        case "sgd":
            lines = ["p -= rate * g"]
        case "momentum":
            lines = [f"m[0][...] = {o['momentum']} * m[0] + g", "p -= rate * m[0]"]
        case "nesterov":
            lines = [
                f"m[0][...] = {o['momentum']} * m[0] + g",
                f"p -= rate * (g + {o['momentum']} * m[0])",
            ]
        case "adagrad":
            lines = ["m[0] += g * g", f"p -= rate * g / (np.sqrt(m[0]) + {o['epsilon']})"]
        case "rmsprop":
            lines = [
                f"m[0][...] = {o['alpha']} * m[0] + (1 - {o['alpha']}) * g * g",
                f"p -= rate * g / (np.sqrt(m[0]) + {o['epsilon']})",
            ]
        case _:
            lines = _adam(name, o)
    body = "\n".join(f"    {line}" for line in lines)
    return f'def update(p, g, m, rate, t, is_weight):\n    """{name}"""\n{body}\n'


def _adam(name: str, o: Mapping[str, Any]) -> list[str]:
    lines = []
    if name == "adamw":
        lines += ["if is_weight:", f"    p *= 1 - rate * {o['weight_decay']}"]
    lines += [
        f"m[0][...] = {o['beta1']} * m[0] + (1 - {o['beta1']}) * g",
        f"m[1][...] = {o['beta2']} * m[1] + (1 - {o['beta2']}) * g * g",
    ]
    first, second = "m[0]", "m[1]"
    if o["bias_correction"]:
        first, second = f"m[0] / (1 - {o['beta1']}**t)", f"m[1] / (1 - {o['beta2']}**t)"
    return [*lines, f"p -= rate * ({first}) / (np.sqrt({second}) + {o['epsilon']})"]
