"""When a number is no number any more: which was the first, where, and from which formula."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.descent import Step
from nnmath_engine.history import Record
from nnmath_engine.network import Parameters


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first quantity that became infinite or NaN, with the evidence for why."""

    quantity: str
    value: float
    formula: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.quantity} = {self.value:g}, from {self.formula}; {self.evidence}"


def diagnose(step: Step, before: Parameters, learning_rate: float) -> Diagnosis:
    """Find the first number of a step that is not finite, in the order of computation.

    Args:
        before: the parameters that the step started from.
    """
    evidence = _evidence(before, step.gradient, learning_rate)
    for quantity, formula, array in _in_order(step):
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            where = tuple(int(i) for i in bad[0])
            return Diagnosis(_named(quantity, where), float(array[where]), formula, evidence)
    # The plan's memory of squares is as many times larger as its gradient is: it ends earlier.
    formula = "the squares of gradients that the optimizer sums"
    return Diagnosis("the optimizer's memory", float("inf"), formula, evidence)


def diagnose_epoch(record: Record, parameters: Parameters, gradient: Parameters) -> Diagnosis:
    """Say what is not finite after an epoch's last step: the training loss, or the penalty.

    Args:
        record: the row of that epoch.
        parameters, gradient: those after and of that step.
    """
    evidence = _evidence(parameters, gradient, record.learning_rate)
    if math.isfinite(record.train_loss):
        formula = "l1 * sum |w| + l2 / 2 * sum w^2"
        return Diagnosis("the penalty", record.penalty, formula, evidence)
    formula = "the mean loss over all training rows"
    return Diagnosis("the training loss", record.train_loss, formula, evidence)


def _evidence(parameters: Parameters, gradient: Parameters, learning_rate: float) -> str:
    return (
        f"the largest weight was {_largest(parameters):.3g}, "
        f"the largest number of the gradient {_largest(gradient):.3g}, "
        f"the learning rate {learning_rate:g}"
    )


def _in_order(step: Step) -> Iterator[tuple[str, str, Array]]:
    for layer, (z, a) in enumerate(zip(step.tape.z, step.tape.a, strict=True), start=1):
        yield f"z{layer}", f"z{layer} = a{layer - 1} W{layer} + b{layer}", z
        yield f"a{layer}", f"a{layer} = f(z{layer})", a
    yield "loss", "the mean loss of the batch", np.array([step.loss])
    for layer, delta in reversed(list(enumerate(step.backward.deltas, start=1))):
        yield f"delta{layer}", f"delta{layer} = dL/dz{layer}", delta
    yield from _per_layer("dL/d{}", "{0} = the chain rule's sum over the batch", step.gradient)
    for i, slot in enumerate(step.slots, start=1):
        yield from _per_layer("state " + str(i) + " of {}", "the optimizer's rule", slot)
    yield from _per_layer("{}", "the optimizer's step", step.parameters)


def _per_layer(name: str, formula: str, arrays: Parameters) -> Iterator[tuple[str, str, Array]]:
    for layer, (W, b) in enumerate(arrays.layers(), start=1):
        for symbol, array in (("w", W), ("b", b)):
            quantity = name.format(f"{symbol}{layer}")
            yield quantity, formula.format(quantity), array


def _named(quantity: str, where: tuple[int, ...]) -> str:
    if quantity == "loss":
        return "the mean loss"
    if quantity[0] in "zad" and not quantity.startswith("dL"):
        sample, neuron = where
        return f"{quantity}[{neuron}] of sample {sample} of the batch"
    return f"{quantity}[{','.join(map(str, where))}]"


def _largest(parameters: Parameters) -> float:
    return max(float(np.abs(array).max()) for array in parameters.arrays())
