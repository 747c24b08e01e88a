"""The lesson part of a preset: texts, locks, goals of every kind, solution."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from nnmath_engine.places import Place
from nnmath_presets.goals import GOAL_KINDS, MOST_BOUNDS, MOST_GOALS
from nnmath_presets.preset import Attempt, Bound, Goal, Lesson, Preset, Rule, Solution

Load = Callable[[str], Preset]
Refusal = Callable[[str], list[tuple[int, str, str]]]

WHOLE = """
[data]
source = "spiral"
validation_fraction = 0.2
[lesson]
text = '''
# A *lesson*
'''
locked = ["data", "network.hidden"]
hints = ["Look.", "Look again."]
show_solution = false
[[lesson.goal]]
say = "Reach 95 % within 100 epochs on 8 of 10 seeds."
metric = "test_accuracy"
at_least = 0.95
within_epochs = 100
seeds = 10
pass_seeds = 8
max_neurons = 48
max_layers = 2
max_parameters = 900
max_changes = 3
at_end = true
hold_epochs = 5
also = [{ metric = "gradient_norm", at_most = 0.5 }, { metric = "overfit", at_most = 2 }]
where = [
    { setting = "training.batch_size", at_least = 4, at_most = 64 },
    { setting = "training.optimizer", one_of = ["sgd", "momentum"] },
]
[[lesson.goal]]
say = "Say the first loss."
kind = "answer"
question = "What is ln 2?"
answer = 0.6931
tolerance = 0.001
[[lesson.goal]]
say = "Say the first step."
kind = "answer"
question = "How long is it?"
cell = "step w1[0,0]"
over = "lr"
absolute = true
changes = { training.optimizer_options.bias_correction = false, training.optimizer = "adam" }
relative_tolerance = 0.01
[[lesson.goal]]
say = "Name the fault."
kind = "choice"
question = "What is wrong?"
choices = ["the rate", "the data"]
answer = "the rate"
[[lesson.goal]]
say = "Silence one input."
kind = "zeros"
inputs = ["x1"]
keep = ["x2"]
at_least = 1
[[lesson.goal]]
say = "Check the gradient."
kind = "gradient_check"
[[lesson.goal]]
say = "Be five times faster."
kind = "faster"
metric = "validation_loss"
at_most = 0.1
times = 5
seeds = 3
changes = { training.batch_size = 20 }
[lesson.solution]
answers = [0.6931, 3.16, "the rate"]
edits = { "w1[0,1]" = 4, "b1[0]" = -6.5 }
network.activation = "relu"
training.schedule = { name = "cosine", floor = 0.1 }
training.optimizer_options.momentum = 0.5
training.optimizer = "momentum"
[[lesson.solution.run]]
training.batch_size = 4
[[lesson.solution.run]]
training.batch_size = 8
edits = { "b1[0]" = 1, "w2[0,0]" = 2 }
"""


def lesson_of(preset: Preset) -> Lesson:
    assert preset.lesson is not None
    return preset.lesson


def test_a_whole_lesson(load: Load) -> None:
    lesson = lesson_of(load(WHOLE))
    assert lesson.text == "# A *lesson*\n"
    assert lesson.hints == ("Look.", "Look again.")
    assert not lesson.show_solution
    assert lesson.goals == (
        Goal(
            say="Reach 95 % within 100 epochs on 8 of 10 seeds.",
            metric="test_accuracy",
            at_least=0.95,
            within_epochs=100,
            seeds=10,
            pass_seeds=8,
            max_neurons=48,
            max_layers=2,
            max_parameters=900,
            max_changes=3,
            at_end=True,
            hold_epochs=5,
            also=(
                Bound(metric="gradient_norm", at_most=0.5),
                Bound(metric="overfit", at_most=2.0),
            ),
            where=(
                Rule(setting="training.batch_size", at_least=4.0, at_most=64.0),
                Rule(setting="training.optimizer", one_of=("sgd", "momentum")),
            ),
        ),
        Goal(
            say="Say the first loss.",
            kind="answer",
            question="What is ln 2?",
            answer=0.6931,
            tolerance=0.001,
        ),
        Goal(
            say="Say the first step.",
            kind="answer",
            question="How long is it?",
            cell="step w1[0,0]",
            over="lr",
            absolute=True,
            changes={
                "training.optimizer_options": {"bias_correction": False},
                "training.optimizer": "adam",
            },
            relative_tolerance=0.01,
        ),
        Goal(
            say="Name the fault.",
            kind="choice",
            question="What is wrong?",
            choices=("the rate", "the data"),
            answer="the rate",
        ),
        Goal(say="Silence one input.", kind="zeros", inputs=("x1",), keep=("x2",), at_least=1.0),
        Goal(say="Check the gradient.", kind="gradient_check", at_most=1e-6),
        Goal(
            say="Be five times faster.",
            kind="faster",
            metric="validation_loss",
            at_most=0.1,
            times=5.0,
            seeds=3,
            pass_seeds=3,
            changes={"training.batch_size": 20},
        ),
    )
    assert {goal.kind for goal in lesson.goals} == set(GOAL_KINDS)


def test_a_solution_is_ready_to_be_applied(load: Load) -> None:
    preset = load(WHOLE)
    solution = lesson_of(preset).solution
    first, second = solution.runs
    solved = preset.experiment.with_values(first.settings)
    assert solved.network.activation == "relu"
    assert solved.training.schedule == "cosine"
    assert solved.training.schedule_options == {"floor": 0.1}
    assert solved.training.optimizer == "momentum"
    assert solved.training.optimizer_options == {"momentum": 0.5}
    assert (solved.training.batch_size, second.settings["training.batch_size"]) == (4, 8)
    assert second.settings["network.activation"] == "relu"
    assert first.edits == {Place(1, 0, 1): 4.0, Place(1, None, 0): -6.5}
    assert second.edits == {Place(1, 0, 1): 4.0, Place(1, None, 0): 1.0, Place(2, 0, 0): 2.0}
    goals = lesson_of(preset).goals
    assert lesson_of(preset).answers() == {goals[1]: 0.6931, goals[2]: 3.16, goals[3]: "the rate"}


def test_without_a_solution_the_preset_is_run_as_it_is(load: Load) -> None:
    assert lesson_of(load("\n[lesson]")).solution == Solution(runs=(Attempt(),), answers=())


@pytest.mark.parametrize(
    ("rows", "field", "words"),
    [
        ('edits = { "w1" = 1 }', "edits.w1", "no weight or bias"),
        ('edits = { "z1[0]" = 1 }', "edits.'z1[0]'", "no weight or bias"),
        ('edits = { "b1[0]" = "x" }', "edits.'b1[0]'", "finite number"),
        ('edits = { "b1[0]" = inf }', "edits.'b1[0]'", "finite number"),
        ("edits = 3", "edits", "table of numbers"),
        ("answers = 3", "answers", "must be a list"),
        ("answers = [3, 4]", "answers", "has 2 entries; 1 goals ask"),
        ('answers = ["x"]', "answers[1]", "must be a number"),
        ("run = 3", "run", "must be written [[lesson.solution.run]]"),
        ("run = [{ answers = [1] }]", "run[1].answers", "not a key of a run"),
        ("run = []", "run", "is there 0 times; at most 10 are allowed"),
        ("run = [{ training.epochs = -1 }]", "run[1].training.epochs", "must be a whole number"),
        ("run = [{ data.noise = 1 }]", "run[1].data.noise", "is locked"),
    ],
)
def test_a_fault_of_a_solution(refusal: Refusal, rows: str, field: str, words: str) -> None:
    text = """
[lesson]
locked = ["data"]
[[lesson.goal]]
say = "x"
kind = "answer"
question = "x"
answer = 1
tolerance = 0
[lesson.solution]
"""
    ((line, found, message),) = refusal(text + rows)
    assert line == 11
    assert found == f"lesson.solution.{field}"
    assert words in message


@pytest.mark.parametrize(
    ("path", "locked"),
    [
        ("data.source", True),
        ("network.hidden", True),
        ("network.initializer", False),
        ("training.loss", False),
    ],
)
def test_locks_hold_sections_and_settings(load: Load, path: str, locked: bool) -> None:
    assert lesson_of(load(WHOLE)).locks(path) is locked


def test_an_empty_lesson(load: Load) -> None:
    assert load("\n[lesson]").lesson == Lesson()


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("[lesson]\nhint = 'x'", 3, "lesson.hint", "did you mean 'hints'?"),
        ("[lesson]\nhints = 'x'", 3, "lesson.hints", "list of at most 20 names"),
        ("[lesson]\ntext = 3", 3, "lesson.text", "at most 20,000 characters"),
        (f"[lesson]\ntext = '{'x' * 20_001}'", 3, "lesson.text", "not one of 20,001"),
        ("[lesson]\nlocked = ['dat']", 3, "lesson.locked", "did you mean 'data'?"),
        ("[lesson]\nlocked = ['network.hiden']", 3, "lesson.locked", "'network.hidden'"),
        ("[lesson.goal]\nsay = 'x'", 2, "lesson.goal", "[[lesson.goal]]"),
        ("[lesson]\ngoal = [1]", 3, "lesson.goal", "[[lesson.goal]]"),
        ("[[lesson.goal]]\n" * (MOST_GOALS + 1), 2, "lesson.goal", "at most 20"),
        ("[lesson.solution]\nhidden = [2]", 3, "lesson.solution.hidden", "allowed: data, network"),
        ("[lesson]\nsolution = 1", 3, "lesson.solution", "must be a table"),
        (
            "[lesson.solution]\nnetwork.hidden = 2",
            3,
            "lesson.solution.network.hidden",
            "list of at most 64",
        ),
        (
            "[lesson.solution.training.schedule]\nname = 'step'\ngama = 1",
            4,
            "lesson.solution.training.schedule.gama",
            "step, which has: step_size, gamma",
        ),
        (
            "[lesson]\nlocked = ['network']\nsolution.network.hidden = [2]",
            4,
            "lesson.solution.network.hidden",
            "is locked",
        ),
    ],
)
def test_one_fault(refusal: Refusal, text: str, line: int, field: str, words: str) -> None:
    ((found_line, found_field, message),) = refusal("\n" + text)
    assert (found_line, found_field) == (line, field)
    assert words in message


SOUND = {
    "metric": 'metric = "test_accuracy"\nat_least = 0.5',
    "answer": 'kind = "answer"\nquestion = "x"\nanswer = 1\ntolerance = 0',
    "choice": 'kind = "choice"\nquestion = "x"\nchoices = ["a", "b"]\nanswer = "a"',
    "zeros": 'kind = "zeros"\nat_least = 1',
    "gradient_check": 'kind = "gradient_check"',
    "faster": 'kind = "faster"\nmetric = "train_loss"\nat_most = 0.1\ntimes = 2',
}


@pytest.mark.parametrize("kind", GOAL_KINDS)
def test_the_least_that_a_goal_needs(load: Load, refusal: Refusal, kind: str) -> None:
    rows = ['say = "x"', *SOUND[kind].splitlines()]
    (goal,) = lesson_of(load("\n[[lesson.goal]]\n" + "\n".join(rows))).goals
    assert goal.kind == kind
    for row in rows:
        if not row.startswith("kind"):
            rest = "\n".join(other for other in rows if other != row)
            ((line, field, message),) = refusal(f"\n[[lesson.goal]]\n{rest}")
            assert line == 2
            assert field.startswith("lesson.goal[1]")
            assert row.split(" ")[0] in f"{field} {message}"


@pytest.mark.parametrize(
    ("goal", "key", "words"),
    [
        ('metric = "test_acuracy"\nat_least = 0.5', "metric", "did you mean 'test_accuracy'?"),
        ('metric = "test_accuracy"\nat_last = 0.5\nat_least = 1', "at_last", "'at_least'"),
        ('metric = "test_accuracy"\nat_least = 1.5', "at_least", "test_accuracy is at most 1"),
        ('metric = "train_loss"\nat_most = -1', "at_most", "train_loss is at least 0"),
        ('metric = "train_r2"\nat_least = 0.5', "metric", "only for a regression"),
        ('metric = "validation_loss"\nat_most = 1', "metric", "data.validation_fraction is 0"),
        ('metric = "train_loss"\nat_least = 2\nat_most = 1', "at_least", "above at_most"),
        (
            'metric = "train_loss"\nat_most = 1\nseeds = 3\npass_seeds = 4',
            "pass_seeds",
            "more than seeds, which is 3",
        ),
        ('metric = "train_loss"\nat_most = 1\nseeds = 0', "seeds", "from 1 to 100"),
        ('metric = "train_loss"\nat_most = nan', "at_most", "not a finite number"),
        ('metric = "train_loss"\nat_most = 1\nanswer = 3', "answer", "of the kind metric"),
        ('kind = "answr"', "kind", "did you mean 'answer'?"),
        (
            'kind = "answer"\nquestion = "x"\nanswer = "1"\ntolerance = 0',
            "answer",
            "must be a number",
        ),
        (
            'kind = "answer"\nquestion = "x"\nanswer = 1\ntolerance = -1',
            "tolerance",
            "at least 0",
        ),
        (
            'kind = "choice"\nquestion = "x"\nchoices = ["a", "b"]\nanswer = "c"',
            "answer",
            "one of the choices: a, b",
        ),
        ('kind = "zeros"\ninputs = ["x1"]\nat_least = 2', "at_least", "more than the 1 inputs"),
        (
            'kind = "zeros"\nkeep = ["x1"]\ninputs = ["x1"]\nat_least = 1',
            "keep",
            "'x1' is among the inputs to count",
        ),
        (
            'kind = "zeros"\ninputs = ["x1"]\nat_least = 1\nlayer = 1',
            "layer",
            "and inputs are both there",
        ),
        (
            'kind = "answer"\nquestion = "x"\ncell = "z"\ntolerance = 0',
            "cell",
            "no cell 'z'",
        ),
        (
            'kind = "answer"\nquestion = "x"\nanswer = 1\ntolerance = 0\nover = "spam"',
            "over",
            "no cell 'spam'",
        ),
        (
            'kind = "answer"\nquestion = "x"\nanswer = 1\ntolerance = 0\ncell = "loss"',
            "cell",
            "answer are both there",
        ),
        (
            'kind = "answer"\nquestion = "x"\ntolerance = 0\ncell = "loss"\nchanges = 3',
            "changes",
            "must be a table of settings",
        ),
        (
            'metric = "margin"\nat_least = 0\nwithin_epochs = 9\nhold_epochs = 2',
            "hold_epochs",
            "margin is not kept in the history",
        ),
        ('metric = "train_loss"\nat_most = 1\nalso = 3', "also", "must be a list of tables"),
        (
            'metric = "train_loss"\nat_most = 1\nalso = [{ metric = "train_r2", at_least = 0 }]',
            "also",
            "train_r2 exists only for a regression",
        ),
        (
            'metric = "train_loss"\nat_most = 1\n'
            'where = [{ setting = "training.l2", one_of = ["x"] }]',
            "where",
            "training.l2 is a number",
        ),
        (
            'metric = "train_loss"\nat_most = 1\n'
            'where = [{ setting = "training.loss", at_most = 2 }]',
            "where",
            "training.loss is no number",
        ),
        (
            'metric = "train_loss"\nat_most = 1\nwhere = '
            '[{ setting = "training.optimizer", one_of = ["sdg"] }]',
            "where",
            "did you mean 'sgd'?",
        ),
    ],
)
def test_a_fault_of_a_goal(refusal: Refusal, goal: str, key: str, words: str) -> None:
    text = "\n[[lesson.goal]]\nsay = 'fine'\nkind = 'gradient_check'\n[[lesson.goal]]\nsay = ''\n"
    rows = (text + goal).split("\n")
    ((line, field, message),) = refusal("\n".join(rows))
    assert rows[line - 1].startswith(f"{key} =")
    assert field == f"lesson.goal[2].{key}"
    assert words in message


@pytest.mark.parametrize(
    ("also", "place", "words"),
    [
        ("[{ metric = 'train_loss' }]", "also[1]", "needs at_least or at_most"),
        ("[{ at_most = 1 }]", "also[1]", "needs metric"),
        ("[{ metric = 'los', at_most = 1 }]", "also[1].metric", "must be one of"),
        ("[{ metric = 'train_loss', atmost = 1, at_most = 1 }]", "also[1].atmost", "'at_most'"),
        (str([{}] * (MOST_BOUNDS + 1)), "also", "has 11 entries; at most 10"),
    ],
)
def test_a_fault_within_a_table_of_a_goal(
    refusal: Refusal, also: str, place: str, words: str
) -> None:
    text = f"""
[[lesson.goal]]
say = "x"
metric = "train_loss"
at_most = 1
also = {also}
"""
    ((line, field, message),) = refusal(text)
    assert line == 6
    assert field == f"lesson.goal[1].{place}"
    assert words in message


def test_a_whole_table_of_truth_has_no_test_rows(refusal: Refusal) -> None:
    text = """
[data]
source = "xor_table"
[[lesson.goal]]
say = "x"
metric = "test_accuracy"
at_least = 1
"""
    ((line, field, message),) = refusal(text)
    assert (line, field) == (6, "lesson.goal[1].metric")
    assert "xor_table is never split" in message


def test_goals_and_settings_are_faulted_together(refusal: Refusal) -> None:
    text = """
[training]
epochs = -1
[[lesson.goal]]
say = "x"
metric = "train_r2"
at_least = 0.5
[lesson.solution]
training.epochs = -2
"""
    assert [(line, field) for line, field, _ in refusal(text)] == [
        (3, "training.epochs"),
        (6, "lesson.goal[1].metric"),
        (9, "lesson.solution.training.epochs"),
    ]


def test_a_number_is_no_text(refusal: Refusal) -> None:
    for value in ("3", "[3]", "true"):
        ((_, field, message),) = refusal(f"\n[lesson]\ntext = {value}")
        assert field == "lesson.text"
        shown = "True" if value == "true" else value
        assert message == f"must be a text of at most 20,000 characters, not {shown}"
