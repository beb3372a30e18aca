"""The checks of chapter 03: the loop in the graph, lengths, padding, and counting ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.dynamic_rnn.count_ones import check_count_ones
from course_utils.checks.dynamic_rnn.loops import Lengths, Loop
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun
from course_utils.checks.fixtures.runs import RunSize

__all__ = [
    "EXERCISES",
    "check_count_ones",
    "check_dynamic_rnn",
    "check_fix_the_loop",
    "check_last_output",
    "check_pad_batch",
    "check_sequence_lengths",
]

Block = tuple[int, int, int]  # batch, time, units
# In the last run batch and time are equal, and so are the widths of output and state.
RUNS: Sequence[RunSize] = ((4, 3, 2, 5, 6), (3, 4, 5, 1, 2), (1, 5, 3, 4, 2), (3, 3, 2, 4, 4))
SINGLE_STEP: RunSize = (2, 1, 3, 4, 5)
NESTED_RUNS: Sequence[RunSize] = ((4, 3, 2, (5, 3), 6),)
BLOCKS: Sequence[Block] = ((4, 3, 5), (3, 5, 2), (5, 2, 4), (3, 3, 3), (1, 4, 3), (2, 4, 1))
PAD_LENGTHS = ((3, 1, 2), (2, 5, 4, 1), (4,), (3, 3))
EMPTY: list[list[list[float]]] = [[[], [3.0, 1.5]], [[2.0], [], [5.0, 4.0, 1.0]]]
OPEN_TIMES = (3, 7, 1)  # run through one and the same trace
EXERCISES = load_exercises("dynamic_rnn")


def _loop(answer: Any, name: str, exercise: str) -> Loop:
    known = [misconception.slug for misconception in EXERCISES[exercise].misconceptions]
    return Loop(subject(answer, name), known)


def _runs(sizes: Sequence[RunSize], seeds: Sequence[int]) -> list[BatchRun]:
    """A run for each size; the seeds take turns, since each run may cost an answer a trace."""
    return [BatchRun(size, seed) for size, seed in zip(sizes, cycle(seeds), strict=False)]


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
    loop = _loop(dynamic_rnn, "dynamic_rnn", "dynamic-rnn")
    runs, parts, single = _runs(sizes, seeds), _runs(nested, seeds), _runs([SINGLE_STEP], seeds)
    with check.property("outputs has the shape [batch, time, output_size]"):
        for run in runs:
            _check_shape(loop, run)
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
    _check_graphs(check, loop, runs[0], (sizes[0], seeds[0]), with_lengths=False)
    return check.report()


def _check_shape(loop: Loop, run: BatchRun, lengths: Lengths = None) -> None:
    value = loop.outputs(run, lengths)
    if np.shape(value) != (run.batch, run.time, run.output_size):
        loop.check_outputs(run, lengths)  # a known misconception may explain the shape
    as_array(value, (run.batch, run.time, run.output_size), "batch, time, output_size")


def _check_graphs(
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


def check_sequence_lengths(
    dynamic_rnn_with_lengths: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[RunSize] = RUNS,
    nested: Sequence[RunSize] = NESTED_RUNS,
) -> Report:
    """Checks a loop that heeds lengths; the arguments are as in `check_dynamic_rnn`."""
    check = Check(EXERCISES["sequence-lengths"])
    loop = _loop(dynamic_rnn_with_lengths, "dynamic_rnn_with_lengths", "sequence-lengths")
    runs, parts = _runs(sizes, seeds), _runs(nested, seeds)
    with check.property("outputs has the shape [batch, time, output_size]"):
        for run in runs:
            _check_shape(loop, run, run.lengths)
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
    _check_graphs(check, loop, runs[0], (sizes[0], seeds[0]), with_lengths=True)
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


def check_last_output(
    last_output: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks the rows taken from batches with all kinds of lengths, full ones and ones too."""
    check = Check(EXERCISES["last-output"])
    answer = subject(last_output, "last_output")
    cases = [_padded(size, seed) for size in sizes for seed in seeds]
    with check.property("the result has the shape [batch, units]"):
        for outputs, lengths in cases:
            result = answer(outputs, lengths)
            if np.shape(result) != outputs[:, 0].shape:
                close(result, outputs[:, 0], "batch, units", _wrong_last(outputs, lengths))
            as_array(result, outputs[:, 0].shape, "batch, units")
    with check.property("row i is outputs[i] at the last real step"):
        for outputs, lengths in cases:
            _check_last(answer(outputs, lengths), outputs, lengths)
    with check.property("if all sequences are full it is the last step"):
        for outputs, lengths in cases:
            full = np.full_like(lengths, outputs.shape[1])
            _check_last(answer(outputs, full), outputs, full)
    with check.property("a sequence of a single step has its output at step 0"):
        for outputs, lengths in cases:
            single = np.ones_like(lengths)
            _check_last(answer(outputs, single), outputs, single)
    return check.report()


def _padded(size: Block, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Outputs that are all different, past the end too, and lengths from 1 to time."""
    batch, time, _ = size
    rng = np.random.default_rng([seed, *size])
    outputs = rng.permutation(np.prod(size)).reshape(size) + 1
    lengths = rng.permutation(1 + np.arange(batch) % time)
    return outputs.astype(np.float32), lengths.astype(np.int32)


def _check_last(value: Any, outputs: np.ndarray, lengths: np.ndarray) -> None:
    expected = outputs[np.arange(len(lengths)), lengths - 1]
    close(value, expected, "sequence, unit", _wrong_last(outputs, lengths))


def _wrong_last(outputs: np.ndarray, lengths: np.ndarray) -> list[tuple[str, np.ndarray]]:
    batch, time, _ = outputs.shape
    rows = np.arange(batch)
    return [
        ("last-column", outputs[:, -1]),
        ("length-as-index", outputs[rows, np.minimum(lengths, time - 1)]),
        ("length-as-index", outputs[rows, lengths % time]),
        ("length-as-index", np.where((lengths < time)[:, None], outputs[rows, lengths % time], 0)),
        ("wrong-axis", outputs[:, lengths - 1]),
        ("wrong-axis", outputs[0, lengths - 1]),
        ("wrong-axis", outputs[np.minimum(lengths, batch) - 1]),
        ("wrong-axis", outputs.swapaxes(0, 1)[:, np.minimum(lengths, batch) - 1]),
    ]


def check_pad_batch(pad_batch: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the padded batch and the lengths, with empty sequences and with zeros in others."""
    check = Check(EXERCISES["pad-batch"])
    answer = subject(pad_batch, "pad_batch")
    lists = [_sequences(lengths, seed) for lengths in PAD_LENGTHS for seed in seeds]

    def parts(sequences: list[list[float]]) -> list[Any]:
        return as_items(answer(sequences), 2, "the inputs and the lengths")

    with check.property("inputs has the shape [batch, longest]"):
        for sequences in lists:
            _check_padded_shape(parts(sequences)[0], sequences)
    with check.property("each row begins with its sequence, zeros follow"):
        for sequences in lists:
            _check_rows(parts(sequences)[0], sequences)
    with check.property("sequence_length says how long each sequence was"):
        for sequences in lists:
            _check_lengths(parts(sequences)[1], sequences)
    with check.property("an empty sequence is a row of zeros, of length 0"):
        parts(lists[0])
        with blames("empty-dropped"):
            for sequences in EMPTY:
                inputs, lengths = parts(sequences)
                _check_padded_shape(inputs, sequences)
                _check_rows(inputs, sequences)
                _check_lengths(lengths, sequences)
    return check.report()


def _sequences(lengths: Sequence[int], seed: int) -> list[list[float]]:
    """Lists of numbers with a zero at the end of every second one: it is data, no padding."""
    rng = np.random.default_rng([seed, *lengths])
    rows = [(rng.integers(1, 20, n) / 2).tolist() for n in lengths]
    return [[*row[:-1], 0.0] if i % 2 and row else row for i, row in enumerate(rows)]


def _padded_rows(sequences: list[list[float]], at_end: bool = False) -> np.ndarray:
    longest = max(map(len, sequences))
    rows = [
        [0.0] * (longest - len(row)) * at_end + row + [0.0] * (longest - len(row)) * (not at_end)
        for row in sequences
    ]
    return np.array(rows)


def _check_padded_shape(value: Any, sequences: list[list[float]]) -> None:
    expected, shortest = _padded_rows(sequences).shape, min(map(len, sequences))
    if np.shape(value) == (expected[0], shortest) != expected:
        raise Failed(
            f"Got an array of shape {list(np.shape(value))}; the longest of the sequences has "
            f"{expected[1]} numbers.",
            "cut-to-shortest",
        )
    as_array(value, expected, "batch, longest")


def _check_rows(value: Any, sequences: list[list[float]]) -> None:
    wrong = [("left-padding", _padded_rows(sequences, at_end=True))]
    close(value, _padded_rows(sequences), "sequence, step", wrong)


def _check_lengths(value: Any, sequences: list[list[float]]) -> None:
    lengths = [len(row) for row in sequences]
    wrong = [
        ("padded-lengths", np.full(len(lengths), max(lengths))),
        ("zeros-not-counted", np.array([np.count_nonzero(row) for row in sequences])),
    ]
    close(value, np.array(lengths), "sequence", wrong)


def check_fix_the_loop(
    fixed_loop: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[RunSize] = RUNS
) -> Report:
    """Checks each of three bugs by itself, so that every one mended counts."""
    check = Check(EXERCISES["fix-the-loop"])
    loop = _loop(fixed_loop, "fixed_loop", "fix-the-loop")
    runs = _runs(sizes, seeds)
    with check.property("the output of step 0 is there"):
        for run in runs:
            _check_first_step(loop, run)
    with check.property("every step starts from the state that the step before left"):
        for run in runs:
            _check_later_steps(loop, run)
    with check.property("final_state is the state after the last step"):
        for run in runs:
            loop.check_state(run)
    with check.property("in a graph, too, every output is kept"):
        for run in runs[:2]:
            _check_kept(loop, run)
    return check.report()


def _check_first_step(loop: Loop, run: BatchRun) -> None:
    outputs = loop.outputs(run)
    if np.shape(outputs) != (run.batch, run.time, run.output_size) or not np.any(outputs):
        loop.check_outputs(run)
    wrong = [("first-step-skipped", np.zeros([run.batch, run.output_size]))]
    close(outputs[:, 0], run.result().outputs[:, 0], "sequence, unit", wrong)


def _check_later_steps(loop: Loop, run: BatchRun) -> None:
    """Checks the outputs after step 0; a loop that starts at step 1 is no matter here."""
    expected = run.result().outputs
    later = as_array(loop.outputs(run), expected.shape)[:, 1:]
    if not np.allclose(later, run.without_first_step().outputs[:, 1:], atol=TOLERANCE):
        wrong = [(slug, w.outputs[:, 1:]) for slug, w in run.wrong_results()]
        known = [(slug, outputs) for slug, outputs in wrong if slug == "state-not-carried"]
        close(later, expected[:, 1:], "sequence, step after 0, unit", known)


def _check_kept(loop: Loop, run: BatchRun) -> None:
    """Checks that a graph gives what the same loop gives outside of one, and not zeros."""
    outside, inside = np.asarray(loop.outputs(run)), np.asarray(loop.traced(run)[0])
    wrong = [("write-dropped", np.zeros_like(outside))]
    close(inside, outside, "sequence, step, unit", wrong)
    if not inside.any():
        raise Failed("All outputs are zero.", "write-dropped")
