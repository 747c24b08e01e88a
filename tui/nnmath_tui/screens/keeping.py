"""A screen whose session is saved while it is trained, and can be taken up where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from textual import events, on

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.autosave import store
from nnmath_tui.autosave.notes import Description, subject_of
from nnmath_tui.autosave.revival import NothingRevived, newest_described, of_course, revive
from nnmath_tui.autosave.saver import Saver
from nnmath_tui.background import deferred, in_background
from nnmath_tui.last_words import say
from nnmath_tui.messages import Answered, PresetOpened, SessionResumed
from nnmath_tui.screens.board import PANES
from nnmath_tui.screens.teaching import TeachingScreen
from nnmath_tui.settings import LOOKS, Look, Settings
from nnmath_tui.views.formula import WeightPlace

if TYPE_CHECKING:
    from nnmath_tui.application import Application

FIRST_PACE = 30.0
"""Epochs a second of the training that begins by itself."""

SEEN = 10.0
"""Seconds that trouble with saving stays on the screen."""


class KeepingScreen(TeachingScreen):
    """Opens an experiment or a saved session, and keeps it."""

    def __init__(self, load: Callable[[], Preset], settings: Settings) -> None:
        super().__init__(settings)
        self._load, self._settings = load, settings
        self._saver: Saver | None = None
        self._earlier: list[Path] = []
        self._is_over = False
        self._application: Application | None = None  # which screens of an app that has ended lack
        self.focus_id = "network"
        """The pane that has the focus, or had it last."""
        if not settings.resume:
            self.trainer.open(load)
            if settings.start and not settings.offer:
                self._start()

    def start_training(self) -> None:
        super().start_training()
        if self._settings.keep or self._settings.offer or self._settings.resume:
            self.run_worker(deferred(self._begin), name="keeping", group="keeping")

    async def _begin(self) -> None:
        """See what there is to take up, before anything is saved; in a course, only of its own."""
        self._earlier = await in_background(store.saved)
        if self._settings.course is not None:
            self._earlier = await in_background(
                partial(of_course, self._earlier, self._settings.course)
            )
        if self._settings.keep:
            saver = Saver(self._tell, self._wake_in)
            await in_background(saver.begin)
            self._saver = saver
            self.trainer.keep, self.trainer.leave = self._keep, self._leave
            self._application = cast("Application", self.app)
            self._application.before_end = self.keep_last
        else:
            saver = None
        if self._settings.resume:
            await self.resume(self._earlier)
        elif self._settings.offer:
            await self._offer(is_ours=saver is None or not saver.refused)
        elif self.tutor.preset is not None:
            await self._tell_of_earlier(self.tutor.preset)

    async def _offer(self, is_ours: bool) -> None:
        from nnmath_tui.screens.resuming import ResumeScreen

        about = await in_background(lambda: newest_described(self._earlier)) if is_ours else None
        snapshot = self.situation.snapshot
        touched = self.situation.running or (snapshot is not None and snapshot.step > 0)
        if about is None:
            self._start_anew(touched)
        elif touched:  # somebody was quicker
            self._answer_later(about.title)
        else:
            self.app.push_screen(ResumeScreen(about, self.palette), self._decide)

    def _decide(self, resumes: bool | None) -> None:
        if resumes:
            self.run_worker(deferred(self.resume, self._earlier), name="resuming", group="resuming")
        else:
            self._start_anew(touched=False)

    def _start_anew(self, touched: bool) -> None:
        if self._settings.start and not touched:
            self._start()

    def _start(self) -> None:
        # Whoever names no preset is here to see it learn: at full speed it would be over.
        self.trainer.begin(FIRST_PACE)

    def _answer_later(self, title: str) -> None:
        words = f"“{title}” is still there: ctrl+p, “resume”"
        self.post_message(Answered("last time:", words))

    async def resume(self, paths: list[Path]) -> None:
        """Take up the first of these files that can be."""
        try:
            revived = await in_background(lambda: revive(paths))
        except NothingRevived as nothing:
            if self.situation.snapshot is None:
                self.trainer.open(self._load)
            self.post_message(Answered("not resumed:", str(nothing), True))
        else:
            self.trainer.take_up(revived)

    def sessions(self) -> list[tuple[str, Callable[[], Any]]]:
        """Each sitting before this one that can be resumed: in words, and how."""
        if not self._settings.keep:
            return []
        sitting = self._saver.sitting if self._saver is not None else 0
        paths = [path for path in store.saved() if store.sitting_of(path) != sitting]
        offers: list[tuple[str, Callable[[], Any]]] = []
        for head in store.heads(paths):
            about = newest_described([head])
            if about is not None:
                of_it = [path for path in paths if store.sitting_of(path) == store.sitting_of(head)]
                words = f"{about.title}, epoch {about.epoch:,}, {about.age}"
                offers.append((words, lambda of_it=of_it: self.resume(of_it)))  # type: ignore[misc]
        return offers

    @on(SessionResumed)
    def _say_where(self, message: SessionResumed) -> None:
        from nnmath_tui.screens.view_state import restore

        revived = message.revived
        restore(cast(Any, self), revived.view)
        words = f"{revived.about.title}, epoch {revived.about.epoch:,}; space trains on"
        if revived.fault:
            words += f" (the newest was not usable: {revived.fault})"
        if revived.lost:
            words += f" ({revived.lost} is gone or wrong: no lesson)"
        self.post_message(Answered("resumed:", words, bool(revived.fault or revived.lost)))

    @on(PresetOpened)
    def _look_back(self, message: PresetOpened) -> None:
        if self._settings.keep and self._saver is not None:
            work = deferred(self._tell_of_earlier, message.preset)
            self.run_worker(work, name="earlier", group="earlier", exclusive=True)

    async def _tell_of_earlier(self, preset: Preset) -> None:
        """Whoever opens a preset anew may have been at it before."""

        def find() -> Description | None:
            heads = store.heads(store.saved())
            of_it = [path for path in heads if store.subject_in(path) == subject_of(preset)]
            return newest_described(of_it[:1])

        about, present = await in_background(find), self.trainer.present
        is_fresh = present is not None and present[1] is preset and not present[0].snapshot().step
        if about is not None and is_fresh:
            self._answer_later(f"{about.title}, epoch {about.epoch:,}")

    # Saving

    def _leave(self, session: Session, preset: Preset) -> None:
        if self._saver is not None:
            self._saver.leave(session, preset, self._view())

    def _keep(self, session: Any, preset: Preset, /, *, resting: bool) -> None:
        if self._saver is not None:
            self._saver.offer(session, preset, self._view, resting)

    def keep_last(self) -> None:
        """Save once more: the app has ended, and nobody drives the session."""
        present, self._is_over = self.trainer.present, True
        if self._saver is None:
            return
        if present is None:
            self._saver.close()
        else:
            self._saver.finish(*present, self._view())

    def _view(self) -> Mapping[str, Any]:
        from nnmath_tui.screens.view_state import view_of

        return view_of(cast(Any, self))

    def _wake_in(self, seconds: float) -> None:
        self.set_timer(seconds, self.trainer.wake)

    def _tell(self, words: str) -> None:
        """Say in a corner how saving goes; called from any thread, and after the app has ended."""
        if self._is_over:
            say(f"{PROGRAM}: {words}\n")
            return
        self.app.call_later(
            lambda: self.app.notify(words, severity="warning", timeout=SEEN, markup=False)
        )

    # What is kept of the looks

    @property
    def look(self) -> Look:
        """Dark, light or high contrast."""
        return (self._application or cast("Application", self.app)).look

    @look.setter
    def look(self, look: Look) -> None:
        if look in LOOKS and self._settings.any_theme:
            cast("Application", self.app).wear(look)

    @property
    def selected_weight(self) -> WeightPlace | None:
        """The weight that the formula bar tells of."""
        return self._formula.weight

    @selected_weight.setter
    def selected_weight(self, place: WeightPlace | None) -> None:
        self._formula.weight = self._network.weight = place

    @on(events.DescendantFocus)
    def _note_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id in PANES:
            self.focus_id = event.widget.id
