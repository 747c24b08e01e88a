"""The kinds of goals that a lesson can set, as data.

The loader checks goals by these tables, the JSON Schema is made from them, and `judging` decides
by them.
"""

from __future__ import annotations

from dataclasses import dataclass

from nnmath_engine.field import Field
from nnmath_engine.fields import FIELDS
from nnmath_engine.limits import EPOCHS, LAYERS, NEURONS, PARAMETERS

from nnmath_presets.metrics import METRICS

MOST_GOALS = 20
MOST_SEEDS = 100
MOST_BOUNDS = 10
"""The most bounds or rules of one goal."""


def _field(name: str, **rest: object) -> Field:
    defaults: dict[str, object] = {"default": None, "label": name.replace("_", " ").capitalize()}
    return Field(path=f"lesson.goal.{name}", **{**defaults, **rest})  # type: ignore[arg-type]


SAY = _field("say", kind="text", about="The goal in one sentence, for the learner.")
_METRIC = _field("metric", kind="choice", choices=tuple(METRICS), about="What is measured.")
_AT_LEAST = _field("at_least", kind="number", about="It must be this or more.")
_AT_MOST = _field("at_most", kind="number", about="It must be this or less.")
_WHEN = (
    _field(
        "within_epochs",
        kind="integer",
        low=0,
        high=EPOCHS,
        about="By when; 0 is before any training. Absent: the epochs of the preset.",
    ),
    _field(
        "at_end",
        kind="boolean",
        default=False,
        about="Whether it counts only at the end: after the last of these epochs, or when early "
        "stopping has ended the run.",
    ),
    _field(
        "hold_epochs",
        kind="integer",
        default=1,
        low=1,
        high=EPOCHS,
        about="For how many epochs in a row it must hold.",
    ),
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
_SIZE = (
    _field(
        "max_neurons",
        kind="integer",
        low=0,
        high=NEURONS * LAYERS,
        about="The most hidden neurons, over all layers, that may be used.",
    ),
    _field(
        "max_layers",
        kind="integer",
        low=0,
        high=LAYERS,
        about="The most hidden layers that may be used.",
    ),
    _field(
        "max_parameters",
        kind="integer",
        low=1,
        high=PARAMETERS,
        about="The most weights and biases that may be used.",
    ),
    _field(
        "max_changes",
        kind="integer",
        low=0,
        high=len(FIELDS),
        about="The most settings that may differ from the preset's, its seed aside.",
    ),
)
_QUESTION = _field("question", kind="text", about="What the learner is asked.")

BOUND = {field.name: field for field in (_METRIC, _AT_LEAST, _AT_MOST)}
"""The keys of one entry of `also`."""

RULE = {
    field.name: field
    for field in (
        _field("setting", kind="choice", choices=tuple(FIELDS), about="The path of a setting."),
        _AT_LEAST,
        _AT_MOST,
        _field("one_of", kind="names", longest=20, about="The names that it may have."),
    )
}
"""The keys of one entry of `where`."""

TABLES = {
    "also": "What else must hold at the same moment: a list of tables, a metric with bounds each.",
    "where": "What the settings must be for a run to count: a list of tables.",
    "changes": "How the other run's settings differ from the preset's, in tables as in the file.",
}
"""The keys of a goal that hold tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalKind:
    """One kind of goal: the keys that it has beside `say` and `kind`, and those it must have.

    `one_of` names keys of which at least one must be there; `tables` those of `TABLES` that it has.
    """

    name: str
    about: str
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    tables: tuple[str, ...] = ()


_BOUNDED = (("at_least", "at_most"),)

_KINDS = (
    GoalKind(
        name="metric",
        about="A metric reaches a bound, in time, on enough seeds, with few enough neurons.",
        fields=(_METRIC, _AT_LEAST, _AT_MOST, *_WHEN, *_SEEDS, *_SIZE),
        required=("metric",),
        one_of=_BOUNDED,
        tables=("also", "where"),
    ),
    GoalKind(
        name="answer",
        about="The learner types a number, which is compared with the right one: a given one, or "
        "a cell of the derivations or a metric at the start, which the engine computes.",
        fields=(
            _QUESTION,
            _field("answer", kind="number", about="The right number."),
            _field(
                "cell", kind="text", about="The cell that holds it, like z1[0] or grad w2[0,0]."
            ),
            _METRIC,
            _field("over", kind="text", about="A cell or a metric of the preset to divide it by."),
            _field("absolute", kind="boolean", default=False, about="Whether its sign is dropped."),
            _field("tolerance", kind="number", low=0, about="How far off the answer may be."),
            _field(
                "relative_tolerance",
                kind="number",
                low=0,
                high=1,
                about="How far off it may be, as a share of the right number.",
            ),
        ),
        required=("question",),
        one_of=(("answer", "cell", "metric"), ("tolerance", "relative_tolerance")),
        tables=("changes",),
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
        about="So many network inputs have only weights that are exactly 0 in the first layer, or "
        "so many weights of a layer are.",
        fields=(
            _field("inputs", kind="names", longest=1000, about="Inputs to count; absent: all."),
            _field("keep", kind="names", longest=1000, about="Inputs that must keep a weight."),
            _field(
                "layer",
                kind="integer",
                low=1,
                high=LAYERS + 1,
                about="Count single weights of this layer, 1 for the first, instead of inputs.",
            ),
            _AT_LEAST,
            _AT_MOST,
            *_WHEN,
            *_SEEDS,
            *_SIZE,
        ),
        one_of=_BOUNDED,
        tables=("also", "where"),
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
            _WHEN[0],
            *_SEEDS,
            *_SIZE,
        ),
        required=("metric", "times"),
        one_of=_BOUNDED,
        tables=("where", "changes"),
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
