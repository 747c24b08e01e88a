"""A step in slow motion: neuron by neuron and sample by sample, up to the new weights.

The ladder of one batch. For each of its samples: forward, layer by layer and neuron by neuron; the
loss; backward, from the last layer to the first. Then the gradients, which are means over the
samples, and the update. Nothing is computed twice or otherwise than in training: each rung is a
cell of the worksheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from nnmath_engine.derivation import Cell, Sample, Worksheet

Phase = Literal["forward", "loss", "backward", "gradient", "update"]


@dataclass(frozen=True, slots=True)
class Rung:
    """What is computed: a cell, of which neuron, in which phase, for which sample of the batch.

    `number` counts the rungs of the batch from 0, `sample` its samples; None after the last one.
    """

    number: int
    phase: Phase
    cell: Cell
    neuron: tuple[int, int] | None
    sample: int | None


ALL_BELOW = 100
"""Parameters up to which a batch ends with each of them; of a larger network one for each layer."""


class Walk:
    """The ladder of one batch; rungs are numbered from 0 to `len(walk)` − 1."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        sizes = sheet.blueprint.sizes
        self._neurons = [(k, i) for k in range(1, len(sizes)) for i in range(sizes[k])]
        self._layers = len(sizes) - 1
        self._a_sample = 2 * len(self._neurons) + 1
        self._samples = len(sheet.rows) * self._a_sample
        self._parameters = list(_parameters(sizes, all_of_them=sheet.before.count <= ALL_BELOW))

    def __len__(self) -> int:
        return self._samples + 2 * len(self._parameters)

    def rung(self, number: int) -> Rung:
        """The rung of that number, at least 0 and below `len(walk)`."""
        if number >= self._samples:
            return self._of_batch(number)
        place, within = divmod(number, self._a_sample)
        sample, neurons = Sample("train", int(self._sheet.rows[place])), len(self._neurons)
        if within == neurons:
            return Rung(number, "loss", Cell("sample_loss", sample=sample), None, place)
        if within < neurons:
            layer, index = self._neurons[within]
            cell = Cell("a", layer, (index,), sample)
            return Rung(number, "forward", cell, (layer, index), place)
        layer, index = self._backwards(within - neurons - 1)
        cell = Cell("delta", layer, (index,), sample)
        return Rung(number, "backward", cell, (layer, index), place)

    def _backwards(self, place: int) -> tuple[int, int]:
        """Layers from the last to the first, in each the neurons from the first to the last."""
        sizes = self._sheet.blueprint.sizes
        for layer in range(self._layers, 0, -1):
            if place < sizes[layer]:
                return layer, place
            place -= sizes[layer]
        raise IndexError(place)

    def _of_batch(self, number: int) -> Rung:
        """Gradients from the last layer to the first, then new weights from the first to the last.

        Of a large network one number stands for a layer: the weight between its first neurons.
        """
        after, count = number - self._samples, len(self._parameters)
        phase: Phase = "gradient" if after < count else "update"
        layer, index = self._parameters[count - 1 - after if after < count else after - count]
        cell = Cell("grad" if phase == "gradient" else "next", layer, index)
        return Rung(number, phase, cell, (layer, index[-1]), None)

    def after_sample(self, number: int) -> int:
        """The rung on which the sample ends that comes after rung `number`; -1 is before all.

        After the last sample, the last rung of the batch.
        """
        ends = (number + 1) // self._a_sample * self._a_sample + self._a_sample - 1
        return ends if ends < self._samples else len(self) - 1

    def in_words(self, rung: Rung) -> str:
        """Where the walk is: "sample 3 of 10 · forward"."""
        if rung.sample is None:
            return f"batch of {len(self._sheet.rows)} · {rung.phase}"
        return f"sample {rung.sample + 1} of {len(self._sheet.rows)} · {rung.phase}"


def _parameters(
    sizes: Sequence[int], *, all_of_them: bool
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Layer and place of every weight and bias, or of the first weight of each layer."""
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        if not all_of_them:
            yield layer, (0, 0)
            continue
        for column in range(fan_out):
            yield from ((layer, (row, column)) for row in range(fan_in))
            yield layer, (column,)
