"""Formulas with numbers in place of their symbols: what can be evaluated as it is printed.

Each expression is printed with a given number of significant digits, and evaluated with the very
digits that are printed, or exactly. The forms are those of a pocket calculator: + − · / ^ √ | |,
and the names in `functions`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.derivation import functions
from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.digits import exactly, printed, read

SUM, PRODUCT, POWER, ATOM = range(4)
"""How strongly an expression holds together; a weaker one inside another gets parentheses."""


class Expression(ABC):
    """A formula with its numbers put in."""

    strength: int = ATOM

    @abstractmethod
    def text(self, digits: int) -> str:
        """In print, with so many significant digits."""

    @abstractmethod
    def evaluate(self, digits: int | None = None) -> float:
        """The result, from the digits that `text(digits)` prints; None: from the numbers."""

    def numbers(self) -> Iterator[Number]:
        """The numbers in it, from left to right."""
        for part in self.parts():
            yield from part.numbers()

    def parts(self) -> Sequence[Expression]:
        """The expressions that it is made of."""
        return ()

    def size(self) -> float:
        """How large the numbers are that it is made of: of a sum, what nothing cancels."""
        return abs(self.evaluate())

    def abridged(self, most: int) -> Expression:
        """The same with at most so many terms of every long sum, the rest taken together."""
        return self

    def _within(self, strength: int, digits: int, *, first: bool = True) -> str:
        """In print as a part of something that holds together by `strength`."""
        text = self.text(digits)
        loose = self.strength < strength or (text.startswith("−") and not first)
        return f"({text})" if loose else text


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number with a name, which may be a cell that can be opened.

    A setting is `exact`: it is printed as it was given, with all its digits.
    """

    value: float
    cell: Cell | None = None
    exact: bool = False

    @property
    def strength(self) -> int:  # type: ignore[override]
        return ATOM

    def text(self, digits: int) -> str:
        return exactly(self.value) if self.exact else printed(self.value, digits)

    def evaluate(self, digits: int | None = None) -> float:
        return self.value if digits is None else read(self.text(digits))

    def numbers(self) -> Iterator[Number]:
        yield self


def setting(value: float) -> Number:
    """A number that was given, printed with all its digits."""
    return Number(float(value), exact=True)


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """a + b + ..., with − where a term begins with one."""

    terms: tuple[Expression, ...]
    strength = SUM

    def text(self, digits: int) -> str:
        return _joined([term._within(SUM, digits) for term in self.terms])

    def evaluate(self, digits: int | None = None) -> float:
        return sum(term.evaluate(digits) for term in self.terms)

    def size(self) -> float:
        return sum(term.size() for term in self.terms)

    def parts(self) -> Sequence[Expression]:
        return self.terms

    def abridged(self, most: int) -> Expression:
        return Sum(tuple(term.abridged(most) for term in self.terms))


@dataclass(frozen=True, slots=True)
class Difference(Expression):
    """a − b."""

    left: Expression
    right: Expression
    strength = SUM

    def text(self, digits: int) -> str:
        right = self.right._within(PRODUCT, digits, first=False)
        return f"{self.left._within(SUM, digits)} − {right}"

    def evaluate(self, digits: int | None = None) -> float:
        return self.left.evaluate(digits) - self.right.evaluate(digits)

    def size(self) -> float:
        return self.left.size() + self.right.size()

    def parts(self) -> Sequence[Expression]:
        return self.left, self.right

    def abridged(self, most: int) -> Expression:
        return Difference(self.left.abridged(most), self.right.abridged(most))


@dataclass(frozen=True, slots=True, eq=False)
class Series(Expression):
    """A long sum of like terms, some of them kept in print: the first ones and the largest.

    values: what each term comes to, (n,). term: the term at a place. kept: places, ascending.
    """

    values: Array
    term: Callable[[int], Expression]
    kept: tuple[int, ...] | None = None

    @property
    def strength(self) -> int:  # type: ignore[override]
        return self.term(0).strength if len(self.values) == 1 else SUM

    def text(self, digits: int) -> str:
        terms = [term._within(SUM, digits) for term in self.parts()]
        rest = self._left_out()
        return _joined(terms) + (f" ({rest} more)" if rest else "") if terms else "0"

    def evaluate(self, digits: int | None = None) -> float:
        return sum(term.evaluate(digits) for term in self.parts())

    def size(self) -> float:
        return float(np.abs(self.values).sum())

    def parts(self) -> Sequence[Expression]:
        terms = [self.term(i) for i in self._places()]
        if self._left_out():
            rest = np.delete(self.values, self.kept) if self.kept else self.values
            terms.append(Number(float(rest.sum())))
        return terms

    def numbers(self) -> Iterator[Number]:
        # One term after the other: of a hundred thousand, hardly ever all are wanted.
        for i in self._places():
            yield from self.term(i).numbers()
        if self._left_out():
            yield from self.parts()[-1].numbers()

    def abridged(self, most: int) -> Expression:
        n = len(self.values)
        if n <= most:
            return self
        there = np.flatnonzero(self.values)
        first = [int(i) for i in there[: max(0, most - 1) // 2]]
        largest = [int(i) for i in np.argsort(-np.abs(self.values), kind="stable")[:most]]
        chosen = [*first, *(i for i in largest if i not in first)][: most - 1]
        return replace(self, kept=tuple(sorted(chosen)))

    def _places(self) -> Sequence[int]:
        return range(len(self.values)) if self.kept is None else self.kept

    def _left_out(self) -> int:
        return 0 if self.kept is None else len(self.values) - len(self.kept)


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """a·b·..."""

    factors: tuple[Expression, ...]
    strength = PRODUCT

    def text(self, digits: int) -> str:
        return "·".join(
            factor._within(PRODUCT, digits, first=i == 0) for i, factor in enumerate(self.factors)
        )

    def evaluate(self, digits: int | None = None) -> float:
        result = 1.0
        for factor in self.factors:
            result *= factor.evaluate(digits)
        return result

    def size(self) -> float:
        return math.prod(factor.size() for factor in self.factors)

    def parts(self) -> Sequence[Expression]:
        return self.factors

    def abridged(self, most: int) -> Expression:
        return Product(tuple(factor.abridged(most) for factor in self.factors))


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """a/b."""

    above: Expression
    below: Expression
    strength = PRODUCT

    def text(self, digits: int) -> str:
        below = self.below._within(POWER, digits, first=False)
        return f"{self.above._within(PRODUCT, digits)}/{below}"

    def evaluate(self, digits: int | None = None) -> float:
        return functions.divide(self.above.evaluate(digits), self.below.evaluate(digits))

    def size(self) -> float:
        return functions.divide(self.above.size(), abs(self.below.evaluate()))

    def parts(self) -> Sequence[Expression]:
        return self.above, self.below

    def abridged(self, most: int) -> Expression:
        return Quotient(self.above.abridged(most), self.below.abridged(most))


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """a^n."""

    base: Expression
    exponent: Expression
    strength = POWER

    def text(self, digits: int) -> str:
        # Not "−2^2", which is −4 to most calculators.
        base = self.base._within(ATOM, digits, first=False)
        return f"{base}^{self.exponent._within(ATOM, digits, first=False)}"

    def evaluate(self, digits: int | None = None) -> float:
        return functions.power(self.base.evaluate(digits), self.exponent.evaluate(digits))

    def parts(self) -> Sequence[Expression]:
        return self.base, self.exponent


@dataclass(frozen=True, slots=True)
class Root(Expression):
    """√(a)."""

    of: Expression
    strength = ATOM

    def text(self, digits: int) -> str:
        return f"√({self.of.text(digits)})"

    def evaluate(self, digits: int | None = None) -> float:
        return functions.root(self.of.evaluate(digits))

    def parts(self) -> Sequence[Expression]:
        return (self.of,)

    def abridged(self, most: int) -> Expression:
        return Root(self.of.abridged(most))


@dataclass(frozen=True, slots=True)
class Absolute(Expression):
    """|a|."""

    of: Expression
    strength = ATOM

    def text(self, digits: int) -> str:
        return f"|{self.of.text(digits)}|"

    def evaluate(self, digits: int | None = None) -> float:
        return abs(self.of.evaluate(digits))

    def parts(self) -> Sequence[Expression]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """−a."""

    of: Expression
    strength = SUM

    def text(self, digits: int) -> str:
        return f"−{self.of._within(PRODUCT, digits, first=False)}"

    def evaluate(self, digits: int | None = None) -> float:
        return -self.of.evaluate(digits)

    def size(self) -> float:
        return self.of.size()

    def parts(self) -> Sequence[Expression]:
        return (self.of,)

    def abridged(self, most: int) -> Expression:
        return Negative(self.of.abridged(most))


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """f(a, b, ...), with f one of `functions.FUNCTIONS`."""

    name: str
    arguments: tuple[Expression, ...]
    strength = ATOM

    def text(self, digits: int) -> str:
        return f"{self.name}({', '.join(argument.text(digits) for argument in self.arguments)})"

    def evaluate(self, digits: int | None = None) -> float:
        values = (argument.evaluate(digits) for argument in self.arguments)
        return functions.FUNCTIONS[self.name](*values)

    def parts(self) -> Sequence[Expression]:
        return self.arguments

    def abridged(self, most: int) -> Expression:
        return Call(self.name, tuple(argument.abridged(most) for argument in self.arguments))


def _joined(terms: Sequence[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" − {term[1:]}" if term.startswith("−") else f" + {term}"
    return text
