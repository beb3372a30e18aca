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
BLOCKS: Sequence[Block] = ((4, 3, 5), (3, 5, 2), (5, 2, 4), (3, 3, 3), (1, 4, 3), (2, 4, 1))
EXERCISES = load_exercises("dynamic_rnn")


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
