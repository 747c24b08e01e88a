"""A learner with nothing but the hand-out and a calculator gets the answers that are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.answering import right_answer
from nnmath_presets.handout import handout
from nnmath_presets.loader import load_text
from nnmath_presets.preset import Preset

Load = Callable[[str], Preset]
Floats = npt.NDArray[np.float64]

TWO_LAYERS = """
[data]
source = 'circle'
samples = 20
noise = 0.1
[network]
hidden = [3]
activation = 'tanh'
[training]
loss = 'bce'
optimizer = 'sgd'
batch_size = 4
"""


def tables(text: str) -> dict[str, list[list[str]]]:
    """The cells of each table of a Markdown text, without its head, by the head's first cell."""
    found: dict[str, list[list[str]]] = {}
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in block.splitlines()]
        head, _, *body = [[cell.strip() for cell in row] for row in rows]
        assert all(len(row) == len(head) for row in body)
        found.setdefault(head[0], body)
    return found


def numbers(body: list[list[str]]) -> Floats:
    return np.array([[float(cell) for cell in row[1:]] for row in body])


def sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


def accepted(name: str, answers: list[float]) -> None:
    """See to it that the typed goals of a preset take these answers, in order."""
    preset = catalog.load(name)
    assert preset.lesson is not None
    goals = [goal for goal in preset.lesson.goals if goal.kind == "answer"]
    for goal, answer in zip(goals, answers, strict=True):
        right = right_answer(preset, goal)
        assert isinstance(right, float)
        allowed = goal.tolerance or (goal.relative_tolerance or 0) * abs(right)
        assert abs(answer - right) <= allowed, goal.question


def test_forward_and_backprop_by_hand() -> None:
    for name in ("forward-by-hand", "backprop-by-hand"):
        there = tables(handout(catalog.load(name)))
        first, second = numbers(there["w1"]), numbers(there["w2"])
        (x1, x2, y), *others = numbers(there["row"])
        assert not others
        x = np.array([x1, x2])
        z1 = x @ first[:-1] + first[-1]
        a1 = sigmoid(z1)
        z2 = a1 @ second[:-1] + second[-1]
        yhat = sigmoid(z2)
        if name == "forward-by-hand":
            accepted(name, [z1[0], a1[0], z1[1], a1[1], z2[0], yhat[0]])
            continue
        delta2 = 2 * (yhat - y) * yhat * (1 - yhat)
        delta1 = delta2 * second[:-1, 0] * a1 * (1 - a1)
        loss = float((yhat[0] - y) ** 2)
        accepted(name, [loss, delta2[0], delta2[0] * a1[0], delta1[0] * x1, delta1[1] * x2])


def test_mse_and_cross_entropy() -> None:
    there = tables(handout(catalog.load("mse-vs-ce")))
    (w,), (b,) = numbers(there["w1"])
    x, y = numbers(there["row"]).T
    yhat = sigmoid(w * x + b)
    mse = np.mean(2 * (yhat - y) * yhat * (1 - yhat) * x)
    accepted("mse-vs-ce", [float(mse), float(np.mean((yhat - y) * x))])


def test_adams_first_step() -> None:
    there = tables(handout(catalog.load("adam-first-step")))
    (w,), (b,) = numbers(there["w1"])
    x, y = numbers(there["row"]).T
    g = float(np.mean(2 * (w * x + b - y) * x))
    m, v = 0.1 * g, 0.001 * g**2
    accepted("adam-first-step", [abs(m / 0.1) / (v / 0.001) ** 0.5, abs(m) / v**0.5])


def test_the_critical_learning_rate() -> None:
    for name in ("lr-cliff", "scale-inputs"):
        x, _ = numbers(tables(handout(catalog.load(name)))["row"]).T
        if name == "scale-inputs":
            x = (x - x.mean()) / x.std()
        A = np.stack([x, np.ones_like(x)], axis=1)
        curvature = np.linalg.eigvalsh(2 * A.T @ A / len(x)).max()
        accepted(name, [float(2 / curvature)])


def test_the_first_loss_of_random_weights(load: Load) -> None:
    preset = load(f"""{TWO_LAYERS}
[lesson]
[[lesson.goal]]
say = 'Find the first loss.'
kind = 'answer'
question = 'What is it?'
metric = 'train_loss'
tolerance = 1e-7
""")
    there = tables(handout(preset))
    first, second, rows = (numbers(there[name]) for name in ("w1", "w2", "row"))
    X, y = rows[:, :2], rows[:, 2]
    p = sigmoid(np.tanh(X @ first[:-1] + first[-1]) @ second[:-1] + second[-1])[:, 0]
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert preset.lesson is not None
    assert abs(loss - float(right_answer(preset, preset.lesson.goals[0]))) < 1e-7


def test_by_hand_there_are_tables_and_elsewhere_none() -> None:
    shown = {name for name in catalog.names() if tables(handout(catalog.load(name)))}
    assert shown == {
        *("forward-by-hand", "backprop-by-hand", "mse-vs-ce", "adam-first-step"),
        *("xor-by-hand", "neuron-and", "relu-hat", "lr-cliff", "scale-inputs"),
    }
    for name in ("xor-by-hand", "neuron-and"):
        rows = numbers(tables(handout(catalog.load(name)))["row"])[:, :2]
        assert sorted(map(tuple, rows)) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def asking(*cells: str, samples: int = 20, hidden: int = 3, more: str = "") -> Preset:
    text = TWO_LAYERS.replace("samples = 20", f"samples = {samples}")
    text = text.replace("[3]", f"[{hidden}]")
    goals = "".join(
        f"[[lesson.goal]]\nsay = 'Find it.'\nkind = 'answer'\nquestion = 'What is it?'\n"
        f"cell = '{cell}'\ntolerance = 0.001\n{more}\n"
        for cell in cells
    )
    return load_text(f"schema = 1 {text}[lesson]\n{goals}", Path("here.toml"))


def test_a_weight_that_is_asked_for_is_a_question_mark() -> None:
    there = tables(handout(asking("w1[1,2]", "b2[0]")))
    marks = [
        (name, row, column)
        for name, body in there.items()
        for row, line in enumerate(body)
        for column, cell in enumerate(line[1:])
        if cell == "?"
    ]
    assert marks == [("w1", 1, 2), ("w2", 3, 0)]


def test_of_many_rows_only_those_that_are_asked_about() -> None:
    one = tables(handout(asking("z1[0]@17", "yhat[0]@test3", samples=400)))
    assert [row[0] for row in one["row"]] == ["17", "test3"]
    batch = handout(asking("grad b2[0]", samples=400))
    sheet = Session(asking("grad b2[0]", samples=400).experiment).worksheet()
    rows = sorted(int(row) for row in sheet.rows)
    assert [int(row[0]) for row in tables(batch)["row"]] == rows
    assert f"The first batch holds the rows {', '.join(map(str, rows))}." in batch
    raw = sheet.dataset.train.raw[rows]
    np.testing.assert_allclose(numbers(tables(batch)["row"])[:, :2], raw, rtol=1e-4)


@pytest.mark.parametrize("hidden", [9, 10])
def test_a_network_of_forty_numbers_at_most_is_printed(hidden: int) -> None:
    assert bool(tables(handout(asking("z1[0]", hidden=hidden)))) == (hidden * 4 + 1 <= 40)


def test_other_first_weights_of_a_goal_are_printed_for_it() -> None:
    changed = "changes = { network.initializer = 'constant' }"
    text = handout(asking("z2[0]", more=changed))
    assert text.count("| w1 |") == 2
    after = numbers(tables(text.split("For goal 1 they are:")[1])["w1"])
    assert len(np.unique(after[:2])) == 1


def test_a_goal_that_does_not_fit_keeps_no_hand_out_back() -> None:
    changed = "changes = { network.output_activation = 'softmax' }"
    assert len(tables(handout(asking("z1[0]", "z9[0]", more=changed)))) == 3
