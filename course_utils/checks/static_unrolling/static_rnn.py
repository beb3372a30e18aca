"""The check of `static-rnn`: static_rnn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.runs import SLUGS, Run, RunSize, State

RUNS: Sequence[RunSize] = ((2, 3, 1, 3, 4), (3, 4, 2, 1, 2), (1, 5, 3, 4, 2))
SQUARE_RUN: RunSize = (2, 3, 1, 2, 2)  # here an output fed back as state is no error, just wrong
NESTED_RUNS: Sequence[RunSize] = ((3, 4, 2, (1, 3), 2), (2, 3, 1, (3, 2), 4))
PAIR_RUN: RunSize = (2, 3, 1, (1, 2), 1)
EXERCISES = load_exercises("static_unrolling")
EXERCISES["static-rnn"].knowing(SLUGS)
ASSUMED = "single-state-assumed"


def check_static_rnn(
    static_rnn: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks outputs and final state, with and without an initial state, in a graph, too.

    Args:
      static_rnn: the function.
      seeds: of the inputs, states and weights.
      sizes: batch, time, features, state size, output size; time is neither 2 nor the batch size.
      nested: the same, with a tuple for the state size.
    """
    check = Check(EXERCISES["static-rnn"])
    loop = _StaticLoop(subject(static_rnn, "static_rnn"))
    runs = [Run(size, seed) for size in (SQUARE_RUN, *sizes) for seed in seeds]
    single = [Run((size[0], 1, *size[2:]), seed) for size in sizes for seed in seeds]
    parts = [Run(size, seed) for size in nested for seed in seeds]

    first = runs[: len(seeds)]

    pair = check.each("it returns two things, the outputs and the final state", first, loop.call)
    count = check.each("there is one output for each step", first, loop.outputs, [pair])
    outputs = check.each(
        "without an initial_state the outputs are those from the zero state",
        runs,
        loop.try_outputs,
        [count],
    )
    state = check.each("final_state is the state after the last step", runs, loop.try_state, [pair])
    zero = [outputs, state]
    check.each("with an initial_state the first step starts from it", runs, loop.try_start, zero)
    check.each("a sequence of a single step is long enough", single, loop.try_both, zero)
    check.each("a state of several parts is handled as well", parts, loop.try_parts, zero)
    graph = check.each("it can be traced into a graph", first, loop.try_graph, zero)
    check.each("gradients get back to all inputs", first, loop.try_gradients, [graph])
    return check.report()


class _StaticLoop:
    """The loop under test; each `try_...` raises `Failed` if a property lacks in a run."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def call(self, run: Run, start: State | None = None) -> list[Any]:
        """The outputs and the final state as the answer gives them."""
        initial_state = [] if start is None else [run.as_state(start)]
        result = self._answer(run.cell, list(run.inputs), *initial_state)
        if isinstance(result, np.ndarray):
            raise Failed(f"Got one array of shape {list(result.shape)}, expected two things.")
        return as_items(result, 2, "the outputs and the final state")

    def outputs(self, run: Run, start: State | None = None) -> list[Any]:
        """The list of outputs, one for each step."""
        value = self.call(run, start)[0]
        if isinstance(value, np.ndarray):
            right = run.expected(start)[0]
            either = [right, right.swapaxes(0, 1)]
            packed = any(_is_close(value, outputs) for outputs in either)
            known = "outputs-packed" if packed else None
            raise Failed(
                f"outputs is one array of shape {list(value.shape)}, expected a list.", known
            )
        if np.shape(value) != (run.time, run.batch, run.output_size):
            _hold_against(value, run, start)
        return as_items(value, run.time, "one [batch, output_size] array a step")

    def try_outputs(self, run: Run, start: State | None = None) -> None:
        _hold_against(self.outputs(run, start), run, start)

    def try_state(self, run: Run, start: State | None = None) -> None:
        value = self.call(run, start)[1]
        parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
        for index, (part, expected) in enumerate(zip(parts, run.expected(start)[1], strict=True)):
            wrong = [(slug, state[index]) for slug, _, state in run.mistakes(start)]
            close(part, expected, "batch, unit", wrong)

    def try_start(self, run: Run) -> None:
        self.try_outputs(run, run.start)
        self.try_state(run, run.start)

    def try_both(self, run: Run) -> None:
        self.try_outputs(run)
        self.try_state(run)

    def try_parts(self, run: Run) -> None:
        """Tries a state of several parts; with a single one the answer is known to be right."""
        try:
            self.try_both(run)
        except (Failed, AnswerError) as error:
            raise Failed(str(error), None if self._takes_a_pair() else ASSUMED) from None

    def _takes_a_pair(self) -> bool:
        try:
            self.try_both(Run(PAIR_RUN, seed=1))
        except (Failed, AnswerError):
            return False
        return True

    def try_graph(self, run: Run) -> None:
        result = self._answer.probe("in_graph", run.cell, list(run.inputs))
        outputs = as_items(result, 2, "the outputs and the final state")[0]
        close(outputs, run.expected()[0], "step, batch, unit")

    def try_gradients(self, run: Run) -> None:
        found = self._answer.probe("gradients", run.cell, list(run.inputs))
        for step, gradient in enumerate(found):
            if gradient is None or not np.any(gradient):
                raise Failed(f"No gradient gets to the inputs of step {step}.")


def _is_close(value: np.ndarray, outputs: np.ndarray) -> bool:
    return value.shape == outputs.shape and np.allclose(value, outputs, atol=TOLERANCE)


def _hold_against(value: Any, run: Run, start: State | None) -> None:
    wrong = [(slug, outputs) for slug, outputs, _ in run.mistakes(start)]
    close(value, run.expected(start)[0], "step, batch, unit", wrong)
