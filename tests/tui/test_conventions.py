"""The conventions card: complete for every preset, within 80 columns, on the screen and off it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import Preset
from nnmath_tui.application import Application
from nnmath_tui.cli import main
from nnmath_tui.screens.conventions import ConventionsScreen
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.views.conventions import card, in_plain_text
from nnmath_tui.views.conventions.keras import keras
from nnmath_tui.views.conventions.pytorch import pytorch
from nnmath_tui.views.conventions.scikit import scikit
from nnmath_tui.views.conventions.subject import Subject
from textual.containers import VerticalScroll

MakePreset = Callable[..., Preset]
MakeApp = Callable[..., Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def text_of(preset: Preset) -> str:
    return in_plain_text(Session(preset.experiment, base=preset.base).snapshot())


@pytest.mark.parametrize("name", catalog.names())
def test_every_preset_has_a_card_whose_code_is_python_and_fits(name: str) -> None:
    preset = catalog.load(name)
    snapshot = Session(preset.experiment, base=preset.base).snapshot()
    headings = [line.text for line in card(snapshot) if line.role == "heading"]
    assert len(headings) == 4
    assert all(len(row) <= 79 for row in in_plain_text(snapshot).splitlines())
    subject = Subject.of(snapshot)
    for library in (pytorch, keras, scikit):
        equivalent = library(subject)
        assert equivalent.code or equivalent.differences
        compile("\n".join(equivalent.code), name, "exec")
        assert all(len(row) <= 72 for row in equivalent.code)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"training.l2": 0.02}, ["J = L + λ/2·Σw²,  λ = 0.02", "L2(l) adds", "l2=0.01"]),
        (
            {"training.l1": 0.1},
            ["w ← sign(w)·max(|w| − η·λ₁, 0)", "torch.optim has no proximal L1", "no L1"],
        ),
        ({"network.activation": "step"}, ["Keras has no step activation", "no activation step"]),
        ({"training.optimizer": "adagrad"}, ["θ ← θ − η g / (√s + ε)", "accumulators start"]),
        ({"network.dropout": 0.2}, ["Dropout: p = 0.2", "nn.Dropout(0.2)"]),
        ({"training.batch_size": 7}, ["2 batches of 7 and a last one of 6, which is applied"]),
        ({"training.shuffle": False}, ["always in the same order", "shuffle=False"]),
        ({"training.learning_rate": 0.123456789}, ["η₀ = 0.123456789", "lr=0.123456789"]),
        ({"training.loss": "mse"}, ["∂Lᵢ/∂ŷᵢⱼ = 2/k · (ŷᵢⱼ − yᵢⱼ)", "No equivalent:"]),
        (
            {"training.clip_norm": 1.0, "training.clip_value": 0.5},
            ["clip_grad_norm_", "clip_grad_value_", "one kind of clipping only"],
        ),
    ],
)
def test_what_is_special_is_said(
    make_preset: MakePreset, values: dict[str, Any], expected: list[str]
) -> None:
    text = " ".join(text_of(make_preset(values)).split())
    for words in expected:
        assert " ".join(words.split()) in text


def test_l2_is_half_of_keras_and_the_batch_times_that_of_scikit(make_preset: MakePreset) -> None:
    snapshot = Session(make_preset({"training.l2": 0.02}).experiment).snapshot()
    subject = Subject.of(snapshot)
    assert any("L1L2(l2=0.01)" in row for row in keras(subject).setup)
    assert "    alpha=0.2," in scikit(subject).setup


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conventions", "circle", "--set", "training.l2=0.5"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Conventions\n===========\n")
    assert "λ = 0.5" in out
    assert "The same in PyTorch\n=" in out
    assert main(["conventions", "nowhere"]) == 2


async def ready(app: Application, until: Until) -> MainScreen:
    await until(lambda: isinstance(app.board, MainScreen) and app.board.situation.snapshot)
    assert isinstance(app.board, MainScreen)
    return app.board


def lines(app: Application) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 14)])
async def test_it_scrolls_and_its_parts_have_keys(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await ready(app, until)
        await pilot.press("C")
        await until(lambda: isinstance(app.screen, ConventionsScreen))
        dialog = app.screen.query_one(VerticalScroll)
        await until(lambda: dialog.max_scroll_y > 0)
        await pilot.pause()
        assert "Loss: Binary cross-entropy" in "\n".join(lines(app))
        for key, words in (("2", "The same in PyTorch"), ("3", "The same in Keras")):
            await pilot.press(key)
            await until(lambda: words in "\n".join(lines(app)[:3]))  # noqa: B023 - awaited here
        await pilot.press("end")
        await until(lambda: dialog.scroll_y == dialog.max_scroll_y)
        await pilot.press("escape")
        await until(lambda: app.screen is screen)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_no_letter_of_it_is_below_the_scroll_bar(
    make_app: MakeApp, until: Until, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await ready(app, until)
        await pilot.press("C")
        await until(lambda: isinstance(app.screen, ConventionsScreen))
        dialog = app.screen.query_one(VerticalScroll)
        await until(lambda: dialog.max_scroll_y > 0)
        await pilot.pause()
        shown = set[str]()
        for _ in range(100):
            edge = dialog.scrollable_content_region
            rows = lines(app)[edge.y : edge.bottom]
            shown.update(word for row in rows for word in row[edge.x : edge.right].split())
            if dialog.scroll_y == dialog.max_scroll_y:
                break
            await pilot.press("pagedown")
            await pilot.pause(0.05)
        assert isinstance(app.board, MainScreen)
        snapshot = app.board.situation.snapshot
        assert snapshot is not None
        words = {word for line in card(snapshot) for word in line.text.split()}
        assert words - shown == set()


async def test_in_ascii_it_has_no_other_letters(make_app: MakeApp, until: Until) -> None:
    app = make_app(ascii=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, until)
        await pilot.press("C")
        await until(lambda: isinstance(app.screen, ConventionsScreen))
        await until(lambda: app.screen.query_one(VerticalScroll).max_scroll_y > 0)
        await pilot.pause()
        assert [line for line in lines(app) if not line.isascii()] == []
