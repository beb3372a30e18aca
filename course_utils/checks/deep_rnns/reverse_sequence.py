"""The check of `reverse-sequence`: reverse a sequence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("deep_rnns")
Block = tuple[int, int, int]  # batch, time, features
SMALLEST: Block = (3, 3, 1)
BLOCKS: Sequence[Block] = ((4, 5, 2), (3, 3, 3), (5, 6, 1), (1, 4, 3), (2, 1, 4))


def draw_lengths(block: Block, seed: int) -> np.ndarray:
    """[batch] int32 in 1..time, as many different ones as there can be."""
    batch, time, _ = block
    return np.random.default_rng(seed).permutation(1 + np.arange(batch) % time).astype(np.int32)


def reverse(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """[batch, time, ...] with the first `length` steps of each row backwards; indices clipped.

    >>> reverse(np.array([[1, 2, 3, 9]]), np.array([3]))
    array([[3, 2, 1, 9]])
    """
    turned = values.copy()
    for row, length in zip(turned, lengths, strict=True):
        row[: max(length, 0)] = row[: max(length, 0)][::-1].copy()
    return turned


def real_steps(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The values with zeros past the end of each row."""
    real = np.arange(values.shape[1]) < lengths[:, np.newaxis]
    return values * real.reshape(*real.shape, *[1] * (values.ndim - 2))


class _Sequences:
    """Sequences that are all different, past the end too, and their lengths."""

    def __init__(self, block: Block, seed: int) -> None:
        values = np.random.default_rng([seed, *block]).permutation(np.prod(block)) + 1
        self.inputs = values.reshape(block).astype(np.float32)
        self.lengths = draw_lengths(block, seed)

    def wrong(self, lengths: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """What misconceptions lead to."""
        time = self.inputs.shape[1]
        right = reverse(self.inputs, lengths)
        late = reverse(self.inputs, np.minimum(lengths + 1, time))
        return [
            ("plain-reverse", self.inputs[:, ::-1]),
            ("off-by-one", reverse(self.inputs, lengths - 1)),
            ("off-by-one", late),
            ("padding-zeroed", real_steps(right, lengths)),
            ("padding-moved", _padding_first(self.inputs, lengths)),
            ("wrong-axis", self.inputs[::-1]),
            ("wrong-axis", self.inputs[..., ::-1]),
            ("not-reversed", self.inputs),
            ("padding-reversed-too", _each_part_reversed(self.inputs, lengths)),
        ]


def _padding_first(inputs: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The real steps turned round and put at the end, the padding in front of them."""
    rows = [np.concatenate([x[n:], x[:n][::-1]]) for x, n in zip(inputs, lengths, strict=True)]
    return np.stack(rows)


def _each_part_reversed(inputs: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The real steps turned round in their place, and the padding in its own."""
    rows = [
        np.concatenate([x[:n][::-1], x[n:][::-1]]) for x, n in zip(inputs, lengths, strict=True)
    ]
    return np.stack(rows)


def check_reverse_sequence(
    reverse_sequence: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks the order of the real steps, and that the padding stays as it is.

    Args:
      reverse_sequence: the function.
      seeds: of the inputs and lengths.
      sizes: batch, time, features.
    """
    check = Check(EXERCISES["reverse-sequence"])
    answer = subject(reverse_sequence, "reverse_sequence")
    cases = [_Sequences(size, seed) for size in (SMALLEST, *sizes) for seed in seeds]

    def try_shape(case: _Sequences) -> None:
        as_array(answer(case.inputs, case.lengths), case.inputs.shape, "batch, time, features")

    def try_real(case: _Sequences) -> None:
        _check_reversed(answer, case, case.lengths, real_steps)

    def try_padding(case: _Sequences) -> None:
        _check_reversed(answer, case, case.lengths, padding)

    def try_full(case: _Sequences) -> None:
        full = np.full_like(case.lengths, case.inputs.shape[1])
        _check_reversed(answer, case, full, real_steps)

    def try_single(case: _Sequences) -> None:
        _check_reversed(answer, case, np.ones_like(case.lengths), real_steps)

    def try_twice(case: _Sequences) -> None:
        close(answer(answer(case.inputs, case.lengths), case.lengths), case.inputs)

    shape = check.each("the result has the shape of inputs", cases, try_shape)
    real = check.each("the real steps are in reverse order", cases, try_real, [shape])
    check.each("the padding stays at the end, as it is", cases, try_padding, [shape])
    check.each("a full sequence is reversed from end to end", cases, try_full, [shape])
    check.each("a sequence of a single step keeps it in its place", cases, try_single, [shape])
    check.each("reversed twice it is what it was", cases, try_twice, [real])
    return check.report()


def padding(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The values with zeros in place of the real steps."""
    return values - real_steps(values, lengths)


def _check_reversed(
    answer: Subject, case: _Sequences, lengths: np.ndarray, part: Callable[..., np.ndarray]
) -> None:
    """Compares a part of the result; all of it speaks for or against misconceptions."""
    result = as_array(answer(case.inputs, lengths), case.inputs.shape, "batch, time, features")
    right = reverse(case.inputs, lengths)
    alike = {slug for slug, wrong in case.wrong(lengths) if np.array_equal(wrong, result)}
    known = {slug for slug, _ in case.wrong(lengths)}
    weigh(alike, known, as_expected=np.array_equal(result, right))
    close(part(result, lengths), part(right, lengths), "sequence, step, feature")
