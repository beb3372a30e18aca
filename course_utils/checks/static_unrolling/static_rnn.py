"""The check of `static-rnn`: static_rnn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.runs import Run, RunSize, State
from course_utils.checks.static_unrolling.unpack_sequence import length_of

RUNS: Sequence[RunSize] = ((4, 3, 2, 5, 6), (3, 4, 5, 1, 2), (1, 5, 3, 4, 2))
SQUARE_RUN: RunSize = (4, 3, 2, 5, 5)  # here an output fed back as state is no error, just wrong
NESTED_RUNS: Sequence[RunSize] = ((4, 3, 2, (5, 3), 6),)
EXERCISES = load_exercises("static_unrolling")


def check_static_rnn(
    static_rnn: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks outputs and final state, with and without an initial state.

    Args:
      static_rnn: the function.
      seeds: of the inputs, states and weights.
      sizes: batch, time, features, state size, output size; time is neither 2 nor the batch size.
      nested: the same, with a tuple for the state size.
    """
    check = Check(EXERCISES["static-rnn"])
    answer = subject(static_rnn, "static_rnn")
    runs = [Run(size, seed) for size in (SQUARE_RUN, *sizes) for seed in seeds]
    with check.property("there is one output for each step"):
        for run in runs:
            _outputs(answer, run)
    with check.property("without an initial_state the outputs are those from the zero state"):
        for run in runs:
            _check_outputs(answer, run)
    with check.property("final_state is the state after the last step"):
        for run in runs:
            _check_final_state(answer, run)
    with check.property("with an initial_state the first step starts from it"):
        for run in runs:
            _check_outputs(answer, run, run.start)
            _check_final_state(answer, run, run.start)
    with check.property("a sequence of a single step is long enough"):
        for run in (Run((size[0], 1, *size[2:]), seed) for size in sizes for seed in seeds):
            _check_run(answer, run)
    with check.property("a state of several parts is handled as well"):
        _check_run(answer, runs[-1])
        with blames("single-state-assumed"):
            for run in (Run(size, seed) for size in nested for seed in seeds):
                _check_run(answer, run)
    return check.report()


def _check_run(answer: Subject, run: Run) -> None:
    _check_outputs(answer, run)
    _check_final_state(answer, run, run.start)


def _call(answer: Subject, run: Run, start: State | None) -> list[Any]:
    initial_state = [] if start is None else [run.as_state(start)]
    result = answer(run.cell, list(run.inputs), *initial_state)
    return as_items(result, 2, "the outputs and the final state")


def _outputs(answer: Subject, run: Run, start: State | None = None) -> list[Any]:
    value = _call(answer, run, start)[0]
    if isinstance(value, np.ndarray) and value.shape == (run.batch, run.time, run.output_size):
        raise Failed(f"outputs is one array of shape {list(value.shape)}.", "outputs-packed")
    if length_of(value) == run.time - 1:
        raise Failed(f"Got {run.time - 1} outputs for {run.time} steps.", "one-step-too-few")
    return as_items(value, run.time, "one [batch, output_size] array a step")


def _check_outputs(answer: Subject, run: Run, start: State | None = None) -> None:
    outputs = _outputs(answer, run, start)
    wrong = [(slug, outputs) for slug, outputs, _ in run.mistakes(start)]
    close(outputs, run.expected(start)[0], "step, batch, unit", wrong)


def _check_final_state(answer: Subject, run: Run, start: State | None = None) -> None:
    value = _call(answer, run, start)[1]
    parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
    for index, (part, expected) in enumerate(zip(parts, run.expected(start)[1], strict=True)):
        wrong = [(slug, state[index]) for slug, _, state in run.mistakes(start)]
        close(part, expected, "batch, unit", wrong)
