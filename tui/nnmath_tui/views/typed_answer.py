"""What a learner types as the answer to a question, as a number."""

from __future__ import annotations

import math


def typed_number(text: str) -> float:
    """What was typed, as a number: 0.75, -3e-2, 3/4 or 75 %.

    Raises:
        ValueError: it is none; in words.
    """
    plain = text.strip().replace("−", "-").replace(",", ".")
    percent = plain.endswith("%")
    above, slash, below = plain.rstrip("% ").partition("/")
    try:
        if "_" in plain:
            raise ValueError
        value = float(above) / (float(below) if slash else 1.0) / (100.0 if percent else 1.0)
    except (ValueError, ZeroDivisionError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text.strip()[:20]!r} is no number" if text.strip() else "type a number")
    return value
