"""The check of `keep-probability`: the probability to keep a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import TIGHT, close
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.noise_distribution import draw_counts

EXERCISES = load_exercises("word2vec")


def check_keep_probability(
    keep_probability: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (6, 3)
) -> Report:
    """Checks which words are thinned out, and that rare ones are always kept."""
    check = Check(EXERCISES["keep-probability"])
    answer = subject(keep_probability, "keep_probability")
    draws = [1000 * draw_counts(size, seed) for size in sizes for seed in seeds]

    def compare(counts: np.ndarray, *threshold: float) -> None:
        f, t = counts.astype(float) / counts.sum(), threshold[0] if threshold else 1e-3
        raw = np.sqrt(t / f) + t / f
        per_count = np.sqrt(t / counts) + t / counts
        wrong = [
            ("drop-for-keep", 1 - np.minimum(1, raw)),
            ("above-one", raw),
            ("count-for-frequency", np.minimum(1, per_count)),
            ("formula-of-the-paper", np.minimum(1, np.sqrt(t / f))),
            ("threshold-ignored", np.minimum(1, np.sqrt(1e-3 / f) + 1e-3 / f)),
        ]
        close(answer(counts, *threshold), np.minimum(1, raw), "word", wrong, TIGHT)

    with check.property("frequent words are kept with probability (sqrt(f / t) + 1) · t / f"):
        for counts in draws:
            compare(counts)
    with check.property("another threshold can be given"):
        for counts in draws:
            compare(counts, 0.02)
            compare(counts, 1e-4)
    with check.property("rare words are always kept: the probability is never above 1"):
        for counts in draws:
            compare(counts, 0.5)
            compare(np.append(counts, [1, 2]).astype(np.float32))
    with check.property("one word is enough"):
        compare(np.array([500], np.float32))
    return check.report()
