"""`nnmath-tui explain`: the derivation of one number, to be read, pasted, or run by a script."""

from __future__ import annotations

import json
import math
import re

import pytest
from nnmath_tui.cli import main

from tests.calculator import reproduces

Captured = pytest.CaptureFixture[str]


def explained(capsys: Captured, *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_a_number_with_its_formula_its_numbers_and_its_value(capsys: Captured) -> None:
    lines = explained(capsys, "circle", "z1[0]", "--epoch", "2", "--sample", "7").splitlines()
    assert lines[0] == "z1[0]@7: weighted sum of neuron 0 of layer 1"
    assert lines[1].strip() == "z1[0]@7 = Σᵢ x[i]·w1[i,0] + b1[0]"
    numbers, value = (line.strip().removeprefix("= ") for line in lines[2:4])
    assert reproduces(numbers, value)
    assert any(line.strip().startswith("w1[0,0]") for line in lines[4:])


def test_depth_opens_the_numbers_in_turn(capsys: Captured) -> None:
    one = explained(capsys, "circle", "next w1[0,1]")
    three = explained(capsys, "circle", "next w1[0,1]", "--depth", "3")
    heads = re.findall(r"^(\S.*?): ", three, flags=re.MULTILINE)
    assert three.startswith(one.rstrip("\n"))
    assert heads[:3] == ["next w1[0,1]", "step w1[0,1]", "lr"]
    assert "grad w1[0,1]" in heads


def test_json_is_a_tree_whose_equations_a_script_can_check(capsys: Captured) -> None:
    tree = json.loads(
        explained(capsys, "iris", "delta2[1]", "--epoch", "3", "--depth", "6", "--format", "json")
    )
    checked = 0
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        nodes += node["children"]
        for equation in node["equations"]:
            assert reproduces(equation["numbers"], equation["shown"])
            checked += 1
    assert checked > 20
    assert tree["label"].startswith("delta2[1]@")


def test_all_terms_of_a_long_sum(capsys: Captured) -> None:
    few = explained(capsys, "digits", "z1[0]")
    every = explained(capsys, "digits", "z1[0]", "--all")
    assert "more)" in few
    assert "more)" not in every
    assert every.count("·") > 64


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["circle", "q1[0]"], "no cell 'q1[0]'; allowed: "),
        (["circle", "z9[0]"], "z9[0]: this network has layers 1 to 2"),
        (["circle", "w1[5,0]"], "w1[5,0]: 5 is not between 0 and 1"),
        (["circle", "z1[0]", "--sample", "x"], "no sample 'x'; allowed: "),
        (["circle", "loss", "--sample", "3"], "--sample: loss belongs to no single sample"),
        (["circle", "z1[0]", "--sample", "99999"], "the training data has rows 0 to "),
        (["circle", "z1[0]", "--epoch", "-1"], "--epoch must be"),
        (["circle", "z1[0]", "--depth", "0"], "--depth: must be a whole number from 1 to"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_one_line(
    capsys: Captured, arguments: list[str], words: str
) -> None:
    assert main(["explain", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def test_a_training_that_diverges_before_is_said_to(capsys: Captured) -> None:
    options = ["--set", "training.learning_rate=1000", "--set", "training.loss=mse"]
    more = ["--set", "network.activation=relu", "--epoch", "50"]
    assert main(["explain", "circle", "z1[0]", *options, *more]) == 1
    assert "is not reached" in capsys.readouterr().err


def test_the_value_is_the_one_that_json_gives_in_full(capsys: Captured) -> None:
    tree = json.loads(explained(capsys, "circle", "a1[0]", "--format", "json"))
    z = tree["children"][0]["value"] if tree["children"] else None
    assert z is None or tree["value"] == pytest.approx(math.tanh(z), rel=1e-12)
