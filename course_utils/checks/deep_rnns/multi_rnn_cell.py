"""The check of `multi-rnn-cell`: a stack is a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course_utils.checks.deep_rnns.stack_cases import (
    EQUAL,
    NESTED,
    SINGLE,
    SIZES,
    StackCase,
    StackSize,
)
from course_utils.checks.engine.boundary import AnswerError, subject
from course_utils.checks.engine.check import Check, Failed, Line, load_exercises
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("deep_rnns")
Attempt = Callable[[StackCase], None]


def check_multi_rnn_cell(
    MultiRNNCell: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StackSize] = SIZES
) -> Report:
    """Checks a stack's sizes, its output, and the states of its layers.

    Args:
      MultiRNNCell: the class.
      seeds: of the inputs, states and weights.
      sizes: batch, features, and of each layer the widths of state and output.
    """
    check = Check(EXERCISES["multi-rnn-cell"])
    answer = subject(MultiRNNCell, "MultiRNNCell")
    cases = [StackCase(answer, size, seed) for size in (EQUAL, *sizes) for seed in seeds]
    equal = [StackCase(answer, EQUAL, seed) for seed in (seeds[0], seeds[0] + 50)]

    def line(name: str, inputs: Sequence[StackCase], attempt: Attempt, *after: Line) -> Line:
        return check.each(name, inputs, attempt, after)

    entries = line("zero_state has an entry for each layer", cases, StackCase.check_entries)
    name = "zero_state is a tuple with the zero state of each layer"
    zeros = line(name, cases, StackCase.check_zero_state, entries)
    name = "zero_state has the dtype that it is asked for"
    line(name, equal, lambda case: case.check_zero_state("float64"), zeros)
    name = "state_size is a tuple of the cells', output_size is the top cell's"
    line(name, cases, StackCase.check_sizes)
    name = "a call returns the output and a tuple of states"
    line(name, equal, StackCase.check_structure, entries)
    name = "the output is the top cell's, each cell fed by the one below"
    output = line(name, cases, StackCase.check_output, entries)
    name = "each layer's new state comes out in its own place"
    states = line(name, cases, StackCase.check_states, entries)
    name = "in a graph it computes the same"
    line(name, equal, StackCase.check_graph, output, states)
    single, nested = (
        [StackCase(answer, n, s) for s in (seeds[0], seeds[0] + 50)] for n in (SINGLE, NESTED)
    )
    line("one layer is a stack, too", single, StackCase.check_call, output, states)
    name = "a cell whose state has parts can be a layer"
    line(name, nested, _with_parts(StackCase.check_call), output, states)
    name = "zero_state has the parts of such a cell"
    line(name, nested, _with_parts(StackCase.check_zero_state), zeros)
    return check.report()


def _with_parts(attempt: Attempt) -> Attempt:
    """What holds for single tensors, and fails for parts, shows what a state is taken for."""

    def tried(case: StackCase) -> None:
        try:
            attempt(case)
        except (AnswerError, Failed) as error:
            raise Failed(str(error), "single-state-assumed") from None

    return tried
