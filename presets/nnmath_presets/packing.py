"""Settings, numbers and places as few bytes: what a completion code is made of."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from nnmath_engine.field import Field
from nnmath_engine.fields import FIELDS
from nnmath_engine.places import Place

PATHS = tuple(FIELDS)
FEATURE_NAMES = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(pi*x1)", "sin(pi*x2)")
"""Those of the plane, which take one byte."""
_LAYERS, _ROWS, _COLUMNS = 2, 7, 9
"""Places within these bounds take one byte; their product is below 127."""
_MOST = 1000
"""The longest list or text that is unpacked."""


class PackingError(ValueError):
    """Bytes that were not packed here."""


class Packer:
    """Puts values one after the other."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def whole(self, value: int) -> None:
        """A whole number of at least 0, seven bits a byte."""
        while value > 127:
            self.bytes.append(value & 127 | 128)
            value >>= 7
        self.bytes.append(value)

    def signed(self, value: int) -> None:
        self.whole(value << 1 if value >= 0 else (-value << 1) - 1)

    def number(self, value: float) -> None:
        """A finite float by its shortest decimal digits and their exponent."""
        sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
        assert isinstance(exponent, int)
        mantissa = int("".join(map(str, digits)))
        self.signed(-mantissa if sign else mantissa)
        self.signed(exponent)

    def text(self, value: str) -> None:
        data = value.encode()
        self.whole(len(data))
        self.bytes += data

    def place(self, place: Place) -> None:
        layer, row, column = place.layer - 1, 0 if place.row is None else place.row + 1, place[2]
        if layer < _LAYERS and row < _ROWS and column < _COLUMNS:
            self.whole(1 + layer + _LAYERS * (row + _ROWS * column))
            return
        for part in (0, layer, row, column):
            self.whole(part)

    def setting(self, path: str, value: Any) -> None:
        self.whole(PATHS.index(path))
        self._value(FIELDS[path], value)

    def _value(self, field: Field, value: Any) -> None:
        match field.kind:
            case "choice":
                self.whole(field.choices.index(value))
            case "choices":
                names = (value,) if isinstance(value, str) else value
                self.whole(0 if isinstance(value, str) else len(names))
                for name in names:
                    self.whole(field.choices.index(name))
            case "names":
                self.whole(len(value))
                for name in value:
                    known = name in FEATURE_NAMES
                    self.whole(FEATURE_NAMES.index(name) + 1 if known else 0)
                    if not known:
                        self.text(name)
            case _:
                self._any(value)

    def _any(self, value: Any) -> None:
        match value:
            case bool():
                self.whole(int(value))
            case int():
                self.whole(2)
                self.signed(value)
            case float():
                self.whole(3)
                self.number(value)
            case str():
                self.whole(4)
                self.text(value)
            case dict():
                self.whole(5)
                self.whole(len(value))
                for name, item in value.items():
                    self.text(name)
                    self._any(item)
            case _:
                self.whole(6 + len(value))
                for item in value:
                    self._any(item)


class Unpacker:
    """Takes values in the order in which they were put.

    Every method raises PackingError where there is nothing of its kind.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def rest(self) -> bytes:
        """What was not taken yet."""
        return self._data[self._at :]

    def take(self, count: int) -> bytes:
        if not 0 <= count <= len(self._data) - self._at:
            raise PackingError("it ends too early")
        self._at += count
        return self._data[self._at - count : self._at]

    def whole(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 140:
                raise PackingError("a number has too many digits")

    def signed(self) -> int:
        value = self.whole()
        return -((value + 1) >> 1) if value & 1 else value >> 1

    def count(self) -> int:
        value = self.whole()
        if value > _MOST:
            raise PackingError("a list is too long")
        return value

    def number(self) -> float:
        mantissa, exponent = self.signed(), self.signed()
        if abs(exponent) > 400:
            raise PackingError("a number is out of range")
        try:
            value = float(Decimal(mantissa).scaleb(exponent))
        except (InvalidOperation, OverflowError):
            raise PackingError("a number is out of range") from None
        if value in (float("inf"), float("-inf")):
            raise PackingError("a number is out of range")
        return value

    def text(self) -> str:
        try:
            return self.take(self.count()).decode()
        except UnicodeDecodeError:
            raise PackingError("a text is no text") from None

    def place(self) -> Place:
        packed = self.whole()
        if packed == 0:
            layer, row, column = self.whole(), self.whole(), self.whole()
        else:
            rest, layer = divmod(packed - 1, _LAYERS)
            column, row = divmod(rest, _ROWS)
        return Place(layer + 1, row - 1 if row else None, column)

    def setting(self) -> tuple[str, Any]:
        index = self.whole()
        if index >= len(PATHS):
            raise PackingError("a setting is unknown")
        return PATHS[index], self._value(FIELDS[PATHS[index]])

    def _value(self, field: Field) -> Any:
        match field.kind:
            case "choice":
                return self._choice(field)
            case "choices":
                many = self.count()
                names = tuple(self._choice(field) for _ in range(many or 1))
                return names if many else names[0]
            case "names":
                return tuple(self._name() for _ in range(self.count()))
            case _:
                return self._any()

    def _name(self) -> str:
        index = self.whole()
        if index > len(FEATURE_NAMES):
            raise PackingError("a name is unknown")
        return FEATURE_NAMES[index - 1] if index else self.text()

    def _choice(self, field: Field) -> str:
        index = self.whole()
        if index >= len(field.choices):
            raise PackingError("a choice is unknown")
        return field.choices[index]

    def _any(self, depth: int = 0) -> Any:
        if depth > 4:
            raise PackingError("a list is too deep")
        match self.whole():
            case 0 | 1 as flag:
                return bool(flag)
            case 2:
                return self.signed()
            case 3:
                return self.number()
            case 4:
                return self.text()
            case 5:
                return {self.text(): self._any(depth + 1) for _ in range(self.count())}
            case length:
                if length - 6 > _MOST:
                    raise PackingError("a list is too long")
                return tuple(self._any(depth + 1) for _ in range(length - 6))
