"""The check of `keep-probability`: the probability to keep a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_array, close, hold_against
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.noise_distribution import draw_counts

EXERCISES = load_exercises("word2vec")
DEFAULT = 1e-3
SINGLE_WORDS = (500, 70_000)
_Case = tuple[np.ndarray, float]  # counts, threshold


def check_keep_probability(
    keep_probability: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (3, 6)
) -> Report:
    """Checks which words are thinned out, and that rare ones are always kept."""
    check = Check(EXERCISES["keep-probability"])
    answer = subject(keep_probability, "keep_probability")
    draws = [1000 * draw_counts(size, seed) for size in sizes for seed in seeds]

    def found(case: _Case) -> Any:
        counts, threshold = case
        return answer(counts) if threshold == DEFAULT else answer(counts, threshold)

    def try_all(case: _Case) -> None:
        close(found(case), _kept(*case), "word", _wrong_probabilities(*case), TIGHT)

    def try_rare(case: _Case) -> None:
        right, value = _kept(*case), found(case)
        hold_against(value, right, _wrong_probabilities(*case), TIGHT)
        rare = right == 1
        close(as_array(value, right.shape, "word")[rare], right[rare], "rare word", (), TIGHT)

    frequent = [(counts, DEFAULT) for counts in draws]
    other = [(counts, threshold) for counts in draws for threshold in (0.02, 1e-4)]
    rare = [(np.append(counts, [1, 2]).astype(np.float32), DEFAULT) for counts in draws]
    rare += [(counts, 0.5) for counts in draws]
    single = [(np.array([count], np.float32), DEFAULT) for count in SINGLE_WORDS]
    name = "frequent words are kept with probability (sqrt(f / t) + 1) · t / f, t = 0.001"
    check.each(name, frequent, try_all)
    check.each("another threshold makes it another t", other, try_all)
    check.each("rare words are kept with probability 1, and not more", rare, try_rare)
    name = "a single word has f = 1, and the same formula"
    check.each(name, single, try_all)
    return check.report()


def _kept(counts: np.ndarray, threshold: float) -> np.ndarray:
    ratio = threshold / (counts.astype(float) / counts.sum(dtype=float))
    return np.minimum(1, np.sqrt(ratio) + ratio)


def _wrong_probabilities(counts: np.ndarray, t: float) -> list[tuple[str, np.ndarray]]:
    """What misconceptions lead to, but those that may give 1 for all, as anything may."""
    counts = counts.astype(float)
    f = counts / counts.sum()

    def formula(f: np.ndarray, t: float = t) -> np.ndarray:
        return np.sqrt(t / f) + t / f

    wrong = [
        ("drop-for-keep", 1 - np.minimum(1, formula(f))),
        ("drop-for-keep", 1 - formula(f)),
        ("above-one", formula(f)),
        ("count-for-frequency", np.minimum(1, formula(counts))),
        ("share-of-something-else", np.minimum(1, formula(counts / counts.max()))),
        ("share-of-something-else", np.minimum(1, formula(counts / len(counts)))),
        ("formula-of-the-paper", np.minimum(1, np.sqrt(t / f))),
        ("f-and-t-swapped", np.minimum(1, formula(1 / f, 1 / t))),
        ("one-lost", np.minimum(1, t / f)),
        ("cut-from-below", np.maximum(1, formula(f))),
        ("threshold-ignored", np.minimum(1, formula(f, DEFAULT))),
    ]
    vague = {slug for slug, value in wrong if (value == 1).all()}
    return [(slug, value) for slug, value in wrong if slug not in vague]
