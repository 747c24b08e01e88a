"""The backward pass: from the loss of one sample to deltas, and from deltas to gradients."""

from __future__ import annotations

from nnmath_engine.derivation.activation_forms import ONE
from nnmath_engine.derivation.cells import Cell, Sample
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, right_side
from nnmath_engine.derivation.expression import (
    Call,
    Difference,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Series,
    Sum,
    setting,
)
from nnmath_engine.derivation.loss_cells import output_pairs, sample_words
from nnmath_engine.derivation.worksheet import Run, Worksheet
from nnmath_engine.network import Parameters

_SATURATED = 1e-6
"""A probability this near to 0 or 1 is divided by in no derivation: few of its digits are left."""


def loss_slope(sheet: Worksheet, cell: Cell) -> Derivation:
    """∂Lᵢ/∂ŷⱼ, for a loss that is a function of the prediction."""
    assert cell.sample is not None
    loss, run, j = sheet.blueprint.loss, sheet.run(cell.sample), cell.index[0]
    words = f"derivative of the loss of {sample_words(cell.sample)} by prediction {j}"
    if loss.on_logits:
        note = f"{loss.label} is taken as a function of z: open delta{len(run.z)}[{j}] instead."
        return Derivation(cell, words, float("nan"), (), (note,))
    value = float(loss.gradient(run.a[-1][None], run.y[None])[0, j])
    out, y = output_pairs(sheet, run, cell)[j]
    outputs = setting(float(len(run.y)))
    error, note = Difference(out, y), ""
    right: Expression
    match loss.name:
        case "mse":
            right = Product((setting(2.0), error))
        case "half_mse":
            right = error
        case "mae":
            right = Call("sign", (error,))
        case "huber":
            right = Call("clip", (error, setting(-1.0), ONE))
        case _:  # hinge
            t = 2 * y.value - 1
            pulls = 1 - t * out.value > 0
            right = setting(-t if pulls else 0.0)
            note = "as t·ŷ < 1" if pulls else "as t·ŷ ≥ 1"
    if len(run.y) > 1:
        right = Quotient(right, outputs)
    equation = Equation(str(cell), right_side(loss.derivative), right, value, note)
    return Derivation(cell, words, value, (equation,))


def delta(sheet: Worksheet, cell: Cell) -> Derivation:
    """∂Lᵢ/∂z."""
    assert cell.sample is not None
    run = sheet.run(cell.sample)
    if cell.layer == len(run.z):
        return _output_delta(sheet, run, cell)
    layer, j = cell.layer, cell.index[0]
    W, after = sheet.before.weights[layer], run.deltas[layer]

    def term(k: int) -> Expression:
        weight = Number(float(W[j, k]), Cell("w", layer + 1, (j, k)))
        return Product(
            (weight, Number(float(after[k]), Cell("delta", layer + 1, (k,), cell.sample)))
        )

    back = Series(W[j] * after, term)
    slope = float(sheet.blueprint.activations[layer - 1].df(run.z[layer - 1][None])[0, j])
    factors: list[Expression] = [Sum((back,)), Number(slope, cell.of("slope"))]
    mask = run.masks[layer - 1]
    formula = f"(Σₖ w{layer + 1}[{j},k]·delta{layer + 1}[k])·slope{layer}[{j}]"
    if mask is not None:
        factors.append(Number(float(mask[j]), cell.of("mask")))
        formula += f"·mask{layer}[{j}]"
    value = float(run.deltas[layer - 1][j])
    words = f"delta of neuron {j} of layer {layer}: ∂Lᵢ/∂z for {sample_words(cell.sample)}"
    equation = Equation(str(cell), formula, Product(tuple(factors)), value)
    return Derivation(cell, words, value, (equation,))


def _output_delta(sheet: Worksheet, run: Run, cell: Cell) -> Derivation:
    assert cell.sample is not None
    loss, j = sheet.blueprint.loss, cell.index[0]
    value = float(run.deltas[-1][j])
    words = f"delta of output {j}: ∂Lᵢ/∂z for {sample_words(cell.sample)}"
    if not loss.on_logits:
        return Derivation(cell, words, value, (_through_activation(sheet, run, cell, value),))
    yhat = Number(float(run.a[-1][j]), Cell("yhat", 0, (j,), cell.sample))
    y = Number(float(run.y[j]), Cell("y", 0, (j,), cell.sample))
    right: Expression = Difference(yhat, y)
    if loss.name == "bce" and len(run.y) > 1:
        right = Quotient(right, setting(float(len(run.y))))
    head = Equation(str(cell), right_side(loss.derivative), right, value)
    chain = _bce_chain(yhat, y, len(run.y)) if loss.name == "bce" else _ce_chain(run, cell)
    if not chain:
        notes = ("ŷ is so near to 0 or 1 that the chain of factors has no digits left to show.",)
        return Derivation(cell, words, value, (head,), notes)
    notes = ("Below: the two factors of the chain rule, whose product is that simple difference.",)
    return Derivation(cell, words, value, (head, *chain), notes)


def _through_activation(sheet: Worksheet, run: Run, cell: Cell, value: float) -> Equation:
    """δ = ∂Lᵢ/∂ŷ·f′(z), or for a softmax aⱼ·(gⱼ − Σ gᵢ·aᵢ)."""
    j, layer = cell.index[0], cell.layer
    gradient = sheet.blueprint.loss.gradient(run.a[-1][None], run.y[None])[0]
    entry = sheet.blueprint.activations[-1]
    g = [Number(float(v), Cell("dyhat", 0, (i,), cell.sample)) for i, v in enumerate(gradient)]
    if entry.name == "softmax":
        a = [Number(float(v), Cell("yhat", 0, (i,), cell.sample)) for i, v in enumerate(run.a[-1])]
        mean = Sum(tuple(Product(pair) for pair in zip(g, a, strict=True)))
        right = Product((a[j], Difference(g[j], mean)))
        return Equation(str(cell), "ŷⱼ·(gⱼ − Σᵢ gᵢ·ŷᵢ),  g = ∂Lᵢ/∂ŷ", right, value)
    slope = float(entry.df(run.z[-1][None])[0, j])
    right = Product((g[j], Number(slope, cell.of("slope"))))
    return Equation(str(cell), f"dyhat[{j}]·slope{layer}[{j}]", right, value)


def _bce_chain(yhat: Number, y: Number, outputs: int) -> tuple[Equation, ...]:
    """∂Lᵢ/∂ŷ·∂ŷ/∂z = (ŷ − y)/(ŷ·(1 − ŷ)) · ŷ·(1 − ŷ) = ŷ − y."""
    p = yhat.value
    if not _SATURATED < p < 1 - _SATURATED:
        return ()
    if y.value == 1:
        first: Expression = Negative(Quotient(ONE, yhat))
        formula = "−1/ŷ, as y = 1"
    else:
        first = Quotient(ONE, Difference(ONE, yhat))
        formula = "1/(1 − ŷ), as y = 0"
    if outputs > 1:
        first, formula = (
            Quotient(Sum((first,)), setting(float(outputs))),
            f"1/{outputs} of {formula}",
        )
    slope = Product((yhat, Difference(ONE, yhat)))
    return _chain(("∂Lᵢ/∂ŷ", formula, first), ("∂ŷ/∂z", "ŷ·(1 − ŷ)", slope))


def _ce_chain(run: Run, cell: Cell) -> tuple[Equation, ...]:
    """∂Lᵢ/∂ŷ_c·∂ŷ_c/∂zⱼ for the true class c: the loss sees only ŷ_c."""
    j, true = cell.index[0], int(run.y.argmax())
    numbers = [
        Number(float(run.a[-1][i]), Cell("yhat", 0, (i,), cell.sample)) for i in range(len(run.y))
    ]
    p = numbers[true]
    if not _SATURATED < p.value < 1 - _SATURATED or numbers[j].value < _SATURATED:
        return ()
    first = Negative(Quotient(ONE, p))
    if j == true:
        second: Expression = Product((p, Difference(ONE, p)))
        formula = f"ŷ[{true}]·(1 − ŷ[{true}])"
    else:
        second = Negative(Product((p, numbers[j])))
        formula = f"−ŷ[{true}]·ŷ[{j}]"
    return _chain(
        (f"∂Lᵢ/∂ŷ[{true}]", f"−1/ŷ[{true}], as the true class is {true}", first),
        (f"∂ŷ[{true}]/∂z[{j}]", formula, second),
    )


def _chain(
    first: tuple[str, str, Expression], second: tuple[str, str, Expression]
) -> tuple[Equation, ...]:
    values = [part[2].evaluate() for part in (first, second)]
    product = Product(tuple(Number(value) for value in values))
    return (
        *(Equation(*part, value) for part, value in zip((first, second), values, strict=True)),
        Equation(f"{first[0]}·{second[0]}", "their product", product, values[0] * values[1]),
    )


def data_gradient(sheet: Worksheet, cell: Cell) -> Derivation:
    """1/n Σ a·δ over the batch."""
    value = at(sheet.back.gradients, cell)
    formula, right = batch_mean(sheet, cell)
    words = f"gradient of the batch's mean loss by {cell.parameter}"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def batch_mean(sheet: Worksheet, cell: Cell) -> tuple[str, Expression]:
    """The formula and the numbers of a gradient as a mean over the batch."""
    layer, n = cell.layer, len(sheet.rows)
    deltas = sheet.back.deltas[layer - 1][:, cell.index[-1]] * n
    inputs = sheet.tape.inputs_of(layer - 1)
    samples = [Sample("train", int(row)) for row in sheet.rows]

    def delta_of(i: int) -> Number:
        return Number(float(deltas[i]), Cell("delta", layer, cell.index[-1:], samples[i]))

    if len(cell.index) == 1:
        series = Series(deltas, delta_of)
        formula = f"1/n · Σᵢ delta{layer}[{cell.index[0]}]@i"
    else:
        row, column = cell.index
        source = "x" if layer == 1 else f"a{layer - 1}"

        def term(i: int) -> Expression:
            kind = "x" if layer == 1 else "a"
            read = Cell(kind, layer - 1, (row,), samples[i])
            return Product((Number(float(inputs[i, row]), read), delta_of(i)))

        series = Series(inputs[:, row] * deltas, term)
        formula = f"1/n · Σᵢ {source}[{row}]@i·delta{layer}[{column}]@i"
    right = series if n == 1 else Quotient(series, setting(float(n)))
    return f"{formula} over the batch", right


def at(arrays: Parameters, cell: Cell) -> float:
    """The number at the place of a cell."""
    layers = arrays.weights if len(cell.index) == 2 else arrays.biases
    return float(layers[cell.layer - 1][cell.index])
