"""Time an epoch of every peer as a multiple of ours."""

from __future__ import annotations

import sys
from statistics import median

from benchmarks import machine
from benchmarks.contest import CHECKED_EPOCHS, Result, contest
from benchmarks.peers import KINDS, OURS, REFERENCE
from benchmarks.report import Section, Table, microseconds, number
from benchmarks.timing import Pace, ratio
from benchmarks.work import WORKS

_NOTES = f"""\
All do the same work: network, first weights, data, order of the rows, optimizer, type. The orders
are drawn before the measuring, for everybody; bringing the rows into them is measured. Before,
every peer trains {CHECKED_EPOCHS} epochs in float64, and its parameters are compared with
PyTorch's (with ours where PyTorch is missing); one that differs is not measured.

Differences that remain: scikit-learn has no tanh at a regression's output, so there its output is
linear; in Adam it adds epsilon before the bias correction, which tells where gradients are as
small, so there epsilon is 1e-16 (it is checked against PyTorch with these settings); `fit` is
measured, which draws orders of its own and keeps the loss of each epoch. JAX is called once an
epoch. What it costs to make arrays anew (naive NumPy, PyTorch) depends on what the process freed
before; here every peer has trained the checked epochs already. C is compiled for the very sizes by
gcc, with a vectorised tanh from the C library in "SIMD"; it is no peer but the limit."""

_AMD = """\
On AMD, PyTorch's MKL is slow: the ratios of the networks with 64 neurons and more, marked *,
flatter us. Those of the tiny networks do not depend on it."""


def section(pace: Pace) -> Section:
    """Measure all works, telling on stderr how far it is."""
    results = []
    for work in WORKS:
        print(f"  {work.name}", file=sys.stderr, flush=True)
        results.append(contest(work, pace))
    names = [name for name in KINDS if name != OURS]
    section = Section("Peers: time per epoch as a multiple of ours")
    section.say(_NOTES)
    if machine.is_amd():
        section.say(_AMD)
    section.show(_ratios(results, names))
    section.say("Largest difference of a parameter from PyTorch's, relative to the largest:")
    section.show(_differences(results, [OURS, *names]))
    missing = {f"{n}: {why}" for r in results for n, why in r.skipped.items()}
    if missing:
        section.say("Skipped: " + "; ".join(sorted(missing)) + ".")
    return section


def _ratios(results: list[Result], names: list[str]) -> Table:
    table = Table(["work", "steps", "ours, us a step", *names])
    for result in results:
        work = result.work
        mine = median(result.times[OURS]) / work.batches
        mark = " *" if machine.is_amd() and max(work.sizes) >= 64 else ""
        cells = [
            number(ratio(result.times, name, OURS)) if name in result.times else "-"
            for name in names
        ]
        for i, name in enumerate(names):
            if mark and name.startswith("torch") and cells[i] != "-":
                cells[i] += mark
        table.add(work.name, str(work.batches), microseconds(mine), *cells)
    return table


def _differences(results: list[Result], names: list[str]) -> Table:
    shown = [name for name in names if name != REFERENCE]
    table = Table(["work", *shown])
    for result in results:
        found = result.differences
        table.add(
            result.work.name, *(f"{found[name]:.0e}" if name in found else "-" for name in shown)
        )
    return table
