"""Random networks, and what their numbers say of themselves.

`python -m tests.fuzz_derivations --count 500`. All activations, losses, optimizers and schedules
come in turn. Of each network many cells are opened. Whoever evaluates the digits of an equation
must get the digits of its value; the value must be the one that the numbers have; and the new
weights must be those that the step then leads to, to the last bit.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import warnings
from collections.abc import Iterator
from itertools import cycle, islice, product

import numpy as np
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.derivation import KINDS, Cell, CellError, Sample, Worksheet, derive, parse_cell
from nnmath_engine.experiment import Experiment
from nnmath_engine.losses import LOSSES
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.schedules import SCHEDULES
from nnmath_engine.session import Session

from tests.calculator import number, reproduces

CLASSES = ("xor", "circle", "spiral", "iris", "wine", "penguins", "blobs", "digits")
NUMBERS = ("sine", "plane", "penguin_mass")
FEATURES = (("x1", "x2", "x1^2", "x1*x2", "sin(pi*x2)"), ())
CELLS = 60

Values = dict[str, object]


def settings(rng: random.Random, activation: str, loss: str, optimizer: str) -> Values:
    """The settings of one network."""
    both = "regression" in LOSSES[loss].tasks
    source = rng.choice((*CLASSES, *NUMBERS) if both else CLASSES)
    plane = source in ("xor", "circle", "spiral", "blobs", "plane")
    return {
        "data.source": source,
        "data.samples": 60,
        "data.standardize": rng.random() < 0.3,
        "data.features": rng.choice(FEATURES) if plane else (),
        "network.hidden": tuple(rng.randint(1, 12) for _ in range(rng.randint(0, 3))),
        "network.activation": activation,
        "network.dropout": rng.choice((0.0, 0.0, 0.4)),
        "training.loss": loss,
        "training.optimizer": optimizer,
        "training.schedule": rng.choice(tuple(SCHEDULES)),
        "training.learning_rate": 10 ** rng.uniform(-3, -1),
        "training.batch_size": rng.choice((1, 5, 16, 64, 1000)),
        "training.l1": rng.choice((0.0, 0.0, 0.01)),
        "training.l1_method": rng.choice(("proximal", "subgradient")),
        "training.l2": rng.choice((0.0, 0.1)),
        "training.clip_norm": rng.choice((0.0, 0.0, 0.1)),
        "training.clip_value": rng.choice((0.0, 0.0, 0.02)),
        "training.dtype": rng.choice(("float64", "float64", "float32")),
        "training.seed": rng.randrange(1000),
    }


def cells(rng: random.Random, sheet: Worksheet) -> Iterator[Cell]:
    """Some of the numbers that this network has, of every kind."""
    sizes, data = sheet.blueprint.sizes, sheet.dataset
    for kind in KINDS.values():
        for _ in range(3 if kind.shape != "whole" else 1):
            layer = rng.randrange(1, len(sizes))
            fan_in, fan_out = sizes[layer - 1 : layer + 1]
            index: tuple[int, ...] = (rng.randrange(fan_out),)
            if kind.shape == "weight" or (kind.shape == "parameter" and rng.random() < 0.7):
                index = (rng.randrange(fan_in), *index)
            elif kind.shape in ("input", "output"):
                wide = len(data.raw_names) if kind.name == "raw" else sizes[0]
                layer, index = 0, (rng.randrange(sizes[-1] if kind.shape == "output" else wide),)
            elif kind.shape in ("whole", "sample"):
                layer, index = 0, ()
            sample = _sample(rng, sheet) if kind.of_sample else None
            yield Cell(kind.name, layer, index, sample)


def _sample(rng: random.Random, sheet: Worksheet) -> Sample:
    if rng.random() < 0.7:
        return Sample("train", int(rng.choice(sheet.rows)))
    if rng.random() < 0.5 and len(sheet.dataset.test):
        return Sample("test", rng.randrange(len(sheet.dataset.test)))
    return Sample("train", rng.randrange(len(sheet.dataset.train)))


def faults_of(sheet: Worksheet, cell: Cell, rng: random.Random) -> Iterator[str | None]:
    """One entry for each equation of a cell: what is wrong with it, or None."""
    if parse_cell(str(cell)) != cell:
        yield f"{cell} is read as {parse_cell(str(cell))}"
    try:
        derivation = derive(sheet, cell)
    except CellError:
        return
    for equation in derivation.equations:
        if not math.isfinite(equation.value):
            continue
        shown = equation.printed(rng.choice((2, 4, 8, 40)))
        if not reproduces(shown.numbers, shown.value):
            yield f"{equation.symbol} = {shown.numbers} is not {shown.value}"
        elif abs(number(shown.value) - equation.value) > 5e-4 * abs(equation.value) + _noise(sheet):
            yield f"{equation.symbol} = {equation.value} is printed as {shown.value}"
        else:
            yield None
    # Of a batch, single precision rounds otherwise than of a single row.
    near = 1e-3 if sheet.experiment.training.dtype == "float32" else 1e-9
    for operand, value in derivation.operands():
        opened = derive(sheet, operand).value
        same = math.isclose(opened, value, rel_tol=near, abs_tol=_noise(sheet))
        if not same and math.isfinite(value):
            yield f"{operand} is {value} in {cell}, and {opened} when it is opened"


def _noise(sheet: Worksheet) -> float:
    return 1e-5 if sheet.experiment.training.dtype == "float32" else 1e-12


def check(index: int, seed: int) -> tuple[int, bool, list[str]]:
    """Of a random network: how many equations were evaluated, if a step could be, what is wrong."""
    turns = cycle(product(ACTIVATIONS, LOSSES, OPTIMIZERS))
    chosen = next(islice(turns, index * 5, None))
    rng = random.Random(f"{seed} {index}")
    session = Session(Experiment.from_values(settings(rng, *chosen)))
    session.run(math.inf, until=rng.choice((0, 1, 3)))
    for _ in range(rng.choice((0, 1))):
        session.step("batch")
    if rng.random() < 0.2:
        session.freeze(1, rng.choice((None, 0)), 0)
    sheet = session.worksheet()
    outcomes = [one for cell in cells(rng, sheet) for one in faults_of(sheet, cell, rng)]
    found = [one for one in outcomes if one is not None]
    stepped = session.status == "ready"
    if stepped:
        session.step("batch")
        stepped = session.status == "ready"
        if stepped:
            after = session.snapshot().parameters.arrays()
            if not all(map(np.array_equal, sheet.after.arrays(), after)):
                found.append("the next weights are not those after the step")
    return len(outcomes), stepped, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    equations = steps = faults = 0
    for index in range(arguments.count):
        checked, stepped, found = check(index, arguments.seed)
        equations, steps, faults = equations + checked, steps + stepped, faults + len(found)
        for fault in found:
            print(f"network {index}: {fault}", flush=True)
    print(f"{arguments.count} networks, {equations:,} equations, {steps} steps, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
