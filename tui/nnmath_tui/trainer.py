"""The one bridge between the engine and the screen: whatever a person does to a training.

A `Trainer` owns all sessions, and nobody else holds one. `Motion` trains, `Sitting` goes back in
time and to earlier runs; here is what changes a training, and what takes a change back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nnmath_engine.experiment import ExperimentError
from nnmath_engine.fields import LARGEST_SEED
from nnmath_engine.places import Place
from nnmath_engine.samples import DataError
from nnmath_engine.session import Memento, Session
from nnmath_presets.preset import Preset, PresetError

from nnmath_tui.autosave.revival import Revived
from nnmath_tui.background import in_background
from nnmath_tui.drawing.numbers import short
from nnmath_tui.ledger import Run
from nnmath_tui.messages import ChangeRejected, OpenFailed, PresetOpened, SessionResumed
from nnmath_tui.motion import NO_MEMORY
from nnmath_tui.sitting import Journey, Sitting
from nnmath_tui.undo import Act, Step
from nnmath_tui.views.differences import differences
from nnmath_tui.views.formula import WeightPlace, weight_name
from nnmath_tui.views.runs import outcome


class Trainer(Sitting):
    """Changes, replaces and edits what is trained, and undoes that."""

    def reset(self, *, new_seed: bool = False) -> None:
        """Start afresh, from the same first weights or from those of the next seed."""
        self._command(partial(self._reset, new_seed))

    def change(self, changes: Mapping[str, Any]) -> None:
        """Apply changes of settings; a `ChangeRejected` says why if that is not possible."""
        self._command(partial(self._change, changes))

    def open(self, load: Callable[[], Preset]) -> None:
        """Put the preset that `load` returns in the place of the present one, paused at epoch 0."""

        def prepare() -> tuple[Preset, Session]:
            preset = load()
            return preset, Session(preset.experiment, base=preset.base)

        self._command(partial(self._open, prepare))

    def take_up(self, revived: Revived) -> None:
        """Put a saved session in the place of the present one, paused where it was saved."""

        async def take() -> None:
            await self._open(lambda: (revived.preset, revived.session))
            self._post_message(SessionResumed(revived))

        self._command(take)

    def edit(self, place: WeightPlace, value: float) -> None:
        """Set a weight or a bias by hand; an `Answered` says why if that is not possible."""
        self._command(partial(self._edit, place, value))

    def freeze(self, place: WeightPlace, frozen: bool) -> None:
        """Let training leave a weight or a bias as it is, or change it again."""
        self._command(partial(self._freeze, place, frozen))

    def undo(self) -> None:
        """Take back the last change of settings or weights, reset or move to another run."""
        self._command(partial(self._redo_or_undo, back=True))

    def redo(self) -> None:
        """Do again what was undone last."""
        self._command(partial(self._redo_or_undo, back=False))

    async def _reset(self, new_seed: bool) -> None:
        if self._session is None:
            return
        source = self._seen
        seed = source.experiment.training.seed
        snapshot = source.snapshot()
        if not new_seed and self._past is None and not snapshot.step and not snapshot.marks:
            self._settle(source)
            return
        following = (seed + 1) % (LARGEST_SEED + 1) if new_seed else None

        def make() -> Session:
            fresh = source.branch()
            fresh.reset(following)
            return fresh

        fresh = await in_background(make)
        words = f"seed {seed} → {following}" if new_seed else "reset"
        self._begin(fresh, words)
        self._settle(fresh)

    async def _change(self, changes: Mapping[str, Any]) -> None:
        if self._session is None:
            return
        source, before = self._seen, self._seen.experiment

        def make() -> tuple[Session, Memento | None]:
            if not source.resetting(changes):
                memento = source.memento()
                source.apply(changes)
                return source, memento
            afresh = source.branch()
            afresh.apply(changes)
            return afresh, None

        try:
            changed, memento = await in_background(make)
        except (DataError, ExperimentError, MemoryError) as error:
            self._post_message(ChangeRejected(changes, getattr(error, "problems", (NO_MEMORY,))))
            self._settle(source)
            return
        words = differences(before, changed.experiment)
        if words and memento is None:
            self._begin(changed, words)
        elif words and memento is not None:
            old, new = before.values(), changed.experiment.values()
            paths = [path for path in old if old[path] != new[path]]
            self._changed(
                memento,
                words,
                lambda session: session.apply({path: new[path] for path in paths}),
                lambda session: session.apply({path: old[path] for path in paths}),
            )
        self._settle(self._seen)

    async def _edit(self, place: WeightPlace, value: float) -> None:
        if self._session is None:
            return
        at = Place(place.layer, place.row, place.column)
        snapshot = self._seen.snapshot()
        try:
            at.check(snapshot.layer_sizes)
        except ValueError as error:
            self._answer("not changed:", str(error), True)
            return
        old = at.value(snapshot.parameters)
        if old == value:
            return
        name, numbers = weight_name(snapshot, place), (short(old, 9), short(value, 9))
        await self._touch(
            f"{name}: {numbers[0]} → {numbers[1]}",
            lambda session: session.edit(*at, value),
            lambda session: session.edit(*at, old),
        )

    async def _freeze(self, place: WeightPlace, frozen: bool) -> None:
        if self._session is None:
            return
        at = Place(place.layer, place.row, place.column)
        snapshot = self._seen.snapshot()
        if frozen == (at in snapshot.frozen):
            return
        name = weight_name(snapshot, place)
        await self._touch(
            f"{name} frozen" if frozen else f"{name} no longer frozen",
            lambda session: session.freeze(*at, frozen=frozen),
            lambda session: session.freeze(*at, frozen=not frozen),
        )

    async def _touch(self, words: str, forwards: Act, backwards: Act) -> None:
        """Do something to single weights, of the present or, as a branch, of the past."""
        source = self._seen

        def make() -> Memento:
            memento = source.memento()
            forwards(source)
            return memento

        try:
            memento = await in_background(make)
        except ValueError as error:
            self._answer("not changed:", str(error), True)
            return
        self._changed(memento, words, forwards, backwards)
        self._settle(source)

    def _changed(self, before: Memento, words: str, forwards: Act, backwards: Act) -> None:
        """What is on the screen was changed: it can be undone or, in the past, is a branch."""
        if self._past is not None:
            self._branch(self._past, before.state.epoch, words)
            return
        run, steps = self._run, before.state.steps
        self._undo.push(Step(words, run, run, None, before, steps, forwards, backwards))

    async def _redo_or_undo(self, back: bool) -> None:
        if self._session is None:
            return
        step = self._undo.undo() if back else self._undo.redo()
        if step is None:
            self._answer("nothing to undo" if back else "nothing to do again", "")
            return
        self._past = self._newest = None
        done = await (
            self._across(step, back) if step.run is not step.to else self._within(step, back)
        )
        if done:
            self._answer("undone:" if back else "done again:", step.words)
        else:
            self._undo.forget()
            self._answer("too late:", f"what was before “{step.words}” is no longer kept", True)
        if not (back and step.past is not None and done):
            self._settle(self._seen)

    async def _across(self, step: Step, back: bool) -> bool:
        """Go over to the run on the other side of a step."""
        run = step.run if back else step.to
        if not await self._revive(run):
            return False
        self._running = False
        self._take(run)
        if back and step.past is not None:
            await self._travel(Journey(self._travel, to=step.past))
        return True

    async def _within(self, step: Step, back: bool) -> bool:
        """Take the run to the other side of a step: all of it or, if it went on, its settings."""
        session = self._session
        assert session is not None
        other, act = step.other, step.backwards if back else step.forwards
        assert act is not None
        if other is not None and session.state().steps != step.steps:
            other = step.other = None

        def make() -> None:
            if other is None:
                act(session)
            else:
                step.other = session.memento()
                session.restore(other)

        try:
            await in_background(make)
        except ValueError:  # a change that no longer fits what the network has become
            return False
        return True

    async def _open(self, prepare: Callable[[], tuple[Preset, Session]]) -> None:
        try:
            preset, session = await in_background(prepare)
        except (DataError, ExperimentError, PresetError, MemoryError) as error:
            large = isinstance(error, MemoryError)
            problems = (NO_MEMORY,) if large else tuple(str(error).splitlines())
            self._post_message(OpenFailed(problems, nothing_open=self._session is None))
            return
        before, past = self._ledger.current, self._past
        run = Run(session, preset, preset.title, 0, outcome(session.snapshot()))
        self._running = False
        if before is None:
            self._post_message(PresetOpened(preset))
        self._take(run)
        if before is not None:
            epoch = None if past is None else past.epoch
            self._undo.push(Step(f"opening {preset.title}", before, run, past=epoch))
        self._settle(session)
