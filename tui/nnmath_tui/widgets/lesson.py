"""The lesson pane: a page of text that scrolls, with goals to answer, pick for, or try."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.strip import Strip

from nnmath_tui.drawing.lesson import LessonPicture, draw_lesson
from nnmath_tui.messages import AnswerGiven, GoalTried, LessonLeft, SolutionAsked
from nnmath_tui.standing import needs_trial
from nnmath_tui.tutor import Tutor
from nnmath_tui.views.lesson import PRAISE, Entering, lesson_text
from nnmath_tui.views.typed_answer import typed_number
from nnmath_tui.widgets.lesson_keys import LESSON_KEYS
from nnmath_tui.widgets.line_edit import LineEdit
from nnmath_tui.widgets.pane import Pane

_EDITING_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+u"})
_LONGEST = 40


class LessonPane(Pane):
    """Shows what a tutor keeps; asks for answers and trials by messages."""

    BINDINGS = LESSON_KEYS

    def __init__(self, tutor: Tutor, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tutor = tutor
        self._top = 0
        self._cursor = 0
        self._entering: Entering | None = None
        self._picture: LessonPicture | None = None
        self._done = False
        self.chapter = ""
        """Where the lesson stands in the course."""
        self.beside: tuple[str | None, str | None] = (None, None)
        """The titles of the lessons before and after."""
        self.problems: tuple[str, ...] = ()
        """What is wrong with the file that was changed; what is shown is from before."""

    @property
    def typing(self) -> bool:
        """Whether letters and digits go into an answer."""
        return self._entering is not None and self._entering.choice is None

    def news(self, *, afresh: bool = False) -> None:
        """The tutor has something new; `afresh`: another lesson."""
        if afresh:
            self._top = 0
            self._entering = None
            self._cursor = self._first_open()
        was_done, self._done = self._done or afresh, self._tutor.done
        if self.is_attached:
            self.refresh_bindings()
            self.redraw()
            if self._done and not was_done:
                self._scroll_to_heading(PRAISE)

    def _first_open(self) -> int:
        standings = self._tutor.standings
        return next((n for n, standing in enumerate(standings) if not standing.met), 0)

    def draw(self, width: int, height: int) -> list[Strip]:
        text = lesson_text(
            self._tutor,
            self._entering,
            chapter=self.chapter,
            beside=self.beside,
            problems=self.problems,
        )
        cursor = self._cursor if self.has_focus or self._entering else -1
        self._picture = draw_lesson(text, width, height, self.palette, cursor, self._top)
        self._top = self._picture.top
        return self._picture.strips

    def describe(self) -> None:
        standings = self._tutor.standings
        met = sum(standing.met for standing in standings)
        title = "Lesson" + (f" · {met} of {len(standings)} met" if standings else "")
        picture, more = self._picture, ""
        if picture is not None and picture.lowest:
            more = "end" if picture.top >= picture.lowest else "more below"
            more = f"{more} {100 * picture.top // picture.lowest} %" if picture.top else more
        self.caption(title, more or None)

    def copyable(self) -> str:
        """The completion code."""
        return self._tutor.code

    def explain(self) -> str:
        if self._cursor < len(self._tutor.goals):
            return f"The chosen goal: {self._tutor.goals[self._cursor].say}"
        return ""

    # Reading

    def action_move(self, by: int) -> None:
        """To the next goal where that is in sight, else by a line."""
        entering, picture = self._entering, self._picture
        if entering is not None and entering.choice is not None:
            most = len(self._tutor.goals[entering.goal].choices) - 1
            self._entering = replace(entering, choice=max(0, min(entering.choice + by, most)))
            self._reveal(entering.goal)
        elif picture is not None and entering is None:
            target = self._cursor + by
            in_range = 0 <= target < len(self._tutor.goals)
            first, end = picture.span_of(target) if in_range else (0, 0)
            mine = picture.span_of(self._cursor)
            on_screen = mine[0] < picture.top + picture.height and mine[1] > picture.top
            if (
                in_range
                and on_screen
                and picture.top <= first
                and (end <= picture.top + picture.height)
            ):
                self._cursor = target
            else:
                self._top = max(0, min(picture.top + by, picture.lowest))
                self._stay_in_sight(picture)
        self.redraw()

    def action_page(self, by: int) -> None:
        picture = self._picture
        if picture is not None:
            step = by * max(1, picture.height - 1)
            self._top = max(0, min(picture.top + step, picture.lowest))
            self._stay_in_sight(picture)
            self.redraw()

    def _stay_in_sight(self, picture: LessonPicture) -> None:
        """Choose a goal that is seen, if the chosen one is not and another is."""
        low, high = self._top, self._top + picture.height
        seen = [
            number
            for number in range(len(self._tutor.goals))
            if low <= picture.span_of(number)[0] and picture.span_of(number)[1] <= high
        ]
        if seen and self._cursor not in seen:
            self._cursor = seen[0] if self._cursor < seen[0] else seen[-1]

    def _reveal(self, goal: int) -> None:
        """Scroll so far that all of a goal is seen, or as much as there is room for."""
        self.redraw()
        picture = self._picture
        if picture is not None:
            first, end = picture.span_of(goal)
            self._top = max(min(picture.top, first), min(first, end - picture.height))
            self.redraw()

    # Goals

    def action_act(self) -> None:
        """Begin to answer the chosen goal, try it, or have the gradient checked."""
        if not self._cursor < len(self._tutor.goals):
            return
        number, goal = self._cursor, self._tutor.goals[self._cursor]
        picture = self._picture
        if picture is not None and not picture.shows(number):
            # Nobody answers what cannot be seen: the first press shows it.
            self._reveal(number)
            return
        if self._tutor.standings[number].met:
            self._to_next_open()
            return
        if goal.kind == "choice":
            self._entering = Entering(number, choice=0)
        elif goal.kind == "answer":
            self._entering = Entering(number)
        else:
            self.post_message(GoalTried(number))
        self.refresh_bindings()
        self._reveal(number)

    def _to_next_open(self) -> None:
        """Choose the next goal that is not met, from the first one again after the last."""
        standings = self._tutor.standings
        turned = [*range(self._cursor, len(standings)), *range(self._cursor)]
        self._cursor = next((n for n in turned if not standings[n].met), self._cursor)
        self._reveal(self._cursor)

    @property
    def _leads_on(self) -> bool:
        """Whether there is nothing left to do but to go to the next lesson."""
        return self._tutor.done and self.beside[1] is not None and self._entering is None

    def action_take(self) -> None:
        """Give the answer that is typed or marked; what is no number stays, to be mended."""
        entering = self._entering
        if entering is None:
            return
        if entering.choice is not None:
            answer: float | str = self._tutor.goals[entering.goal].choices[entering.choice]
        else:
            try:
                answer = typed_number(entering.text)
            except ValueError as error:
                self._entering = replace(entering, refusal=str(error))
                self._reveal(entering.goal)
                return
        self._leave()
        self.post_message(AnswerGiven(entering.goal, answer))

    def action_leave(self) -> None:
        """Leave what is typed, or the trial that is under way, or the pane."""
        if self._entering is not None:
            self._leave()
        elif not self._tutor.cancel():
            self.post_message(LessonLeft(0))

    def _leave(self) -> None:
        self._entering = None
        self.refresh_bindings()
        self.redraw()

    def action_hint(self) -> None:
        if self._tutor.next_hint() and self._picture is not None:
            self.redraw()
            self._scroll_to_heading(f"Hint {self._tutor.hints}")

    def action_solution(self) -> None:
        """Show the solution; once it is shown, set it."""
        lesson = self._tutor.lesson
        if lesson is None or not lesson.goals:
            return
        if lesson.show_solution and not self._tutor.solution_shown:
            self._tutor.show_solution()
            self.redraw()
            self._scroll_to_heading("Solution")
        else:
            self.post_message(SolutionAsked())

    def _scroll_to_heading(self, words: str) -> None:
        """Show what has come, as much of it as there is room for."""
        picture = self._picture
        if picture is None:
            return
        for place, row in enumerate(picture.rows):
            if "".join(text for text, _, _ in row.spans).startswith(words):
                self._top = max(picture.top, min(place, picture.lowest))
        self.redraw()

    def action_go(self, by: int) -> None:
        """Open the lesson before or after."""
        self.post_message(LessonLeft(by))

    def action_go_on(self) -> None:
        """Open the next lesson, as this one is done."""
        self.post_message(LessonLeft(1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("take", "act", "go_on"):
            doing = "take" if self._entering is not None else "go_on" if self._leads_on else "act"
            return action == doing
        if action in ("hint", "solution", "go", "page"):
            return not self.typing
        if action == "move":
            return not self.typing
        return True

    # Typing

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return self.typing and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """What is typed; all other keys are bindings."""
        entering = self._entering
        if entering is None or entering.choice is not None:
            return
        line = LineEdit(entering.text, entering.cursor)
        if event.is_printable and event.character:
            if len(line.text) < _LONGEST:
                line = line.insert(event.character)
        elif event.key in _EDITING_KEYS:
            line = line.press(event.key)
        else:
            return
        event.stop()
        event.prevent_default()
        self._entering = Entering(entering.goal, line.text, line.cursor)
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        if self._entering is not None and self.typing:
            text = "".join(event.text.split())[:_LONGEST]
            line = LineEdit(self._entering.text, self._entering.cursor).insert(text)
            self._entering = Entering(self._entering.goal, line.text[:_LONGEST], line.cursor)
            event.stop()
            self.redraw()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        row = self._picture.row_at(place.y) if self._picture is not None and place else None
        if row is None or row.goal is None:
            return
        goal = self._tutor.goals[row.goal]
        again = row.goal == self._cursor
        self._cursor = row.goal
        if row.choice is not None and not self._tutor.standings[row.goal].met:
            self._leave()
            self.post_message(AnswerGiven(row.goal, goal.choices[row.choice]))
        elif again and self._entering is None and (goal.is_typed or needs_trial(goal)):
            self.action_act()
        self.redraw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -2)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 2)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        if self._picture is not None:
            self._top = max(0, min(self._picture.top + by, self._picture.lowest))
            self.redraw()
        event.stop()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self._leave()

    def watch_snapshot(self, before: object, now: object) -> None:
        """What is drawn comes from the tutor, who sees the snapshots himself."""
