"""The parsed tree of a formula: what may stand in it, and its value, node by node."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.samples import DataError

DEEPEST = 120  # levels of the tree

_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "tanh": np.tanh,
    "sign": np.sign,
}
_FOLDS: dict[str, Callable[[Array, Array], Array]] = {"min": np.minimum, "max": np.maximum}
_CONSTANTS = {"pi": np.pi, "e": np.e}
_BINARY: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Array, Array], npt.NDArray[np.bool_]]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
ALLOWED = "numbers, x1, x2, ..., pi, e, + - * / ^ ( ), < <= > >= == !=, and or not, " + ", ".join(
    [*_FUNCTIONS, *_FOLDS]
)


def refuse(what: str, place: int | None = None, allowed: bool = False) -> NoReturn:
    where = "" if place is None else f" character {place + 1}:"
    hint = f"; allowed: {ALLOWED}" if allowed else ""
    raise DataError([f"data.formula:{where} {what}{hint}"])


def input_number(name: str) -> int:
    """3 for x3, 1 for x, 0 for any other name."""
    if name == "x":
        return 1
    return int(name[1:]) if re.fullmatch(r"x[1-9]\d{0,3}", name, re.ASCII) else 0


def is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def check(node: ast.expr, places: list[int], depth: int) -> None:
    """Refuse whatever `_value` cannot evaluate."""
    place = places[min(node.col_offset, len(places) - 1)]
    if depth > DEEPEST:
        refuse("too many operations inside each other; make it shorter", place)
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not abs(value) <= 1e50:
                refuse("a number beyond 1e50", place)
        case ast.Name(id=name):
            if not input_number(name) and name not in _CONSTANTS:
                hint = f"; write {name}(...)" if name in _FUNCTIONS or name in _FOLDS else ""
                refuse(f"unknown name {name!r}{hint}", place, allowed=not hint)
        case ast.BinOp(op=op) if type(op) in _BINARY:
            pass
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() | ast.Not()) | ast.BoolOp():
            pass
        case ast.Compare(ops=ops) if all(type(op) in _COMPARISONS for op in ops):
            pass
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            if name in _FUNCTIONS and len(args) != 1:
                refuse(f"{name} takes one value, not {len(args)}", place)
            if name in _FOLDS and len(args) < 2:
                refuse(f"{name} takes two values or more", place)
            if name not in _FUNCTIONS and name not in _FOLDS:
                refuse(f"unknown function {name!r}", place, allowed=True)
            for argument in args:
                check(argument, places, depth + 1)
            return
        case _:
            refuse("this is not allowed here", place, allowed=True)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            check(child, places, depth + 1)


def value_of(node: ast.expr, X: Array) -> Any:
    """The value of a checked node for each row of X; truth values as 0.0 and 1.0."""
    match node:
        case ast.Constant(value=value):
            return np.float64(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return _CONSTANTS[name] if name in _CONSTANTS else X[:, input_number(name) - 1]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](value_of(left, X), value_of(right, X))
        case ast.UnaryOp(op=op, operand=operand):
            value = value_of(operand, X)
            if isinstance(op, ast.Not):
                return np.where(value == 0.0, 1.0, 0.0)
            return np.negative(value) if isinstance(op, ast.USub) else value
        case ast.BoolOp(op=op, values=values):
            truths = [np.asarray(value_of(value, X)) != 0.0 for value in values]
            both = np.logical_and if isinstance(op, ast.And) else np.logical_or
            result = truths[0]
            for truth in truths[1:]:
                result = both(result, truth)
            return np.where(result, 1.0, 0.0)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [value_of(side, X) for side in (left, *comparators)]
            holds: npt.NDArray[np.bool_] = np.True_  # type: ignore[assignment]
            for sign, a, b in zip(ops, sides, sides[1:], strict=False):
                holds = np.logical_and(holds, _COMPARISONS[type(sign)](a, b))
            return np.where(holds, 1.0, 0.0)
        case ast.Call(func=ast.Name(id=name), args=args):
            found = [value_of(argument, X) for argument in args]
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](found[0])
            result = found[0]
            for other in found[1:]:
                result = _FOLDS[name](result, other)
            return result
    raise AssertionError(f"unchecked node {ast.dump(node)}")  # pragma: no cover
