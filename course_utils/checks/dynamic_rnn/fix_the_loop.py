"""The check of `fix-the-loop`: fix the loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.dynamic_rnn.loops import RUNS, Loop, loop_of, runs_of
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun
from course_utils.checks.fixtures.runs import RunSize

EXERCISES = load_exercises("dynamic_rnn")


def check_fix_the_loop(
    fixed_loop: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[RunSize] = RUNS
) -> Report:
    """Checks each of three bugs by itself, so that every one mended counts."""
    check = Check(EXERCISES["fix-the-loop"])
    loop = loop_of(fixed_loop, "fixed_loop", "fix-the-loop")
    runs = runs_of(sizes, seeds)
    with check.property("the output of step 0 is there"):
        for run in runs:
            _check_first_step(loop, run)
    with check.property("every step starts from the state that the step before left"):
        for run in runs:
            _check_later_steps(loop, run)
    with check.property("final_state is the state after the last step"):
        for run in runs:
            loop.check_state(run)
    with check.property("in a graph, too, every output is kept"):
        for run in runs[:2]:
            _check_kept(loop, run)
    return check.report()


def _check_first_step(loop: Loop, run: BatchRun) -> None:
    outputs = loop.outputs(run)
    if np.shape(outputs) != (run.batch, run.time, run.output_size) or not np.any(outputs):
        loop.check_outputs(run)
    wrong = [("first-step-skipped", np.zeros([run.batch, run.output_size]))]
    close(outputs[:, 0], run.result().outputs[:, 0], "sequence, unit", wrong)


def _check_later_steps(loop: Loop, run: BatchRun) -> None:
    """Checks the outputs after step 0; a loop that starts at step 1 is no matter here."""
    expected = run.result().outputs
    later = as_array(loop.outputs(run), expected.shape)[:, 1:]
    if not np.allclose(later, run.without_first_step().outputs[:, 1:], atol=TOLERANCE):
        wrong = [(slug, w.outputs[:, 1:]) for slug, w in run.wrong_results()]
        known = [(slug, outputs) for slug, outputs in wrong if slug == "state-not-carried"]
        close(later, expected[:, 1:], "sequence, step after 0, unit", known)


def _check_kept(loop: Loop, run: BatchRun) -> None:
    """Checks that a graph gives what the same loop gives outside of one, and not zeros."""
    outside, inside = np.asarray(loop.outputs(run)), np.asarray(loop.traced(run)[0])
    wrong = [("write-dropped", np.zeros_like(outside))]
    close(inside, outside, "sequence, step, unit", wrong)
    if not inside.any():
        raise Failed("All outputs are zero.", "write-dropped")
