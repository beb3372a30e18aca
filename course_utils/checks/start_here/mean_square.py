"""The check of `mean-square`, chapter 00's worked exercise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("start_here")


def check_mean_square(mean_square: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks a mean of squares on single errors, on pairs that cancel and on random errors."""
    check = Check(EXERCISES["mean-square"])
    answer = subject(mean_square, "mean_square")
    cases = {
        "a single error gives its square": [np.array([3.0]), np.array([-2.0])],
        "errors of opposite sign do not cancel": [np.array([-1.0, 1.0]), np.array([2.0, -3.0])],
        "it is right for random errors": [_errors(seed) for seed in seeds],
    }

    def try_errors(errors: np.ndarray) -> None:
        near(answer(errors), float(np.mean(errors**2)), _wrong_values(errors))

    for name, arrays in cases.items():
        check.each(name, arrays, try_errors)
    return check.report()


def _errors(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=5).round(1)


def _wrong_values(errors: np.ndarray) -> list[tuple[str, float]]:
    return [
        ("square-of-mean", np.mean(errors) ** 2),
        ("sum-for-mean", np.sum(errors**2)),
    ]
