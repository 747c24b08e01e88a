"""Goals that are met by a gradient check: it is made again from the seed, whatever anybody says."""

from __future__ import annotations

from nnmath_engine.gradcheck import check_gradients
from nnmath_engine.session import Session

from nnmath_presets.judging import Verdict, judge_check, objection
from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.trial import beginning

MOST_ROWS = 100
"""Training rows in the objective."""

MOST_PARAMETERS = 1000
"""Parameters that are looked at; of a larger network a sample."""


def check_attempt(preset: Preset, attempt: Attempt, goal: Goal) -> Verdict:
    """What the check comes to before the first step of an attempt, numbers set by hand included.

    Raises:
        DataError, ExperimentError: the attempt does not fit the preset.
    """
    snapshot = Session(beginning(preset, attempt), base=preset.base).snapshot()
    # The settings that count are the attempt's: numbers set by hand are no settings.
    asked = preset.experiment.with_values(attempt.settings)
    if note := objection(preset, goal, asked, snapshot.parameters.count):
        return Verdict(False, note=note)
    training, train = snapshot.experiment.training, snapshot.dataset.train
    report = check_gradients(
        snapshot.parameters,
        snapshot.activations,
        snapshot.loss,
        train.X[:MOST_ROWS],
        train.Y[:MOST_ROWS],
        l1=training.l1,
        l2=training.l2,
        most=MOST_PARAMETERS,
    )
    return judge_check(goal, report)
