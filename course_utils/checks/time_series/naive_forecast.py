"""The check of `naive-forecast`: the naive forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("time_series")
ERRORS = ((2, 3, 1), (3, 4, 1), (1, 4, 1), (3, 5, 1), (2, 1, 1))  # batch, n_steps, features


def check_naive_forecast(
    naive_mse: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[int, int, int]] = ERRORS,
) -> Report:
    """Checks the error of the naive forecast, in one entry and over whole batches.

    Args:
      naive_mse: the function.
      seeds: of the values.
      sizes: of x and y; they are not windows of one series, so that each must be used as it is.
    """
    check = Check(EXERCISES["naive-forecast"])
    answer = subject(naive_mse, "naive_mse")
    windows = [_draw(size, seed) for size in sizes for seed in seeds]
    singles = [
        tuple(np.full([1, 1, 1], value, np.float32) for value in pair)
        for pair in ((3.0, 5.0), (-1.5, 2.0))
    ]
    still = [(x, x) for x in (np.full([1, 2, 1], 4, np.float32), np.full([2, 3, 1], -1.5))]

    def compare(batch: tuple[np.ndarray, ...]) -> None:
        x, y = batch
        near(answer(x, y), _mean_square(y - x), _wrong_errors(x, y))

    single = "for a single value it is the squared difference"
    check.each("it is the mean over all windows and steps", windows, compare)
    check.each(single, singles, compare)
    check.each("a series that never changes is forecast without error", still, compare)
    return check.report()


def _draw(size: tuple[int, int, int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([seed, *size])
    x, y = (rng.integers(-30, 31, [2, *size]) / 10).astype(np.float32)
    return x, y


def _mean_square(apart: np.ndarray) -> float:
    """The mean of the squares, entry by entry."""
    return sum(float(value) ** 2 for value in np.ravel(apart)) / apart.size


def _wrong_errors(x: np.ndarray, y: np.ndarray) -> list[tuple[str, float]]:
    apart = (y - x).astype(float)
    wrong = [
        ("root-of-it", np.sqrt(np.mean(apart**2))),
        ("absolute-error", np.abs(apart).mean()),
        ("sum-for-mean", np.sum(apart**2)),
        ("sum-for-mean", np.sum(apart**2) / len(apart)),
        ("predicts-the-target", 0.0),
        ("square-of-the-mean", np.mean(apart) ** 2),
        ("mean-taken-off", np.var(apart)),
        ("last-value-for-all", _mean_square(y - x[:, -1:])),
        ("last-step-only", _mean_square(y[:, -1] - x[:, -1])),
    ]
    if x.shape[1] > 1:
        wrong.append(("predicts-the-target", _mean_square(x[:, 1:] - y[:, :-1])))
    return wrong
