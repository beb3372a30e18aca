"""The check of `sequence-lengths`: heed the lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.dynamic_rnn.loops import (
    NESTED_RUNS,
    RUNS,
    Loop,
    check_graphs,
    check_shape,
    loop_of,
    runs_of,
)
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun
from course_utils.checks.fixtures.runs import RunSize

EXERCISES = load_exercises("dynamic_rnn")


def check_sequence_lengths(
    dynamic_rnn_with_lengths: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks a loop that heeds lengths; the arguments are as in `check_dynamic_rnn`."""
    check = Check(EXERCISES["sequence-lengths"])
    loop = loop_of(dynamic_rnn_with_lengths, "dynamic_rnn_with_lengths", "sequence-lengths")
    runs, parts = runs_of(sizes, seeds), runs_of(nested, seeds)
    with check.property("outputs has the shape [batch, time, output_size]"):
        for run in runs:
            check_shape(loop, run, run.lengths)
    with check.property("final_state is the state at each sequence's own end"):
        for run in runs:
            loop.check_state(run, run.lengths)
    with check.property("up to its end, a sequence has the outputs of a loop without lengths"):
        for run in runs:
            _check_before_the_end(loop, run)
    with check.property("past the end all outputs are zero"):
        for run in runs:
            _check_before_the_end(loop, run)
            with blames("outputs-not-zeroed"):
                loop.check_outputs(run, run.lengths)
    with check.property("with an initial_state the first step starts from it"):
        for run in runs[:2]:
            loop.check_outputs(run, run.lengths, run.start)
            loop.check_state(run, run.lengths, run.start)
    with check.property("a sequence of length 0 keeps its initial state"):
        loop.check_outputs(runs[0], runs[0].lengths)
        loop.check_state(runs[0], runs[0].lengths)
        with blames("empty-sequence"):
            _check_empty(loop, runs[0])
    with check.property("a state of several parts is handled as well"):
        loop.check_outputs(runs[0], runs[0].lengths)
        loop.check_state(runs[0], runs[0].lengths)
        with blames("single-state-assumed"):
            for run in parts:
                loop.check_outputs(run, run.lengths)
                loop.check_state(run, run.lengths)
    check_graphs(check, loop, runs[0], (sizes[0], seeds[0]), with_lengths=True)
    return check.report()


def _check_before_the_end(loop: Loop, run: BatchRun) -> None:
    outputs = loop.outputs(run, run.lengths)
    array = as_array(outputs, (run.batch, run.time, run.output_size), "batch, time, output_size")
    real = (np.arange(run.time) < run.lengths[:, np.newaxis])[..., np.newaxis]
    suspects = [(slug, w.outputs * real) for slug, w in run.wrongly_ended(run.lengths)]
    close(array * real, run.ended(run.lengths).outputs, "sequence, step, unit", suspects)


def _check_empty(loop: Loop, run: BatchRun) -> None:
    """Checks lengths from none to all steps, from the zero state and from another one."""
    lengths = (np.arange(run.batch) % (run.time + 1)).astype(np.int32)
    for start in (None, run.start):
        loop.check_outputs(run, lengths, start)
        loop.check_state(run, lengths, start)
