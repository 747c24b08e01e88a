"""A list of the presets to choose from."""

from __future__ import annotations

from typing import ClassVar

from nnmath_presets import catalog
from nnmath_presets.preset import Preset, PresetError
from rich.markup import escape
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from nnmath_tui.background import in_background
from nnmath_tui.screens.overlay import Overlay
from nnmath_tui.views.settings import in_words as value_in_words


def load_all() -> dict[str, Preset]:
    """Every built-in preset that can be read, by name."""
    presets = {}
    for name in catalog.names():
        try:
            presets[name] = catalog.load(name)
        except PresetError:
            continue
    return presets


def in_words(preset: Preset) -> str:
    """What a preset is about, for the side of the list."""
    experiment = preset.experiment
    network, training = experiment.network, experiment.training
    hidden = " ".join(map(str, network.hidden)) or "none"
    activations = ", ".join(dict.fromkeys(network.hidden_activations())) or "none"
    parts = [
        f"[b]{escape(preset.title)}[/b]",
        escape(preset.summary),
        f"Data: {escape(experiment.data.source)}\n"
        f"Hidden layers: {hidden}\n"
        f"Activation: {activations}\n"
        f"Loss: {training.loss}\n"
        f"Optimizer: {training.optimizer}, learning rate {value_in_words(training.learning_rate)}\n"
        f"Epochs: {training.epochs}",
    ]
    if preset.topics:
        parts.append("Topics: " + escape(", ".join(preset.topics)))
    return "\n\n".join(part for part in parts if part)


class PresetsScreen(Overlay[str | None]):
    """Returns the name of the preset chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,p,q", "dismiss(None)", "close", id="close", tooltip="Keep what is open"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._presets: dict[str, Preset] = {}

    def compose(self) -> ComposeResult:
        with Horizontal(id="dialog", classes="dialog") as dialog:
            dialog.border_title = "Presets"
            dialog.border_subtitle = "enter opens · escape closes"
            yield OptionList(id="names")
            with VerticalScroll(id="about", can_focus=False):
                yield Static(id="words")

    async def on_mount(self) -> None:
        """Read the files while the empty list is already there."""
        self.run_worker(self._fill(), exclusive=True)

    async def _fill(self) -> None:
        self._presets = await in_background(load_all)
        if not self.is_attached:  # closed meanwhile
            return
        names = self.query_one(OptionList)
        names.add_options(
            Option(Text(preset.title, no_wrap=True, overflow="ellipsis"), id=name)
            for name, preset in self._presets.items()
        )
        names.highlighted = 0
        names.focus()

    @on(OptionList.OptionHighlighted)
    def _describe(self, event: OptionList.OptionHighlighted) -> None:
        preset = self._presets.get(event.option_id or "")
        if preset is not None:
            self.query_one("#words", Static).update(in_words(preset))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
