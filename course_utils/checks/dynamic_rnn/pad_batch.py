"""The check of `pad-batch`: pad a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

Sequences = list[list[float]]
PAD_LENGTHS = ((3, 1, 2), (2, 5, 4, 1), (4,), (3, 3))
EMPTY: list[Sequences] = [[[], [3.0, 1.5]], [[2.0], [], [5.0, 4.0, 1.0]]]
EXERCISES = load_exercises("dynamic_rnn")


def check_pad_batch(pad_batch: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the padded batch and the lengths, with empty sequences and with zeros in others."""
    check = Check(EXERCISES["pad-batch"])
    answer = _PadBatch(subject(pad_batch, "pad_batch"))
    lists = [_sequences(lengths, seed) for lengths in PAD_LENGTHS for seed in seeds]
    pair = check.each("it returns the inputs and the lengths", lists[:2], answer.parts)
    name = "inputs has the shape [batch, longest]"
    shape = check.each(name, lists, answer.check_shape, [pair])
    name = "each row begins with its sequence, zeros follow"
    rows = check.each(name, lists, answer.check_rows, [shape])
    name = "sequence_length says how long each sequence was"
    lengths = check.each(name, lists, answer.check_lengths, [pair])
    name = "an empty sequence is a row of zeros, of length 0"
    check.each(name, EMPTY, answer.check_empty, [rows, lengths])
    return check.report()


class _PadBatch:
    """The function under test."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def parts(self, sequences: Sequences) -> list[Any]:
        """The inputs and the lengths."""
        result = self._answer(sequences)
        if isinstance(result, np.ndarray):
            raise Failed(f"Got one array of shape {list(result.shape)}, expected two things.")
        return as_items(result, 2, "the inputs and the lengths")

    def check_shape(self, sequences: Sequences) -> None:
        """Checks the inputs' shape; if it is wrong the values may tell how it came about."""
        value, right = self.parts(sequences)[0], _padded_rows(sequences)
        if np.shape(value) != right.shape:
            close(value, right, "batch, longest", _wrong_rows(sequences))
        as_array(value, right.shape, "batch, longest")

    def check_rows(self, sequences: Sequences) -> None:
        """Checks the inputs."""
        rows = self.parts(sequences)[0]
        close(rows, _padded_rows(sequences), "sequence, step", _wrong_rows(sequences))

    def check_lengths(self, sequences: Sequences) -> None:
        """Checks the lengths."""
        lengths = [len(row) for row in sequences]
        wrong = [
            ("padded-lengths", np.full(len(lengths), max(lengths))),
            ("zeros-not-counted", np.array([np.count_nonzero(row) for row in sequences])),
        ]
        close(self.parts(sequences)[1], np.array(lengths), "sequence", wrong)

    def check_empty(self, sequences: Sequences) -> None:
        """Checks both; with no empty sequence among them all is right, as is known."""
        try:
            self.check_rows(sequences)
            self.check_lengths(sequences)
        except (Failed, AnswerError) as error:
            raise Failed(str(error), "empty-dropped") from None


def _sequences(lengths: Sequence[int], seed: int) -> Sequences:
    """Lists of numbers with a zero at the end of every second one: it is data, no padding."""
    rng = np.random.default_rng([seed, *lengths])
    rows = [((2 * rng.integers(1, 10, n) + 1) / 2).tolist() for n in lengths]
    return [[*row[:-1], 0.0] if i % 2 and row else row for i, row in enumerate(rows)]


def _padded_rows(sequences: Sequences, at_end: bool = False) -> np.ndarray:
    longest = max(map(len, sequences))
    rows = [
        [0.0] * (longest - len(row)) * at_end + row + [0.0] * (longest - len(row)) * (not at_end)
        for row in sequences
    ]
    return np.array(rows)


def _wrong_rows(sequences: Sequences) -> list[tuple[str, np.ndarray]]:
    right, shortest = _padded_rows(sequences), min(map(len, sequences))
    left = _padded_rows(sequences, at_end=True)
    return [
        ("left-padding", left),
        ("cut-to-shortest", right[:, :shortest]),
        ("time-first", right.T),
        ("whole-numbers", np.trunc(right)),
        ("keras-defaults", np.trunc(left)),
    ]
