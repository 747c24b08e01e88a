"""The conventions card: what the numbers mean, and how to get the same ones elsewhere."""

from nnmath_tui.views.conventions.card import Line, card, in_plain_text

__all__ = ["Line", "card", "in_plain_text"]
