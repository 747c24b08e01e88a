"""The kinds of goals that a lesson can set, and the metrics that they measure, as data.

The loader checks goals by these tables, the JSON Schema is made from them, and whoever evaluates
a goal finds here what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from nnmath_engine.field import Field
from nnmath_engine.limits import EPOCHS, NEURONS

MOST_GOALS = 20
MOST_SEEDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number that a training yields after each epoch.

    low and high bound the values that it can take at all; `task` is "" if it exists for both;
    `rows` is the part of the data that it needs.
    """

    name: str
    about: str
    low: float = 0.0
    high: float = inf
    task: str = ""
    rows: str = "train"


_METRICS = (
    Metric(name="train_loss", about="the data loss over the training rows"),
    Metric(name="validation_loss", about="the loss over the validation rows", rows="validation"),
    Metric(name="test_loss", about="the data loss over the test rows", rows="test"),
    Metric(name="objective", about="the training loss and the L1 and L2 penalties together"),
    Metric(
        name="train_accuracy",
        about="the share of training rows put into the right class",
        high=1.0,
        task="classification",
    ),
    Metric(
        name="test_accuracy",
        about="the share of test rows put into the right class",
        high=1.0,
        task="classification",
        rows="test",
    ),
    Metric(
        name="train_r2",
        about="the share of the training targets' variance that is explained",
        low=-inf,
        high=1.0,
        task="regression",
    ),
    Metric(
        name="test_r2",
        about="the share of the test targets' variance that is explained",
        low=-inf,
        high=1.0,
        task="regression",
        rows="test",
    ),
    Metric(
        name="margin",
        about="how far the output nearest to the class boundary is from it, over the training rows",
        task="classification",
    ),
    Metric(name="gradient_norm", about="the length of the gradient over all parameters together"),
    Metric(
        name="gradient_ratio",
        about="the length of the first layer's weight gradient over that of the last layer",
    ),
    Metric(
        name="dead_share",
        about="the share of hidden neurons whose derivative is 0 for every training row",
        high=1.0,
    ),
    Metric(
        name="overfit",
        about="the test loss over the lowest test loss of any earlier epoch",
        rows="test",
    ),
    Metric(
        name="column_difference",
        about="the largest difference between the weights of any two first-layer neurons",
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _METRICS}


def _field(name: str, **rest: object) -> Field:
    defaults: dict[str, object] = {"default": None, "label": name.replace("_", " ").capitalize()}
    return Field(path=f"lesson.goal.{name}", **{**defaults, **rest})  # type: ignore[arg-type]


SAY = _field("say", kind="text", about="The goal in one sentence, for the learner.")
_METRIC = _field("metric", kind="choice", choices=tuple(METRICS), about="What is measured.")
_AT_LEAST = _field("at_least", kind="number", about="The metric must be this or more.")
_AT_MOST = _field("at_most", kind="number", about="The metric must be this or less.")
_WITHIN = _field(
    "within_epochs",
    kind="integer",
    low=0,
    high=EPOCHS,
    about="By when; 0 is before any training. Absent: the epochs of the preset.",
)
_SEEDS = (
    _field(
        "seeds",
        kind="integer",
        default=1,
        low=1,
        high=MOST_SEEDS,
        about="How many seeds are tried: training.seed and those after it.",
    ),
    _field(
        "pass_seeds",
        kind="integer",
        low=1,
        high=MOST_SEEDS,
        about="How many of them must reach the goal; absent: all.",
    ),
)
_MAX_NEURONS = _field(
    "max_neurons",
    kind="integer",
    low=0,
    high=NEURONS,
    about="The most hidden neurons, over all layers, that may be used.",
)
_QUESTION = _field("question", kind="text", about="What the learner is asked.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalKind:
    """One kind of goal: the keys that it has beside `say` and `kind`, and those it must have.

    `one_of` names keys of which at least one must be there.
    """

    name: str
    about: str
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


_KINDS = (
    GoalKind(
        name="metric",
        about="A metric reaches a bound, in time, on enough seeds, with few enough neurons.",
        fields=(_METRIC, _AT_LEAST, _AT_MOST, _WITHIN, *_SEEDS, _MAX_NEURONS),
        required=("metric",),
        one_of=("at_least", "at_most"),
    ),
    GoalKind(
        name="answer",
        about="The learner types a number, which is compared with the right one.",
        fields=(
            _QUESTION,
            _field("answer", kind="number", about="The right number."),
            _field("tolerance", kind="number", low=0, about="How far off the answer may be."),
        ),
        required=("question", "answer", "tolerance"),
    ),
    GoalKind(
        name="choice",
        about="The learner picks one of several answers, such as the name of a fault.",
        fields=(
            _QUESTION,
            _field("choices", kind="names", longest=10, about="The answers to pick from."),
            _field("answer", kind="text", about="The right one of the choices."),
        ),
        required=("question", "choices", "answer"),
    ),
    GoalKind(
        name="zeros",
        about="So many network inputs have only weights that are exactly 0 in the first layer.",
        fields=(
            _field("inputs", kind="names", longest=1000, about="Inputs to count; absent: all."),
            _AT_LEAST,
            _AT_MOST,
            _WITHIN,
            *_SEEDS,
        ),
        one_of=("at_least", "at_most"),
    ),
    GoalKind(
        name="gradient_check",
        about="The learner runs the gradient check, and its worst relative error is small.",
        fields=(_field("at_most", kind="number", default=1e-6, low=0, about="The error allowed."),),
    ),
    GoalKind(
        name="faster",
        about="A metric reaches a bound in so many times fewer epochs than with the preset's "
        "own settings.",
        fields=(
            _METRIC,
            _AT_LEAST,
            _AT_MOST,
            _field("times", kind="number", low=1, high=1e6, about="How many times fewer epochs."),
            _WITHIN,
            *_SEEDS,
        ),
        required=("metric", "times"),
        one_of=("at_least", "at_most"),
    ),
)

GOAL_KINDS: dict[str, GoalKind] = {kind.name: kind for kind in _KINDS}

KIND = _field(
    "kind",
    kind="choice",
    default="metric",
    choices=tuple(GOAL_KINDS),
    about="What sort of goal this is; it decides which other keys there are.",
)
