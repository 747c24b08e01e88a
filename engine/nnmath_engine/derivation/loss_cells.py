"""Losses: of one sample, of the batch, of all rows, and the objective with its penalty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnmath_engine.derivation.activation_forms import ONE, softplus_form
from nnmath_engine.derivation.cells import Cell, Sample, SplitName
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, right_side
from nnmath_engine.derivation.expression import (
    Absolute,
    Call,
    Difference,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    setting,
)
from nnmath_engine.derivation.worksheet import Run, Worksheet
from nnmath_engine.network import forward
from nnmath_engine.plan.scoring import classes, decided

TWO, HALF = setting(2.0), setting(0.5)


def sample_loss(sheet: Worksheet, cell: Cell) -> Derivation:
    """Lᵢ."""
    assert cell.sample is not None
    loss, run = sheet.blueprint.loss, sheet.run(cell.sample)
    scored = run.z[-1] if loss.on_logits else run.a[-1]
    value = float(loss.per_sample(scored[None], run.y[None])[0])
    if loss.name == "ce":
        right, note = _cross_entropy(sheet, run, cell)
    else:
        terms = [_term(loss.name, *pair) for pair in output_pairs(sheet, run, cell)]
        note = "as y = 1" if loss.name == "bce" and run.y[0] == 1 else ""
        note = "as y = 0" if loss.name == "bce" and run.y[0] == 0 else note
        note = note if len(terms) == 1 else ""
        right = mean_over_outputs(terms)
    words = f"loss of {sample_words(cell.sample)} ({loss.label})"
    return Derivation(
        cell, words, value, (Equation(str(cell), right_side(loss.formula), right, value, note),)
    )


def sample_words(sample: Sample) -> str:
    """A sample in words."""
    row = f"{'test' if sample.split == 'test' else 'training'} row {sample.row}"
    return f"{row} without dropout" if sample.split == "eval" else row


def output_pairs(sheet: Worksheet, run: Run, cell: Cell) -> list[tuple[Number, Number]]:
    """For each output what the loss is a function of, and its target."""
    layers, on_logits = len(run.z), sheet.blueprint.loss.on_logits
    pairs = []
    for j, y in enumerate(run.y):
        out = float((run.z if on_logits else run.a)[-1][j])
        name = Cell("z", layers, (j,), cell.sample) if on_logits else _yhat(cell, j)
        pairs.append((Number(out, name), Number(float(y), Cell("y", 0, (j,), cell.sample))))
    return pairs


def _yhat(cell: Cell, j: int) -> Cell:
    return Cell("yhat", 0, (j,), cell.sample)


def mean_over_outputs(terms: list[Expression]) -> Expression:
    """The mean of the terms, one for each output."""
    if len(terms) == 1:
        return terms[0]
    return Quotient(Sum(tuple(terms)), setting(float(len(terms))))


def _term(name: str, out: Number, y: Number) -> Expression:
    error = Difference(out, y)
    match name:
        case "mse":
            return Power(error, TWO)
        case "half_mse":
            return Product((HALF, Power(error, TWO)))
        case "mae":
            return Absolute(error)
        case "huber":
            if abs(out.value - y.value) <= 1:
                return Product((HALF, Power(error, TWO)))
            return Difference(Absolute(error), HALF)
        case "bce":
            # −ln σ(z) = softplus(−z), −ln(1 − σ(z)) = softplus(z): no probability is rounded to 0.
            return softplus_form(Negative(out) if y.value == 1 else out)
        case "hinge":
            t = setting(2 * y.value - 1)
            return Call("max", (setting(0.0), Difference(ONE, Product((t, out)))))
    raise ValueError(f"no form of the loss {name!r}")


def _cross_entropy(sheet: Worksheet, run: Run, cell: Cell) -> tuple[Expression, str]:
    """−ln softmax(z)ⱼ = ln Σ exp(zᵢ) − zⱼ for the true class j."""
    z, layers, true = run.z[-1], len(run.z), int(run.y.argmax())
    numbers = [Number(float(v), Cell("z", layers, (i,), cell.sample)) for i, v in enumerate(z)]
    note = f"as the true class is {true}"
    top = int(z.argmax())
    if top == true and len(z) > 1:
        return _small_surprise(numbers, true), note
    if abs(z).max() < 30:
        total = Sum(tuple(Call("exp", (number,)) for number in numbers))
        return Difference(Call("ln", (total,)), numbers[true]), note
    total = Sum(tuple(Call("exp", (Difference(number, numbers[top]),)) for number in numbers))
    return Sum((Call("ln", (total,)), Difference(numbers[top], numbers[true]))), note


def _small_surprise(numbers: list[Number], true: int) -> Expression:
    """ln(1 + Σ exp(zᵢ − zⱼ)) over the wrong classes: it keeps its digits where it is nearly 0."""
    others = tuple(
        Call("exp", (Difference(number, numbers[true]),))
        for i, number in enumerate(numbers)
        if i != true
    )
    if Sum(others).evaluate() < 1e-9:
        return Sum(others)
    return Call("ln", (Sum((ONE, *others)),))


def batch_loss(sheet: Worksheet, cell: Cell) -> Derivation:
    """The mean of Lᵢ over the batch."""
    loss = sheet.blueprint.loss
    with np.errstate(all="ignore"):
        losses = loss.per_sample(sheet.tape.scored(loss), sheet.Y)
    rows = [int(row) for row in sheet.rows]
    right = _mean(losses, lambda i: Cell("sample_loss", sample=Sample("train", rows[i])))
    value = float(losses.mean())
    words = f"mean loss of the batch of {len(rows)}"
    return Derivation(cell, words, value, (Equation(str(cell), "1/n · Σᵢ Lᵢ", right, value),))


def _mean(losses: np.ndarray, cell: Callable[[int], Cell]) -> Expression:
    series = Series(losses, lambda i: Number(float(losses[i]), cell(i)))
    return series if len(losses) == 1 else Quotient(series, setting(float(len(losses))))


def penalty(sheet: Worksheet, cell: Cell) -> Derivation:
    """λ₁ Σ |w| + λ₂/2 Σ w², over all weights."""
    training, terms, formulas = sheet.experiment.training, [], []
    if training.l1 > 0:
        series = _over_weights(sheet, np.abs, Absolute)
        terms.append(Product((setting(training.l1), series)))
        formulas.append("λ₁·Σ|w|")
    if training.l2 > 0:
        series = _over_weights(sheet, np.square, lambda w: Power(w, TWO))
        terms.append(Product((Quotient(setting(training.l2), TWO), series)))
        formulas.append("λ₂/2·Σw²")
    if not terms:
        return Derivation(cell, "penalty", 0.0, (), ("L1 and L2 are off.",))
    right = Sum(tuple(terms))
    value = right.evaluate()
    formula = " + ".join(formulas) + " over all weights, not the biases"
    return Derivation(cell, "penalty", value, (Equation(str(cell), formula, right, value),))


def _over_weights(
    sheet: Worksheet,
    magnitude: Callable[[np.ndarray], np.ndarray],
    form: Callable[[Number], Expression],
) -> Series:
    weights = sheet.before.weights
    flat = np.concatenate([W.ravel() for W in weights]).astype(float)
    places = np.cumsum([0, *(W.size for W in weights)])

    def term(i: int) -> Expression:
        layer = int(np.searchsorted(places, i, side="right")) - 1
        row, column = divmod(int(i - places[layer]), weights[layer].shape[1])
        return form(Number(float(flat[i]), Cell("w", layer + 1, (row, column))))

    return Series(magnitude(flat), term)


def objective(sheet: Worksheet, cell: Cell) -> Derivation:
    """Loss of the data plus penalty."""
    parts = [(kind, make(sheet, Cell(kind)).value) for kind, make in _OBJECTIVE]
    right = Sum(tuple(Number(value, Cell(kind)) for kind, value in parts))
    value = sum(value for _, value in parts)
    equation = Equation(str(cell), "loss + penalty", right, value)
    return Derivation(cell, "what the step goes down: the objective", value, (equation,))


_OBJECTIVE = (("loss", batch_loss), ("penalty", penalty))


def split_loss(sheet: Worksheet, cell: Cell) -> Derivation:
    """The mean loss of all training or test rows, without dropout."""
    name, scored, Y = _whole(sheet, cell)
    loss = sheet.blueprint.loss
    words = f"mean loss of all {len(Y)} {'training' if name == 'train' else 'test'} rows"
    if not len(Y):
        return Derivation(cell, words, float("nan"), (), ("There are no such rows.",))
    with np.errstate(all="ignore"):
        losses = loss.per_sample(scored, Y)
    value = float(losses.mean())
    drops = name == "train" and sheet.experiment.network.dropout > 0
    of: SplitName = "eval" if drops else name
    right = _mean(losses, lambda i: Cell("sample_loss", sample=Sample(of, i)))
    notes = ("Measured without dropout.",) if drops else ()
    return Derivation(
        cell, words, value, (Equation(str(cell), "1/n · Σᵢ Lᵢ", right, value),), notes
    )


def split_score(sheet: Worksheet, cell: Cell) -> Derivation:
    """Accuracy, or R²."""
    name, scored, Y = _whole(sheet, cell)
    rows = f"all {len(Y)} {'training' if name == 'train' else 'test'} rows"
    if not len(Y):
        return Derivation(cell, f"score on {rows}", float("nan"), (), ("There are no such rows.",))
    if cell.kind.endswith("accuracy"):
        right_ones = int((decided(scored.T, sheet.blueprint.loss) == classes(Y.T)).sum())
        right: Expression = Quotient(setting(right_ones), setting(len(Y)))
        equation = Equation(str(cell), "rows decided rightly / rows", right, right_ones / len(Y))
        return Derivation(cell, f"accuracy on {rows}", equation.value, (equation,))
    residual = float(((Y - scored) ** 2).sum())
    total = float(((Y - Y.mean(axis=0)) ** 2).sum())
    if not total > 0:
        return Derivation(cell, f"R² on {rows}", float("nan"), (), ("All targets are alike.",))
    right = Difference(ONE, Quotient(Number(residual), Number(total)))
    formula = "1 − Σ(y − ŷ)² / Σ(y − mean y)²"
    equation = Equation(str(cell), formula, right, 1 - residual / total)
    return Derivation(cell, f"R² on {rows}", equation.value, (equation,))


def _whole(sheet: Worksheet, cell: Cell) -> tuple[SplitName, np.ndarray, np.ndarray]:
    """The split, what the loss is a function of on all its rows (n, k), and the targets."""
    name: SplitName = "train" if cell.kind.startswith("train") else "test"
    rows = sheet.dataset.train if name == "train" else sheet.dataset.test
    dtype = sheet.experiment.training.dtype
    with np.errstate(all="ignore"):
        tape = forward(sheet.before, rows.X.astype(dtype), sheet.blueprint.activations)
    return name, tape.scored(sheet.blueprint.loss), rows.Y.astype(dtype)
