"""The check of `fix-the-loop`: fix the loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.dynamic_rnn.loops import (
    RUNS,
    SLUGS,
    SQUARES,
    Loop,
    loop_of,
    runs_of,
)
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, close, equal
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun
from course_utils.checks.fixtures.runs import RunSize

EXERCISES = load_exercises("dynamic_rnn")
EXERCISES["fix-the-loop"].knowing(slug for slug in SLUGS if slug != "single-state-assumed")


def check_fix_the_loop(
    fixed_loop: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[RunSize] = RUNS
) -> Report:
    """Checks each of three bugs by itself, so that every one mended counts."""
    check = Check(EXERCISES["fix-the-loop"])
    loop = loop_of(fixed_loop, "fixed_loop", "fix-the-loop")
    squares = runs_of(SQUARES, seeds)
    runs = [*squares, *runs_of(sizes, seeds)]
    name = "outputs has the shape [batch, time, output_size], and is not all zero"
    shape = check.each(name, squares, lambda run: _check_shape(loop, run))
    name = "the output of step 0 is there"
    check.each(name, runs, lambda run: _check_first_step(loop, run), [shape])
    name = "every step starts from the state that the step before left"
    check.each(name, runs, lambda run: _check_later_steps(loop, run), [shape])
    name = "final_state is the state after the last step"
    check.each(name, runs, lambda run: _check_state(loop, run))
    name = "in a graph, too, every output is kept"
    graph = check.each(name, squares, lambda run: _check_kept(loop, run), [shape])
    name = "one trace serves every number of steps"
    check.each(name, squares, lambda run: _check_open(loop, run), [graph])
    name = "the graph does not grow with the number of steps"
    check.each(name, squares, loop.check_size, [graph])
    return check.report()


def _check_shape(loop: Loop, run: BatchRun) -> None:
    loop.check_pair(run)
    kept = bool(loop.outputs_array(run).any())
    if not equal(kept, True, [("write-dropped", kept)]):  # outside of a graph it is forgiven
        raise Failed("All outputs are zero.")


def _check_state(loop: Loop, run: BatchRun) -> None:
    loop.check_pair(run)
    loop.check_state(run)


def _check_first_step(loop: Loop, run: BatchRun) -> None:
    wrong = [("first-step-skipped", np.zeros([run.batch, run.output_size]))]
    outputs = loop.outputs_array(run)[:, 0]
    close(outputs, run.result().outputs[:, 0], "sequence, unit", wrong)


def _check_later_steps(loop: Loop, run: BatchRun) -> None:
    """Checks the outputs after step 0; a loop that starts at step 1 is no matter here."""
    expected, later = run.result().outputs[:, 1:], loop.outputs_array(run)[:, 1:]
    if not np.allclose(later, run.without_first_step().outputs[:, 1:], atol=TOLERANCE):
        wrong = [(slug, result.outputs[:, 1:]) for slug, result in run.wrong_results()]
        known = [(slug, outputs) for slug, outputs in wrong if slug == "state-not-carried"]
        close(later, expected, "sequence, step after 0, unit", known)


def _check_kept(loop: Loop, run: BatchRun) -> None:
    """Checks that a graph gives what the same loop gives outside of one, and not zeros."""
    outside, inside = loop.outputs_array(run), np.asarray(loop.traced([run])[0][0])
    close(inside, outside, "sequence, step, unit", [("write-dropped", np.zeros_like(outside))])


def _check_open(loop: Loop, run: BatchRun) -> None:
    """Checks that one trace gives for each number of steps what the loop gives outside of it."""
    runs = [run.of_time(time) for time in (3, 7)]
    for longer, (outputs, _) in zip(runs, loop.traced(runs, open_time=True), strict=True):
        close(outputs, loop.outputs_array(longer), "sequence, step, unit")
