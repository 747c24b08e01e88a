"""The lesson pane: text, answers, ticks, hints, trials, locks, the way on, and the watched file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from nnmath_presets import catalog
from nnmath_presets.codes import decode
from nnmath_presets.preset import Lesson
from nnmath_presets.verifying import verify
from nnmath_tui import learning
from nnmath_tui.application import Application
from nnmath_tui.screens import teaching
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.settings import Settings
from nnmath_tui.widgets.controls import Controls
from nnmath_tui.widgets.formula import FormulaBar
from nnmath_tui.widgets.lesson import LessonPane

from tests.tui.conftest import Until


@pytest.fixture(autouse=True)
def fresh_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner who has done nothing yet."""
    folder = tmp_path / "state"
    (folder / "nnmath-tui").mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder / "nnmath-tui"


def app_on(name: str | Path, **settings: Any) -> Application:
    calm: dict[str, Any] = {"color": "truecolor", "animation": False, **settings}
    return Application(lambda: catalog.load(name), Settings(**calm))


def screen(app: Application) -> MainScreen:
    assert isinstance(app.screen, MainScreen)
    return app.screen


def ready(app: Application) -> bool:
    return isinstance(app.screen, MainScreen) and app.screen.situation.snapshot is not None


def in_lesson(app: Application) -> bool:
    """Whether keys go to the lesson."""
    return ready(app) and screen(app).query_one(LessonPane).has_focus


def page(app: Application) -> str:
    return "\n".join(strip.text.rstrip() for strip in screen(app).query_one(LessonPane).lines())


def words(app: Application) -> str:
    return " ".join(page(app).split())


def bar(app: Application) -> str:
    lines = screen(app).query_one(FormulaBar).lines()
    return " ".join(" ".join(strip.text for strip in lines).split())


async def test_a_lesson_opens_by_itself_and_gives_way_to_the_network(until: Until) -> None:
    app = app_on("xor-by-hand")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: ready(app) and "XOR by hand" in page(app))
        lesson = screen(app).query_one(LessonPane)
        await until(lambda: lesson.has_focus)
        assert not screen(app).query_one("#network").display
        await pilot.press("1")
        await until(lambda: screen(app).query_one("#network").display)
        assert not lesson.display
        await pilot.press("7")
        await until(lambda: lesson.display and lesson.has_focus)
        await pilot.press("escape")
        await until(lambda: screen(app).query_one("#network").has_focus)


async def test_it_does_not_take_the_place_of_a_pane_that_somebody_went_to_first(
    until: Until,
) -> None:
    app = app_on("xor-by-hand")
    async with app.run_test(size=(80, 24)) as pilot:
        app.simulate_key("4")  # before there is a preset
        await until(lambda: ready(app) and screen(app).query_one("#loss").has_focus)
        await pilot.pause()
        assert screen(app).shown == "loss"
        await pilot.press("7")
        await until(lambda: "XOR by hand" in page(app))
        await until(lambda: screen(app).query_one(LessonPane).has_focus)


async def test_beside_the_other_panes_it_has_a_column_and_closes(until: Until) -> None:
    app = app_on("xor-by-hand")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app) and "XOR by hand" in page(app))
        seen = {pane.id for pane in screen(app).panes if pane.display}
        assert {"lesson", "network", "output", "loss", "controls"} <= seen
        assert "weights" not in seen
        assert screen(app).query_one("#network").has_focus
        await pilot.press("L", "7")
        await until(lambda: screen(app).query_one("#weights").display)
        assert not screen(app).query_one(LessonPane).display
        await pilot.press("7", "3")
        await until(lambda: screen(app).query_one("#weights").has_focus)
        assert not screen(app).query_one(LessonPane).display


async def test_whoever_names_no_preset_sees_the_network(until: Until) -> None:
    app = app_on("xor-by-hand", start=True)
    async with app.run_test(size=(80, 24)):
        await until(lambda: ready(app))
        assert screen(app).query_one("#network").display
        assert not screen(app).query_one(LessonPane).display


async def test_numbers_set_by_hand_tick_the_goal_and_make_a_code(until: Until) -> None:
    app = app_on("xor-by-hand", learner="Ada")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: ready(app) and "○" in page(app))
        from nnmath_tui.messages import WeightEdited
        from nnmath_tui.views.formula import WeightPlace

        app.screen.post_message(WeightEdited(WeightPlace(1, None, 1), -1.0))
        app.screen.post_message(WeightEdited(WeightPlace(2, 1, 0), -2.0))
        await until(lambda: screen(app).tutor.code)
        await pilot.pause()
        assert "✓" in page(app)
        assert "All goals are met." in page(app)
        assert "lesson done: Solve XOR" in bar(app)
        code = screen(app).tutor.code
        assert code[:11] in page(app)
    preset, claim = decode(code, [catalog.load("xor-by-hand")])
    assert claim.learner == "Ada"
    assert len(claim.runs[0].edits) == 2
    assert verify(claim.solved(preset), start=False).solved[0].met
    entry = learning.load("Ada")[learning.key(preset)]
    assert entry.done
    assert entry.code == code
    assert learning.load("") == {}


async def test_what_is_met_stays_met_for_the_next_time(until: Until) -> None:
    preset = catalog.load("adam-first-step")
    entry = learning.Entry(lesson=preset.name, goals=2, met=frozenset({1}), tries={0: 3}, hints=1)
    learning.save("", learning.key(preset), entry)
    app = app_on("adam-first-step")
    async with app.run_test(size=(80, 60)):
        await until(lambda: ready(app) and "Hint 1" in page(app))
        assert [standing.met for standing in screen(app).tutor.standings] == [False, True]
        assert "not yet (3 tries)" in page(app)


async def test_a_number_is_typed_refused_counted_and_revealed(until: Until) -> None:
    app = app_on("adam-first-step")
    async with app.run_test(size=(80, 70)) as pilot:
        await until(lambda: in_lesson(app) and "enter, then type a number" in page(app))
        tutor = screen(app).tutor
        await pilot.press("enter", "q", "enter")
        await until(lambda: "'q' is no number" in page(app))
        await pilot.press("backspace", "7", "enter")
        await until(lambda: tutor.standings[0].tries == 1)
        await until(lambda: "7: not yet (1 try)" in page(app))
        assert not tutor.standings[0].met
        right = tutor.preset and tutor.preset.lesson and tutor.preset.lesson.solution.answers[0]
        await pilot.press("enter", *f"{right}", "enter")
        await until(lambda: tutor.standings[0].met)
        assert tutor.standings[0].tries == 2
        await until(lambda: "you said 1; it is 1" in page(app))
        await until(lambda: "goal met:" in bar(app))


async def test_digits_go_into_the_answer_and_not_to_panes(until: Until) -> None:
    app = app_on("adam-first-step")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app))
        await pilot.press("enter", "1", "5", "escape")
        await pilot.pause()
        assert screen(app).query_one(LessonPane).has_focus
        await pilot.press("1")
        await until(lambda: screen(app).query_one("#network").has_focus)


async def test_a_fault_is_named_by_keys_and_by_mouse(until: Until) -> None:
    app = app_on("bug-hunt-1")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "the network is linear" in page(app))
        await pilot.press("enter", "enter")
        await until(lambda: "not yet (1 try)" in words(app))
        rows = page(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "the learning rate is too high" in row)
        await pilot.click("#lesson", offset=(12, y + 1))
        await until(lambda: screen(app).tutor.standings[0].met)
        assert screen(app).tutor.standings[0].tries == 2


async def test_enter_goes_to_the_next_open_goal_and_from_the_last_to_the_next_lesson(
    until: Until,
) -> None:
    app = app_on("forward-by-hand")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and ") next:" in page(app))
        lesson = screen(app).query_one(LessonPane)
        standings = screen(app).tutor.standings
        answers = ["0.75", "0.6792", "-0.2", "0.4502", "0.4053", "0.6"]

        async def answer(goal: int) -> None:
            await until(lambda: lesson._cursor == goal)
            await pilot.press("enter")
            assert lesson.typing
            await pilot.press(*answers[goal], "enter")
            await until(lambda: screen(app).tutor.standings[goal].met)

        # The last goal first: from there on, what is open comes round from the top.
        assert not standings[0].met
        await pilot.press("end", *["down"] * 5)
        await answer(5)
        for goal in range(5):
            assert "enter or ) next" not in page(app)
            await pilot.press("enter")
            assert not lesson.typing
            await answer(goal)
        await pilot.press("end")
        await until(lambda: "enter or ) next" in page(app))
        await pilot.press("enter")
        title = catalog.load("features-not-layers").title
        await until(lambda: title in page(app) and not screen(app).tutor.done)
        assert "enter or ) next" not in page(app)


async def test_enter_in_the_last_lesson_of_a_course_stays_there(
    until: Until, tmp_path: Path
) -> None:
    (tmp_path / "only.toml").write_text(catalog.load("adam-first-step").source)
    app = app_on(tmp_path / "only.toml")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app))
        lesson = screen(app).query_one(LessonPane)
        for goal, typed in enumerate(("1", "3.162")):
            await until(lambda goal=goal: lesson._cursor == goal)  # type: ignore[misc]
            await pilot.press("enter", *typed, "enter")
            await until(lambda goal=goal: screen(app).tutor.standings[goal].met)  # type: ignore[misc]
            await pilot.press("enter")
        await pilot.pause(0.2)
        assert "All goals are met." in page(app)
        assert "no further" not in bar(app)


async def test_what_comes_after_the_last_goal_comes_into_sight(until: Until) -> None:
    app = app_on("adam-first-step")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: in_lesson(app) and "Adam's first step" in page(app))
        for goal, typed in enumerate(("1", "3.162")):
            await pilot.press("enter")  # to the goal, which is below what is seen
            if not screen(app).query_one(LessonPane).typing:
                await pilot.press("enter")
            assert "All goals are met." not in page(app)
            await pilot.press(*typed, "enter")
            await until(lambda goal=goal: screen(app).tutor.standings[goal].met)  # type: ignore[misc]
        await until(lambda: "All goals are met." in page(app) and "enter or ) next" in page(app))
        await pilot.press("home")
        await until(lambda: "Adam's first step" in page(app))
        screen(app).query_one(LessonPane).news()
        await pilot.pause()
        assert "Adam's first step" in page(app)


async def test_what_keeps_a_run_from_counting_is_called_as_in_the_controls(until: Until) -> None:
    app = app_on("lr-cliff")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "Goals" in page(app))
        await until(lambda: "learning rate must be at least 1.01" in words(app))
        assert "training." not in page(app)
        assert "training." not in bar(app)
        await pilot.press("escape")
    app = app_on("dead-network")
    async with app.run_test(size=(80, 60)):
        await until(lambda: in_lesson(app) and "train R² 0.0" in words(app))


async def test_hints_come_one_at_a_time(until: Until) -> None:
    app = app_on("bug-hunt-1")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "h gives a hint (3 left)" in page(app))
        lesson = catalog.load("bug-hunt-1").lesson
        assert lesson is not None
        await pilot.press("h")
        await until(lambda: "Hint 1 of 3" in page(app))
        assert lesson.hints[0] in words(app)
        assert lesson.hints[1] not in words(app)
        await pilot.press("h", "h", "h")
        await until(lambda: "Hint 3 of 3" in page(app))
        assert "gives a hint" not in page(app)


async def test_the_solution_is_shown_then_set(until: Until) -> None:
    app = app_on("neuron-and")
    async with app.run_test(size=(80, 70)) as pilot:
        await until(lambda: in_lesson(app) and "S shows the solution" in page(app))
        await pilot.press("S")
        await until(lambda: "Set w1[0,0] to 4" in page(app))
        assert screen(app).tutor.standings[0].met is False
        await pilot.press("S")
        await until(lambda: screen(app).tutor.standings[0].met)
        assert learning.load("")[learning.key(catalog.load("neuron-and"))].solution


SEEDS = """
schema = 1
[data]
source = "gauss"
samples = 60
[training]
epochs = 8
learning_rate = 1.0
[lesson]
text = "Tell two clouds apart."
locked = ["data", "training.loss", "training.seed"]
show_solution = false
[[lesson.goal]]
say = "Reach 90 % on two seeds."
metric = "train_accuracy"
at_least = 0.9
seeds = 3
pass_seeds = 2
[[lesson.goal]]
say = "Check."
kind = "gradient_check"
"""


@pytest.fixture
def seeds_file(tmp_path: Path) -> Path:
    path = tmp_path / "clouds.toml"
    path.write_text(SEEDS)
    return path


async def test_seeds_are_tried_in_the_background(until: Until, seeds_file: Path) -> None:
    app = app_on(seeds_file)
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "enter tries it on 3 seeds" in page(app))
        await pilot.press("enter")
        await until(lambda: screen(app).tutor.standings[0].met)
        assert "3 seeds" in str(screen(app).tutor.standings[0].tally)
        await until(lambda: screen(app).tutor.trial is None)
        await pilot.press("down", "k")
        await until(lambda: screen(app).tutor.done)
        code = screen(app).tutor.code
    preset, claim = decode(code, [catalog.load(seeds_file)])
    assert all(outcome.met for outcome in verify(claim.solved(preset), start=False).solved)


async def test_escape_stops_a_trial(until: Until, tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    hard = SEEDS.replace('"train_accuracy"\nat_least = 0.9', '"train_loss"\nat_most = 1e-12')
    path.write_text(hard.replace("epochs = 8", "epochs = 90000"))
    app = app_on(path)
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "enter tries it on 3 seeds" in page(app))
        await pilot.press("enter")
        await until(lambda: screen(app).tutor.trial == 0)
        await until(lambda: "escape stops it" in page(app) and " %" in page(app))
        await pilot.press("escape")
        await until(lambda: screen(app).tutor.trial is None)
        assert screen(app).tutor.standings[0].share is None
        assert not screen(app).tutor.standings[0].met
        assert screen(app).query_one(LessonPane).has_focus


async def test_locked_controls_say_so_and_do_not_change(until: Until, seeds_file: Path) -> None:
    app = app_on(seeds_file)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        controls = screen(app).query_one(Controls)
        await pilot.press("5", "down")
        await pilot.press("right")
        await until(lambda: "locked in" in "".join(strip.text for strip in controls.lines()))
        assert controls.current is not None
        assert controls.current.path == "training.loss"
        assert "lock" in controls.lines()[1].text
        before = screen(app).situation.snapshot
        from nnmath_tui.messages import ChangeRequested

        screen(app).post_message(ChangeRequested({"data.noise": 0.4}))
        screen(app).post_message(ChangeRequested({"training.seed": 7}))
        await until(lambda: screen(app).situation.snapshot is not before)
        now = screen(app).situation.snapshot
        assert now is not None
        assert now.experiment.training.seed == 7
        assert now.experiment.data.noise != 0.4


async def test_the_solution_that_a_lesson_keeps_is_kept(until: Until, seeds_file: Path) -> None:
    app = app_on(seeds_file)
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and "clouds apart" in page(app))
        assert "S shows" not in page(app)
        await pilot.press("S")
        await until(lambda: "keeps it to itself" in bar(app))


async def test_a_run_changed_on_the_way_ticks_but_makes_no_code(
    until: Until, tmp_path: Path
) -> None:
    path = tmp_path / "way.toml"
    path.write_text(
        SEEDS.replace("seeds = 3\npass_seeds = 2", "at_end = true\nwithin_epochs = 3").replace(
            "learning_rate = 1.0", "learning_rate = 0.0000001"
        )
    )
    app = app_on(path)
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: ready(app))
        from nnmath_tui.messages import ChangeRequested

        await pilot.press("s")
        await until(lambda: getattr(screen(app).situation.snapshot, "epoch", 0) == 1)
        # A rate that is right after one lost epoch, then 0: the run from its seed has neither.
        screen(app).post_message(ChangeRequested({"training.learning_rate": 1.0}))
        await pilot.press("s")
        await until(lambda: getattr(screen(app).situation.snapshot, "epoch", 0) == 2)
        screen(app).post_message(ChangeRequested({"training.learning_rate": 1e-7}))
        await pilot.press("s")
        await until(lambda: screen(app).tutor.standings[0].met)
        await until(lambda: screen(app).tutor.standings[0].lone)
        assert screen(app).tutor.code == ""
        await until(lambda: "for a code" in words(app))


async def test_parentheses_go_through_the_course(until: Until) -> None:
    app = app_on("neuron-and")
    async with app.run_test(size=(80, 60)) as pilot:
        await until(lambda: in_lesson(app) and ") next:" in page(app))
        assert "1. Neurons and activation functions" in page(app)
        assert "( before" not in page(app)
        await pilot.press("right_parenthesis")
        title = catalog.load("logistic-line").title
        await until(lambda: title in page(app) and "( before:" in page(app))
        await pilot.press("left_parenthesis")
        await until(lambda: catalog.load("neuron-and").title in page(app).split("\n")[0])


async def test_parentheses_go_on_from_any_pane_but_not_while_a_text_is_typed(until: Until) -> None:
    app = app_on("neuron-and")
    async with app.run_test(size=(160, 60)) as pilot:
        await until(lambda: ready(app) and ") next:" in page(app))
        await pilot.press("1", "right_parenthesis")
        title = catalog.load("logistic-line").title
        await until(lambda: title in page(app) and "( before:" in page(app))
        assert not in_lesson(app)
        await pilot.press("4", "left_parenthesis")
        title = catalog.load("neuron-and").title
        await until(lambda: title in page(app) and ") next:" in page(app))
        await pilot.press("7", "end")
        lesson = screen(app).query_one(LessonPane)
        await pilot.press("up", "enter")
        if lesson.typing:
            await pilot.press("left_parenthesis", "right_parenthesis")
            await pilot.pause()
            assert title in page(app)


async def test_without_a_lesson_parentheses_do_nothing(until: Until) -> None:
    app = app_on("circle")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app))
        present = screen(app).tutor.preset
        screen(app).tutor.preset = None
        assert screen(app).check_action("go_lesson", (1,)) is False
        await pilot.press("right_parenthesis")
        await pilot.pause()
        screen(app).tutor.preset = present
        assert screen(app).check_action("go_lesson", (1,)) is True


async def test_a_watched_file_is_read_again_and_its_errors_leave_the_old_one(
    until: Until, seeds_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "WATCH", 0.05)
    app = app_on(seeds_file, watch=True)
    async with app.run_test(size=(120, 60)):
        await until(lambda: ready(app) and "clouds apart" in page(app))
        network = screen(app).situation.snapshot
        write(seeds_file, SEEDS.replace("clouds apart", "mists apart"), 1)
        await until(lambda: "mists apart" in page(app))
        assert screen(app).situation.snapshot is network
        write(seeds_file, SEEDS.replace("epochs = 8", 'epochs = "many"'), 2)
        await until(lambda: "line 7: training.epochs" in page(app))
        assert "mists apart" in page(app)
        await until(lambda: "clouds.toml is wrong: line 7" in bar(app))
        write(seeds_file, SEEDS.replace("epochs = 8", "epochs = 9"), 3)
        await until(lambda: "line 7" not in page(app))
        await until(lambda: epochs(app) == 9)


def epochs(app: Application) -> int:
    """For how many epochs the experiment on the screen is planned."""
    snapshot = screen(app).situation.snapshot
    return snapshot.experiment.training.epochs if snapshot is not None else 0


def write(path: Path, text: str, second: int) -> None:
    path.write_text(text)
    os.utime(path, (second, second))


async def test_a_lesson_without_goals_is_a_text(until: Until, make_preset: Any) -> None:
    from dataclasses import replace

    preset = replace(make_preset(), lesson=Lesson(text="Only **words**."))
    app = Application(lambda: preset, Settings(animation=False, color="truecolor"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: ready(app) and "Only words." in page(app))
        await pilot.press("enter", "down", "h", "S", "end", "right_parenthesis")
        await pilot.pause()
        assert "Goal" not in page(app)


def test_a_progress_file_that_is_no_progress_is_kept_aside(fresh_state: Path) -> None:
    path = fresh_state / learning.file_name("")
    path.write_text("not json" * 30)
    assert learning.load("") == {}
    learning.save("", "a b", learning.Entry(lesson="a", goals=1, met=frozenset({0})))
    assert learning.load("")["a b"].done
    assert (fresh_state / "progress.unreadable").read_text().startswith("not json")


def test_two_screens_do_not_lose_each_others_ticks(fresh_state: Path) -> None:
    one = learning.Entry(lesson="a", goals=2, met=frozenset({0}), tries={0: 2}, hints=1)
    other = learning.Entry(lesson="a", goals=2, met=frozenset({1}), tries={0: 1}, solution=True)
    learning.save("", "a b", one)
    learning.save("", "a b", other)
    both = learning.load("")["a b"]
    assert both.met == {0, 1}
    assert (both.tries, both.hints, both.solution) == ({0: 2}, 1, True)
    assert json.loads((fresh_state / "progress.json").read_text())["schema"] == 1


def test_names_that_look_alike_in_a_file_have_files_of_their_own() -> None:
    assert learning.file_name("Zoë!") != learning.file_name("Zo")
    assert learning.file_name("../x").count("/") == 0


async def test_a_loss_that_is_asked_for_is_shown_once_it_is_predicted(until: Until) -> None:
    app = app_on("softmax-three")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: ready(app) and "predict" in words(app).lower())
        status = screen(app).query_one("#status")
        await until(lambda: "train ?" in status.render_line(0).text)
        assert "1.0986" not in words(app)
        title = screen(app).query_one("#loss").border_title
        assert "1." not in str(title)
        await pilot.press("7", "enter", *"1.0986", "enter")
        await until(lambda: screen(app).tutor.standings[0].met)
        await until(lambda: "train 1.1" in status.render_line(0).text)
        await until(lambda: "1." in str(screen(app).query_one("#loss").border_title))
