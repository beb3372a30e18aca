"""The check of `noise-distribution`: the noise distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_array, close, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("word2vec")


def check_noise_distribution(
    noise_distribution: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (7, 4, 1)
) -> Report:
    """Checks the noise distribution for several powers."""
    check = Check(EXERCISES["noise-distribution"])
    answer = subject(noise_distribution, "noise_distribution")
    draws = [draw_counts(size, seed) for size in sizes for seed in seeds]

    def compare(counts: np.ndarray, *power: float) -> None:
        exponent = power[0] if power else 0.75
        weights = np.exp(exponent * np.log(counts.astype(float)))
        wrong = [
            ("power-one", counts / counts.sum()),
            ("not-normalised", weights),
            ("not-normalised", (counts / counts.sum()) ** exponent),
            ("power-ignored", counts**0.75 / np.sum(counts**0.75)),
            ("softmax", np.exp(weights - weights.max()) / np.exp(weights - weights.max()).sum()),
        ]
        close(answer(counts, *power), weights / weights.sum(), "word", wrong, TIGHT)

    with check.property("the power is 0.75 if none is given"):
        for counts in draws:
            compare(counts)
    with check.property("another power can be given; with 0 all words are equally likely"):
        for counts in draws:
            for power in (0.5, 1.0, 0.0):
                compare(counts, power)
    with check.property("the probabilities add up to 1"):
        for counts in draws:
            found = as_array(answer(counts), counts.shape, "word")
            near(found.sum(), 1, [("not-normalised", np.sum(counts**0.75))])
    return check.report()


def draw_counts(size: int, seed: int) -> np.ndarray:
    """Counts of words, all different, float32."""
    rng = np.random.default_rng([seed, size])
    return (rng.permutation(np.arange(1, size + 1)) ** 2 * 3 + 2).astype(np.float32)
