"""The presets to choose from: found by typing, a picture of each, another folder, broken files."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest
from nnmath_engine import confinement
from nnmath_presets import catalog
from nnmath_tui import learning
from nnmath_tui.application import Application
from nnmath_tui.screens.main import MainScreen
from nnmath_tui.screens.presets import Picture, PresetsScreen
from nnmath_tui.views.shelf import fill_shelf
from nnmath_tui.views.thumbnails import thumbnail
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.tui.conftest import MakeApp, Until

GOOD = 'schema = 1\n[data]\nsource = "moons"\nsamples = 40\n'


def names(app: Application) -> list[str]:
    return [option.id for option in app.screen.query_one(OptionList).options if option.id]


async def browse(app: Application, pilot: Pilot[None], until: Until) -> None:
    await until(lambda: isinstance(app.screen, MainScreen) and app.screen.situation.snapshot)
    await pilot.press("p")
    await until(lambda: isinstance(app.screen, PresetsScreen))
    await until(lambda: len(names(app)) > 1)


def words(app: Application) -> str:
    return str(app.screen.query_one("#words", Static).content)


async def test_typing_finds_and_enter_opens(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        assert len(names(app)) == len(catalog.names())
        await pilot.press(*"spiral race")
        await until(lambda: names(app) == ["spiral-race"])
        await until(lambda: "The spiral race" in words(app))
        await pilot.press("escape")
        await until(lambda: len(names(app)) == len(catalog.names()))
        await pilot.press(*"penguin w", "backspace", "enter")
        await until(lambda: isinstance(app.screen, MainScreen))
        await until(lambda: app.screen.situation.title == "A penguin's weight")  # type: ignore[attr-defined]


async def test_each_title_of_the_course_stands_on_one_line_at_80_columns(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await browse(app, pilot, until)
        seen = ""
        for _ in range(10):
            rows = [strip.text for strip in app.screen._compositor.render_strips()]
            seen += "\n".join(rows)
            await pilot.press("pagedown")
            await pilot.pause(0.05)
        titles = [catalog.load(name).title for name in catalog.names()]
        assert [title for title in titles if f"○ {title} " not in seen] == []


async def test_a_picture_of_the_data_is_drawn(make_app: MakeApp, until: Until) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        await pilot.press(*"two spirals")
        picture = app.screen.query_one(Picture)
        await until(
            lambda: any(picture.render_line(y).text.strip() for y in range(picture.size.height))
        )
        await until(
            lambda: "2 classes" in str(app.screen.query_one("#picture-words", Static).content)
        )


async def test_what_is_done_is_marked(make_app: MakeApp, until: Until) -> None:
    preset = catalog.load("xor-by-hand")
    entry = learning.Entry(lesson=preset.name, goals=1, met=frozenset({0}))
    learning.save("Pat", learning.key(preset), entry)
    app = make_app(learner="Pat")
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        rows = {
            option.id: str(option.prompt) for option in app.screen.query_one(OptionList).options
        }
        assert "✓" in rows["xor-by-hand"]
        assert "○" in rows["neuron-and"]


async def test_a_folder_opens_and_a_broken_file_hides_no_other(
    make_app: MakeApp, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "bad.toml").write_text("schema = 1\n[data]\nsamples = -1\n")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        app.screen.post_message(events.Paste(str(tmp_path)))
        await until(lambda: str(tmp_path) in str(app.screen.query_one("#dialog").border_title))
        await pilot.press("enter")
        await until(lambda: names(app) == ["bad", "good"])
        await until(lambda: "This file is wrong" in words(app) and "line 3" in words(app))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PresetsScreen)
        await pilot.press("down", "enter")
        await until(lambda: isinstance(app.screen, MainScreen))
        await until(lambda: app.screen.situation.title == "Good")  # type: ignore[attr-defined]


async def test_the_course_that_was_named_is_shown(
    make_app: MakeApp, until: Until, tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / f"{name}.toml").write_text(GOOD)
    (tmp_path / "course.toml").write_text(
        'schema = 1\ntitle = "Ours"\n[[chapter]]\ntitle = "First"\npresets = ["two", "one"]\n'
    )
    app = make_app(course=tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await browse(app, pilot, until)
        assert names(app) == ["two", "one", "three"]
        assert "Ours" in str(app.screen.query_one("#dialog").border_title)


def test_a_course_file_that_is_wrong_leaves_the_presets(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD)
    (tmp_path / "course.toml").write_text('schema = 1\n[[chapter]]\ntitle = "A"\npresets = ["x"]\n')
    shelf = fill_shelf(tmp_path, "")
    assert [book.name for book in shelf.books] == ["one"]
    assert "course.toml:4" in shelf.problem


def test_every_preset_has_a_picture() -> None:
    for name in catalog.names():
        picture = thumbnail(catalog.load(name))
        assert picture.points.shape == (len(picture.kinds), 2)
        assert "rows" in picture.words


async def test_what_is_looked_for_no_more_before_it_began_is_no_fault(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        screen = app.screen
        assert isinstance(screen, PresetsScreen)
        names = screen.query_one("#names", OptionList)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            for index in (1, 2, 3):  # faster than a picture begins to be drawn
                screen._describe(
                    OptionList.OptionHighlighted(names, names.get_option_at_index(index), index)
                )
            await until(
                lambda: all(work.is_finished for work in app.workers if work.group == "picture")
            )
            gc.collect()
        assert [str(warning.message) for warning in warned] == []


async def test_letters_that_come_when_it_is_not_there_yet_or_any_more_are_no_fault(
    make_app: MakeApp, until: Until
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: isinstance(app.screen, MainScreen) and app.screen.situation.snapshot)
        screen = PresetsScreen()
        screen.on_paste(events.Paste("three wines"))
        app.push_screen(screen)
        await until(lambda: screen.query(OptionList) and names(app) == ["wine"])
        await pilot.press("escape", "escape")
        await until(lambda: isinstance(app.screen, MainScreen) and not screen.children)
        screen.on_key(events.Key("x", "x"))


async def test_on_a_hosts_machine_other_folders_are_not_even_looked_into(
    make_app: MakeApp, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    monkeypatch.setattr(confinement, "_allowed", None)
    confinement.allow_only(catalog.FOLDER)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        before = names(app)
        for path in (tmp_path, tmp_path / "good.toml", tmp_path / "not-there"):
            app.clear_notifications()
            app.screen.post_message(events.Paste(str(path)))
            await pilot.press("enter")
            await until(lambda: app._notifications)
            (said,) = {one.message for one in app._notifications}
            assert said == f"{path} is not among the files that may be read here"
            await pilot.press("escape")
            await until(lambda: names(app) == before)


async def test_folders_that_cannot_be_looked_into_are_said(
    make_app: MakeApp, until: Until, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await browse(app, pilot, until)
        for typed, words in (
            ("~nosuchuser", "is no folder, preset or table"),
            (f"{tmp_path}/{'x' * 300}", "cannot be read: File name too long"),
            (str(tmp_path), "has no preset in it"),
        ):
            app.clear_notifications()
            app.screen.post_message(events.Paste(typed))
            await pilot.press("enter")
            await until(lambda: app._notifications)
            assert [one.message for one in app._notifications] == [f"{typed} {words}"]
            await pilot.press("escape")
