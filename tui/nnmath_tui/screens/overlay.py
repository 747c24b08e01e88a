"""What is laid over the main screen, and how a click closes it."""

from __future__ import annotations

from textual import events
from textual.screen import ModalScreen, ScreenResultType


class Overlay(ModalScreen[ScreenResultType]):
    """A dialog that a click beside it or on its border closes, as Escape does."""

    def on_click(self, event: events.Click) -> None:
        """Within the dialog, a click is for what is there."""
        inside = any(
            dialog.content_region.contains(event.screen_x, event.screen_y)
            for dialog in self.query(".dialog")
        )
        if not inside and self.is_current:
            self.dismiss(None)
