"""The keys of the lesson pane."""

from __future__ import annotations

from textual.binding import Binding, BindingType

LESSON_KEYS: list[BindingType] = [
    Binding("up", "move(-1)", "read", id="lesson-up", tooltip="Up a line, or the goal above"),
    Binding("down", "move(1)", id="lesson-down", tooltip="Down, or the next goal", show=False),
    Binding("pageup", "page(-1)", id="lesson-page-up", tooltip="A page up", show=False),
    Binding("pagedown", "page(1)", id="lesson-page-down", tooltip="A page down", show=False),
    Binding("home", "page(-1000)", id="lesson-first", tooltip="To the title", show=False),
    Binding("end", "page(1000)", id="lesson-last", tooltip="To the end", show=False),
    Binding("enter", "act", "answer or try", id="lesson-act", tooltip="Answer or try the goal"),
    Binding("enter", "take", "take", id="lesson-take", tooltip="Give this answer"),
    Binding("enter", "go_on", "next lesson", id="lesson-go-on",
            tooltip="To the next lesson, once all goals are met"),
    Binding("escape", "leave", "leave", id="lesson-leave", tooltip="Leave it, or stop trying"),
    Binding("h", "hint", "hint", id="lesson-hint", tooltip="One more hint"),
    Binding("S", "solution", "solution", id="lesson-solution",
            tooltip="Show the solution; again: set it"),
    Binding("left_parenthesis", "go(-1)", "before", id="lesson-before",
            tooltip="The lesson before"),
    Binding("right_parenthesis", "go(1)", "next", id="lesson-next", tooltip="The next lesson"),
]  # fmt: skip
