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


def check_count_ones(predict_count: Any, seeds: Sequence[int] = (1,), size: int = 300) -> Report:
    """Checks the counts on fresh sequences of both forms, and that a network makes them.

    Args:
      predict_count: the function.
      seeds: of the sequences.
      size: how many sequences of each form.
    """
    check = Check(load_exercises("dynamic_rnn")["count-ones"])
    answer = subject(predict_count, "predict_count")
    ones, bits = (
        [counting.draw(form, size, np.random.default_rng(seed)) for seed in seeds]
        for form in counting.FORMS
    )

    with check.property("there is one whole number for each sequence"):
        for batch in ones + bits:
            _counts(answer, batch)
    for name, batches in (("ones", ones), ("random bits", bits)):
        with check.property(f"of sequences of {name}, {ENOUGH:.0%} or more are counted right"):
            for batch in batches:
                counts = _counts(answer, batch)
                _check_share(counts, batch, _why_wrong(counts, batch))
    with check.property("what follows sequence_length does not matter"):
        for batch in ones + bits:
            counts_otherwise = _share(_counts(answer, batch), batch) >= ENOUGH
            slug = "counts-past-the-end" if counts_otherwise else None
            real = np.arange(batch.inputs.shape[1]) < batch.sequence_length[:, np.newaxis]
            filled = batch._replace(inputs=np.where(real, batch.inputs, 1).astype(np.int32))
            _check_share(_counts(answer, filled), batch, slug)
    with check.property("a network's weights are read while it counts"):
        for batch in bits:
            _check_network(answer, batch)
    with check.property("with all these weights at zero it cannot count"):
        for batch in bits:
            _check_network(answer, batch, weights_matter=True)
    return check.report()


def _counts(answer: Subject, batch: counting.Batch) -> np.ndarray:
    return _whole(answer(batch.inputs, batch.sequence_length), batch)


def _whole(value: Any, batch: counting.Batch) -> np.ndarray:
    counts = as_array(value, batch.counts.shape, "batch")
    if (odd := counts[counts != counts.round()]).size:
        raise Failed(f"A count is {odd[0]:.3g}, expected whole numbers.")
    return counts


def _why_wrong(counts: np.ndarray, batch: counting.Batch) -> str | None:
    if np.ptp(counts) == 0:
        return "constant-guess"
    as_long = np.mean(counts == batch.sequence_length)
    return "length-as-count" if as_long >= ENOUGH else None


def _share(counts: np.ndarray, batch: counting.Batch) -> float:
    return float(np.mean(counts == batch.counts))


def _check_share(counts: np.ndarray, batch: counting.Batch, slug: str | None) -> None:
    right = _share(counts, batch)
    if right < ENOUGH:
        raise Failed(f"{right:.0%} of {len(counts)} are counted right.", slug)


def _check_network(answer: Subject, batch: counting.Batch, weights_matter: bool = False) -> None:
    counts = _counts(answer, batch)
    slug = "no-network" if _share(counts, batch) >= ENOUGH else None
    arrays = (batch.inputs, batch.sequence_length)
    value, n_variables = answer.probe("run_without_weights", *arrays)
    changed = float(np.mean(_whole(value, batch) != counts))
    if n_variables == 0:
        raise Failed("No trainable variable is read.", slug)
    if weights_matter and changed < 0.5:
        raise Failed(f"Only {changed:.0%} of the counts change.", slug)
