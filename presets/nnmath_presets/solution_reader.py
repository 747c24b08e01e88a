"""From the table [lesson.solution] of a TOML document to a `Solution`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.places import Place as Parameter

from nnmath_presets.findings import Findings, suggestion, unsafe
from nnmath_presets.lesson_fields import SOLUTION
from nnmath_presets.lines import Place
from nnmath_presets.preset import Attempt, Goal, Lesson, Solution
from nnmath_presets.settings import SECTIONS, read_settings

ROOT: Place = ("lesson", "solution")
MOST_RUNS = 10


def read_solution(
    table: Any,
    experiment: Experiment | None,
    lesson: Lesson,
    typed: Sequence[Goal] | None,
    findings: Findings,
) -> Solution:
    """Check [lesson.solution]; everything wrong is noted in `findings`.

    lesson: what is locked. typed: the goals that ask for an answer, None if that is not known.
    """
    if not isinstance(table, dict):
        findings.add(ROOT, "must be a table, [lesson.solution]")
        return Solution()
    known = [*SECTIONS, *SOLUTION]
    for key in table:
        if key not in known:
            hint = suggestion(key, known)
            findings.add((*ROOT, key), f"is not a key of a solution; {hint}")
    noted = len(findings.problems)
    common = _read_run(table, ROOT, Attempt(), experiment, lesson, findings)
    if len(findings.problems) > noted:  # or they would be found again in each run
        common = Attempt()
    answers = _read_answers(table.get("answers", []), typed, findings)
    if "run" not in table:
        return Solution(runs=(common,), answers=answers)
    runs = _read_runs(table["run"], common, experiment, lesson, findings)
    return Solution(runs=runs, answers=answers)


def _read_runs(
    runs: Any, common: Attempt, experiment: Experiment | None, lesson: Lesson, findings: Findings
) -> tuple[Attempt, ...]:
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        findings.add((*ROOT, "run"), "must be written [[lesson.solution.run]], once for each run")
        return ()
    if not 1 <= len(runs) <= MOST_RUNS:
        findings.add((*ROOT, "run"), f"is there {len(runs)} times; at most {MOST_RUNS} are allowed")
        return ()
    attempts = []
    for index, run in enumerate(runs):
        place = (*ROOT, "run", index)
        for key in run:
            if key not in (*SECTIONS, "edits"):
                hint = suggestion(key, [*SECTIONS, "edits"])
                findings.add((*place, key), f"is not a key of a run; {hint}")
        attempts.append(_read_run(run, place, common, experiment, lesson, findings))
    return tuple(attempts)


def _read_run(
    table: Mapping[str, Any],
    root: Place,
    common: Attempt,
    experiment: Experiment | None,
    lesson: Lesson,
    findings: Findings,
) -> Attempt:
    """The run of a table, on top of what is common to all runs."""
    settings = read_settings(table, root, findings)
    values = {**common.settings, **settings.values}
    try:
        (experiment or Experiment.from_values()).with_values(values)
    except ExperimentError as error:
        for problem in error.problems:
            findings.add(settings.place(problem.path), problem.message)
    for path in settings.values:
        if lesson.locks(path):
            findings.add(settings.place(path), "is locked, so the solution cannot change it")
    edits = _read_edits(table.get("edits", {}), (*root, "edits"), findings)
    return Attempt(settings=values, edits={**common.edits, **edits})


def _read_edits(table: Any, place: Place, findings: Findings) -> dict[Parameter, float]:
    if not isinstance(table, dict):
        findings.add(place, 'must be a table of numbers, such as { "w1[0,0]" = 4.0 }')
        return {}
    if not table:
        return {}
    # Not at the top: derivations take 40 ms to import, and few lessons need them.
    from nnmath_engine.derivation.cells import CellError, parse_cell

    edits = {}
    for name, value in table.items():
        try:
            cell = parse_cell(name)
        except CellError:
            cell = None
        if cell is None or cell.kind not in ("w", "b") or cell.sample is not None:
            findings.add((*place, name), 'is no weight or bias; allowed: "w1[0,0]" and "b1[0]"')
        elif isinstance(value, bool) or not isinstance(value, int | float) or unsafe(value):
            findings.add((*place, name), "must be a finite number")
        else:
            row = cell.index[0] if cell.kind == "w" else None
            edits[Parameter(cell.layer, row, cell.index[-1])] = float(value)
    return edits


def _read_answers(
    given: Any, typed: Sequence[Goal] | None, findings: Findings
) -> tuple[float | str, ...]:
    place = (*ROOT, "answers")
    if not isinstance(given, list):
        findings.add(place, "must be a list, with one entry for each goal that asks for an answer")
        return ()
    if typed is not None and given and len(given) != len(typed):
        findings.add(place, f"has {len(given)} entries; {len(typed)} goals ask for an answer")
        return ()
    answers: list[float | str] = []
    for index, value in enumerate(given):
        goal = typed[index] if typed is not None else None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if trouble := unsafe(value):
            findings.add((*place, index), trouble)
        elif goal is not None and goal.kind == "answer" and not number:
            findings.add((*place, index), "must be a number, as its goal asks for one")
        elif goal is not None and goal.kind == "choice" and value not in goal.choices:
            findings.add((*place, index), f"must be one of {', '.join(goal.choices)}")
        elif number or isinstance(value, str):
            answers.append(float(value) if number else value)
        else:
            findings.add((*place, index), "must be a number or a text")
    return tuple(answers)
