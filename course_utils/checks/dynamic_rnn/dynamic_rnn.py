"""The check of `dynamic-rnn`: dynamic_rnn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.dynamic_rnn.loops import (
    NESTED_RUNS,
    RUNS,
    check_graphs,
    check_shape,
    loop_of,
    runs_of,
)
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.runs import RunSize

SINGLE_STEP: RunSize = (2, 1, 3, 4, 5)
EXERCISES = load_exercises("dynamic_rnn")


def check_dynamic_rnn(
    dynamic_rnn: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks a loop's outputs and final state, and that one trace serves every length.

    Args:
      dynamic_rnn: the function.
      seeds: of the inputs, states and weights.
      sizes: batch, time, features, state size, output size.
      nested: the same, with a tuple for the state size.
    """
    check = Check(EXERCISES["dynamic-rnn"])
    loop = loop_of(dynamic_rnn, "dynamic_rnn", "dynamic-rnn")
    runs, parts, single = (
        runs_of(sizes, seeds),
        runs_of(nested, seeds),
        runs_of([SINGLE_STEP], seeds),
    )
    with check.property("outputs has the shape [batch, time, output_size]"):
        for run in runs:
            check_shape(loop, run)
    with check.property("without an initial_state the outputs are those from the zero state"):
        for run in runs:
            loop.check_outputs(run)
    with check.property("final_state is the state after the last step"):
        for run in runs:
            loop.check_state(run)
    with check.property("with an initial_state the first step starts from it"):
        for run in runs:
            loop.check_outputs(run, start=run.start)
            loop.check_state(run, start=run.start)
    with check.property("a sequence of a single step is long enough"):
        for run in single:
            loop.check_outputs(run)
            loop.check_state(run, start=run.start)
    with check.property("a state of several parts is handled as well"):
        loop.check_outputs(runs[0])
        loop.check_state(runs[0])
        with blames("single-state-assumed"):
            for run in parts:
                loop.check_outputs(run)
                loop.check_state(run, start=run.start)
    check_graphs(check, loop, runs[0], (sizes[0], seeds[0]), with_lengths=False)
    return check.report()
