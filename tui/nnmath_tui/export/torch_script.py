"""A network as a script for PyTorch: the weights in an `nn.Sequential`, rows prepared by NumPy."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from nnmath_engine.network import Parameters

from nnmath_tui.export import literals, shared, training_code
from nnmath_tui.export.shared import Script
from nnmath_tui.export.source import Source
from nnmath_tui.views.conventions.pytorch import MODULES

_STEP = """\
class Step(nn.Module):
    def forward(self, z):
        return (z > 0).to(z) + 0 * z  # slope 0
"""
_ADAM = '''\
class Adam(torch.optim.Optimizer):
    """Adam without bias correction, which torch.optim does not have."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (beta1, beta2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                m, v = self.state[p].setdefault("mv", (torch.zeros_like(p), torch.zeros_like(p)))
                p *= 1 - lr * group["weight_decay"]
                m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                p -= lr * m / (v.sqrt() + group["eps"])
'''
_LOSSES = {
    "mse": "nn.functional.mse_loss(out, Y)",
    "half_mse": "nn.functional.mse_loss(out, Y) / 2",
    "mae": "nn.functional.l1_loss(out, Y)",
    "huber": "nn.functional.huber_loss(out, Y)",
    "bce": "nn.functional.binary_cross_entropy_with_logits(out, Y)",
    "ce": "nn.functional.cross_entropy(out, Y)",
    # relu and not clamp: its slope at 0 is 0.
    "hinge": "(1 - (2 * Y - 1) * out).relu().mean()",
}


def torch_script(source: Source, training: bool) -> Script:
    """The script; with `training`, also the rows, the first weights and how it was trained."""
    parts = [
        shared.inputs(source),
        _state("STATE", source, source.parameters),
        *([_STEP] if "step" in source.activations else []),
        _model(source),
        shared.prepare(source),
        _predict(source),
        shared.read(source),
    ]
    beside: dict[str, npt.NDArray[Any]] = {}
    if training:
        rows, beside = training_code.rows(source)
        parts += [rows, _state("FIRST", source, source.first), training_code.targets(source)]
        if not source.subject.optimizer_options.get("bias_correction", True):
            parts += [_ADAM]
        parts += [_objective(source), _loop(source)]
    parts += [shared.main(source, training)]
    if "unpack(" in shared.joined(*parts):
        parts.insert(0, literals.UNPACK)
    body = shared.joined(*parts)
    start = shared.docstring(source, "PyTorch and NumPy", training)
    start += shared.imports(body, ("import numpy as np", "import torch", "from torch import nn"))
    return Script(f"{start}\n\n{body}", beside)


def _state(name: str, source: Source, parameters: Parameters) -> str:
    dtype = source.experiment.training.dtype
    given = None if dtype == "float64" else dtype
    lines = (
        [f"{name} = {{"] if name == "FIRST" else ["# (fan_out, fan_in), as nn.Linear", "STATE = {"]
    )
    for layer, (W, b) in enumerate(parameters.layers()):
        for part, values in (("weight", W.T), ("bias", b)):
            text = literals.array(np.asarray(values), given)
            lines.append(f'    "{2 * layer}.{part}": {literals.hanging(text)},')
    return "\n".join([*lines, "}"])


def _model(source: Source) -> str:
    lines = ["model = nn.Sequential("]
    sizes = pairwise(source.blueprint.sizes)
    for (fan_in, fan_out), name in zip(sizes, source.activations, strict=True):
        lines += [
            f"    nn.Linear({fan_in}, {fan_out}),",
            f"    {MODULES.get(name, 'nn.Identity()')},",
        ]
    return "\n".join(
        [
            *lines,
            f").to(torch.{source.experiment.training.dtype})",
            "",
            "",
            "def load(arrays):",
            "    model.load_state_dict(",
            "        {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}",
            "    )\n",
        ]
    )


def _predict(source: Source) -> str:
    scored = "z" if source.blueprint.loss.on_logits else "yhat"
    return "\n".join(
        [
            "def predict(raw):",
            '    """What decides the class, and the prediction, for raw inputs (n, d0)."""',
            "    load(STATE)",
            "    with torch.no_grad():",
            "        z = model[:-1](torch.from_numpy(prepare(raw)))",
            "        yhat = model[-1](z)",
            f"    return {scored}.numpy(), yhat.numpy()\n",
        ]
    )


def _objective(source: Source) -> str:
    training, logits = source.experiment.training, source.blueprint.loss.on_logits
    masked = training_code.has_masks(source)
    lines = [
        f"def scored(X{', masks=()' if masked else ''}):",
        f'    """{"The output z" if logits else "The prediction"}, which the loss takes."""',
    ]
    if masked:
        lines += [
            "    for layer, mask in enumerate(masks):",
            "        X = model[2 * layer : 2 * layer + 2](X) * torch.from_numpy(mask)",
            f"    return model[2 * len(masks) :{' -1' if logits else ''}](X)",
        ]
    else:
        lines += [f"    return model{'[:-1]' if logits else ''}(X)"]
    terms = [f"loss(scored(X{', masks' if masked else ''}), Y)"]
    if training.l2:
        terms += [f"{training.l2} / 2 * sum((m.weight**2).sum() for m in layers)"]
    if training.l1 and training.l1_method == "subgradient":
        terms += [f"{training.l1} * sum(m.weight.abs().sum() for m in layers)"]
    return "\n".join(
        [
            *lines,
            "",
            "",
            "def loss(out, Y):",
            f"    return {_LOSSES[source.blueprint.loss.name]}",
            "",
            "",
            "layers = [m for m in model if isinstance(m, nn.Linear)]",
            "",
            "",
            f"def objective(X, Y{', masks' if masked else ''}):",
            "    return " + "".join(f"{' + ' if i else ''}{term}" for i, term in enumerate(terms)),
            "",
            "",
            "def mean_loss(X, Y):",
            "    with torch.no_grad():",
            "        return loss(scored(X), Y).item()\n",
        ]
    )


def _optimizer(source: Source) -> str:
    training, options = source.experiment.training, source.subject.optimizer_options
    rate, every = training.learning_rate, "model.parameters()"
    mu = options.get("momentum", 0)
    eps = f"eps={options.get('epsilon', 0)}"
    match training.optimizer:
        case "sgd":
            return f"torch.optim.SGD({every}, lr={rate})"
        case "momentum" | "nesterov":
            ahead = ", nesterov=True" if training.optimizer == "nesterov" and mu else ""
            return f"torch.optim.SGD({every}, lr={rate}, momentum={mu}{ahead})"
        case "adagrad":
            return f"torch.optim.Adagrad({every}, lr={rate}, {eps})"
        case "rmsprop":
            return f"torch.optim.RMSprop({every}, lr={rate}, alpha={options['alpha']}, {eps})"
    decay = options.get("weight_decay", 0.0)
    betas = f"({options['beta1']}, {options['beta2']})"
    groups = (
        f'[{{"params": [m.weight for m in layers], "weight_decay": {decay}}}, '
        '{"params": [m.bias for m in layers], "weight_decay": 0.0}]'
    )
    if options["bias_correction"]:
        return f"torch.optim.AdamW({groups}, lr={rate}, betas={betas}, {eps})"
    return f'Adam({groups}, {{"lr": {rate}, "betas": {betas}, "eps": {options["epsilon"]}}})'


def _loop(source: Source) -> str:
    training = source.experiment.training
    masked = training_code.has_masks(source)
    lines = [
        "def train(epochs):",
        '    """From the first weights on; prints the mean loss of the training rows."""',
        "    load(FIRST)",
        "    X, Y = map(torch.from_numpy, (prepare(TRAIN_RAW), targets(TRAIN_TARGETS)))",
    ]
    watched = "X, Y"
    if source.watched is not None:
        lines += [
            "    held = map(torch.from_numpy, (prepare(WATCHED_RAW), targets(WATCHED_TARGETS)))",
            "    X_watched, Y_watched = held",
        ]
        watched = "X_watched, Y_watched"
    lines += [
        training_code.seed_line(source),
        f"    optimizer = {_optimizer(source)}",
        *training_code.watching_start(source),
        '    print("epoch,train_loss")',
        '    print(f"0,{mean_loss(X, Y)}")',
        "    for e in range(epochs):",
        f"        rate = {training_code.rate_code(source)}",
        "        for group in optimizer.param_groups:",
        '            group["lr"] = rate',
        f"        order = {training_code.order_code(source)}",
        f"        for start in range(0, len(X), {training.batch_size}):",
        f"            rows = order[start : start + {training.batch_size}]",
    ]
    if masked:
        lines += training_code.masks_code(source)
    lines += [
        "            optimizer.zero_grad()",
        f"            objective(X[rows], Y[rows]{', masks' if masked else ''}).backward()",
    ]
    if training.clip_value:
        lines += [
            f"            nn.utils.clip_grad_value_(model.parameters(), {training.clip_value})"
        ]
    if training.clip_norm:
        lines += [f"            nn.utils.clip_grad_norm_(model.parameters(), {training.clip_norm})"]
    lines += ["            optimizer.step()"]
    if training.l1 and training.l1_method == "proximal":
        lines += [
            "            for m in layers:",
            f"                t = rate * {training.l1}",
            "                m.weight.data -= m.weight.data.clamp(-t, t)",
        ]
    lines += ['        print(f"{e + 1},{mean_loss(X, Y)}")']
    if training_code.watches(source):
        lines += [f"        watched = mean_loss({watched})"]
        keep = "copy.deepcopy(model.state_dict())"
        lines += training_code.watching(source, keep, "model.load_state_dict(kept)")
    return "\n".join(lines) + "\n"
