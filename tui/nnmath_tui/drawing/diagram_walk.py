"""Walking from neuron to neuron through a network diagram, also where it shows not all of them."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath_tui.drawing.diagram import NeuronSpot, Picture
from nnmath_tui.drawing.diagram_layout import LayerPlan

Place = tuple[int, int]


def walk(
    picture: Picture, sizes: Sequence[int], here: Place, across: int, down: int
) -> Place | None:
    """The neuron next to `here` = (layer, index) in a direction; None at an edge of the network.

    Up and down lead to the next neuron of the layer, in sight or not; left and right to the one
    beside it in a layer that has several columns, else into the next layer: to the nearest neuron
    there, or, if the layer is not in sight, to the one that is as far down.
    """
    layer, index = here
    size = sizes[layer]
    plan = next((one for one in picture.plan.layers if _shows(one, layer)), None)
    lines, side = _pitches(plan, size)
    if down:
        target = index + lines * down
        return (layer, target) if 0 <= target < size else None
    beside = _beside(plan, index, side * across, size)
    if beside is not None:
        return layer, beside
    beyond = layer + across
    if not 0 <= beyond < len(sizes):
        return None
    return beyond, _arrival(picture, here, beyond, across, sizes)


def _shows(plan: LayerPlan, layer: int) -> bool:
    return plan.form != "elided" and plan.layer == layer


def _pitches(plan: LayerPlan | None, size: int) -> tuple[int, int]:
    """How far apart the indices of neighbors are, one below the other and side by side."""
    if plan is None:
        return 1, size
    if plan.form == "block":
        return plan.grid[1], 1
    return 1, plan.lines if plan.form == "tiles" else size


def _beside(plan: LayerPlan | None, index: int, step: int, size: int) -> int | None:
    """The index beside another one in the same line of the same layer."""
    target = index + step
    if plan is None or not 0 <= target < size:
        return None
    if plan.form == "block":
        columns = plan.grid[1]
        return target if target // columns == index // columns else None
    shown = {box.index for box in plan.boxes}
    return target if target in shown else None


def _arrival(picture: Picture, here: Place, beyond: int, across: int, sizes: Sequence[int]) -> int:
    """Where one enters the layer `beyond`: at an input that is on, if it is the inputs."""
    offers = len(picture.plan.layers[0].offers) if beyond == 0 else 0
    real = sizes[beyond] - offers
    spots = [spot for spot in picture.spots if spot.layer == beyond and spot.index < real]
    start = next((s for s in picture.spots if (s.layer, s.index) == here), None)
    if not spots or start is None:
        share = here[1] / max(1, sizes[here[0]] - 1)
        return round(min(share, 1.0) * (real - 1))
    middle = start.y + start.height / 2

    def away(spot: NeuronSpot) -> tuple[int, float]:
        return spot.x * across, abs(spot.y + spot.height / 2 - middle)

    return min(spots, key=away).index
