"""The check of `pad-batch`: pad a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

PAD_LENGTHS = ((3, 1, 2), (2, 5, 4, 1), (4,), (3, 3))
EMPTY: list[list[list[float]]] = [[[], [3.0, 1.5]], [[2.0], [], [5.0, 4.0, 1.0]]]
EXERCISES = load_exercises("dynamic_rnn")


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
