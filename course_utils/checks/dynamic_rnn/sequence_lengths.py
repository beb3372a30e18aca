"""The check of `sequence-lengths`: heed the lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.dynamic_rnn.loops import (
    NESTED_RUNS,
    RUNS,
    SLUGS,
    SQUARES,
    Loop,
    check_graphs,
    loop_of,
    runs_of,
)
from course_utils.checks.engine.boundary import AnswerError
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun
from course_utils.checks.fixtures.runs import RunSize

EXERCISES = load_exercises("dynamic_rnn")
EXERCISES["sequence-lengths"].knowing(SLUGS)


def check_sequence_lengths(
    dynamic_rnn_with_lengths: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks a loop that heeds lengths; the arguments are as in `check_dynamic_rnn`."""
    check = Check(EXERCISES["sequence-lengths"])
    loop = loop_of(dynamic_rnn_with_lengths, "dynamic_rnn_with_lengths", "sequence-lengths", True)
    squares, parts = runs_of(SQUARES, seeds), runs_of(nested, seeds)
    runs = [*squares, *runs_of(sizes, seeds)]
    pair = check.each("it returns the outputs and the final state", squares, loop.check_pair)
    name = "outputs has the shape [batch, time, output_size]"
    shape = check.each(name, squares, loop.outputs_array, [pair])
    name = "final_state is the state at each sequence's own end"
    state = check.each(name, runs, loop.check_state, [pair])
    name = "up to its end, a sequence has the outputs of a loop without lengths"
    before = check.each(name, runs, lambda run: _check_part(loop, run, True), [shape])
    name = "past the end all outputs are zero"
    past = check.each(name, runs, lambda run: _check_part(loop, run, False), [shape])
    right = [state, before, past]
    name = "a sequence of full length runs to its last step"
    check.each(name, runs, lambda run: loop.check_both(run, _full(run)), right)
    name = "with an initial_state the first step starts from it"
    start = check.each(name, runs, loop.check_start, right)
    name = "a sequence of length 0 keeps its initial state"
    check.each(name, squares, lambda run: _check_empty(loop, run), [*right, start])
    check.each("a state of several parts is handled as well", parts, loop.check_parts, right)
    check_graphs(check, loop, squares, right)
    return check.report()


def _full(run: BatchRun) -> np.ndarray:
    """Lengths of which at least one is that of the whole run."""
    lengths = run.lengths.copy()
    lengths[0] = run.time
    return lengths


def _check_part(loop: Loop, run: BatchRun, before: bool) -> None:
    """Checks the outputs up to each sequence's end, or those past it."""
    real = (np.arange(run.time) < run.lengths[:, np.newaxis])[..., np.newaxis]
    part = real if before else ~real
    suspects = [
        (slug, wrong.outputs * part)
        for slug, wrong in loop.wrong(run, run.lengths)
        if wrong.outputs.shape[1] == run.time and (before or slug != "mask-inverted")
    ]
    right = run.ended(run.lengths).outputs * part
    close(loop.outputs_array(run) * part, right, "sequence, step, unit", suspects)


def _check_empty(loop: Loop, run: BatchRun) -> None:
    """Checks a sequence of no steps; without any, and from an initial state, all is right."""
    lengths = run.lengths.copy()
    lengths[-1] = 0
    try:
        loop.check_both(run, lengths)
        loop.check_both(run, lengths, run.start)
    except (Failed, AnswerError) as error:
        raise Failed(str(error), "empty-sequence") from None
