"""The values that the arrow keys step through, where those of the field are not all there is."""

from __future__ import annotations

from itertools import product
from typing import Any

from nnmath_engine.datasets import DATASETS
from nnmath_engine.experiment import check_option
from nnmath_engine.field import Field
from nnmath_engine.losses import LOSSES
from nnmath_engine.registry import Option
from nnmath_engine.snapshot import Snapshot

PLANE_FEATURES: tuple[tuple[str, ...], ...] = (
    (),
    ("x1", "x2", "x1*x2"),
    ("x1", "x2", "x1^2", "x2^2"),
    ("x1", "x2", "x1^2", "x2^2", "x1*x2"),
    ("x1", "x2", "sin(pi*x1)", "sin(pi*x2)"),
    ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)"),
)
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
HIDDEN_LAYERS: tuple[tuple[int, ...], ...] = (
    (),
    *((width,) * depth for depth, width in product((1, 2, 3), _WIDTHS)),
)
_SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
_FACTORS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
_COUNTS = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000)
_SIGNED = (-10.0, -3.0, -1.0, -0.3, -0.1, 0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
_MAGNITUDES = tuple(float(f"{digit}e{power}") for power in range(-12, 4) for digit in (1, 3))
_DECADES = 3  # so far from its default, a magnitude is worth a step


def field_steps(field: Field, snapshot: Snapshot) -> tuple[Any, ...]:
    """The values to step through in order, of a setting of the experiment in force."""
    match field.path:
        case "data.source":
            return (*DATASETS, "formula")
        case "training.loss":
            task = snapshot.dataset.task
            return ("auto", *(name for name, loss in LOSSES.items() if task in loss.tasks))
        case "network.output_activation":
            loss, several = snapshot.loss, snapshot.layer_sizes[-1] > 1
            fitting = (loss.output,) if loss.on_logits else field.choices[1:]
            return ("auto", *(name for name in fitting if several or name != "softmax"))
        case "network.hidden":
            return HIDDEN_LAYERS
        case "data.features":
            return PLANE_FEATURES if snapshot.dataset.raw_names == ("x1", "x2") else ()
    if field.kind == "boolean":
        return (False, True)
    return field.choices or field.ladder


def option_steps(option: Option) -> tuple[Any, ...]:
    """The values to step through in order, of an option: all of them are allowed."""
    default = option.default
    steps: tuple[float, ...] = _SIGNED
    if isinstance(default, bool):
        return (False, True)
    if isinstance(default, int):
        steps = _COUNTS
    elif option.high == 1.0 and option.high_open and default >= 0.5:
        steps = _SHARES
    elif option.high == 1.0 and option.low_open:
        steps = _FACTORS
    elif option.low >= 0.0:
        middle = default or 1e-3
        near = (m for m in _MAGNITUDES if 10**-_DECADES <= m / middle * 1.001 <= 1.1 * 10**_DECADES)
        steps = (0.0, *near)
    return tuple(step for step in steps if _allowed(option, step))


def _allowed(option: Option, value: float) -> bool:
    try:
        check_option(option, value)
    except ValueError:
        return False
    return True
