"""Activation functions and their slopes as expressions, for one number z."""

from __future__ import annotations

from nnmath_engine.activations import LEAK, SELU_ALPHA, SELU_SCALE
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
    Sum,
    setting,
)

ONE = setting(1.0)
_LARGE = 30.0
"""From here on e^z is written so that it cannot overflow: 1 + e^−z is 1 to 13 digits."""


_SMALL = 20.0
"""Below minus it ln(1 + e^x) is e^x to 9 digits, which the sum with the 1 would lose."""


def output_form(name: str, z: Number) -> tuple[Expression, str]:
    """f(z), and under which condition that form holds, "" if it always does."""
    positive = z.value > 0
    side = "as z > 0" if positive else "as z ≤ 0"
    match name:
        case "linear":
            return z, ""
        case "sigmoid" if z.value < -_LARGE:
            small = Call("exp", (z,))
            return Quotient(small, Sum((ONE, small))), "both sides times eᶻ"
        case "sigmoid":
            return Quotient(ONE, Sum((ONE, Call("exp", (Negative(z),))))), ""
        case "tanh":
            return Call("tanh", (z,)), ""
        case "relu":
            return Call("max", (setting(0.0), z)), ""
        case "leaky_relu":
            return (z if positive else Product((setting(LEAK), z))), side
        case "elu":
            return (z if positive else _exp_minus_one(z)), side
        case "selu":
            inner = z if positive else Product((setting(SELU_ALPHA), _exp_minus_one(z)))
            return Product((setting(SELU_SCALE), inner)), side
        case "gelu":
            return Product((z, Call("Φ", (z,)))), ""
        case "silu":
            return Product((z, Call("σ", (z,)))), ""
        case "softplus":
            return softplus_form(z), ""
        case "softsign":
            return Quotient(z, Sum((ONE, Absolute(z)))), ""
        case "step":
            return setting(1.0 if positive else 0.0), side
    raise ValueError(f"no form of the activation {name!r}")


def softplus_form(x: Expression) -> Expression:
    """ln(1 + eˣ); where eˣ is as good as nothing beside the 1, eˣ itself."""
    if x.evaluate() < -_SMALL:
        return Call("exp", (x,))
    if x.evaluate() > _LARGE:
        return Sum((x, Call("ln", (Sum((ONE, Call("exp", (Negative(x),)))),))))
    return Call("ln", (Sum((ONE, Call("exp", (x,)))),))


def slope_form(name: str, z: Number, a: Number) -> tuple[Expression, str]:
    """f′(z), of z or of a = f(z), and under which condition that form holds."""
    positive = z.value > 0
    side = "as z > 0" if positive else "as z ≤ 0"
    s = Call("σ", (z,))
    match name:
        case "linear":
            return ONE, ""
        case "sigmoid" | "softmax":
            return Product((a, Difference(ONE, a))), ""
        case "tanh":
            return Difference(ONE, Power(a, setting(2.0))), ""
        case "relu" | "step":
            return setting(1.0 if positive and name == "relu" else 0.0), side
        case "leaky_relu":
            return setting(1.0 if positive else LEAK), side
        case "elu":
            return (ONE if positive else Call("exp", (z,))), side
        case "selu":
            factors = (setting(SELU_SCALE), setting(SELU_ALPHA), Call("exp", (z,)))
            return (factors[0] if positive else Product(factors)), side
        case "gelu":
            return Sum((Call("Φ", (z,)), Product((z, Call("φ", (z,)))))), ""
        case "silu":
            inner = Sum((ONE, Product((z, Difference(ONE, s)))))
            return Product((s, inner)), ""
        case "softplus":
            return s, ""
        case "softsign":
            return Quotient(ONE, Power(Sum((ONE, Absolute(z))), setting(2.0))), ""
    raise ValueError(f"no form of the slope of {name!r}")


def _exp_minus_one(z: Number) -> Expression:
    return Difference(Call("exp", (z,)), ONE)
