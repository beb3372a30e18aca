"""The check of `dropout`: dropout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("deep_rnns")
SIGMAS = 6.5  # a right answer fails once in ten thousand million comparisons
SIZES: Sequence[tuple[int, ...]] = ((40, 60), (20, 7, 15), (2500,))
KEEPS = (0.8, 0.3)


def draw_inputs(shape: Sequence[int], seed: int) -> np.ndarray:
    """Numbers that are all different, and far enough from 0 to be told from it."""
    # Not of the bare seed: the answer's generator has that, and its draws would be these again.
    return np.random.default_rng([seed, 8]).uniform(1, 3, shape).astype(np.float32)


def margin_of(keep: float, n: int) -> float:
    """How far the share of n values that are kept may be from `keep` by chance."""
    return SIGMAS * float(np.sqrt(keep * (1 - keep) / n))


def check_dropped(result: np.ndarray, x: np.ndarray) -> None:
    """Raises `Failed` if x comes out as it went in."""
    if np.allclose(result, x):
        raise Failed("Nothing is dropped, although it is training.", "nothing-dropped")


def check_values(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    """Raises `Failed` unless each value is 0 or x / keep, and some are 0."""
    kept = result != 0
    check_dropped(result, x)
    wrong = [
        ("no-rescaling", x * kept),
        ("no-rescaling", x * kept * keep),
        ("keep-and-drop-swapped", x * kept / (1 - keep)),
    ]
    close(result, x * kept / keep, suspects=wrong)


def check_share(result: np.ndarray, keep: float) -> None:
    """Raises `Failed` unless about the share `keep` of the values is not 0."""
    share = float(np.mean(result != 0))
    margin = margin_of(keep, result.size)
    if abs(share - keep) > margin:
        swapped = abs(share - (1 - keep)) <= margin
        slug = "keep-and-drop-swapped" if swapped else None
        if share in (0.0, 1.0):
            slug = "one-draw-for-many"
        raise Failed(f"{share:.0%} of {result.size} values are kept, expected {keep:.0%}.", slug)


def check_own_draws(kept: np.ndarray, keep: float) -> None:
    """Raises `Failed` if values along an axis are kept together."""
    for axis, size in enumerate(kept.shape):
        spread = kept.mean(axis=axis).var() / (keep * (1 - keep))  # 1 if together, else 1 / size
        if size >= 4 and spread > 0.5:
            raise Failed(f"Along axis {axis} all are kept or all dropped.", "one-draw-for-many")


def check_draws(result: np.ndarray, keep: float) -> None:
    """Raises `Failed` unless each value has a draw of its own, and about the share `keep` stays."""
    check_own_draws(result != 0, keep)
    check_share(result, keep)


class _Dropout:
    """The function under test; called with a new generator each time."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def __call__(self, x: np.ndarray, keep: float, training: bool, seed: int) -> np.ndarray:
        rng = Recipe("numpy.random:default_rng", {"seed": seed})
        return as_array(self._answer(x, keep, training, rng), x.shape)


def check_dropout(
    dropout: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[tuple[int, ...]] = SIZES
) -> Report:
    """Checks what dropout keeps, how it rescales, and that it draws value by value.

    Args:
      dropout: the function.
      seeds: of the inputs and the generators.
      sizes: shapes of the inputs, of a thousand values or more.
    """
    check = Check(EXERCISES["dropout"])
    drop = _Dropout(subject(dropout, "dropout"))
    cases = [
        (draw_inputs(size, seed), keep, seed) for size in sizes for seed in seeds for keep in KEEPS
    ]
    with check.property("the result has the shape of x"):
        for x, keep, seed in (*cases, (draw_inputs([1, 1], 1), 0.5, 1)):
            for training in (True, False):
                drop(x, keep, training, seed)
    with check.property("at inference x comes out as it went in"):
        for x, keep, seed in cases:
            _check_inference(drop(x, keep, False, seed), x, keep)
    with check.property("in training each value is 0 or x / keep_prob"):
        for x, keep, seed in cases:
            check_values(drop(x, keep, True, seed), x, keep)
    with check.property("about the share keep_prob of the values is kept"):
        for x, keep, seed in cases:
            result = drop(x, keep, True, seed)
            check_dropped(result, x)
            check_share(result, keep)
    with check.property("the mean is preserved"):
        for x, keep, seed in cases:
            _check_mean(drop(x, keep, True, seed), x, keep)
    with check.property("every value has a draw of its own"):
        for x, keep, seed in cases:
            result = drop(x, keep, True, seed)
            check_dropped(result, x)
            check_draws(result if result.ndim > 1 else _square(result), keep)
    with check.property("the draws come from rng"):
        for x, keep, seed in cases:
            _check_generator(drop, x, keep, seed)
    with check.property("with keep_prob = 1 nothing is dropped"):
        for x, _, seed in cases:
            half = drop(x, 0.5, True, seed)  # what never drops proves nothing here
            check_dropped(half, x)
            check_share(half, 0.5)
            close(drop(x, 1.0, True, seed), x)
    return check.report()


def _square(values: np.ndarray) -> np.ndarray:
    side = int(np.sqrt(values.size))
    return values[: side * side].reshape(side, side)


def _check_inference(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    if np.any(result == 0):
        raise Failed(f"{np.mean(result == 0):.0%} of the values are 0.", "on-at-inference")
    close(result, x, suspects=[("scaled-at-inference", x * keep), ("on-at-inference", x / keep)])


def _check_mean(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    check_dropped(result, x)
    if not np.any(result == 0):
        raise Failed("No value is 0, although it is training.")
    margin = SIGMAS * float(np.sqrt(np.mean(x**2) * (1 - keep) / keep / x.size))
    if abs(result.mean() - x.mean()) > margin:
        slug = "no-rescaling" if abs(result.mean() - keep * x.mean()) < margin else None
        raise Failed(f"The mean is {result.mean():.2f}, that of x is {x.mean():.2f}.", slug)


def _check_generator(drop: _Dropout, x: np.ndarray, keep: float, seed: int) -> None:
    results = [drop(x, keep, True, s) for s in (seed, seed, seed + 100)]
    check_dropped(results[0], x)
    first, again, other = (result != 0 for result in results)
    check_share(first, keep)
    if (first != again).any():
        raise Failed("Two generators of the same seed drop different values.", "own-generator")
    if (first == other).all():
        raise Failed("Generators of different seeds drop the same values.", "own-generator")
