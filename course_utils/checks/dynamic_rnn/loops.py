"""A student's loop over batches of sequences, called, remembered and compared with a right run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.fixtures.batch_runs import BatchRun, Mistakes, Result
from course_utils.checks.fixtures.runs import RunSize, State

EXERCISES = load_exercises("dynamic_rnn")
# In the last run batch and time are equal, and so are the widths of output and state.
RUNS: Sequence[RunSize] = ((4, 3, 2, 5, 6), (3, 4, 5, 1, 2), (1, 5, 3, 4, 2), (3, 3, 2, 4, 4))
NESTED_RUNS: Sequence[RunSize] = ((4, 3, 2, (5, 3), 6),)
OPEN_TIMES = (3, 7, 1)  # run through one and the same trace
Lengths = np.ndarray | None
SHORT, LONG = 5, 25  # steps between which a graph must not grow
READABLE = 120  # characters
PAIR = "the outputs and the final state"
# How TensorFlow complains when Python is to run through a number of steps that is not known.
PYTHON_LOOP = ("NoneType", "Cannot infer argument", "Inaccessible", "OperatorNotAllowed", "ymbolic")


class Loop:
    """A loop under test; what it returned once is not computed again.

    Args:
      answer: the function: cell, inputs, lengths if it takes any, initial state.
      known: slugs of the misconceptions that its exercise knows.
    """

    def __init__(self, answer: Subject, known: Sequence[str]) -> None:
        self._answer, self._known = answer, known
        self._results: dict[tuple[Any, ...], list[Any]] = {}

    def outputs(self, run: BatchRun, lengths: Lengths = None, start: State | None = None) -> Any:
        """The outputs as the answer gives them."""
        return self._result(run, lengths, start)[0]

    def check_outputs(
        self, run: BatchRun, lengths: Lengths = None, start: State | None = None
    ) -> None:
        """Raises `Failed` unless the outputs are right."""
        self._compare_outputs(self.outputs(run, lengths, start), run, lengths, start)

    def check_state(
        self, run: BatchRun, lengths: Lengths = None, start: State | None = None
    ) -> None:
        """Raises `Failed` unless the final state is right."""
        self._compare_state(self._result(run, lengths, start)[1], run, lengths, start)

    def traced(self, run: BatchRun) -> list[Any]:
        """The outputs and the final state as the answer gives them in a graph."""
        return as_items(self._probe("run_trace", run, [_arrays(run, None)])[0], 2, PAIR)

    def check_trace(self, runs: Sequence[BatchRun], with_lengths: bool, open_time: bool) -> None:
        """Raises `Failed` unless one trace for all the runs gives the right results."""
        lengths = [run.lengths if with_lengths else None for run in runs]
        calls = [_arrays(run, length) for run, length in zip(runs, lengths, strict=True)]
        results = self._probe("run_trace", runs[0], calls, open_time=open_time)
        for run, length, result in zip(runs, lengths, results, strict=True):
            outputs, state = as_items(result, 2, PAIR)
            self._compare_outputs(outputs, run, length, None)
            self._compare_state(state, run, length, None)

    def check_size(self, size: RunSize, seed: int, with_lengths: bool) -> None:
        """Raises `Failed` if a trace for more steps has more operations."""
        counts = []
        for time in (SHORT, LONG):
            run = BatchRun((size[0], time, *size[2:]), seed)
            lengths = run.lengths if with_lengths else None
            as_array(self.outputs(run, lengths), (run.batch, time, run.output_size))
            counts.append(self._probe("trace_size", run, _arrays(run, lengths)))
        if counts[1] - counts[0] >= LONG - SHORT:
            raise Failed(
                f"The graph has {counts[0]} operations for {SHORT} steps and {counts[1]} for "
                f"{LONG}; the number must not depend on the steps.",
                "python-loop",
            )

    def _result(self, run: BatchRun, lengths: Lengths, start: State | None) -> list[Any]:
        key = (id(run), None if lengths is None else lengths.tobytes(), start is None)
        if key not in self._results:
            initial_state = [] if start is None else [run.as_state(start)]
            result = self._answer(run.cell, *_arrays(run, lengths), *initial_state)
            self._results[key] = as_items(result, 2, PAIR)
        return self._results[key]

    def _probe(self, name: str, run: BatchRun, arrays: Any, **options: Any) -> Any:
        try:
            return self._answer.probe(name, run.cell, arrays, **options)
        except AnswerError as error:
            told = str(error).rpartition("TraceError: ")[2]
            slug = "python-loop" if any(sign in told for sign in PYTHON_LOOP) else None
            # TensorFlow's long messages name parts of graphs that a reader has never seen.
            reason = told if len(told) <= READABLE else told.partition(":")[0]
            raise Failed(f"It does not run as a graph: {reason}", slug) from None

    def _compare_outputs(
        self, value: Any, run: BatchRun, lengths: Lengths, start: State | None
    ) -> None:
        suspects = [(slug, wrong.outputs) for slug, wrong in self._wrong(run, lengths, start)]
        close(value, _right(run, lengths, start).outputs, "sequence, step, unit", suspects)

    def _compare_state(
        self, value: Any, run: BatchRun, lengths: Lengths, start: State | None
    ) -> None:
        parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
        expected, wrong = _right(run, lengths, start).state, self._wrong(run, lengths, start)
        for index, (part, right) in enumerate(zip(parts, expected, strict=True)):
            close(part, right, "sequence, unit", [(slug, w.state[index]) for slug, w in wrong])

    def _wrong(self, run: BatchRun, lengths: Lengths, start: State | None) -> Mistakes:
        wrong = run.wrong_results(start) if lengths is None else run.wrongly_ended(lengths, start)
        return [(slug, result) for slug, result in wrong if slug in self._known]


def _right(run: BatchRun, lengths: Lengths, start: State | None) -> Result:
    return run.result(start) if lengths is None else run.ended(lengths, start)


def _arrays(run: BatchRun, lengths: Lengths) -> list[np.ndarray]:
    return [run.sequences] if lengths is None else [run.sequences, lengths]


def loop_of(answer: Any, name: str, exercise: str) -> Loop:
    """The loop that answers an exercise."""
    known = [misconception.slug for misconception in EXERCISES[exercise].misconceptions]
    return Loop(subject(answer, name), known)


def runs_of(sizes: Sequence[RunSize], seeds: Sequence[int]) -> list[BatchRun]:
    """A run for each size; the seeds take turns, since each run may cost an answer a trace."""
    return [BatchRun(size, seed) for size, seed in zip(sizes, cycle(seeds), strict=False)]


def check_shape(loop: Loop, run: BatchRun, lengths: Lengths = None) -> None:
    """Raises `Failed` unless the outputs are [batch, time, output_size]."""
    value = loop.outputs(run, lengths)
    if np.shape(value) != (run.batch, run.time, run.output_size):
        loop.check_outputs(run, lengths)  # a known misconception may explain the shape
    as_array(value, (run.batch, run.time, run.output_size), "batch, time, output_size")


def check_graphs(
    check: Check, loop: Loop, run: BatchRun, case: tuple[RunSize, int], with_lengths: bool
) -> None:
    """Tries the three properties that only a graph shows."""
    size, seed = case
    with check.property("in a graph the results are the same"):
        loop.check_trace([run], with_lengths, open_time=False)
    with check.property("one trace serves every number of steps"):
        runs = [BatchRun((size[0], time, *size[2:]), seed) for time in OPEN_TIMES]
        loop.check_trace(runs, with_lengths, open_time=True)
    with check.property("the graph does not grow with the number of steps"):
        loop.check_size(size, seed, with_lengths)
