"""Random networks against the gradient check: `python -m tests.fuzz_gradients --count 1000`.

Each is a built-in data set, scaled or not, with an activation, a loss and an initializer. All
activations and losses come in turn. Backpropagation is right, so that every check must pass, and
fail once f′ or the gradient of the loss is wrong by a thousandth.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys
import warnings
from collections.abc import Sequence
from itertools import cycle, islice, product

from nnmath_engine.activations import ACTIVATIONS, Activation
from nnmath_engine.descent import penalty
from nnmath_engine.experiment import Experiment
from nnmath_engine.gradcheck import GradientReport, check_gradients
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.losses import LOSSES, Loss
from nnmath_engine.network import backward, forward, mean_loss
from nnmath_engine.session import Session

CLASSES = ("xor_table", "and", "circle", "iris", "wine", "breast_cancer", "penguins", "digits")
NUMBERS = ("sine", "plane", "penguin_mass")
ROWS, MOST = 60, 60

Values = dict[str, object]


def network(rng: random.Random, activation: str, loss: str) -> Values:
    """The settings of one network."""
    both = "regression" in LOSSES[loss].tasks
    source = rng.choice((*CLASSES, *NUMBERS) if both else CLASSES)
    return {
        "data.source": source,
        "data.standardize": rng.random() < 0.3,
        "data.seed": rng.randrange(1000),
        "network.hidden": tuple(rng.randint(1, 9) for _ in range(rng.randint(1, 3))),
        "network.activation": activation,
        "network.initializer": rng.choice(tuple(INITIALIZERS)),
        "training.loss": loss,
        "training.l1": rng.choice((0.0, 0.0, 0.01)),
        "training.l2": rng.choice((0.0, 0.1)),
        "training.learning_rate": 0.001,
        "training.seed": rng.randrange(1000),
    }


def check(session: Session, activations: Sequence[Activation], loss: Loss) -> GradientReport:
    training, train = session.experiment.training, session.dataset.train
    X, Y = train.X[:ROWS], train.Y[:ROWS]
    l1, l2 = training.l1, training.l2
    return check_gradients(session.parameters, activations, loss, X, Y, l1=l1, l2=l2, most=MOST)


def outcome(values: Values, epochs: int) -> tuple[str, GradientReport | None]:
    """What is wrong with the check of this network, "" if nothing is; and its report."""
    session = Session(Experiment.from_values(values))
    session.run(float("inf"), until=epochs)
    if session.status == "diverged":
        return "", None
    snapshot = session.snapshot()
    activations, loss = snapshot.activations, snapshot.loss
    report = check(session, activations, loss)
    if report.checked and not report.passed:
        return f"a right gradient fails: {report}", report
    if report.kinks or report.sampled:
        return "", report  # what was left out may be all that a fault shows in
    wrong = dataclasses.replace(loss, gradient=lambda out, Y: 1.001 * loss.gradient(out, Y))
    if _shows(session, loss) and check(session, activations, wrong).passed:
        return f"a wrong gradient passes: {report}", report
    return "", report


def _shows(session: Session, loss: Loss) -> bool:
    """Whether the gradient is large enough to show a thousandth of it."""
    snapshot, train = session.snapshot(), session.dataset.train
    X, Y = train.X[:ROWS], train.Y[:ROWS]
    tape = forward(snapshot.parameters, X, snapshot.activations)
    data = backward(tape, snapshot.parameters, snapshot.activations, loss, Y).gradients
    training = session.experiment.training
    J = mean_loss(tape, loss, Y) + penalty(snapshot.parameters, training)
    return max(float(abs(g).max()) for g in data.arrays()) > 1e-2 * max(1.0, J)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    faults = diverged = checked = skipped = 0
    pairs = cycle(product(ACTIVATIONS, LOSSES))
    for index, (activation, loss) in enumerate(islice(pairs, arguments.count)):
        # A generator for each network, so that one can be made again by its number alone.
        rng = random.Random(f"{arguments.seed} {index}")
        values = network(rng, activation, loss)
        found, report = outcome(values, epochs=rng.choice((0, 0, 2)))
        if report is None:
            diverged += 1
        else:
            checked, skipped = checked + report.checked, skipped + report.kinks
        if found:
            faults += 1
            print(f"network {index}: {found}\n  {values}", flush=True)
    print(f"{checked:,} parameters checked, {skipped:,} skipped, {diverged} networks diverged")
    print(f"{arguments.count} networks, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
