"""What can be done to a training from outside: each makes the training that goes on instead.

They depend on nothing but the training, so that whoever goes the same way again may do them again.
"""

from __future__ import annotations

from dataclasses import replace

from nnmath_engine.changes import carry_over
from nnmath_engine.dataset import Dataset
from nnmath_engine.early_stopping import Patience
from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS
from nnmath_engine.places import Place, put
from nnmath_engine.schedules import Plateau
from nnmath_engine.state import NO_ORDER, Mark, State
from nnmath_engine.training import Training


def with_settings(training: Training, experiment: Experiment) -> Training:
    """Go on under another experiment of the same shapes and data."""
    old, new = training.experiment.values(), experiment.values()
    paths = [path for path in FIELDS if old[path] != new[path]]
    state = carry_over(training.state(), training.experiment, experiment, paths)
    return Training(experiment, training.dataset, state)


def with_data(training: Training, experiment: Experiment, dataset: Dataset) -> Training:
    """Go on with other rows of the same shapes; what they lead to gets a row of its own.

    The epoch under way starts anew, and so does what watches the loss: that was of other rows.
    """
    state = training.state()
    text = f"{len(dataset.train):,} rows to train on, others than before"
    state = replace(
        state,
        order=NO_ORDER,
        position=0,
        status="ready",
        diagnosis=None,
        plateau=Plateau(),
        patience=Patience(),
        marks=(*state.marks, Mark(state.epoch, text)),
    )
    after = Training(experiment, dataset, state)
    after.record()
    return after


def with_value(training: Training, place: Place, value: float) -> Training:
    """Go on with another number at `place`; the losses that it leads to get a row of their own.

    The last step's update of this number is forgotten: it is no step that led to it.
    """
    state, number = training.state(), {place: value}
    at_start = {**state.hand_set, **number} if state.steps == 0 else state.hand_set
    after = _going_on(
        training,
        replace(
            state,
            parameters=put(state.parameters, number),
            before=put(state.before, number),
            hand_set=at_start,
        ),
        f"{place} set to {value:g}",
    )
    after.record()
    return after


def with_frozen(training: Training, place: Place, frozen: bool) -> Training:
    """Go on with a number that training leaves as it is, or no longer does."""
    state = training.state()
    places = state.frozen | {place} if frozen else state.frozen - {place}
    text = f"{place} frozen" if frozen else f"{place} no longer frozen"
    return _going_on(training, replace(state, frozen=places), text)


def _going_on(training: Training, state: State, text: str) -> Training:
    """A training that had diverged or stopped may go on, and early stopping counts anew.

    The best weights so far would undo what was done by hand.
    """
    marks = (*state.marks, Mark(state.epoch, text))
    state = replace(state, marks=marks, status="ready", diagnosis=None, patience=Patience())
    return Training(training.experiment, training.dataset, state)
