"""The check of `dynamic-rnn`: dynamic_rnn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.dynamic_rnn.loops import (
    NESTED_RUNS,
    RUNS,
    SLUGS,
    SQUARES,
    check_graphs,
    loop_of,
    runs_of,
)
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.runs import RunSize

EXERCISES = load_exercises("dynamic_rnn")
EXERCISES["dynamic-rnn"].knowing(SLUGS)


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
    squares, parts = runs_of(SQUARES, seeds), runs_of(nested, seeds)
    runs = [*squares, *runs_of(sizes, seeds)]
    single = [run.of_time(1) for run in runs]
    pair = check.each("it returns the outputs and the final state", squares, loop.check_pair)
    name = "outputs has the shape [batch, time, output_size]"
    shape = check.each(name, squares, loop.outputs_array, [pair])
    name = "without an initial_state the outputs are those from the zero state"
    outputs = check.each(name, runs, loop.check_outputs, [shape])
    name = "final_state is the state after the last step"
    zero = [outputs, check.each(name, runs, loop.check_state, [pair])]
    check.each("with an initial_state the first step starts from it", runs, loop.check_start, zero)
    check.each("a sequence of a single step is long enough", single, loop.check_both, zero)
    check.each("a state of several parts is handled as well", parts, loop.check_parts, zero)
    check_graphs(check, loop, squares, zero)
    return check.report()
