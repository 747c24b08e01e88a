"""`nnmath-tui train PRESET --seeds N`: a success rate in the place of folklore."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median

from nnmath_engine.dataset import DataError, build_dataset
from nnmath_engine.ensemble import Ensemble, most_members
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.fields import LARGEST_SEED
from nnmath_engine.history import HistoryView
from nnmath_engine.state import Status
from nnmath_presets.judging import objection
from nnmath_presets.preset import Goal, Preset
from nnmath_presets.reaching import is_recorded, reached

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.failure import CommandError, printable
from nnmath_tui.subcommands import figures, opening
from nnmath_tui.subcommands.changes import changes_from
from nnmath_tui.subcommands.interruption import Interruption
from nnmath_tui.subcommands.progress import BETWEEN_FRAMES, Progress


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of the network of one seed."""

    seed: int
    task: str
    status: Status
    history: HistoryView
    parameters: int
    reached: Mapping[Goal, int]
    """The goals that were met, and after which epoch first."""


def run(arguments: argparse.Namespace) -> int:
    """Train, say how many networks met the preset's goals, and return 0, or 128 + n by signal n."""
    for option in ("save", "log", "resume"):
        if getattr(arguments, option) is not None:
            raise CommandError(f"--seeds trains many networks, and --{option} is for one")
    preset = opening.load_preset(arguments.preset)
    changes = changes_from(arguments)
    began = time.perf_counter()
    try:
        experiment = preset.experiment.with_values(changes)
        seeds = _seeds(experiment.training.seed, arguments.seeds)
        with Interruption() as interruption:
            outcomes = _train(preset, experiment, seeds, arguments, interruption)
    except ExperimentError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except DataError as error:
        raise CommandError(str(error)) from None
    if not arguments.quiet:
        seconds = time.perf_counter() - began
        print("\n".join(_summary(preset, experiment, outcomes, seconds)))
    if interruption.signal:
        print(f"{PROGRAM}: ended by {interruption.signal.name}", file=sys.stderr)
    return interruption.exit_code


def _seeds(first: int, count: int) -> list[int]:
    if first + count - 1 > LARGEST_SEED:
        raise CommandError(f"the last of {count} seeds from {first} on is above {LARGEST_SEED}")
    return list(range(first, first + count))


def _train(
    preset: Preset,
    experiment: Experiment,
    seeds: list[int],
    arguments: argparse.Namespace,
    interruption: Interruption,
) -> list[Outcome]:
    """Train group by group; what is done so far, if a signal comes."""
    outcomes: list[Outcome] = []
    dataset = build_dataset(experiment.data, experiment.training.loss, preset.base)
    together = most_members(experiment, dataset)
    epochs, goals = experiment.training.epochs, _goals(preset)
    stream = None if arguments.quiet else sys.stderr
    total = len(seeds) * epochs
    if not arguments.quiet:
        for note in dataset.notes:
            print(note, file=sys.stderr)
    with closing(Progress("epoch", 0, total, stream, plain=arguments.plain)) as progress:
        for start in range(0, len(seeds), together):
            group = seeds[start : start + together]
            ensemble = Ensemble(experiment, group, dataset)
            met: list[dict[Goal, int]] = [{} for _ in group]
            planned = preset.experiment.training.epochs
            _judge(ensemble, goals, met, planned)
            while (
                ensemble.epoch < epochs and "ready" in ensemble.statuses and not interruption.signal
            ):
                ensemble.run(BETWEEN_FRAMES, epochs, clock=interruption.clock)
                _judge(ensemble, goals, met, planned)
                progress.show(start * epochs + len(group) * ensemble.epoch, f"{len(seeds)} seeds")
            outcomes += [
                Outcome(
                    seed,
                    dataset.task,
                    ensemble.statuses[member],
                    ensemble.history(member),
                    ensemble.parameters(member).count,
                    met[member],
                )
                for member, seed in enumerate(group)
            ]
            if interruption.signal:
                break
    return outcomes


def _goals(preset: Preset) -> list[Goal]:
    goals = preset.lesson.goals if preset.lesson else ()
    return [goal for goal in goals if goal.kind == "metric" and is_recorded(goal)]


def _judge(
    ensemble: Ensemble, goals: Sequence[Goal], met: Sequence[dict[Goal, int]], planned: int
) -> None:
    """Take note of the goals that were met by now: a long history leaves epochs out later."""
    for member, already in enumerate(met):
        stopped = ensemble.statuses[member] == "stopped"
        for goal in goals:
            if goal not in already:
                epoch = reached(ensemble.history(member), goal, planned, stopped)
                if epoch is not None:
                    already[goal] = epoch


def _summary(
    preset: Preset, experiment: Experiment, outcomes: Sequence[Outcome], seconds: float
) -> Iterator[str]:
    """Goals, losses and scores over all seeds, and which seeds stand out."""
    epochs = sum(max(0, int(outcome.history.last.epoch)) for outcome in outcomes)
    speed = f", {epochs / seconds:.3g} epochs/s" if epochs else ""
    first, last = outcomes[0].seed, outcomes[-1].seed
    yield (
        f"{printable(preset.name)}: {len(outcomes)} seeds, {first} to {last}, "
        f"{experiment.training.epochs} epochs each, {figures.duration(seconds)}{speed}"
    )
    goals = _goals(preset)
    for goal in goals:
        note = objection(preset, goal, experiment, outcomes[0].parameters)
        yield from _on_goal(goal, outcomes, note)
    if not goals:
        yield "no goal: this preset sets none that a training's history can tell"
    # The last finite loss before a divergence is not what a training came to.
    last_rows = [outcome.history.last for outcome in outcomes if outcome.status != "diverged"]
    score = figures.score_name(outcomes[0].task)
    unit = "%" if outcomes[0].task == "classification" else ""
    for name, numbers, of in (
        ("train loss", [row.train_loss for row in last_rows], ""),
        ("test loss", [row.test_loss for row in last_rows], ""),
        (f"train {score}", [row.train_score for row in last_rows], unit),
        (f"test {score}", [row.test_score for row in last_rows], unit),
    ):
        if numbers and not any(map(math.isnan, numbers)):
            yield _spread(name, numbers, of)
    for status in ("diverged", "stopped"):
        of_status = [outcome for outcome in outcomes if outcome.status == status]
        if of_status:
            word = "diverged" if status == "diverged" else "stopped early"
            yield f"{word}: seeds {_listed(of_status)}"


def _on_goal(goal: Goal, outcomes: Sequence[Outcome], note: str) -> Iterator[str]:
    epochs = {outcome.seed: outcome.reached.get(goal) for outcome in outcomes}
    met = [epoch for epoch in epochs.values() if epoch is not None]
    bounds = [
        f"{bound.metric} {sign} {limit:g}"
        for bound in goal.bounds
        for sign, limit in ((">=", bound.at_least), ("<=", bound.at_most))
        if limit is not None
    ]
    yield f"goal: {printable(goal.say)} ({' and '.join(bounds)})"
    if note:
        yield f"  these runs do not count for it: {note}"
        return
    yield f"  met by {len(met)} of {len(outcomes)} seeds"
    if met:
        yield "  " + _spread("epochs to goal", met)
    missed = [outcome for outcome in outcomes if epochs[outcome.seed] is None]
    if missed and met:
        yield f"  missed by seeds {_listed(missed)}"


def _spread(name: str, numbers: Sequence[float], unit: str = "") -> str:
    middle, low, high = (
        f"{100 * number:.4g} %" if unit == "%" else f"{number:.4g}"
        for number in (median(numbers), min(numbers), max(numbers))
    )
    return f"{name}: median {middle}, {low} to {high}"


def _listed(outcomes: Sequence[Outcome]) -> str:
    seeds = [str(outcome.seed) for outcome in outcomes]
    return ", ".join(seeds[:20]) + (", …" if len(seeds) > 20 else "")
