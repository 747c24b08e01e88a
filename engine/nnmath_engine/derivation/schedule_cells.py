"""The learning rate in force, from the given one and the schedule."""

from __future__ import annotations

import math

from nnmath_engine.derivation.activation_forms import ONE
from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.equation import Equation, right_side
from nnmath_engine.derivation.expression import (
    Call,
    Difference,
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    setting,
)
from nnmath_engine.derivation.worksheet import Worksheet
from nnmath_engine.schedules import SCHEDULES


def learning_rate(sheet: Worksheet, cell: Cell) -> Derivation:
    """η."""
    training = sheet.experiment.training
    schedule = SCHEDULES[training.schedule]
    given = setting(training.learning_rate)
    factor = _factor(sheet)
    right: Expression = given if factor is None else Product((given, factor))
    epoch = f"in epoch e = {sheet.progress.epoch}, counted from 0"
    note = "" if factor is None else epoch
    equation = Equation(str(cell), right_side(schedule.formula), right, sheet.learning_rate, note)
    words = f"learning rate in force (schedule: {schedule.label.lower()})"
    return Derivation(cell, words, sheet.learning_rate, (equation,))


def _factor(sheet: Worksheet) -> Expression | None:
    training, progress = sheet.experiment.training, sheet.progress
    schedule = SCHEDULES[training.schedule]
    given = schedule.defaults() | dict(training.schedule_options)
    options = {name: setting(float(value)) for name, value in given.items()}
    epoch = setting(float(progress.epoch))
    match training.schedule:
        case "constant":
            return None
        case "step":
            drops = progress.epoch // int(given["step_size"])
            return Power(options["gamma"], setting(float(drops)))
        case "exponential":
            return Power(options["gamma"], epoch)
        case "inverse_time":
            return Quotient(ONE, Sum((ONE, Product((options["decay"], epoch)))))
        case "cosine":
            share = Quotient(
                setting(float(min(progress.epoch, max(1, progress.epochs)))),
                setting(float(max(1, progress.epochs))),
            )
            wave = Call("cos", (Product((Number(math.pi), share)),))
            half = Quotient(Sum((ONE, wave)), setting(2.0))
            floor = options["floor"]
            return Sum((floor, Product((Difference(ONE, floor), half))))
        case "warmup":
            climbed = Quotient(Sum((epoch, ONE)), options["warmup_epochs"])
            return Call("min", (ONE, climbed))
        case _:  # plateau
            return Power(options["gamma"], setting(float(progress.drops)))
