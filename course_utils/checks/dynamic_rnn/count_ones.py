"""The check of a network that counts the ones in sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array
from course_utils.checks.engine.report import Report
from course_utils.data import counting

ENOUGH = 0.95  # share of the sequences that have to be counted right
Batch = counting.Batch
EXERCISES = load_exercises("dynamic_rnn")


def check_count_ones(predict_count: Any, seeds: Sequence[int] = (1, 2), size: int = 150) -> Report:
    """Checks the counts on fresh sequences of both forms, and that a network makes them.

    Args:
      predict_count: the function.
      seeds: of the sequences.
      size: how many sequences of each form for each seed.
    """
    check = Check(EXERCISES["count-ones"])
    answer = _Counter(subject(predict_count, "predict_count"))
    ones, bits = (
        [counting.draw(form, size, np.random.default_rng(seed)) for seed in seeds]
        for form in counting.FORMS
    )
    pairs, again = list(zip(ones, bits, strict=True)), list(zip(bits, ones, strict=True))
    whole = check.each("there is one whole number for each sequence", ones + bits, answer.counts)
    right = f"{ENOUGH:.0%} or more are counted right"
    both = [
        check.each(f"of sequences of ones, {right}", pairs, answer.check_share, [whole]),
        check.each(f"of sequences of random bits, {right}", again, answer.check_share, [whole]),
    ]
    padding = "what follows sequence_length does not matter"
    check.each(padding, ones + bits, answer.check_padding, both)
    read = "a network's weights are read while it counts"
    reads = check.each(read, bits, answer.check_weights, [whole])
    name = "with all these weights at zero it cannot count"
    check.each(name, bits, answer.check_zeros, [*both, reads])
    return check.report()


class _Counter:
    """The function under test, and what its counts must be."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def counts(self, batch: Batch) -> np.ndarray:
        """The counts that the answer gives, which must be whole numbers."""
        return _whole(self._answer(batch.inputs, batch.sequence_length), batch)

    def check_share(self, batches: tuple[Batch, Batch]) -> None:
        """Checks the counts of the first batch; the second one is of the other form."""
        batch, other = batches
        given = self.counts(batch)
        if (right := _share(given, batch)) < ENOUGH:
            told = f"{right:.0%} of {len(given)} are counted right."
            slug = _why_wrong(given, batch)
            if slug is None and _share(self.counts(other), other) >= ENOUGH:
                slug = "one-form-only"
            raise Failed(told, slug)

    def check_padding(self, batch: Batch) -> None:
        """Checks the counts with ones in the padding."""
        real = np.arange(batch.inputs.shape[1]) < batch.sequence_length[:, np.newaxis]
        filled = batch._replace(inputs=np.where(real, batch.inputs, 1).astype(np.int32))
        if (right := _share(self.counts(filled), batch)) < ENOUGH:
            raise Failed(
                f"With ones there, {right:.0%} of {len(real)} are counted right.",
                "counts-past-the-end",
            )

    def check_weights(self, batch: Batch) -> float:
        """Checks that a variable is read.

        Returns:
          The share of the counts that change if all weights are zero.
        """
        arrays = (batch.inputs, batch.sequence_length)
        given = self.counts(batch)
        value, n_variables = self._answer.probe("run_without_weights", *arrays)
        if n_variables == 0:
            slug = "no-network" if _share(given, batch) >= ENOUGH else None
            raise Failed("No trainable variable is read.", slug)
        return float(np.mean(_whole(value, batch) != given))

    def check_zeros(self, batch: Batch) -> None:
        """Checks that at least half of the counts change if all weights are zero."""
        if (changed := self.check_weights(batch)) < 0.5:
            raise Failed(f"Only {changed:.0%} of the counts change.", "no-network")


def _whole(value: Any, batch: Batch) -> np.ndarray:
    counts = as_array(value, batch.counts.shape, "batch")
    if (odd := counts[counts != counts.round()]).size:
        raise Failed(f"A count is {odd[0]:.3g}, expected whole numbers.")
    return counts


def _why_wrong(counts: np.ndarray, batch: Batch) -> str | None:
    if np.ptp(counts) == 0:
        return "constant-guess"
    as_long = np.mean(counts == batch.sequence_length)
    return "length-as-count" if as_long >= ENOUGH else None


def _share(counts: np.ndarray, batch: Batch) -> float:
    return float(np.mean(counts == batch.counts))
