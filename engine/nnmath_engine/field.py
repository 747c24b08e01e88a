"""One setting of an experiment: its type, its bounds, and the words that say so.

A `Field` is data. Presets, the command line's `--set`, the controls on the screen and the JSON
Schema all read the same table of fields (`fields.FIELDS`), so they allow the same values and
refuse the others in the same words.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

Kind = Literal[
    "boolean",
    "integer",
    "number",
    "text",
    "choice",
    "choices",  # one choice, or one for each hidden layer
    "integers",
    "names",
    "numbers",  # nested lists of numbers: explicit weights and biases
    "options",  # a table whose keys depend on another field: the optimizer's options, ...
]
Effect = Literal["live", "reset"]

LONGEST_TEXT = 1_000
LONGEST_LIST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting. `path` is its place in a preset file, such as "training.learning_rate".

    `effect` says what a change does to a running training: "live" changes take hold at the next
    batch, "reset" ones start the network afresh. `ladder` holds sensible values for stepping
    through with the arrow keys; any other valid value may be typed.
    """

    path: str
    kind: Kind
    default: Any
    label: str
    about: str
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    choices: tuple[str, ...] = ()
    longest: int = LONGEST_LIST
    effect: Effect = "live"
    ladder: tuple[Any, ...] = ()

    @property
    def section(self) -> str:
        """The table of the preset file that this field stands in: data, network or training."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """The last part of the path: the key in the preset file, the attribute in the spec."""
        return self.path.rpartition(".")[2]

    @property
    def allowed(self) -> str:
        """What this field takes, in words that complete "must be ..."."""
        match self.kind:
            case "boolean":
                return "true or false"
            case "integer":
                return f"a whole number {self._bounds()}".rstrip()
            case "number":
                return f"a number {self._bounds()}".rstrip()
            case "text":
                return f"a text of at most {LONGEST_TEXT} characters"
            case "choice":
                return "one of " + ", ".join(self.choices)
            case "choices":
                return "one of " + ", ".join(self.choices) + "; or a list with one for each layer"
            case "integers":
                return f"a list of at most {self.longest} whole numbers {self._bounds()}".rstrip()
            case "names":
                return f"a list of at most {self.longest} names"
            case "numbers":
                return "nested lists of finite numbers"
            case "options":
                return "a table of options"

    def check(self, value: Any) -> Any:
        """Return `value` in its normal form: float for numbers, tuples for lists.

        Raises:
            ValueError: the value is not allowed; the message says what is.
        """
        match self.kind:
            case "boolean":
                if isinstance(value, bool):
                    return value
                self._refuse(value)
            case "integer":
                return self._integer(value)
            case "number":
                return self._number(value)
            case "text":
                return self._text(value)
            case "choice":
                return self._choice(value)
            case "choices":
                if isinstance(value, list | tuple) and 0 < len(value) <= self.longest:
                    return tuple(self._choice(item) for item in value)
                return self._choice(value)
            case "integers":
                return tuple(self._integer(item) for item in self._list(value))
            case "names":
                return tuple(self._text(item) for item in self._list(value))
            case "numbers":
                return tuple(self._nested(item, depth=2) for item in self._list(value))
            case "options":
                if isinstance(value, Mapping):
                    return dict(value)
                self._refuse(value)

    def _bounds(self) -> str:
        low, high = f"{self.low:.12g}", f"{self.high:.12g}"
        if math.isinf(self.low) and math.isinf(self.high):
            return ""
        if math.isinf(self.high):
            return f"above {low}" if self.low_open else f"of at least {low}"
        return f"above {low}, at most {high}" if self.low_open else f"from {low} to {high}"

    def _within(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        return above and value <= self.high

    def _integer(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and self._within(value):
            return value
        self._refuse(value)

    def _number(self, value: Any) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and self._within(value):
            number = float(value)
            if math.isfinite(number):
                return number
        self._refuse(value)

    def _text(self, value: Any) -> str:
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value:
            return value
        self._refuse(value)

    def _choice(self, value: Any) -> str:
        if isinstance(value, str) and value in self.choices:
            return value
        close = difflib.get_close_matches(str(value)[:80], self.choices, n=1)
        self._refuse(value, f" (did you mean {close[0]!r}?)" if close else "")

    def _list(self, value: Any) -> list[Any] | tuple[Any, ...]:
        if isinstance(value, list | tuple) and len(value) <= self.longest:
            return value
        self._refuse(value)

    def _nested(self, value: Any, depth: int) -> Any:
        if isinstance(value, list | tuple) and depth > 0 and len(value) <= self.longest:
            return tuple(self._nested(item, depth - 1) for item in value)
        return self._number(value)

    def _refuse(self, value: Any, hint: str = "") -> NoReturn:
        shown = repr(value)
        if len(shown) > 60:
            shown = shown[:57] + "..."
        raise ValueError(f"must be {self.allowed}, not {shown}{hint}")
