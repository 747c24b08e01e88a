"""What training scripts for NumPy and for PyTorch share: rows, targets, rates, watching a loss."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from nnmath_tui.export import literals
from nnmath_tui.export.source import Source
from nnmath_tui.views.conventions.subject import factor_code

MOST_NUMBERS = 200_000
"""Numbers of the rows to train on that a script holds itself; more go into a file beside it."""


def rows(source: Source) -> tuple[str, dict[str, npt.NDArray[Any]]]:
    """The rows to train on, and those whose loss decides, raw and with targets Y.

    Returns: the source, and the arrays that are too long for it.
    """
    splits = {"TRAIN": source.dataset.train}
    if source.watched is not None:
        splits["WATCHED"] = source.watched
    numbers = sum(split.raw.size + split.y.size for split in splits.values())
    lines, beside = [], {}
    if numbers > MOST_NUMBERS:
        lines += ['BESIDE = np.load(Path(__file__).with_suffix(".npz"))']
    for name, split in splits.items():
        for part, values in (("RAW", split.raw), ("TARGETS", split.y)):
            if numbers > MOST_NUMBERS:
                beside[f"{name}_{part}"] = values
                lines += [f'{name}_{part} = BESIDE["{name}_{part}"]']
            else:
                lines += [f"{name}_{part} = {literals.array(values)}"]
    return "\n".join(lines), beside


def targets(source: Source) -> str:
    """The function that makes Y (n, k) of targets (n,)."""
    k, dtype = source.blueprint.sizes[-1], source.experiment.training.dtype
    one_hot = bool(source.dataset.classes) and k > 1
    made = f"np.eye({k})[y]" if one_hot else "y[:, None]"
    return "\n".join(
        [
            "def targets(y):",
            '    """What the network is to answer (n, k)."""',
            f'    return {made}.astype("{dtype}")\n',
        ]
    )


def seed_line(source: Source) -> str:
    """The generator of the shuffles and of dropout."""
    return f"    rng = np.random.default_rng([{source.experiment.training.seed}, 3])"


def order_code(source: Source) -> str:
    """The order of the rows in an epoch."""
    shuffles = source.experiment.training.shuffle
    return "rng.permutation(len(X))" if shuffles else "np.arange(len(X))"


def rate_code(source: Source) -> str:
    """The learning rate in force in epoch e, from 0."""
    subject = source.subject
    rate = source.experiment.training.learning_rate
    if source.experiment.training.schedule == "plateau":
        return f"{rate} * {subject.schedule_options['gamma']} ** drops"
    factor = factor_code(subject)
    if factor == "1":
        return str(rate)
    return f"{rate} * ({factor})"


def watching_start(source: Source) -> list[str]:
    """What a plateau and early stopping begin with."""
    training, lines = source.experiment.training, []
    if training.schedule == "plateau":
        lines += ["    best, waited, drops = math.inf, 0, 0  # of the plateau"]
    if training.early_stopping:
        lines += ["    least, patience = math.inf, 0  # of early stopping"]
    return lines


def watching(source: Source, keep: str, restore: str) -> list[str]:
    """What they do with the loss that they watch, `watched`, at the end of an epoch."""
    training, lines = source.experiment.training, []
    if training.schedule == "plateau":
        options = source.subject.schedule_options
        lines += [
            f"        if watched < best * (1 - {options['threshold']}):",
            "            best, waited = watched, 0",
            f"        elif waited < {options['patience']}:",
            "            waited += 1",
            "        else:",
            "            waited, drops = 0, drops + 1",
        ]
    if training.early_stopping:
        lines += [
            "        if watched < least:",
            "            least, patience = watched, 0",
            *([f"            kept = {keep}"] if training.restore_best else []),
            "        else:",
            "            patience += 1",
            f"        if patience >= {training.early_stopping}:",
            *([f"            {restore}"] if training.restore_best else []),
            "            break",
        ]
    return lines


def watches(source: Source) -> bool:
    """Whether a loss decides about the rate or the end."""
    training = source.experiment.training
    return training.schedule == "plateau" or training.early_stopping > 0


def has_masks(source: Source) -> bool:
    """Whether dropout has anything to drop."""
    return source.experiment.network.dropout > 0 and len(source.blueprint.sizes) > 2


def masks_code(source: Source) -> list[str]:
    """Dropout's factors for the hidden layers, as NumPy arrays."""
    chance, dtype = source.experiment.network.dropout, source.experiment.training.dtype
    hidden = literals.names(source.blueprint.sizes[1:-1])
    kept = f"rng.random((len(rows), width)) >= {chance}"
    return [
        f'            masks = [({kept}).astype("{dtype}") / {1 - chance}',
        f"                     for width in {hidden}]",
    ]
