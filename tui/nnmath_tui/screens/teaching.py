"""A screen with a lesson: its pane, what it locks, and the file that it comes from."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from nnmath_engine.derivation import Worksheet
from nnmath_engine.fields import FIELDS
from nnmath_engine.snapshot import Snapshot
from nnmath_presets import catalog
from nnmath_presets.fit import check_fit
from nnmath_presets.judging import SEED
from nnmath_presets.preset import Preset, PresetError
from textual import on

from nnmath_tui.background import deferred, in_background
from nnmath_tui.messages import (
    Answered,
    AnswerGiven,
    ChangeRejected,
    ChangeRequested,
    GoalTried,
    LessonLeft,
    PresetOpened,
    SnapshotReady,
    SolutionAsked,
)
from nnmath_tui.screens.deriving import DerivingScreen
from nnmath_tui.settings import Settings
from nnmath_tui.share import Share
from nnmath_tui.surroundings import Surroundings, surroundings
from nnmath_tui.tutor import Tutor
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.veil import OPEN, Veil
from nnmath_tui.widgets.lesson import LessonPane

WATCH = 1.0
"""Seconds from one look at a file that is watched to the next."""


class TeachingScreen(DerivingScreen):
    """Owns the tutor, and lets nothing change that the lesson locks."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.fps, Share() if settings.shares else None)
        self.tutor = Tutor(self._show_news, self._announce, settings.learner)
        self._lesson = LessonPane(self.tutor, id="lesson", classes="pane")
        self.folder, self._learner = settings.course or catalog.FOLDER, settings.learner
        self._around = Surroundings()
        self.veil = OPEN
        """What is hidden now."""
        self._before_lesson = "network"
        # Whoever names no preset has not asked for a lesson: the network moves by itself.
        self._opens_lesson = not settings.start
        self.was_quicker = False
        """Whether somebody has gone to a pane before anything was open."""
        self._watches, self._watched = settings.watch, (Path(), 0)

    def on_mount(self) -> None:
        """Look at the file from time to time, if that is wanted."""
        if self._watches:
            self.set_interval(WATCH, self._look_at_file)

    def on_unmount(self) -> None:
        """A trial ends with the screen."""
        self.tutor.end()

    # The lesson that is open

    @on(PresetOpened)
    def _take_up(self, message: PresetOpened) -> None:
        self.teach(message.preset)
        if message.preset.lesson is not None and self._opens_lesson:
            self.open_lesson()
        self._opens_lesson, self.was_quicker = True, False

    def teach(self, preset: Preset) -> None:
        """Take up the lesson of a preset, or that there is none."""
        self._lesson.problems = ()
        self._lesson.chapter, self._lesson.beside = "", (None, None)
        self._around = Surroundings()
        self._watched = (preset.path or Path(), _time_of(preset.path))
        self.tutor.open(preset)
        self._lesson.news(afresh=True)
        self.show_locks(preset)
        self.run_worker(deferred(self._look_around, preset), group="surroundings", exclusive=True)

    def show_locks(self, preset: Preset) -> None:
        """Show what the lesson of a preset locks."""

    async def _look_around(self, preset: Preset) -> None:
        around = await in_background(partial(surroundings, preset))
        # Meanwhile another one may have been opened, or the app have ended.
        if preset is self.tutor.preset and self._lesson.is_attached:
            self._around = around
            self._lesson.chapter = around.chapter
            titles = [there.title if there else None for there in (around.before, around.after)]
            self._lesson.beside = (titles[0], titles[1])
            self._lesson.news()

    def open_lesson(self, *, focus: bool = False) -> None:
        """Bring the lesson pane into sight, and let keys go to it if that is wanted."""
        raise NotImplementedError

    def _show_news(self) -> None:
        self._lesson.news()
        self._hide()

    def take_sheet(self, sheet: Worksheet | None) -> None:
        """As ever, but for what the lesson asks for."""
        self._hide()
        super().take_sheet(sheet)

    def _hide(self) -> None:
        """Let all panes hide what is asked for and not answered yet; see `views.veil`."""
        snapshot, tutor = self.situation.snapshot, self.tutor
        # A cell is the one that is asked for as long as the network is as the question has it.
        at_start = snapshot is not None and snapshot.step == 0
        cells = frozenset(tutor.hidden) if at_start else frozenset()
        cover = Veil(cells, tutor.hidden_values, tutor.hides_loss)
        if cover == self.veil:
            return
        before, self.veil = self.veil, cover
        for pane in self.panes:
            pane.veil = cover
        if snapshot is not None and cover.losses != before.losses:
            self.show_losses(snapshot)

    def show_losses(self, snapshot: Snapshot) -> None:
        """Show the losses of a snapshot, but for those that are hidden."""

    def _announce(self, title: str, text: str) -> None:
        self.post_message(Answered(title, text))

    def take_note(self, message: SnapshotReady) -> None:
        """As ever; the tutor looks at the snapshot too."""
        super().take_note(message)
        veiled = message.snapshot.epoch == 0 and self.tutor.hides_loss
        if veiled != self.situation.veiled:
            self.situation = replace(self.situation, veiled=veiled)
        self.tutor.see(message.snapshot, message.running)

    def _pronounce(self) -> None:
        super()._pronounce()
        proof = self.lamp.proof
        if proof is not None and self.situation.light in ("proved", "failed"):
            self.tutor.checked(proof.report, proof.snapshot)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "give_up_trial":
            return self.tutor.trial is not None
        if action == "go_lesson":
            return self.tutor.lesson is not None
        return super().check_action(action, parameters)

    def action_give_up_trial(self) -> None:
        self.tutor.cancel()

    # What it asks for

    @on(ChangeRequested)
    def _keep_locked(self, message: ChangeRequested) -> None:
        lesson, snapshot = self.tutor.lesson, self.situation.snapshot
        if lesson is None or snapshot is None:
            return
        values = snapshot.experiment.values()
        locked = [
            path
            for path, value in message.changes.items()
            if path != SEED and lesson.locks(path) and values.get(path) != value
        ]
        if locked:
            message.stop()
            message.prevent_default()
            field = FIELDS.get(locked[0])
            words = f"{field.label if field else locked[0]} is locked in this lesson"
            self.post_message(ChangeRejected(message.changes, (words,)))

    @on(AnswerGiven)
    def _judge_answer(self, message: AnswerGiven) -> None:
        message.stop()
        self.tutor.answer(message.goal, message.answer)

    @on(GoalTried)
    def _try_goal(self, message: GoalTried) -> None:
        message.stop()
        if self.tutor.goals[message.goal].kind == "gradient_check":
            self.action_prove()
        else:
            self.tutor.try_seeds(message.goal)

    @on(SolutionAsked)
    def _set_solution(self, message: SolutionAsked) -> None:
        """From the start, so that it meets the goals as the file says."""
        message.stop()
        lesson = self.tutor.lesson
        if lesson is None:
            return
        if not lesson.show_solution:
            self.post_message(Answered("no solution:", "this lesson keeps it to itself", True))
            return
        run = lesson.solution.runs[0]
        if not run:
            self.post_message(Answered("solution:", "nothing needs to be changed; train it"))
            return
        self.trainer.reset()
        if run.settings:
            self.trainer.change(run.settings)
        for place, value in run.edits.items():
            self.trainer.edit(WeightPlace(place.layer, place.row, place.column), value)

    @on(LessonLeft)
    def _go_elsewhere(self, message: LessonLeft) -> None:
        message.stop()
        if message.by == 0:
            self.action_show(self._before_lesson)
        else:
            self.action_go_lesson(message.by)

    def action_go_lesson(self, by: int) -> None:
        """Open the lesson before or after, whatever pane has the focus."""
        there = self._around.after if by > 0 else self._around.before
        if there is None:
            self.post_message(Answered("lesson:", "there is no further one", True))
        else:
            self.trainer.open(partial(catalog.load, there.path))

    def action_presets(self) -> None:
        """Choose another experiment from a list."""
        from nnmath_tui.screens.presets import PresetsScreen

        browser = PresetsScreen(self.folder, self._learner, self.palette)

        def open_chosen(name: str | None) -> None:
            self.folder = browser.folder
            if name is not None:
                self.open(name)

        self.app.push_screen(browser, open_chosen)

    # The file

    def _look_at_file(self) -> None:
        path, time = self._watched
        now = _time_of(path)
        if now and now != time:
            self._watched = (path, now)
            self.run_worker(deferred(self._read_again, path), group="watch", exclusive=True)

    async def _read_again(self, path: Path) -> None:
        def read() -> Preset:
            preset = catalog.load(path)
            check_fit(preset)
            return preset

        before = self.tutor.preset
        try:
            preset = await in_background(read)
        except PresetError as error:
            self._lesson.problems = tuple(
                ": ".join(part for part in (f"line {p.line}" * bool(p.line), p.field, p.message)
                          if part)
                for p in error.problems
            )  # fmt: skip
            self._lesson.news()
            first = self._lesson.problems[0]
            more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
            self.post_message(Answered(f"{path.name} is wrong:", f"{first}{more}", True))
            return
        self.post_message(Answered(f"{path.name}:", "read again"))
        if before is not None and preset.experiment == before.experiment:
            # Words alone have changed: what is trained goes on.
            self.teach(preset)
        else:
            self.trainer.open(lambda: preset)


def _time_of(path: Path | None) -> int:
    """When a file was changed, in nanoseconds; 0 if there is none."""
    try:
        return path.stat().st_mtime_ns if path is not None and path.name else 0
    except OSError:
        return 0
