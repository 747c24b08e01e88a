"""The forward pass of one sample: from a measured value to the prediction."""

from __future__ import annotations

import math

from nnmath_engine.derivation.activation_forms import output_form, slope_form
from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, right_side
from nnmath_engine.derivation.expression import (
    Call,
    Difference,
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    setting,
)
from nnmath_engine.derivation.worksheet import Run, Worksheet
from nnmath_engine.features import parse


def raw(sheet: Worksheet, cell: Cell) -> Derivation:
    """A number of the data; nothing made it."""
    assert cell.sample is not None
    name = sheet.dataset.raw_names[cell.index[0]]
    value = float(sheet.split(cell.sample).raw[cell.sample.row, cell.index[0]])
    return Derivation(cell, f"{name}, as it stands in the data", value)


def target(sheet: Worksheet, cell: Cell) -> Derivation:
    """A number of the data."""
    assert cell.sample is not None
    name = sheet.dataset.outputs[cell.index[0]]
    value = float(sheet.run(cell.sample).y[cell.index[0]])
    if sheet.dataset.task == "classification":
        name = f"1 if the class is {name}, else 0" if sheet.dataset.classes else name
    return Derivation(cell, f"the target: {name}", value)


def feature(sheet: Worksheet, cell: Cell) -> Derivation:
    """x from the measured values, and standardized if the experiment says so."""
    assert cell.sample is not None
    dataset, i = sheet.dataset, cell.index[0]
    term = dataset.expansion.terms[i]
    row = sheet.split(cell.sample).raw[cell.sample.row]
    columns = [Number(float(row[c]), Cell("raw", 0, (c,), cell.sample)) for c in term.columns]
    names = [dataset.raw_names[c] for c in term.columns]
    parsed = parse(term.name, lambda text: text if text in dataset.raw_names else None)
    right: Expression = columns[0]
    formula = names[0]
    match parsed[0] if parsed is not None else "column":
        case "square":
            right, formula = Power(columns[0], setting(2.0)), f"{names[0]}^2"
        case "sine":
            right = Call("sin", (Product((setting(math.pi), columns[0])),))
            formula = f"sin(π·{names[0]})"
        case "product":
            # A column times itself names one column only.
            right = Product((columns[0], columns[-1]))
            formula = f"{names[0]}·{names[-1]}"
    if dataset.standardizer is not None:
        mean, deviation = (
            Number(float(numbers[i]))
            for numbers in (dataset.standardizer.mean, dataset.standardizer.deviation)
        )
        right = Quotient(Difference(right, mean), deviation)
        formula = f"({formula} − mean) / deviation"
    value = float(sheet.run(cell.sample).x[i])
    words = f"input {i}, {term.name}" + (", standardized" if dataset.standardizer else "")
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def weighted_sum(sheet: Worksheet, cell: Cell) -> Derivation:
    """z = Σ a·w + b."""
    assert cell.sample is not None
    layer, j, run = cell.layer, cell.index[0], sheet.run(cell.sample)
    inputs = run.x if layer == 1 else run.a[layer - 2]
    W, b = sheet.before.weights[layer - 1], sheet.before.biases[layer - 1]

    def term(i: int) -> Expression:
        weight = Number(float(W[i, j]), Cell("w", layer, (i, j)))
        return Product((Number(float(inputs[i]), input_cell(cell, i)), weight))

    bias = Number(float(b[j]), Cell("b", layer, (j,)))
    right = Sum((Series(inputs * W[:, j], term), bias))
    value = float(run.z[layer - 1][j])
    source = "x" if layer == 1 else f"a{layer - 1}"
    formula = f"Σᵢ {source}[i]·w{layer}[i,{j}] + b{layer}[{j}]"
    words = f"weighted sum of neuron {j} of layer {layer}"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def input_cell(cell: Cell, i: int) -> Cell:
    """What neuron `cell` reads at place i."""
    if cell.layer == 1:
        return Cell("x", 0, (i,), cell.sample)
    return Cell("a", cell.layer - 1, (i,), cell.sample)


def activation(sheet: Worksheet, cell: Cell) -> Derivation:
    """a = f(z), times dropout's factor where there is one."""
    assert cell.sample is not None
    layer, j, run = cell.layer, cell.index[0], sheet.run(cell.sample)
    entry = sheet.blueprint.activations[layer - 1]
    value = float(run.a[layer - 1][j])
    if entry.name == "softmax":
        right, condition = softmax(run, cell), ""
    else:
        z = Number(float(run.z[layer - 1][j]), cell.of("z"))
        right, condition = output_form(entry.name, z)
    formula = right_side(entry.formula)
    mask = run.masks[layer - 1]
    notes: tuple[str, ...] = ()
    if mask is not None:
        right = Product((right, Number(float(mask[j]), cell.of("mask"))))
        formula = f"f(z)·mask,  f(z) = {formula}"
    elif sheet.experiment.network.dropout > 0 and layer < len(run.z):
        notes = ("Dropout acts only in training: this sample is not in the batch.",)
    last = layer == len(run.z)
    words = f"activation of neuron {j} of layer {layer} ({entry.label})"
    words = f"prediction {j} ({entry.label})" if last else words
    equation = Equation(str(cell), formula, right, value, condition)
    return Derivation(cell, words, value, (equation,), notes)


def softmax(run: Run, cell: Cell) -> Expression:
    """exp(zⱼ) / Σ exp(zᵢ), with the largest z taken off all of them where they are large."""
    z = run.z[-1]
    cells = [
        Number(float(value), Cell("z", cell.layer, (i,), cell.sample)) for i, value in enumerate(z)
    ]
    top = max(range(len(z)), key=lambda i: z[i])

    def exponential(i: int) -> Expression:
        if abs(z).max() < 30:
            return Call("exp", (cells[i],))
        return Call("exp", (Difference(cells[i], cells[top]),))

    return Quotient(exponential(cell.index[0]), Sum(tuple(exponential(i) for i in range(len(z)))))


def prediction(sheet: Worksheet, cell: Cell) -> Derivation:
    """The last layer's activation under its own name."""
    layers = len(sheet.blueprint.sizes) - 1
    made = activation(sheet, Cell("a", layers, cell.index, cell.sample))
    first = made.equations[0]
    renamed = Equation(str(cell), first.formula, first.right, first.value, first.note)
    return Derivation(cell, made.words, made.value, (renamed,), made.notes)


def mask(sheet: Worksheet, cell: Cell) -> Derivation:
    """Dropout's factor: 0, or 1/(1 − p)."""
    assert cell.sample is not None
    factors, p = sheet.run(cell.sample).masks[cell.layer - 1], sheet.experiment.network.dropout
    words = f"dropout's factor for neuron {cell.index[0]} of layer {cell.layer}"
    if factors is None:
        return Derivation(cell, words, 1.0, (), ("Nothing is dropped here.",))
    value = float(factors[cell.index[0]])
    kept = Quotient(setting(1.0), Difference(setting(1.0), setting(p)))
    right: Expression = kept if value else setting(0.0)
    note = "kept in this step" if value else "dropped in this step"
    formula = "0 with probability p, else 1/(1 − p)"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value, note),))


def slope(sheet: Worksheet, cell: Cell) -> Derivation:
    """f′(z)."""
    assert cell.sample is not None
    layer, j, run = cell.layer, cell.index[0], sheet.run(cell.sample)
    entry = sheet.blueprint.activations[layer - 1]
    z = run.z[layer - 1]
    value = float(entry.df(z[None])[0, j])
    plain = float(entry.f(z[None])[0, j])
    # With dropout, a is no longer f(z).
    a_cell = cell.of("a") if run.masks[layer - 1] is None else None
    right, condition = slope_form(
        entry.name, Number(float(z[j]), cell.of("z")), Number(plain, a_cell)
    )
    words = f"slope of neuron {j} of layer {layer} ({entry.label})"
    equation = Equation(str(cell), right_side(entry.derivative), right, value, condition)
    return Derivation(cell, words, value, (equation,))
