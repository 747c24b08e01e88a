"""The words of a network diagram: titles with buttons, names, biases, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram_data import FROZEN, DiagramData
from nnmath_tui.drawing.diagram_layout import Box, LayerPlan, Plan
from nnmath_tui.drawing.field import calm_scale
from nnmath_tui.drawing.numbers import count, signed
from nnmath_tui.drawing.palette import ZERO, Color

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LEAST_BIAS = 4


@dataclass(frozen=True, slots=True)
class Button:
    """Cells that can be clicked to give a hidden layer `change` more neurons."""

    layer: int
    change: int
    x: int
    y: int
    width: int = 3


def elide(text: str, width: int) -> str:
    """`text` in at most `width` cells, with … in place of what was left out."""
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""


def hidden_name(index: int) -> str:
    """h₁ for the first neuron of a hidden layer."""
    return "h" + str(index + 1).translate(_SUBSCRIPTS)


def draw_labels(
    canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan, selected: int | None
) -> None:
    """The names and biases of the neurons of one layer that are drawn one by one."""
    number, palette = layer.layer, canvas.palette
    beside = _stands_beside(data, layer)
    levels = None
    if number > 0 and not data.shows_biases(number):
        biases = data.biases[number - 1]
        levels = palette.level(biases, calm_scale(biases, 1.0))
    longest = max((len(_name(data, number, box.index)) for box in layer.boxes), default=0)
    for box in layer.boxes:
        name = _name(data, number, box.index)
        color = palette.accent if box.index == selected else palette.muted
        bold = box.index == selected
        left = 0
        if beside:
            _draw_name_beside(canvas, plan, box, name, number == 0, color)
        elif box.height > 1 and (levels is None or longest + _LEAST_BIAS < box.width):
            left = longest + 1
            canvas.put(box.x, _below(layer, box, data), elide(name, box.width), color, bold=bold)
        elif box.height > 1 and number == data.last:
            left = max(1, box.width - 2)
            canvas.put(box.x, box.y + box.height, elide(name, left), color, bold=bold)
        if levels is not None:
            _draw_bias(canvas, data, layer, box, left, int(levels[box.index]), bold)


def _name(data: DiagramData, layer: int, index: int) -> str:
    if layer == 0:
        return data.inputs[index]
    return data.outputs[index] if layer == data.last else hidden_name(index)


def _stands_beside(data: DiagramData, layer: LayerPlan) -> bool:
    """Whether names stand beside the boxes: those of inputs and outputs in a single column."""
    return layer.layer in (0, data.last) and layer.form == "column"


def _below(layer: LayerPlan, box: Box, data: DiagramData) -> int:
    """The row of a name; a box with the bias in it wears it on top."""
    return box.y - 1 if data.shows_biases(layer.layer) else box.y + box.height


def _draw_name_beside(
    canvas: Canvas, plan: Plan, box: Box, name: str, at_left: bool, color: Color
) -> None:
    middle = box.y + (box.height - 1) // 2
    text = elide(name, (plan.left if at_left else plan.right) - 1)
    x = box.x - 1 - len(text) if at_left else box.x + box.width + 1
    canvas.put(x, middle, text, color, bold=color == canvas.palette.accent)


def _draw_bias(
    canvas: Canvas,
    data: DiagramData,
    layer: LayerPlan,
    box: Box,
    left: int,
    level: int,
    chosen: bool,
) -> None:
    """The bias below a box, after `left` cells of a name; its sign where no number fits."""
    palette = canvas.palette
    value = float(data.biases[layer.layer - 1][box.index])
    color = palette.muted if level == ZERO else palette.number(level)
    sign = "+" if value > 0 else "-" if value < 0 else "0" if value == 0 else "?"
    if box.height == 1:
        if not chosen:
            canvas.put(box.x - 1, box.y, sign, color)
        return
    mark = FROZEN if (layer.layer, None, box.index) in data.frozen else ""
    row, room = box.y + box.height, box.width - left - len(mark)
    text = bias_text(value, min(room, 7), palette.ascii) if room >= _LEAST_BIAS else sign
    text += mark
    x = box.x + box.width - len(text) if left else box.x + (box.width - len(text)) // 2
    canvas.put(x, row, text, color, bold=chosen)


def bias_text(value: float, width: int, ascii_only: bool) -> str:
    """`value` in at least four cells: in few of them without the zero before the point."""
    size = abs(value)
    if width > 5 or size >= 0.995 or not size > 0:
        return signed(value, width, digits=2, ascii=ascii_only)
    short = f"{size:.{width - 2}f}"[1:]
    if float(short) == 0:
        return "~0" if ascii_only else "≈0"
    minus = "-" if ascii_only else "−"
    return (minus if value < 0 else "+") + short


def draw_rest(canvas: Canvas, data: DiagramData, layer: LayerPlan) -> None:
    """Say how many neurons of a layer are not shown, and which ones are."""
    if not layer.hidden or not layer.boxes:
        return
    size, first, last = data.sizes[layer.layer], layer.boxes[0].index, layer.boxes[-1].index
    text = f"… {count(layer.hidden)} more"
    if first > 0:
        text = f"{first + 1}–{last + 1} of {count(size)}"
    x = layer.x + (layer.width - len(text)) // 2
    x = max(0, min(x, canvas.width - len(text)))
    row = layer.y + layer.height + (1 if layer.boxes[0].height > 1 else 0)
    canvas.put(x, row, text, canvas.palette.muted)


def draw_offers(
    canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan, chosen: int | None
) -> Iterator[tuple[int, int, int, int]]:
    """The inputs that are switched off, below those that are on; yields (number, x, y, width)."""
    palette = canvas.palette
    right = layer.x + max(layer.width, 4)
    for place, (row, name) in enumerate(zip(layer.offers, data.offered, strict=False)):
        text = elide(f"+ {name}", right + max(0, plan.gap - 2))
        x = max(0, right - len(text))
        here = place == chosen
        color = palette.accent if here else palette.faint
        canvas.put(x, row, text, color, bold=here, reverse=here and palette.mode == "mono")
        yield place, x, row, len(text)


def draw_title(
    canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan, chosen: bool
) -> Iterator[Button]:
    """Say what a layer is, in as many words as fit above it, between buttons if it is hidden."""
    palette = canvas.palette
    room = _words_room(canvas, plan, layer)
    size = data.sizes[layer.layer]
    last = data.last
    noun = "input" if layer.layer == 0 else "output" if layer.layer == last else "neuron"
    nouns = noun if size == 1 else noun + "s"
    activation = data.activations[layer.layer - 1] if layer.layer and data.activations else ""
    title = data.titles[layer.layer] if data.titles else ""
    wordings: tuple[str, ...] = (
        title,
        f"{count(size)} {activation or nouns}",
        activation,
        count(size),
    )
    if layer.form == "block":
        wordings = (title, activation)
    elif data.shows_biases(layer.layer):
        wordings = (title, f"{count(size)} {activation or nouns} · biases", *wordings[1:])
    text = next((words for words in wordings if words and len(words) <= room), "")
    buttons = 0 < layer.layer < last and bool(text)
    if buttons and len(text) + 4 > room:
        shorter = next((words for words in (count(size), "") if len(words) + 4 <= room), None)
        buttons = shorter is not None and layer.form != "block"
        text = shorter or text if buttons else text
    width = len(text) + (4 if buttons else 0)
    x = max(0, min(layer.x + (layer.width - width) // 2, canvas.width - width))
    color = palette.accent if chosen else palette.muted
    canvas.put(x + (2 if buttons else 0), 0, text, color)
    if buttons:
        canvas.put(x, 0, "−", palette.accent, bold=True)
        canvas.put(x + width - 1, 0, "+", palette.accent, bold=True)
        yield Button(layer.layer, -1, x - 1, 0)
        yield Button(layer.layer, 1, x + width - 2, 0)


def _words_room(canvas: Canvas, plan: Plan, layer: LayerPlan) -> int:
    """Cells for words centered on a layer that keep clear of its neighbors' words."""
    beyond = canvas.width - layer.x - layer.width
    return layer.width + 2 * max(0, min((plan.gap - 1) // 2, layer.x, beyond))


def draw_caption(canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan) -> None:
    """Say below a block what its pixels stand for."""
    noun, shading = ("inputs", "by weights") if layer.layer == 0 else ("neurons", "by bias")
    lines = (f"{count(data.sizes[layer.layer])} {noun}", f"shaded {shading}")
    for row, text in enumerate(lines):
        if len(text) > _words_room(canvas, plan, layer):
            continue
        x = layer.x + (layer.width - len(text)) // 2
        color = canvas.palette.faint if row else canvas.palette.muted
        x = max(0, min(x, canvas.width - len(text)))
        canvas.put(x, layer.y + layer.height + row, text, color)


def draw_elision(canvas: Canvas, layer: LayerPlan) -> None:
    """Say how many layers are left out."""
    lines = ("…", count(layer.hidden), "layers" if layer.hidden > 1 else "layer", "…")
    top = layer.y + max(0, (layer.height - len(lines)) // 2)
    for row, text in enumerate(lines):
        x = layer.x + (layer.width - len(text)) // 2
        canvas.put(x, top + row, text, canvas.palette.muted)
