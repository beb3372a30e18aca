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
POWERS = (0.5, 1.0)


def check_noise_distribution(
    noise_distribution: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (2, 4, 7, 1)
) -> Report:
    """Checks the noise distribution for several powers."""
    check = Check(EXERCISES["noise-distribution"])
    answer = subject(noise_distribution, "noise_distribution")
    draws = [draw_counts(size, seed) for size in sizes for seed in seeds]

    def try_default(counts: np.ndarray) -> None:
        close(answer(counts), _noise(counts, 0.75), "word", _wrong_noise(counts, 0.75), TIGHT)

    def try_power(case: tuple[np.ndarray, float]) -> None:
        close(answer(*case), _noise(*case), "word", _wrong_noise(*case), TIGHT)

    def try_sum(counts: np.ndarray) -> None:
        found = as_array(answer(counts), counts.shape, "word")
        wrong = [(slug, np.sum(value)) for slug, value in _wrong_noise(counts, 0.75)]
        near(found.sum(), 1, [pair for pair in wrong if pair[0] == "not-normalised"])

    with_powers = [(counts, power) for counts in draws for power in POWERS]
    check.each("it is count^0.75 divided by the sum of all of these", draws, try_default)
    check.each("with another power, it is as the equation says", with_powers, try_power)
    evenly = [(counts, 0.0) for counts in draws]
    check.each("with power 0, each of n words has the probability 1 / n", evenly, try_power)
    check.each("the probabilities add up to 1", draws, try_sum)
    return check.report()


def _noise(counts: np.ndarray, power: float) -> np.ndarray:
    weights = np.exp(power * np.log(counts.astype(float)))
    return weights / weights.sum()


def _wrong_noise(counts: np.ndarray, power: float) -> list[tuple[str, np.ndarray]]:
    counts = counts.astype(float)
    weights, shares = counts**power, counts / counts.sum()
    logs = np.log(counts)
    return [
        ("power-one", shares),
        ("not-normalised", weights),
        ("not-normalised", shares**power),
        ("not-normalised", weights / counts.sum()),
        ("not-normalised", weights / weights.max()),
        ("power-ignored", _noise(counts, 0.75)),
        *([("power-upside-down", _noise(counts, 1 / power))] if power else []),
        ("times-the-power", weights * 0 + power * shares),
        ("logarithm-for-power", logs / logs.sum()),
        ("softmax", np.exp(weights - weights.max()) / np.exp(weights - weights.max()).sum()),
        ("softmax", np.exp(shares) / np.exp(shares).sum()),
        ("softmax", np.exp(shares**power) / np.exp(shares**power).sum()),
    ]


def draw_counts(size: int, seed: int) -> np.ndarray:
    """Counts of words, all different, whole numbers as counts are."""
    rng = np.random.default_rng([seed, size])
    return rng.permutation(np.arange(1, size + 1)) ** 2 * 3 + 2
