"""The names of all numbers of a network in training: what can be opened, and how it is written.

A cell is written as it is on the screen and on the command line, with layers counted from 1 and
everything inside brackets from 0, as in NumPy: `w2[3,1]` leads from neuron 3 of layer 1 to neuron 1
of layer 2. What belongs to one sample may say to which: `z2[0]@17` is training row 17,
`z2[0]@test3` test row 3, and `z2[0]@eval17` training row 17 without dropout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

SplitName = Literal["train", "eval", "test"]
Shape = Literal["input", "output", "neuron", "parameter", "weight", "whole", "sample"]


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """A row of the training or of the test data; "eval" is a training row without dropout."""

    split: SplitName
    row: int

    def __str__(self) -> str:
        return f"{self.row}" if self.split == "train" else f"{self.split}{self.row}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a number is: its name in print, what it belongs to, and in words."""

    name: str
    shape: Shape
    words: str
    of_sample: bool = False


_ALL = (
    Kind("raw", "input", "the measured value", of_sample=True),
    Kind("x", "input", "input", of_sample=True),
    Kind("y", "output", "target", of_sample=True),
    Kind("w", "weight", "weight"),
    Kind("b", "neuron", "bias"),
    Kind("z", "neuron", "weighted sum", of_sample=True),
    Kind("a", "neuron", "activation", of_sample=True),
    Kind("yhat", "output", "prediction", of_sample=True),
    Kind("mask", "neuron", "dropout's factor", of_sample=True),
    Kind("slope", "neuron", "slope f′(z)", of_sample=True),
    Kind("sample_loss", "sample", "loss of one sample", of_sample=True),
    Kind("dyhat", "output", "derivative of the sample's loss by the prediction", of_sample=True),
    Kind("delta", "neuron", "delta, the derivative of the sample's loss by z", of_sample=True),
    Kind("loss", "whole", "mean loss of the batch"),
    Kind("penalty", "whole", "penalty"),
    Kind("objective", "whole", "objective"),
    Kind("data_grad", "parameter", "gradient of the batch's mean loss"),
    Kind("full_grad", "parameter", "gradient of the objective"),
    Kind("clipped", "parameter", "gradient of the objective, each number clipped"),
    Kind("grad", "parameter", "gradient that the optimizer sees"),
    Kind("norm", "whole", "length of the gradient"),
    Kind("lr", "whole", "learning rate in force"),
    Kind("v", "parameter", "optimizer's v after the step"),
    Kind("m", "parameter", "optimizer's m after the step"),
    Kind("s", "parameter", "optimizer's s after the step"),
    Kind("v_before", "parameter", "optimizer's v before the step"),
    Kind("m_before", "parameter", "optimizer's m before the step"),
    Kind("s_before", "parameter", "optimizer's s before the step"),
    Kind("m_hat", "parameter", "m corrected for its start at 0"),
    Kind("v_hat", "parameter", "v corrected for its start at 0"),
    Kind("step", "parameter", "step"),
    Kind("moved", "parameter", "value after the optimizer's step, before the proximal one"),
    Kind("next", "parameter", "value after the step"),
    Kind("train_loss", "whole", "mean loss of all training rows"),
    Kind("test_loss", "whole", "mean loss of all test rows"),
    Kind("train_accuracy", "whole", "accuracy on all training rows"),
    Kind("test_accuracy", "whole", "accuracy on all test rows"),
    Kind("train_r2", "whole", "R² on all training rows"),
    Kind("test_r2", "whole", "R² on all test rows"),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: its kind, its layer (1 is the first), its place there, and its sample."""

    kind: str
    layer: int = 0
    index: tuple[int, ...] = ()
    sample: Sample | None = None

    def __str__(self) -> str:
        shape = KINDS[self.kind].shape
        place = f"[{','.join(map(str, self.index))}]" if self.index else ""
        at = "" if self.sample is None else f"@{self.sample}"
        if shape == "parameter":
            return f"{self.kind} {self._letter()}{self.layer}{place}{at}"
        return f"{self.kind}{self.layer or ''}{place}{at}"

    def _letter(self) -> str:
        return "w" if len(self.index) == 2 else "b"

    def of(self, kind: str) -> Cell:
        """The number of another kind at the same place."""
        return replace(self, kind=kind)

    @property
    def parameter(self) -> Cell:
        """The weight or bias that the number belongs to."""
        return Cell(self._letter(), self.layer, self.index)


class CellError(ValueError):
    """A text that names no cell; the message says what is allowed."""


_PARAMETER = re.compile(r"(?:(\w+) +)?([wb])(\d+)\[([\d, ]+)\]")
_NEURON = re.compile(r"([a-z]+)(\d+)\[(\d+)\]")
_PLACE = re.compile(r"([a-z]+)\[(\d+)\]")


def parse_cell(text: str) -> Cell:
    """The cell that is written like w2[3,1], b1[0], z2[0]@17, loss, "grad w1[0,2]".

    Raises:
        CellError: it is written like none.
    """
    name, at, where = text.strip().partition("@")
    cell = _parsed(name.strip())
    if cell is None:
        raise CellError(f"no cell {text!r}; {allowed()}")
    if not at:
        return cell
    if not KINDS[cell.kind].of_sample:
        raise CellError(f"{name} belongs to no single sample, so it takes no @; {allowed()}")
    return replace(cell, sample=parse_sample(where))


def parse_sample(text: str) -> Sample:
    """The sample that is written like 17 or test3.

    Raises:
        CellError: it is written like none.
    """
    split: SplitName = "train"
    if text.startswith(("test", "eval")):
        split = "test" if text.startswith("test") else "eval"
    row = text.removeprefix(split)
    if not (row.isascii() and row.isdigit() and len(row) < 10):
        raise CellError(
            f"no sample {text!r}; allowed: a training row like 17, a test row like test3, "
            "or eval17 for training row 17 without dropout"
        )
    return Sample(split, int(row))


def allowed() -> str:
    """What a cell may be, in a sentence."""
    parameters = ", ".join(k.name for k in _ALL if k.shape == "parameter")
    whole = ", ".join(k.name for k in _ALL if k.shape in ("whole", "sample"))
    return (
        "allowed: w2[3,1] b2[1], z2[1] a2[1] slope2[1] delta2[1] mask1[0], "
        f"x[0] raw[0] y[0] yhat[0] dyhat[0], {whole}, "
        f"and of a weight or bias, as in 'grad w2[3,1]': {parameters}"
    )


def _parsed(text: str) -> Cell | None:
    if (match := _PARAMETER.fullmatch(text)) is not None:
        kind, letter, layer, places = match.groups()
        index = _numbers(places)
        if index is None or len(index) != (2 if letter == "w" else 1) or len(layer) > 4:
            return None
        if kind is not None and (kind not in KINDS or KINDS[kind].shape != "parameter"):
            return None
        return Cell(kind or letter, int(layer), index)
    if (match := _NEURON.fullmatch(text)) is not None:
        kind, layer, places = match.groups()
        index = _numbers(places)
        fits = kind in KINDS and KINDS[kind].shape == "neuron" and index and len(layer) < 5
        return Cell(kind, int(layer), index or ()) if fits else None
    if (match := _PLACE.fullmatch(text)) is not None:
        kind, places = match.groups()
        index = _numbers(places)
        fits = kind in KINDS and KINDS[kind].shape in ("input", "output") and index
        return Cell(kind, 0, index or ()) if fits else None
    fits = text in KINDS and KINDS[text].shape in ("whole", "sample")
    return Cell(text) if fits else None


def _numbers(text: str) -> tuple[int, ...] | None:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    return tuple(map(int, parts))
