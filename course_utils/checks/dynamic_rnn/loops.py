"""A student's loop over batches of sequences, called and compared with a right run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, Line, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.fixtures.batch_runs import BatchRun, Mistakes, Result
from course_utils.checks.fixtures.runs import RunSize, State

EXERCISES = load_exercises("dynamic_rnn")
RUNS: Sequence[RunSize] = ((4, 3, 2, 5, 6), (1, 5, 3, 4, 2), (3, 4, 5, 1, 2))
# Here output and state are equally wide: one in place of the other is no error, just wrong. No
# size is one less than the steps: whoever takes it for their number does not leave out one.
SQUARES: Sequence[RunSize] = ((2, 4, 1, 2, 2), (2, 5, 2, 3, 3))
NESTED_RUNS: Sequence[RunSize] = ((2, 3, 1, (3, 2), 4), (3, 4, 2, (1, 3), 2))
PAIR_RUN: RunSize = (2, 3, 1, (1, 2), 1)
AS_MANY_STEPS: RunSize = (3, 3, 2, 4, 2)  # as sequences
OPEN_TIMES = (3, 7, 1)  # run through one and the same trace
Lengths = np.ndarray | None
SHORT, LONG = 5, 25  # steps between which a graph must not grow
OF_OUTPUTS = ("outputs-not-zeroed", "padding-cut-off")  # they say nothing of the state
OF_STATES = ("state-runs-on", "state-zeroed")  # nor these of the outputs
PAIR = "the outputs and the final state"
SLUGS = ("python-loop", "batch-and-time-mixed", "single-state-assumed")


class Loop:
    """A loop under test. Each `check_...` raises `Failed` unless a property holds for a run.

    Args:
      answer: the function: cell, inputs, lengths if it takes any, initial state.
      known: slugs of the misconceptions that its exercise knows.
      with_lengths: whether it takes lengths; those of the run, unless others are given.
    """

    def __init__(self, answer: Subject, known: Sequence[str], with_lengths: bool = False) -> None:
        self._answer, self._known, self._with_lengths = answer, known, with_lengths

    def check_pair(self, run: BatchRun) -> None:
        """Raises `Failed` unless the loop returns two things."""
        try:
            self._result(run, self._lengths(run), None)
        except AnswerError as error:
            if error.blank or not self._runs_as_long_as_wide():
                raise
            raise Failed(str(error), "batch-and-time-mixed") from None

    def _runs_as_long_as_wide(self) -> bool:
        """Whether it is right where the number of steps is that of the sequences."""
        return self._is_right(BatchRun(AS_MANY_STEPS, seed=1))

    def _is_right(self, run: BatchRun) -> bool:
        try:
            self.check_both(run)
        except (Failed, AnswerError):
            return False
        return True

    def outputs(self, run: BatchRun, lengths: Lengths = None, start: State | None = None) -> Any:
        """The outputs as the answer gives them."""
        return self._result(run, self._lengths(run, lengths), start)[0]

    def outputs_array(self, run: BatchRun, lengths: Lengths = None) -> np.ndarray:
        """The outputs as an array; `Failed` unless they are [batch, time, output_size]."""
        value, shape = self.outputs(run, lengths), (run.batch, run.time, run.output_size)
        if np.shape(value) != shape:
            self.check_outputs(run, lengths)  # a known misconception may explain the shape
        return as_array(value, shape, "batch, time, output_size")

    def check_outputs(
        self, run: BatchRun, lengths: Lengths = None, start: State | None = None
    ) -> None:
        """Raises `Failed` unless the outputs are right."""
        lengths = self._lengths(run, lengths)
        self._compare_outputs(self._result(run, lengths, start)[0], run, lengths, start)

    def check_state(
        self, run: BatchRun, lengths: Lengths = None, start: State | None = None
    ) -> None:
        """Raises `Failed` unless the final state is right."""
        lengths = self._lengths(run, lengths)
        self._compare_state(self._result(run, lengths, start)[1], run, lengths, start)

    def check_both(
        self, run: BatchRun, lengths: Lengths = None, start: State | None = None
    ) -> None:
        """Raises `Failed` unless outputs and final state are right."""
        self.check_outputs(run, lengths, start)
        self.check_state(run, lengths, start)

    def check_start(self, run: BatchRun) -> None:
        """Raises `Failed` unless it starts from the run's initial state if that is given."""
        self.check_both(run, start=run.start)

    def check_parts(self, run: BatchRun) -> None:
        """Checks a state of several parts; with a single one the answer is known to be right."""
        try:
            self.check_both(run)
        except (Failed, AnswerError) as error:
            takes_a_pair = self._is_right(BatchRun(PAIR_RUN, seed=1))
            known = None if takes_a_pair else "single-state-assumed"
            raise Failed(str(error), known) from None

    def traced(self, runs: Sequence[BatchRun], open_time: bool = False) -> list[list[Any]]:
        """The outputs and the final state of each run, all from one and the same trace."""
        calls = [_arrays(run, self._lengths(run)) for run in runs]
        results = self._answer.probe("run_trace", runs[0].cell, calls, open_time=open_time)
        return [as_items(result, 2, PAIR) for result in results]

    def check_trace(self, runs: Sequence[BatchRun], open_time: bool = False) -> None:
        """Raises `Failed` unless one trace for all the runs gives the right results."""
        for run, (outputs, state) in zip(runs, self.traced(runs, open_time), strict=True):
            self._compare_outputs(outputs, run, self._lengths(run), None)
            self._compare_state(state, run, self._lengths(run), None)

    def check_size(self, run: BatchRun) -> None:
        """Raises `Failed` if a trace for more steps has more operations."""
        counts = [
            self._answer.probe("trace_size", longer.cell, _arrays(longer, self._lengths(longer)))
            for longer in (run.of_time(SHORT), run.of_time(LONG))
        ]
        if counts[1] - counts[0] >= LONG - SHORT:
            raise Failed(
                f"The graph has {counts[0]} operations for {SHORT} steps and {counts[1]} for "
                f"{LONG}; the number must not depend on the steps.",
                "python-loop",
            )

    def check_gradients(self, run: BatchRun) -> None:
        """Raises `Failed` unless a gradient gets back to every step of the longest sequence."""
        lengths = self._lengths(run)
        found = self._answer.probe("gradients", run.cell, *_arrays(run, lengths))[0]
        if found is None:
            raise Failed("No gradient gets from the results to the inputs.")
        row, steps = (0, run.time) if lengths is None else (lengths.argmax(), lengths.max())
        if not np.any(found[row, :steps], axis=1).all():
            raise Failed("A gradient gets to some steps of the inputs and not to all.")

    def _lengths(self, run: BatchRun, lengths: Lengths = None) -> Lengths:
        return run.lengths if self._with_lengths and lengths is None else lengths

    def _result(self, run: BatchRun, lengths: Lengths, start: State | None) -> list[Any]:
        initial_state = [] if start is None else [run.as_state(start)]
        result = self._answer(run.cell, *_arrays(run, lengths), *initial_state)
        if isinstance(result, np.ndarray):
            raise Failed(f"Got one array of shape {list(result.shape)}, expected {PAIR}.")
        return as_items(result, 2, PAIR)

    def _compare_outputs(
        self, value: Any, run: BatchRun, lengths: Lengths, start: State | None
    ) -> None:
        wrong = [pair for pair in self.wrong(run, lengths, start) if pair[0] not in OF_STATES]
        suspects = [(slug, result.outputs) for slug, result in wrong]
        right = _right(run, lengths, start).outputs
        if "write-dropped" in self._known:  # outside of a graph it is forgiven
            suspects.append(("write-dropped", right))
        close(value, right, "sequence, step, unit", suspects)

    def _compare_state(
        self, value: Any, run: BatchRun, lengths: Lengths, start: State | None
    ) -> None:
        parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
        wrong = [pair for pair in self.wrong(run, lengths, start) if pair[0] not in OF_OUTPUTS]
        expected = _right(run, lengths, start).state
        for index, (part, right) in enumerate(zip(parts, expected, strict=True)):
            close(part, right, "sequence, unit", [(slug, w.state[index]) for slug, w in wrong])

    def wrong(self, run: BatchRun, lengths: Lengths, start: State | None = None) -> Mistakes:
        """What the exercise's misconceptions lead to."""
        wrong = run.wrong_results(start) if lengths is None else run.wrongly_ended(lengths, start)
        return [(slug, result) for slug, result in wrong if slug in self._known]


def _right(run: BatchRun, lengths: Lengths, start: State | None) -> Result:
    return run.result(start) if lengths is None else run.ended(lengths, start)


def _arrays(run: BatchRun, lengths: Lengths) -> list[np.ndarray]:
    return [run.sequences] if lengths is None else [run.sequences, lengths]


def loop_of(answer: Any, name: str, exercise: str, with_lengths: bool = False) -> Loop:
    """The loop that answers an exercise."""
    known = [misconception.slug for misconception in EXERCISES[exercise].misconceptions]
    return Loop(subject(answer, name), known, with_lengths)


def runs_of(sizes: Sequence[RunSize], seeds: Sequence[int]) -> list[BatchRun]:
    """A run for each size; the seeds take turns, since each run may cost an answer a trace."""
    return [BatchRun(size, seed) for size, seed in zip(sizes, cycle(seeds), strict=False)]


def check_graphs(check: Check, loop: Loop, runs: Sequence[BatchRun], after: Sequence[Line]) -> None:
    """Tries the properties that only a graph or a tape shows."""

    def each(name: str, attempt: Callable[[BatchRun], None], *after: Line) -> Line:
        return check.each(name, runs, attempt, after)

    graph = each("in a graph the results are the same", lambda run: loop.check_trace([run]), *after)
    each(
        "one trace serves every number of steps",
        lambda run: loop.check_trace([run.of_time(time) for time in OPEN_TIMES], open_time=True),
        graph,
    )
    each("the graph does not grow with the number of steps", loop.check_size, graph)
    each("gradients get back to the inputs", loop.check_gradients, *after)
