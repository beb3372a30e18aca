"""The check of `last-output`: the last output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

Block = tuple[int, int, int]  # batch, time, units
BLOCKS: Sequence[Block] = ((3, 3, 2), (2, 4, 1), (4, 3, 5), (3, 5, 2), (5, 2, 4), (1, 4, 3))
EXERCISES = load_exercises("dynamic_rnn")
Case = tuple[np.ndarray, np.ndarray]  # outputs, lengths


def check_last_output(
    last_output: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks the rows taken from batches with all kinds of lengths, full ones and ones too."""
    check = Check(EXERCISES["last-output"])
    answer = subject(last_output, "last_output")
    cases = [_padded(size, seed) for size in sizes for seed in seeds]
    full = [(outputs, np.full_like(n, outputs.shape[1])) for outputs, n in cases]
    single = [(outputs, np.ones_like(n)) for outputs, n in cases]

    def try_shape(case: Case) -> None:
        result, shape = answer(*case), case[0][:, 0].shape
        if np.shape(result) != shape:  # the values may tell how it came about
            close(result, case[0][:, 0], "batch, units", _wrong_last(*case))
        as_array(result, shape, "batch, units")

    def try_rows(case: Case) -> None:
        outputs, lengths = case
        expected = outputs[np.arange(len(lengths)), lengths - 1]
        close(answer(*case), expected, "sequence, unit", _wrong_last(*case))

    shape = check.each("the result has the shape [batch, units]", cases, try_shape)
    rows = check.each("row i is outputs[i] at the last real step", cases, try_rows, [shape])
    check.each("if all sequences are full it is the last step", full, try_rows, [rows])
    name = "a sequence of a single step has its output at step 0"
    check.each(name, single, try_rows, [rows])
    return check.report()


def _padded(size: Block, seed: int) -> Case:
    """Outputs that are all different, past the end too, and lengths from 1 to time - 1."""
    batch, time, _ = size
    rng = np.random.default_rng([seed, *size])
    outputs = rng.permutation(np.prod(size)).reshape(size) + 1
    lengths = rng.permutation(1 + np.arange(batch) % max(1, time - 1))
    return outputs.astype(np.float32), lengths.astype(np.int32)


def _wrong_last(outputs: np.ndarray, lengths: np.ndarray) -> list[tuple[str, np.ndarray]]:
    batch, time, _ = outputs.shape
    rows = np.arange(batch)
    return [
        ("last-column", outputs[:, -1]),
        ("one-too-early", outputs[rows, lengths - 2]),
        ("length-as-index", outputs[rows, np.minimum(lengths, time - 1)]),
        ("length-as-index", outputs[rows, lengths % time]),
        ("length-as-index", np.where((lengths < time)[:, None], outputs[rows, lengths % time], 0)),
        ("wrong-axis", outputs[:, lengths - 1]),
        ("wrong-axis", outputs[0, lengths - 1]),
        ("wrong-axis", outputs[np.minimum(lengths, batch) - 1]),
        ("wrong-axis", outputs.swapaxes(0, 1)[:, np.minimum(lengths, batch) - 1]),
    ]
