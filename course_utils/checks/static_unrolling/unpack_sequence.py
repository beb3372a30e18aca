"""The checks of chapter 02: unpacking, packing, a cell, the loop over steps, the graph's size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject, value_of
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_integer, as_items, as_text, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.runs import Run, RunSize, State
from course_utils.checks.static_unrolling.basic_rnn_cell import CellCase, CellSize

Block = tuple[int, int, int]  # batch, time, features
BLOCKS: Sequence[Block] = ((4, 2, 3), (3, 5, 2), (2, 4, 6))
THIN_BLOCKS: Sequence[Block] = ((1, 4, 3), (5, 2, 1), (1, 3, 1), (4, 1, 3))
CELLS: Sequence[CellSize] = ((4, 3, 5), (3, 2, 4), (1, 4, 2), (5, 1, 3), (4, 3, 1))
RUNS: Sequence[RunSize] = ((4, 3, 2, 5, 6), (3, 4, 5, 1, 2), (1, 5, 3, 4, 2))
SQUARE_RUN: RunSize = (4, 3, 2, 5, 5)  # here an output fed back as state is no error, just wrong
NESTED_RUNS: Sequence[RunSize] = ((4, 3, 2, (5, 3), 6),)
FURTHER_STEPS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
GROWTHS = ("constant", "linear", "quadratic")
EXERCISES = load_exercises("static_unrolling")


def _block(size: Sequence[int], seed: int) -> np.ndarray:
    """Float32 numbers of this shape, all different."""
    count = int(np.prod(size))
    order = np.random.default_rng([seed, *size]).permutation(count)
    return (order.reshape(size) + 1).astype(np.float32)


def check_unpack_sequence(
    unpack_sequence: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[Block] = BLOCKS,
    thin_sizes: Sequence[Block] = THIN_BLOCKS,
) -> Report:
    """Checks the number of steps, the shape and the values of each, and axes of size one."""
    check = Check(EXERCISES["unpack-sequence"])
    answer = subject(unpack_sequence, "unpack_sequence")

    def steps(inputs: np.ndarray) -> list[Any]:
        value = answer(inputs)
        if _length(value) == len(inputs) != inputs.shape[1]:
            raise Failed(
                f"Got a list of {len(inputs)}, one for each sequence of the batch; expected "
                f"{inputs.shape[1]}, one for each step.",
                "unstack-over-batch",
            )
        return as_items(value, inputs.shape[1], "one [batch, features] array a step")

    blocks = [_block(size, seed) for size in sizes for seed in seeds]
    with check.property("the list has one item for each time step"):
        for inputs in blocks:
            steps(inputs)
    with check.property("each item has the shape [batch, features]"):
        for inputs in blocks:
            for step in steps(inputs):
                _check_step_shape(step, inputs)
    with check.property("item t holds what every sequence gets at step t"):
        for inputs in blocks:
            _check_steps(steps(inputs), inputs)
    with check.property("a batch, a time or a feature axis of size 1 changes nothing"):
        for inputs in (_block(size, seed) for size in thin_sizes for seed in seeds):
            for step in steps(inputs):
                with blames("squeezed-too-much"):
                    _check_step_shape(step, inputs)
            _check_steps(steps(inputs), inputs)
    return check.report()


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, (list, tuple)) or np.ndim(value) else None


def _check_step_shape(step: Any, inputs: np.ndarray) -> None:
    batch, _, features = inputs.shape
    kept = [(batch, 1, features), (1, batch, features), (batch, features, 1)]
    if isinstance(step, np.ndarray) and step.shape in kept and step.ndim == 3:
        raise Failed(
            f"Got an item of shape {list(step.shape)}, expected [{batch}, {features}].", "kept-axis"
        )
    as_array(step, (batch, features), "batch, features")


def _check_steps(steps: Sequence[Any], inputs: np.ndarray) -> None:
    batch, time, features = inputs.shape
    reshaped = inputs.reshape(time, batch, features)
    for t, step in enumerate(steps):
        close(step, inputs[:, t], "batch, feature", [("reshape-for-transpose", reshaped[t])])


def check_pack_sequence(
    pack_sequence: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[Block] = BLOCKS,
    thin_sizes: Sequence[Block] = THIN_BLOCKS,
) -> Report:
    """Checks the shape and the values of a packed list of steps, and axes of size one."""
    check = Check(EXERCISES["pack-sequence"])
    answer = subject(pack_sequence, "pack_sequence")

    def packed(block: np.ndarray) -> Any:
        return answer([block[:, t] for t in range(block.shape[1])])

    blocks = [_block(size, seed) for size in sizes for seed in seeds]
    with check.property("the result has the shape [batch, time, features]"):
        for block in blocks:
            result = packed(block)
            _raise_known(result, block)
            as_array(result, block.shape, "batch, time, features")
    with check.property("entry [i, t] is row i of item t"):
        for block in blocks:
            close(packed(block), block, "sequence, step, feature", _mispacked(block))
    with check.property("a batch, a time or a feature axis of size 1 changes nothing"):
        for block in (_block(size, seed) for size in thin_sizes for seed in seeds):
            close(packed(block), block, "sequence, step, feature", _mispacked(block))
    return check.report()


def _mispacked(block: np.ndarray) -> list[tuple[str, np.ndarray]]:
    time_major = block.swapaxes(0, 1)
    return [
        ("time-major", time_major),
        ("reshape-for-transpose", time_major.reshape(block.shape)),
        ("concat-for-stack", np.concatenate(time_major, axis=0)),
        ("concat-for-stack", np.concatenate(time_major, axis=1)),
    ]


def _raise_known(value: Any, block: np.ndarray) -> None:
    """Raises `Failed` if the value has a wrong shape that a known misconception leads to."""
    if np.shape(value) != block.shape:
        close(value, block, "batch, time, features", _mispacked(block))


def check_basic_rnn_cell(
    BasicRNNCell: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[CellSize] = CELLS
) -> Report:
    """Checks a class of cells: its sizes, its zero state, its weights and its equation."""
    check = Check(EXERCISES["basic-rnn-cell"])
    answer = subject(BasicRNNCell, "BasicRNNCell")
    cases = [CellCase(answer, seed, size) for size, seed in zip(sizes, cycle(seeds))]
    properties = {
        "units, state_size and output_size are the number of units": CellCase.check_sizes,
        "zero_state(batch_size) is [batch_size, units] zeros": CellCase.check_zero_state,
        "the first call may bring any number of inputs": CellCase.check_inputs,
        "a call returns the output and, equal to it, the new state": CellCase.check_pair,
        "the first call makes the weights as variables, all calls use them": CellCase.check_kept,
        "there are weights for all three terms: Wx, Wh and b": CellCase.check_weights,
        "the output is tanh(inputs @ Wx + state @ Wh + b)": CellCase.check_formula,
        "each row depends on its own instance only, in a batch of any size": CellCase.check_rows,
    }
    for name, holds in properties.items():
        with check.property(name):
            for case in cases:
                holds(case)
    return check.report()


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
    if _length(value) == run.time - 1:
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


def check_graph_size(graph_size: Any, growth: Any, lengths: Sequence[int] = (3, 5, 9)) -> Report:
    """Checks that the sizes are those of graphs traced meanwhile, how they grow, and the text.

    Args:
      graph_size: the function.
      growth: the text.
      lengths: three numbers of steps, rising.
    """
    check = Check(EXERCISES["graph-size"])
    answer = subject(graph_size, "graph_size")
    counts: list[tuple[int, int]] = []
    with check.property("the result counts the operations of a graph traced for n_steps"):
        counts = sorted(_traced(answer, length) for length in lengths)
    with check.property("every further step adds operations, always as many"):
        _check_growth(counts)
    with check.property("growth names how the graph grows"):
        _check_growth_name(growth)
    return check.report()


def _traced(answer: Subject, length: int) -> tuple[int, int]:
    """A number of steps, and the size of the graph that the answer traced for it.

    An honest answer may keep its traces. So a number that it has met before, say when the reader
    runs the check again, shows no trace, and another one is tried.
    """
    for more in FURTHER_STEPS:
        result, graphs = answer.probe("traced_graphs", length + more)
        operations, sizes = as_integer(result), [size for size in graphs if size]
        if operations in sizes:
            return length + more, operations
        if sizes:
            raise Failed(
                f"graph_size({length + more}) gave {operations}; the graphs traced meanwhile have "
                f"{', '.join(map(str, sizes))} operations."
            )
    operations = as_integer(answer(length))
    raise Failed(
        f"graph_size({length}) gave {operations}, but traced no graph.",
        _why_untraced(answer, length, operations),
    )


def _why_untraced(answer: Subject, n_steps: int, operations: int) -> str:
    if as_integer(answer(n_steps)) != operations:
        return "graph-not-fresh"
    if operations == as_integer(answer(n_steps + 1)) != 0:
        return "one-trace-reused"
    return "counted-without-tracing"


def _check_growth(counts: list[tuple[int, int]]) -> None:
    if not counts:
        raise Failed("There are no counts to compare.")
    (n0, count0), (n1, count1), (n2, count2) = counts
    told = f"{n0} steps: {count0} operations, {n1} steps: {count1}, {n2} steps: {count2}."
    if count0 == count1 == count2:
        raise Failed(told, "one-trace-reused")
    if not 0 < (count1 - count0) * (n2 - n1) == (count2 - count1) * (n1 - n0):
        raise Failed(f"{told} The loop adds the same operations at every step.")


def _check_growth_name(growth: Any) -> None:
    name = as_text(value_of(growth, "growth")).strip().lower()
    if name not in GROWTHS:
        raise Failed(f"{name!r} is none of {', '.join(map(repr, GROWTHS))}.")
    if name != "linear":
        raise Failed(f"{name!r} does not fit the counts.", "wrong-growth")
