"""The check of `naive-forecast`: the naive forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("time_series")
ERRORS = ((4, 3, 1), (3, 5, 1), (1, 4, 1), (2, 1, 1), (1, 1, 1))  # batch, n_steps, features


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
    with check.property("for a single value it is the squared difference"):
        for before, after in ((3.0, 5.0), (-1.5, 2.0)):
            x, y = (np.full([1, 1, 1], value, np.float32) for value in (before, after))
            near(answer(x, y), (after - before) ** 2, _wrong_errors(x, y))
    with check.property("it is the mean over all windows and steps"):
        for size in sizes:
            for seed in seeds:
                arrays = np.random.default_rng([seed, *size]).uniform(-3, 3, [2, *size])
                x, y = arrays.astype(np.float32)
                expected = np.dot(np.ravel(y - x), np.ravel(y - x)) / x.size
                near(answer(x, y), expected, _wrong_errors(x, y))
    with check.property("a series that never changes is forecast without error"):
        _check_unchanging(answer)
    return check.report()


def _wrong_errors(x: np.ndarray, y: np.ndarray) -> list[tuple[str, float]]:
    apart = np.ravel(y - x).astype(float)
    wrong = [
        ("root-of-it", np.sqrt(np.mean(apart**2))),
        ("absolute-error", np.abs(apart).mean()),
        ("sum-for-mean", np.sum(apart**2)),
        ("predicts-the-target", 0.0),
    ]
    if x.shape[1] > 1:
        wrong += [
            ("predicts-the-target", float(np.mean(np.square(x[:, 1:] - y[:, :-1])))),
            ("last-step-only", float(np.mean(np.square(x[:, -1] - y[:, -1])))),
        ]
    return wrong


def _check_unchanging(answer: Subject) -> None:
    still = np.full([2, 3, 1], 4.0, np.float32)
    near(answer(still, still), 0.0)
    other = still + np.arange(1, 7, dtype=np.float32).reshape(still.shape)
    near(answer(still, other), 91 / 6, _wrong_errors(still, other))  # the mean of 1, 4, ... 36
