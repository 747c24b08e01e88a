"""The same experiment in PyTorch: torch.nn, torch.optim, torch.utils.data.

Held to the engine by a test that runs these lines from the same weights.
"""

from __future__ import annotations

from itertools import pairwise

from nnmath_tui.views.conventions.subject import Equivalent, Subject, factor_code

MODULES = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus()",
    "softsign": "nn.Softsign()",
    "step": "Step()",
    "softmax": "nn.Softmax(dim=1)",
}
_LOSSES = {
    "mse": "loss = nn.MSELoss()",
    "half_mse": "loss = lambda out, y: nn.functional.mse_loss(out, y) / 2",
    "mae": "loss = nn.L1Loss()",
    "huber": "loss = nn.HuberLoss()",
    "bce": "loss = nn.BCEWithLogitsLoss()",
    "ce": "loss = nn.CrossEntropyLoss()  # y: class numbers",
    "hinge": "loss = lambda out, y: (1 - (2 * y - 1) * out).clamp(min=0).mean()",
}


def pytorch(subject: Subject) -> Equivalent:
    """Lines that need X (n, d) and y, and nothing else."""
    return Equivalent(tuple(_setup(subject)), tuple(_loop(subject)), tuple(_differences(subject)))


def _setup(subject: Subject) -> list[str]:
    training = subject.experiment.training
    lines = ["import math", ""] if _needs_math(subject) else []
    lines += ["import torch", "from torch import nn"]
    lines += ["from torch.utils.data import DataLoader, TensorDataset", ""]
    lines += [f"torch.set_default_dtype(torch.{training.dtype})", ""]
    if "step" in (*subject.hidden, subject.output):
        lines += ["class Step(nn.Module):", "    def forward(self, z):"]
        lines += ["        return (z > 0).to(z) + 0 * z  # slope 0", ""]
    lines += [*_model(subject), *_initialize(subject), _LOSSES[subject.blueprint.loss.name]]
    return [*lines, *_objective(subject), *_optimizer(subject), *_schedule(subject), ""]


def _needs_math(subject: Subject) -> bool:
    return subject.experiment.training.schedule == "cosine"


def _model(subject: Subject) -> list[str]:
    lines, chance = ["model = nn.Sequential("], subject.experiment.network.dropout
    names = (*subject.hidden, subject.output)
    for layer, ((fan_in, fan_out), name) in enumerate(
        zip(pairwise(subject.blueprint.sizes), names, strict=True)
    ):
        modules = [f"nn.Linear({fan_in}, {fan_out})"]
        modules += [MODULES[name]] if name != "linear" else []
        modules += [f"nn.Dropout({chance})"] if chance and layer < len(names) - 1 else []
        lines.append(f"    {', '.join(modules)},")
    return [*lines, ")", "layers = [m for m in model if isinstance(m, nn.Linear)]"]


def _initialize(subject: Subject) -> list[str]:
    if subject.given:
        return ["# first weights: those of the preset, transposed to (fan_out, fan_in)"]
    name, options = subject.experiment.network.initializer, subject.initializer_options
    gain = options.get("gain", 1.0)
    with_gain = f", gain={gain}" if gain != 1 else ""
    calls = {
        "zeros": "nn.init.zeros_(layer.weight)",
        "constant": f"nn.init.constant_(layer.weight, {options.get('value', 0)})",
        "normal": f"nn.init.normal_(layer.weight, std={options.get('sigma', 1)})",
        "glorot_uniform": f"nn.init.xavier_uniform_(layer.weight{with_gain})",
        "glorot_normal": f"nn.init.xavier_normal_(layer.weight{with_gain})",
        "he_uniform": 'nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")',
        "he_normal": 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")',
        "lecun_uniform": 'nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")',
        "lecun_normal": 'nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")',
        "orthogonal": f"nn.init.orthogonal_(layer.weight{with_gain})",
    }
    if name not in calls:
        return ["# first weights and biases: PyTorch's own default"]
    lines = ["for layer in layers:", f"    {calls[name]}"]
    if gain != 1 and name.startswith(("he_", "lecun_")):
        lines.append(f"    layer.weight.data *= {gain}")
    return [*lines, "    nn.init.zeros_(layer.bias)"]


def _objective(subject: Subject) -> list[str]:
    training = subject.experiment.training
    terms = ["loss(model(X), y)"]
    if training.l2:
        terms.append(f"{training.l2} / 2 * sum((m.weight**2).sum() for m in layers)")
    if training.l1 and training.l1_method == "subgradient":
        terms.append(f"{training.l1} * sum(m.weight.abs().sum() for m in layers)")
    lines = ["", "def objective(X, y):"]
    if len(terms) == 1:
        return [*lines, f"    return {terms[0]}", ""]
    return [
        *lines,
        "    return (",
        f"        {terms[0]}",
        *(f"        + {term}" for term in terms[1:]),
        "    )",
        "",
    ]


def _optimizer(subject: Subject) -> list[str]:
    training, options = subject.experiment.training, subject.optimizer_options
    parameters, lr = "model.parameters()", f"lr={training.learning_rate}"
    betas = f"betas=({options.get('beta1', 0)}, {options.get('beta2', 0)})"
    eps = f"eps={options.get('epsilon', 0)}"
    mu = f"momentum={options.get('momentum', 0)}"
    calls = {
        "sgd": f"SGD({parameters}, {lr})",
        "momentum": f"SGD({parameters}, {lr}, {mu})",
        "nesterov": f"SGD({parameters}, {lr}, {mu}, nesterov=True)",
        "adagrad": f"Adagrad({parameters}, {lr}, {eps})",
        "rmsprop": f"RMSprop({parameters}, {lr}, alpha={options.get('alpha', 0)}, {eps})",
        "adam": f"Adam({parameters}, {lr}, {betas}, {eps})",
    }
    if training.optimizer != "adamw":
        return _broken(f"optimizer = torch.optim.{calls[training.optimizer]}")
    return [
        "groups = [",
        f'    {{"params": [m.weight for m in layers], "weight_decay": {options["weight_decay"]}}},',
        '    {"params": [m.bias for m in layers], "weight_decay": 0.0},',
        "]",
        *_broken(f"optimizer = torch.optim.AdamW(groups, {lr}, {betas}, {eps})"),
    ]


def _broken(call: str) -> list[str]:
    """A call over three lines, as it may be long."""
    head, _, arguments = call.partition("(")
    return [f"{head}(", f"    {arguments[:-1]}", ")"]


def _schedule(subject: Subject) -> list[str]:
    training, options = subject.experiment.training, subject.schedule_options
    if training.schedule == "constant":
        return []
    if training.schedule == "plateau":
        return [
            "schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(",
            f"    optimizer, factor={options['gamma']}, patience={options['patience']},",
            f"    threshold={options['threshold']},",
            ")",
        ]
    return [
        "schedule = torch.optim.lr_scheduler.LambdaLR(",
        "    optimizer,",
        f"    lambda e: {factor_code(subject)},",
        ")",
    ]


def _loop(subject: Subject) -> list[str]:
    training = subject.experiment.training
    lines = [
        f"loader = DataLoader(TensorDataset(X, y), {subject.batch}, shuffle={training.shuffle})",
        f"for epoch in range({training.epochs}):",
        "    for X_batch, y_batch in loader:",
        "        optimizer.zero_grad()",
        "        objective(X_batch, y_batch).backward()",
    ]
    if training.clip_value:
        lines.append(
            f"        nn.utils.clip_grad_value_(model.parameters(), {training.clip_value})"
        )
    if training.clip_norm:
        lines.append(f"        nn.utils.clip_grad_norm_(model.parameters(), {training.clip_norm})")
    lines.append("        optimizer.step()")
    if training.l1 and training.l1_method == "proximal":
        lines += [
            f'        t = optimizer.param_groups[0]["lr"] * {training.l1}',
            "        for m in layers:",
            "            m.weight.data -= m.weight.data.clamp(-t, t)",
        ]
    if training.schedule == "plateau":
        lines += ["    with torch.no_grad():", "        schedule.step(loss(model(X), y))"]
    elif training.schedule != "constant":
        lines.append("    schedule.step()")
    return lines


def _differences(subject: Subject) -> list[str]:
    training, network = subject.experiment.training, subject.experiment.network
    notes = [
        "Linear keeps W as (fan_out, fan_in); here it is shown as (fan_in, fan_out).",
        "PyTorch's generator draws other numbers from the same seed: weights and shuffles differ.",
    ]
    if training.l2:
        notes.append(
            f"Under SGD, weight_decay={training.l2} on the weights alone is the same; on "
            "model.parameters() it would shrink biases too. Under Adam both pass through the "
            "root of v; AdamW's decay is another thing."
        )
    if training.l1 and training.l1_method == "proximal":
        notes.append("torch.optim has no proximal L1: the three lines after the step do it.")
    if not subject.optimizer_options.get("bias_correction", True):
        notes.append(
            "torch.optim has no Adam without bias correction: its first steps differ from these."
        )
    if "step" in (*subject.hidden, subject.output):
        notes.append("torch.nn has no step activation; torch.heaviside has no derivative.")
    if "softplus" in (*subject.hidden, subject.output):
        notes.append("nn.Softplus is z itself for z > 20, where the difference is below 2.1e-9.")
    if network.dropout:
        notes.append("nn.Dropout scales by 1 / (1 - p) as here; model.eval() switches it off.")
    if training.early_stopping:
        notes.append("torch has no early stopping: count the epochs without a better loss.")
    if training.schedule == "plateau":
        watched = "validation" if len(subject.dataset.validation) else "training"
        notes.append(
            f"Here the plateau is looked for in the {watched} loss; ReduceLROnPlateau ignores "
            "drops of the rate below 1e-8."
        )
    return notes
