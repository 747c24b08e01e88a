"""The same experiment in Keras 3. Its documentation: https://keras.io/api/"""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

from nnmath_tui.views.conventions.subject import Equivalent, Subject, factor_code

_LOSSES = {
    "mse": "keras.losses.MeanSquaredError()",
    "half_mse": "lambda y, out: keras.ops.mean((out - y) ** 2, axis=-1) / 2",
    "mae": "keras.losses.MeanAbsoluteError()",
    "huber": "keras.losses.Huber()",
    "bce": "keras.losses.BinaryCrossentropy(from_logits=True)",
    "ce": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    "hinge": "keras.losses.Hinge()",
}
_OWN = {
    "leaky_relu": "keras.activations.leaky_relu(z, negative_slope=0.01)",
    "step": "keras.ops.cast(z > 0, z.dtype) + 0 * z  # slope 0",
}


def keras(subject: Subject) -> Equivalent:
    """Lines that need X (n, d) and y, and nothing else."""
    training = subject.experiment.training
    setup = ["import math", ""] if training.schedule == "cosine" else []
    setup += ["import keras", "", f'keras.config.set_floatx("{training.dtype}")']
    setup += [*_model(subject), *_compile(subject), ""]
    return Equivalent(tuple(setup), tuple(_fit(subject)), tuple(_differences(subject)))


def _model(subject: Subject) -> list[str]:
    names, chance = (*subject.hidden, subject.output), subject.experiment.network.dropout
    sizes, lines = subject.blueprint.sizes, _start(subject)
    for name in _OWN:
        if name in names:
            lines += ["", f"def {name}(z):", f"    return {_OWN[name]}"]
    lines += ["", "model = keras.Sequential(["]
    lines.append(f"    keras.Input(({sizes[0]},)),")
    for layer, ((fan_in, fan_out), name) in enumerate(zip(pairwise(sizes), names, strict=True)):
        lines += ["    keras.layers.Dense(", f"        {fan_out},"]
        if name != "linear":
            shown = name if name in _OWN else f'"{name}"'
            lines.append(f"        activation={shown},")
        lines += [f"        {argument}," for argument in _initializers(subject, fan_in)]
        lines += [f"        {argument}," for argument in _regularizer(subject)]
        lines.append("    ),")
        if chance and layer < len(names) - 1:
            lines.append(f"    keras.layers.Dropout({chance}),")
    return [*lines, "])"]


def _start(subject: Subject) -> list[str]:
    """A function that makes an initializer, as one alone would draw the same for equal layers."""
    name, options = subject.experiment.network.initializer, subject.initializer_options
    if subject.given or name == "pytorch":
        return []
    gain = options.get("gain", 1.0)
    scale, mode = gain * gain, "fan_in"
    if name.startswith("he_"):
        scale *= 2
    elif name.startswith("glorot_"):
        mode = "fan_avg"
    kind = "uniform" if name.endswith("uniform") else "untruncated_normal"
    if name == "glorot_uniform" and gain == 1:
        return []  # what Dense does anyway
    calls = {
        "zeros": "Zeros()",
        "constant": f"Constant({options.get('value', 0)})",
        "normal": f"RandomNormal(stddev={options.get('sigma', 1)})",
        "orthogonal": f"Orthogonal(gain={gain})",
    }
    call = calls.get(name, f'VarianceScaling({scale}, "{mode}", "{kind}")')
    head, _, arguments = call.partition("(")
    call = f"        {arguments[:-1]}"
    return ["", "def start():", f"    return keras.initializers.{head}(", call, "    )"]


def _initializers(subject: Subject, fan_in: int) -> list[str]:
    if subject.experiment.network.initializer == "pytorch" and not subject.given:
        bound = f"{1 / sqrt(fan_in):.6g}"
        uniform = f"keras.initializers.RandomUniform(-{bound}, {bound})"
        return [f"{which}_initializer={uniform}" for which in ("kernel", "bias")]
    return ["kernel_initializer=start()"] if _start(subject) else []


def _regularizer(subject: Subject) -> list[str]:
    training = subject.experiment.training
    l1 = f"l1={training.l1}" if training.l1 else ""
    l2 = f"l2={training.l2 / 2}" if training.l2 else ""
    given = ", ".join(one for one in (l1, l2) if one)
    return [f"kernel_regularizer=keras.regularizers.L1L2({given})"] if given else []


def _compile(subject: Subject) -> list[str]:
    training, options = subject.experiment.training, subject.optimizer_options
    given = [f"{training.learning_rate}"]
    name = {"sgd": "SGD", "momentum": "SGD", "nesterov": "SGD"}.get(training.optimizer)
    if name is None:
        classes = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
        name = classes[training.optimizer]
    if "momentum" in options:
        given.append(f"momentum={options['momentum']}")
    given += ["nesterov=True"] if training.optimizer == "nesterov" else []
    given += ["initial_accumulator_value=0.0"] if training.optimizer == "adagrad" else []
    given += [f"rho={options['alpha']}"] if "alpha" in options else []
    given += [
        f"{ours[:-1]}_{ours[-1]}={options[ours]}" for ours in ("beta1", "beta2") if ours in options
    ]
    given += [f"epsilon={options['epsilon']}"] if "epsilon" in options else []
    given += [f"weight_decay={options['weight_decay']}"] if "weight_decay" in options else []
    if training.clip_norm:
        given.append(f"global_clipnorm={training.clip_norm}")
    elif training.clip_value:
        given.append(f"clipvalue={training.clip_value}")
    lines = [f"optimizer = keras.optimizers.{name}(", *(f"    {one}," for one in given), ")"]
    if training.optimizer == "adamw":
        lines.append('optimizer.exclude_from_weight_decay(var_names=["bias"])')
    loss = _LOSSES[subject.blueprint.loss.name]
    return [*lines, f"loss = {loss}", "model.compile(optimizer=optimizer, loss=loss)"]


def _fit(subject: Subject) -> list[str]:
    training, options = subject.experiment.training, subject.schedule_options
    lines: list[str] = []
    calls = []
    watched = "val_loss" if len(subject.dataset.validation) else "loss"
    if training.schedule == "plateau":
        calls = [
            "keras.callbacks.ReduceLROnPlateau(",
            f'    monitor="{watched}", factor={options["gamma"]},',
            f"    patience={options['patience'] + 1}, min_delta=0,",
            ")",
        ]
    elif training.schedule != "constant":
        lines += ["def rate(e, lr):", f"    factor = {factor_code(subject)}"]
        lines += [f"    return {training.learning_rate} * factor", ""]
        calls = ["keras.callbacks.LearningRateScheduler(rate)"]
    if training.early_stopping:
        calls = [*calls[:-1], *(f"{line}," for line in calls[-1:])]
        calls += [
            "keras.callbacks.EarlyStopping(",
            f'    monitor="{watched}", patience={training.early_stopping},',
            f"    restore_best_weights={training.restore_best},",
            ")",
        ]
    lines += ["callbacks = [", *(f"    {line}" for line in calls), "]"] if calls else []
    lines += ["model.fit("]
    lines += [f"    X, y, batch_size={subject.batch}, epochs={training.epochs},"]
    lines += [f"    shuffle={training.shuffle}, verbose=0,"]
    lines += ["    validation_data=(X_val, y_val),"] if watched == "val_loss" else []
    lines += ["    callbacks=callbacks,"] if calls else []
    return [*lines, ")"]


def _differences(subject: Subject) -> list[str]:
    training, network = subject.experiment.training, subject.experiment.network
    notes = [
        "fit() prints the mean of the batches' losses while the weights change, with the penalty; "
        "here the loss is measured after the epoch, without it.",
    ]
    if training.l2:
        notes.append(f"L2(l) adds l * sum w^2, without the half: l = {training.l2 / 2}.")
    if training.l1:
        notes.append(
            "Keras has no proximal L1: L1(l) is the sub-gradient, and gives hardly any exact zero."
            if training.l1_method == "proximal"
            else "L1(l) is the sub-gradient of l * sum |w|, as here."
        )
    notes += _optimizer_notes(subject)
    if network.initializer.endswith("_normal") and not subject.given:
        notes.append(
            "HeNormal, GlorotNormal and LecunNormal are truncated at two deviations; "
            '"untruncated_normal" is what is drawn here.'
        )
    if "leaky_relu" in subject.hidden:
        notes.append("The slope below 0 of Keras' leaky_relu is 0.2 unless given; here it is 0.01.")
    if "step" in (*subject.hidden, subject.output):
        notes.append("Keras has no step activation; this one has slope 0.")
    if training.clip_norm and training.clip_value:
        notes.append(
            f"Keras takes one kind of clipping only: clipvalue={training.clip_value}, which "
            "comes first here, is missing above."
        )
    if training.clip_norm:
        notes.append("clipnorm would clip each array by itself; here it is all of them together.")
    if training.schedule == "plateau":
        notes.append(
            "ReduceLROnPlateau lowers the rate at the patience-th bad epoch, hence one more; its "
            f"min_delta is absolute, ours a share ({subject.schedule_options['threshold']})."
        )
    if subject.given:
        notes.append("First weights: model.set_weights([W1, b1, ...]), in the shapes shown here.")
    return notes


def _optimizer_notes(subject: Subject) -> list[str]:
    training = subject.experiment.training
    match training.optimizer:
        case "momentum" | "nesterov":
            return [
                "The velocity sums eta * g: the same steps while the rate is constant; after a "
                "change of the rate past gradients still count at the old one."
            ]
        case "adagrad" | "rmsprop":
            return [
                "epsilon stands inside the root: sqrt(s + eps); here outside: sqrt(s) + eps. "
                "Defaults differ too: "
                + (
                    "accumulators start at 0.1."
                    if training.optimizer == "adagrad"
                    else "rho 0.9 for alpha 0.99, epsilon 1e-7."
                )
            ]
        case "adam" | "adamw":
            notes = [
                "epsilon is added before the bias correction (Kingma's epsilon-hat); here after "
                "it. By default it is 1e-7, here 1e-8."
            ]
            if not subject.optimizer_options["bias_correction"]:
                notes.append("Keras has no Adam without bias correction.")
            return notes
        case _:
            return []
