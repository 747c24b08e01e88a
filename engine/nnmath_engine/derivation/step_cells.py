"""From the gradient to the step: penalties, clipping, the optimizer's rule, the new value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from nnmath_engine.derivation.activation_forms import ONE
from nnmath_engine.derivation.backward_cells import at, batch_mean
from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, digits_to_see
from nnmath_engine.derivation.expression import (
    Call,
    Difference,
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Series,
    Sum,
    setting,
)
from nnmath_engine.derivation.worksheet import Worksheet
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.regularizers import clip_by_value, global_norm

TWO = setting(2.0)


def parameter(sheet: Worksheet, cell: Cell) -> Derivation:
    """A weight or a bias as it is now: what it was, less what the last step took off."""
    layer = cell.layer
    if len(cell.index) == 2:
        words = f"weight from {'input' if layer == 1 else f'layer {layer - 1}, neuron'} "
        words += f"{cell.index[0]} to neuron {cell.index[1]} of layer {layer}"
    else:
        words = f"bias of neuron {cell.index[0]} of layer {layer}"
    value = at(sheet.before, cell)
    notes: tuple[str, ...] = ("Frozen: no step changes it.",) if sheet.is_frozen(cell) else ()
    return Derivation(cell, words, value, (), (*notes, f"The next step is derived in: next {cell}"))


def full_gradient(sheet: Worksheet, cell: Cell) -> Derivation:
    """The gradient of the objective, before clipping."""
    value = at(sheet.full_gradient, cell)
    formula, right = _with_penalties(sheet, cell)
    words = f"gradient of the objective by {cell.parameter}"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def _with_penalties(sheet: Worksheet, cell: Cell) -> tuple[str, Expression]:
    if sheet.is_frozen(cell):
        return "0, as it is frozen", setting(0.0)
    training = sheet.experiment.training
    w = Number(at(sheet.before, cell), cell.parameter)
    terms: list[Expression] = []
    formulas = []
    if len(cell.index) == 2 and training.l2 > 0:
        terms.append(Product((setting(training.l2), w)))
        formulas.append("λ₂·w")
    if len(cell.index) == 2 and training.l1 > 0 and training.l1_method == "subgradient":
        terms.append(Product((setting(training.l1), Call("sign", (w,)))))
        formulas.append("λ₁·sign(w)")
    if not terms:
        return batch_mean(sheet, cell)
    data = Number(at(sheet.back.gradients, cell), cell.of("data_grad"))
    return " + ".join(["data_grad", *formulas]), Sum((data, *terms))


def gradient(sheet: Worksheet, cell: Cell) -> Derivation:
    """What the optimizer sees: the objective's gradient, clipped."""
    training = sheet.experiment.training
    words = f"gradient by {cell.parameter} that the optimizer sees"
    value = at(sheet.gradient, cell)
    if training.clip_norm == 0:
        made = _clip_by_value if training.clip_value > 0 else _with_penalties
        return Derivation(cell, words, value, (Equation(str(cell), *made(sheet, cell), value),))
    formula, note, length = _looked_at(sheet), "", _norm(sheet)
    right: Expression = Number(_clipped(sheet, cell), cell.of(formula))
    if math.isfinite(length) and length + 1e-6 > training.clip_norm:
        norm = Number(length, Cell("norm"))
        factor = Quotient(setting(training.clip_norm), Sum((norm, setting(1e-6))))
        right, formula = Product((right, factor)), f"{formula}·c/(‖g‖ + 10⁻⁶)"
        note = f"as ‖g‖ is above c = {training.clip_norm:g}"
    else:
        note = f"as ‖g‖ is not above {training.clip_norm:g}, its length stays"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value, note),))


def clipped(sheet: Worksheet, cell: Cell) -> Derivation:
    """The objective's gradient with each number clipped on its own."""
    value = _clipped(sheet, cell)
    words = f"gradient of the objective by {cell.parameter}, clipped"
    if sheet.experiment.training.clip_value == 0:
        right: Expression = Number(value, cell.of("full_grad"))
        equation = Equation(str(cell), "full_grad", right, value, "as clipping by value is off")
    else:
        equation = Equation(str(cell), *_clip_by_value(sheet, cell), value)
    return Derivation(cell, words, value, (equation,))


def _clip_by_value(sheet: Worksheet, cell: Cell) -> tuple[str, Expression]:
    limit = sheet.experiment.training.clip_value
    full = Number(at(sheet.full_gradient, cell), cell.of("full_grad"))
    return "clip(full_grad, −c, c)", Call("clip", (full, setting(-limit), setting(limit)))


def _clipped(sheet: Worksheet, cell: Cell) -> float:
    return at(Parameters.of(_clipped_by_value(sheet)), cell)


def _looked_at(sheet: Worksheet) -> str:
    """What clipping by norm looks at."""
    return "clipped" if sheet.experiment.training.clip_value > 0 else "full_grad"


def _norm(sheet: Worksheet) -> float:
    return global_norm(_clipped_by_value(sheet))


def _clipped_by_value(sheet: Worksheet) -> tuple[np.ndarray, ...]:
    arrays, limit = sheet.full_gradient.arrays(), sheet.experiment.training.clip_value
    return clip_by_value(arrays, limit) if limit > 0 else arrays


def norm(sheet: Worksheet, cell: Cell) -> Derivation:
    """‖g‖ over all parameters, as clipping looks at it."""
    arrays = _clipped_by_value(sheet)
    flat = np.concatenate([array.ravel() for array in arrays]).astype(float)
    ends = np.cumsum([0, *(array.size for array in arrays)])

    def term(i: int) -> Expression:
        number = int(np.searchsorted(ends, i, side="right")) - 1
        place = np.unravel_index(int(i - ends[number]), arrays[number].shape)
        name = Cell(_looked_at(sheet), number // 2 + 1, tuple(int(p) for p in place))
        return Power(Number(float(flat[i]), name), TWO)

    with np.errstate(over="ignore"):
        right = Root(Series(flat * flat, term))
    value = _norm(sheet)
    equation = Equation(str(cell), "√(Σ g²) over all parameters", right, value)
    return Derivation(cell, "length of the gradient", value, (equation,))


class _Rule:
    """The numbers of the optimizer's rule for one parameter."""

    def __init__(self, sheet: Worksheet, cell: Cell) -> None:
        self.sheet, self.cell = sheet, cell
        self.name = sheet.experiment.training.optimizer
        self.w = Number(at(sheet.before, cell), cell.parameter)
        self.g = Number(at(sheet.gradient, cell), cell.of("grad"))
        self.rate = Number(sheet.learning_rate, Cell("lr"))
        names = OPTIMIZERS[self.name].slots
        self._before = dict(zip(names, sheet.slots_before, strict=True))
        self._after = dict(zip(names, sheet.slots_after, strict=True))

    def option(self, name: str) -> Number:
        return setting(float(self.sheet.options[name]))

    def before(self, slot: str) -> Number:
        return Number(at(self._before[slot], self.cell), self.cell.of(f"{slot}_before"))

    def after(self, slot: str) -> Number:
        return Number(at(self._after[slot], self.cell), self.cell.of(slot))

    def corrected(self, slot: str) -> Number:
        """m̂ or v̂, or m or v where nothing is corrected."""
        if not self.sheet.options["bias_correction"]:
            return self.after(slot)
        return Number(self.correction(slot).evaluate(), self.cell.of(f"{slot}_hat"))

    def correction(self, slot: str) -> Expression:
        beta = self.option("beta1" if slot == "m" else "beta2")
        left = Difference(ONE, Power(beta, setting(float(self.sheet.t))))
        return Quotient(self.after(slot), left)

    def memory(self, slot: str) -> tuple[str, Expression]:
        """How the step changes what the optimizer remembers."""
        old, g = self.before(slot), self.g
        squared = Power(g, TWO)
        if self.name in ("momentum", "nesterov"):
            return "μ·v + g", Sum((Product((self.option("momentum"), old)), g))
        if self.name == "adagrad":
            return "s + g²", Sum((old, squared))
        share, symbol = {
            ("rmsprop", "s"): ("alpha", "α"),
            (self.name, "m"): ("beta1", "β₁"),
            (self.name, "v"): ("beta2", "β₂"),
        }[self.name, slot]
        keep = self.option(share)
        new, text = (g, "g") if slot == "m" else (squared, "g²")
        right = Sum((Product((keep, old)), Product((Difference(ONE, keep), new))))
        return f"{symbol}·{slot} + (1 − {symbol})·{text}", right

    def step(self) -> tuple[str, Expression]:
        """What the rule takes off the parameter."""
        rate, g = self.rate, self.g
        match self.name:
            case "sgd":
                return "η·g", Product((rate, g))
            case "momentum":
                return "η·v", Product((rate, self.after("v")))
            case "nesterov":
                ahead = Product((self.option("momentum"), self.after("v")))
                return "η·(g + μ·v)", Product((rate, Sum((g, ahead))))
            case "adagrad" | "rmsprop":
                below = Sum((Root(self.after("s")), self.option("epsilon")))
                return "η·g/(√s + ε)", Quotient(Product((rate, g)), below)
        hats = "m_hat/(√v_hat + ε)" if self.sheet.options["bias_correction"] else "m/(√v + ε)"
        below = Sum((Root(self.corrected("v")), self.option("epsilon")))
        return f"η·{hats}", Quotient(Product((rate, self.corrected("m"))), below)

    def moved(self) -> tuple[str, Expression]:
        """The parameter after the rule."""
        formula, right = self.step()
        step = Number(right.evaluate(), self.cell.of("step"))
        start: Expression = self.w
        symbol = "w" if len(self.cell.index) == 2 else "b"
        if self.name == "adamw" and len(self.cell.index) == 2:
            decay = Difference(ONE, Product((self.rate, self.option("weight_decay"))))
            start, symbol = Product((decay, self.w)), "(1 − η·λ)·w"
        return f"{symbol} − step,  step = {formula}", Difference(start, step)


def memory(sheet: Worksheet, cell: Cell) -> Derivation:
    """The optimizer's m, v or s after the step."""
    rule = _Rule(sheet, cell)
    value = rule.after(cell.kind).value
    formula, right = rule.memory(cell.kind)
    words = f"what {OPTIMIZERS[rule.name].label} remembers of {cell.parameter} after the step"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def memory_before(sheet: Worksheet, cell: Cell) -> Derivation:
    """The optimizer's m, v or s before the step: what the steps before left."""
    rule = _Rule(sheet, cell)
    words = f"what {OPTIMIZERS[rule.name].label} remembers of {cell.parameter} before the step"
    note = "The steps before left it." if sheet.t > 1 else "At the start nothing is remembered."
    return Derivation(
        cell, words, rule.before(cell.kind.removesuffix("_before")).value, (), (note,)
    )


def corrected(sheet: Worksheet, cell: Cell) -> Derivation:
    """m̂ or v̂."""
    rule, slot = _Rule(sheet, cell), cell.kind[0]
    right = rule.correction(slot)
    value = right.evaluate()
    formula = f"{slot} / (1 − {'β₁' if slot == 'm' else 'β₂'}^t)"
    words = f"{slot} of {cell.parameter}, corrected for its start at 0, in step t = {sheet.t}"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def step(sheet: Worksheet, cell: Cell) -> Derivation:
    """What the optimizer's rule takes off the parameter."""
    formula, right = _Rule(sheet, cell).step()
    value = right.evaluate()
    words = f"what the step takes off {cell.parameter}"
    return Derivation(cell, words, value, (Equation(str(cell), formula, right, value),))


def moved(sheet: Worksheet, cell: Cell) -> Derivation:
    """The parameter after the optimizer's step, before the proximal one."""
    formula, right = _Rule(sheet, cell).moved()
    is_last = not (_shrinks(sheet, cell) or sheet.is_frozen(cell))
    value = at(sheet.after, cell) if is_last else right.evaluate()
    words = f"{cell.parameter} after the optimizer's step"
    return Derivation(cell, words, value, (_changed(sheet, cell, formula, right, value),))


def _changed(
    sheet: Worksheet, cell: Cell, formula: str, right: Expression, value: float
) -> Equation:
    """An equation for a new value that shows by how much it differs from the old one."""
    digits = digits_to_see(value - at(sheet.before, cell), value)
    return Equation(str(cell), formula, right, value, digits=digits)


def new_value(sheet: Worksheet, cell: Cell) -> Derivation:
    """The parameter after the whole step: the engine's own number."""
    value, words = at(sheet.after, cell), f"{cell.parameter} after the next step"
    if sheet.is_frozen(cell):
        right: Expression = Number(at(sheet.before, cell), cell.parameter)
        equation = Equation(str(cell), "unchanged", right, value, "as it is frozen")
    elif _shrinks(sheet, cell):
        rule = _Rule(sheet, cell)
        start = Number(rule.moved()[1].evaluate(), cell.of("moved"))
        limit = Product((rule.rate, setting(sheet.experiment.training.l1)))
        off = Call("clip", (start, Product((setting(-1.0), *limit.factors)), limit))
        formula = "moved − clip(moved, −η·λ₁, η·λ₁)"
        equation = _changed(sheet, cell, formula, Difference(start, off), value)
    else:
        equation = _changed(sheet, cell, *_Rule(sheet, cell).moved(), value)
    return Derivation(cell, words, value, (equation,))


def _shrinks(sheet: Worksheet, cell: Cell) -> bool:
    training = sheet.experiment.training
    return len(cell.index) == 2 and training.l1 > 0 and training.l1_method == "proximal"


MEMORY: Mapping[str, Callable[[Worksheet, Cell], Derivation]] = {
    **dict.fromkeys("mvs", memory),
    **{f"{slot}_before": memory_before for slot in "mvs"},
    "m_hat": corrected,
    "v_hat": corrected,
}
"""What makes the cells of the optimizer's memory."""
