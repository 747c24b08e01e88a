"""The network pane by key and mouse: walking, rebuilding, switching inputs, editing biases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from nnmath_engine.snapshot import Snapshot
from nnmath_tui.application import Application
from nnmath_tui.messages import (
    ChangeRequested,
    FreezeRequested,
    NeuronSelected,
    WeightEdited,
    WeightSelected,
)
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.widgets.network import NetworkPane
from textual.message import Message
from textual.pilot import Pilot

MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def shown(app: Application) -> Snapshot | None:
    screen = app.board
    return screen.situation.snapshot if isinstance(screen, MainScreen) else None


def pane(app: Application) -> NetworkPane:
    assert app.board is not None
    return app.board.query_one(NetworkPane)


def hidden(app: Application) -> tuple[int, ...]:
    """The hidden layers on the screen."""
    snapshot = shown(app)
    return () if snapshot is None else snapshot.layer_sizes[1:-1]


def features(app: Application) -> tuple[str, ...]:
    snapshot = shown(app)
    return () if snapshot is None else snapshot.dataset.inputs


def said(app: Application) -> str:
    """The line of the screen that the lower border of the pane is in, with its words."""
    strips = app.screen._compositor.render_strips()
    return "".join(segment.text for segment in strips[pane(app).region.bottom - 1])


def layer(app: Application) -> int:
    """The layer of the selected neuron; -1 if there is none."""
    selected = pane(app).selected
    return -1 if selected is None else selected[0]


class Heard:
    """The messages of one kind that passed, oldest first."""

    def __init__(self, *kinds: type[Message]) -> None:
        self.kinds = kinds
        self.messages: list[Any] = []

    def __call__(self, message: Message) -> None:
        if isinstance(message, self.kinds) and message not in self.messages:
            self.messages.append(message)


async def click(pilot: Pilot[Any], app: Application, x: int, y: int) -> None:
    """Click at a place in the picture."""
    region = pane(app).content_region
    await pilot.click(offset=(region.x + x, region.y + y))


async def test_keys_add_and_remove_neurons_of_the_selected_layer(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("down", "right")
        assert layer(app) == 2
        await pilot.press("a", "a")
        await until(lambda: hidden(app) == (3, 4))
        # The layer stays selected, so that the key can be pressed on and on.
        await until(lambda: layer(app) == 2)
        await pilot.press("d", "d", "d")
        await until(lambda: hidden(app) == (3, 1))
        await pilot.press("d")
        await pilot.pause()
        assert "D removes the layer" in said(app)
        assert hidden(app) == (3, 1)


async def test_keys_add_and_remove_layers(make_app: MakeApp, until: Until) -> None:
    app = make_app({"network.activation": ["relu", "tanh"]})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("down", "A")
        await until(lambda: hidden(app) == (3, 3, 2))
        snapshot = shown(app)
        assert snapshot is not None
        # The new layer takes after the selected one, and the others keep their activations.
        assert snapshot.experiment.network.activation == ("relu", "relu", "tanh")
        await until(lambda: layer(app) == 2)
        await pilot.press("D")
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("D")
        await until(lambda: hidden(app) == (2,))
        snapshot = shown(app)
        assert snapshot is not None
        assert snapshot.experiment.network.activation == ("tanh",)
        await pilot.press("D")
        await until(lambda: hidden(app) == ())
        await pilot.press("D")
        await pilot.pause()
        assert "no hidden layer to remove" in said(app)
        await pilot.press("A")
        await until(lambda: hidden(app) == (4,))


async def test_buttons_above_a_layer_and_in_the_border(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.pause()
        picture = pane(app).picture
        assert picture is not None
        plus = next(b for b in picture.buttons if (b.layer, b.change) == (2, 1))
        await click(pilot, app, plus.x + 1, plus.y)
        await until(lambda: hidden(app) == (3, 3))
        row = pane(app).region.bottom - 1
        await pilot.click(offset=(said(app).index("layers +") + 7, row))
        await until(lambda: len(hidden(app)) == 3)
        await pilot.pause()
        await pilot.click(offset=(said(app).index("− 3 hidden"), row))
        await until(lambda: len(hidden(app)) == 2)


async def test_inputs_are_switched_by_key_and_mouse(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: features(app) == ("x1", "x2"))
        await pilot.pause()
        # x1*x2 is the third of the inputs that are off.
        spot = next(s for s in pane(app).spots if (s.layer, s.index) == (0, 4))
        await click(pilot, app, spot.x + 2, spot.y)
        await until(lambda: features(app) == ("x1", "x2", "x1*x2"))
        await until(lambda: pane(app).selected is not None)
        await click(pilot, app, 1, 0)
        first = next(s for s in pane(app).spots if (s.layer, s.index) == (0, 0))
        await click(pilot, app, first.x, first.y)
        assert features(app) == ("x1", "x2", "x1*x2")
        await click(pilot, app, first.x, first.y)
        await until(lambda: features(app) == ("x2", "x1*x2"))
        await until(lambda: pane(app).selected == (0, 0))
        await pilot.press("o")
        await until(lambda: features(app) == ("x1*x2",))
        await pilot.press("o")
        await pilot.pause()
        assert "at least one input" in said(app)
        # Down from the last input that is on are those that are off.
        await pilot.press("down", "o")
        await until(lambda: features(app) == ("x1", "x1*x2"))


async def test_columns_of_a_table_come_back(make_app: MakeApp, until: Until) -> None:
    app = make_app({"data.source": "iris"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: len(features(app)) == 4)
        all_four = features(app)
        await pilot.press("down", "left", "o")
        await until(lambda: features(app) == all_four[1:])
        await until(lambda: pane(app).offered == all_four[:1])
        await pilot.press("down", "down", "down", "o")
        await until(lambda: features(app) == all_four)


async def test_an_image_keeps_its_pixels(make_app: MakeApp, until: Until) -> None:
    app = make_app({"data.source": "digits"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: len(features(app)) == 64)
        await pilot.press("down", "left", "o")
        await pilot.pause()
        assert "keeps all its pixels" in said(app)


async def test_w_walks_the_weights_into_a_neuron(make_app: MakeApp, until: Until) -> None:
    heard = Heard(WeightSelected)
    app = make_app()
    async with app.run_test(size=(120, 40), message_hook=heard) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("w")
        await pilot.pause()
        assert "select a neuron" in said(app)
        await pilot.press("down", "w", "w", "w", "W")
        await pilot.pause()
        rows = [message.place.row for message in heard.messages]
        assert rows == [0, 1, None, 1]
        snapshot = shown(app)
        assert snapshot is not None
        value = snapshot.parameters.weights[0][1, 0]
        text = "\n".join(strip.text for strip in pane(app).lines())
        assert f"{abs(value):.3g}"[:4] in text
        await pilot.press("down")
        await pilot.pause()
        assert pane(app).weight is None


async def test_e_edits_the_bias_of_the_selected_neuron(make_app: MakeApp, until: Until) -> None:
    heard = Heard(WeightEdited)
    app = make_app()
    async with app.run_test(size=(120, 40), message_hook=heard) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("down", "down", "e")
        await pilot.pause()
        assert "bias of h₂ = 0" in said(app)
        # Letters and digits go into the line: 1 is not the network's key, nor s a step.
        await pilot.press("1", "s")
        await pilot.press("enter")
        await pilot.pause()
        assert "'1s' is no number" in said(app)
        await pilot.press("backspace", ".", "5", "enter")
        await pilot.pause()
        assert [(m.place, m.value) for m in heard.messages] == [(WeightPlace(1, None, 1), 1.5)]
        assert not pane(app).editing
        await pilot.press("e", "7", "escape", "enter")
        await pilot.pause()
        assert len(heard.messages) == 1


async def test_f_asks_to_freeze_the_chosen_weight(make_app: MakeApp, until: Until) -> None:
    heard = Heard(FreezeRequested)
    app = make_app()
    async with app.run_test(size=(120, 40), message_hook=heard) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("down", "f", "w", "f")
        await pilot.pause()
        asked = [(message.place, message.frozen) for message in heard.messages]
        assert asked == [(WeightPlace(1, None, 0), True), (WeightPlace(1, 0, 0), True)]


async def test_arrows_walk_through_layers_out_of_sight(make_app: MakeApp, until: Until) -> None:
    app = make_app({"network.hidden": (4,) * 20})
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: len(hidden(app)) == 20)
        await pilot.press("down")
        for _ in range(60):
            await pilot.press("right")
            selected = pane(app).selected
            assert selected is not None
            if selected[0] == 21:
                break
            assert selected in {(spot.layer, spot.index) for spot in pane(app).spots}
        assert pane(app).selected == (21, 0)


async def test_limits_are_refused_in_words(make_app: MakeApp, until: Until) -> None:
    heard = Heard(ChangeRequested)
    app = make_app({"network.hidden": (1,) * 64})
    async with app.run_test(size=(120, 40), message_hook=heard) as pilot:
        await until(lambda: len(hidden(app)) == 64)
        await pilot.press("down", "A")
        await pilot.pause()
        assert "at most 64 hidden layers" in said(app)
        assert not heard.messages


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_click_selects_the_neuron_under_it(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    heard = Heard(NeuronSelected)
    app = make_app()
    async with app.run_test(size=size, message_hook=heard) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.pause()
        for place in ((1, 2), (2, 0), (3, 0)):
            spot = next(s for s in pane(app).spots if (s.layer, s.index) == place)
            await click(pilot, app, spot.x + spot.width // 2, spot.y)
            assert pane(app).selected == place
        assert [(m.layer, m.index) for m in heard.messages] == [(1, 2), (2, 0), (3, 0)]


async def test_a_weight_chosen_in_the_table_stands_out(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: hidden(app) == (3, 2))
        await pilot.press("3", "down", "down", "right")
        await until(lambda: pane(app).weight == WeightPlace(1, 1, 1))
        assert pane(app).selected == (1, 1)


async def test_an_input_that_is_switched_on_stays_under_the_cursor(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app({"data.features": ["x1", "x1*x2"]})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: features(app) == ("x1", "x1*x2"))
        await pilot.press("down", "left", "down", "down", "o")
        await until(lambda: features(app) == ("x1", "x2", "x1*x2"))
        await until(lambda: pane(app).selected == (0, 1))
        # The same key takes it back.
        await pilot.press("o")
        await until(lambda: features(app) == ("x1", "x1*x2"))
