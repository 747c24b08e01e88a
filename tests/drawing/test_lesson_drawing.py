"""The lesson page: every mark, at three sizes, in color and without, in full and in ASCII."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from nnmath_tui.drawing.lesson import GoalText, LessonText, draw_lesson
from nnmath_tui.drawing.palette import Palette
from textual.strip import Strip

PAGE = LessonText(
    title="XOR and the luck of the draw",
    about="2. Weights and biases · medium",
    text="""Two hidden neurons are enough for **XOR**, but will training find them?

- press `R` for another seed
- count how often it *fails*
""",
    goals=(
        GoalText(
            "Say what `z1[0]` is.", "met", "How much?", notes=("you said 0.75; it is 0.7512",)
        ),
        GoalText("Say the loss.", "missed", "What is ln 2?", field=("0.69", 4)),
        GoalText(
            "Name the fault.",
            question="What is wrong with this training?",
            choices=("the learning rate is too high", "the data"),
            picked=1,
        ),
        GoalText("Reach a loss of 0.05 on 18 of 20 seeds.", "near", share=0.45, notes=("escape",)),
    ),
    hints=("Add a neuron.",),
    hints_left=2,
    solution=("Set hidden layers to `4`.",),
    praise="All goals are met.",
    code="0570E-V7304-0G238-70840-0GB4C-4G4RV-VPCNP-62RV5-GZYMT",
    foot=(") next: Breaking symmetry",),
    problems=("line 7: training.epochs: must be a whole number",),
)
SIZES = ((44, 15), (38, 50), (76, 40))
PALETTES = {
    "truecolor": Palette(),
    "mono": Palette(mode="mono"),
    "ascii": Palette(mode="mono", ascii=True),
}


def test_golden(
    golden: Callable[[str, Mapping[str, Sequence[Strip]]], None],
    exact: Callable[[Sequence[Strip], int, int], None],
) -> None:
    pictures = {}
    for name, palette in PALETTES.items():
        for width, height in SIZES:
            picture = draw_lesson(PAGE, width, height, palette, cursor=1, top=0)
            exact(picture.strips, width, height)
            pictures[f"{name} {width}x{height}"] = picture.strips
    assert all(strip.text.isascii() for strip in pictures["ascii 38x50"])
    golden("lesson", pictures)


def test_the_marks_are_told_apart_without_color() -> None:
    for palette in PALETTES.values():
        rows = draw_lesson(PAGE, 44, 80, palette, 0, 0).strips
        starts = {
            strip.text[3:6].strip()
            for strip in rows
            if any(goal.say[:6].replace("`", "") in strip.text for goal in PAGE.goals)
        }
        assert len(starts) == 4


def test_it_scrolls_to_the_end_and_no_further() -> None:
    picture = draw_lesson(PAGE, 44, 10, Palette(), 0, 10_000)
    assert picture.top == picture.lowest
    assert "next: Breaking symmetry" in picture.strips[-1].text
    assert draw_lesson(PAGE, 44, 200, Palette(), 0, 5).top == 0


def test_rows_know_their_goal_and_choice() -> None:
    picture = draw_lesson(PAGE, 60, 80, Palette(), 0, 0)
    y = next(y for y, strip in enumerate(picture.strips) if "the data" in strip.text)
    row = picture.row_at(y)
    assert row is not None
    assert (row.goal, row.choice) == (2, 1)
    first, end = picture.span_of(2)
    assert first <= y < end
    assert picture.row_at(500) is None


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (9, 4), (200, 3)])
def test_any_size(
    width: int, height: int, exact: Callable[[Sequence[Strip], int, int], None]
) -> None:
    exact(draw_lesson(PAGE, width, height, Palette(), 1, 0).strips, width, height)


def test_the_code_is_broken_between_its_groups() -> None:
    rows = [strip.text.strip() for strip in draw_lesson(PAGE, 30, 80, Palette(), 0, 0).strips]
    start = rows.index(next(row for row in rows if row.startswith("0570E")))
    assert "".join(rows[start : start + 3]) == PAGE.code
    assert rows[start].endswith("-")
