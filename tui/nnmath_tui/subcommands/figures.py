"""Losses, scores and times as text, the same in the progress bar, the log and the summary."""

from __future__ import annotations

import math

from nnmath_engine.history import Record

LONGEST_R2 = 10_000
"""Beyond this four decimals tell nothing."""


def score_name(task: str) -> str:
    """What a score is called: accuracy for classes, r2 for numbers."""
    return "accuracy" if task == "classification" else "r2"


def score(value: float, task: str) -> str:
    """ "accuracy 97.17 %", "R2 0.9312", or nothing where there is no score."""
    if math.isnan(value):
        return ""
    if task == "classification":
        return f"accuracy {100 * value:.2f} %"
    # R2 is at most 1, but far below zero when a training goes wrong.
    return f"R2 {value:.4f}" if value > -LONGEST_R2 else f"R2 {value:.4g}"


def evaluation(name: str, loss: float, value: float, task: str) -> str:
    """ "test loss 0.1034  accuracy 97.17 %", or nothing where there are no such rows."""
    return "" if math.isnan(loss) else f"{name} loss {loss:.4g}  {score(value, task)}".rstrip()


def short(record: Record, task: str) -> str:
    """How a training goes, in a few words: the train loss and the better of its two scores."""
    of_test = not math.isnan(record.test_score)
    name, value = ("test", record.test_score) if of_test else ("train", record.train_score)
    shown = score(value, task)
    return f"loss {record.train_loss:.4g}" + (f"  {name} {shown}" if shown else "")


def duration(seconds: float) -> str:
    """ "0.42 s", "12.3 s", "3:05" or "1:02:03"."""
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
