"""The check of a network that counts the ones in sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
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
    answer = subject(predict_count, "predict_count")
    ones, bits = (
        [counting.draw(form, size, np.random.default_rng(seed)) for seed in seeds]
        for form in counting.FORMS
    )

    def counts(batch: Batch) -> np.ndarray:
        return _whole(answer(batch.inputs, batch.sequence_length), batch)

    def try_share(batches: tuple[Batch, Batch]) -> None:
        batch, other = batches
        given = counts(batch)
        if (right := _share(given, batch)) < ENOUGH:
            told = f"{right:.0%} of {len(given)} are counted right."
            slug = _why_wrong(given, batch)
            if slug is None and _share(counts(other), other) >= ENOUGH:
                slug = "one-form-only"
            raise Failed(told, slug)

    def try_padding(batch: Batch) -> None:
        real = np.arange(batch.inputs.shape[1]) < batch.sequence_length[:, np.newaxis]
        filled = batch._replace(inputs=np.where(real, batch.inputs, 1).astype(np.int32))
        if (right := _share(counts(filled), batch)) < ENOUGH:
            raise Failed(
                f"With ones there, {right:.0%} of {len(real)} are counted right.",
                "counts-past-the-end",
            )

    def try_weights(batch: Batch) -> float:
        """The share of the counts that change if all weights are zero."""
        arrays = (batch.inputs, batch.sequence_length)
        given = counts(batch)
        value, n_variables = answer.probe("run_without_weights", *arrays)
        if n_variables == 0:
            slug = "no-network" if _share(given, batch) >= ENOUGH else None
            raise Failed("No trainable variable is read.", slug)
        return float(np.mean(_whole(value, batch) != given))

    def try_zeros(batch: Batch) -> None:
        if (changed := try_weights(batch)) < 0.5:
            raise Failed(f"Only {changed:.0%} of the counts change.", "no-network")

    pairs, again = list(zip(ones, bits, strict=True)), list(zip(bits, ones, strict=True))
    whole = check.each("there is one whole number for each sequence", ones + bits, counts)
    right = f"{ENOUGH:.0%} or more are counted right"
    both = [
        check.each(f"of sequences of ones, {right}", pairs, try_share, [whole]),
        check.each(f"of sequences of random bits, {right}", again, try_share, [whole]),
    ]
    check.each("what follows sequence_length does not matter", ones + bits, try_padding, both)
    reads = check.each("a network's weights are read while it counts", bits, try_weights, [whole])
    name = "with all these weights at zero it cannot count"
    check.each(name, bits, try_zeros, [*both, reads])
    return check.report()


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
