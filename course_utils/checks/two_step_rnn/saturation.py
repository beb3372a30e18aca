"""The check of `saturation`: measure saturation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import (
    near,
)
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("two_step_rnn")
SHAPES = ((1, 3), (4, 5), (2, 7))
SPREAD = np.array(
    [[0.1, 0.5, -0.6, -0.8, 0.9], [0.97, -0.985, 0.99, -0.993, 0.999], [0.9995, 0.3, 0.2, -0.7, 1]],
    np.float32,
)
LIMITS = (0.5, 0.2, 0.05, 0.001)
ENDS = (np.array([[-1, 0, 0, 1]], np.float32), np.array([[-1, -1, 0.5]], np.float32))
MIDDLES = (
    np.array([[0.0, 0.3], [-0.3, 1.0]], np.float32),
    np.array([[0.1, -0.5, 0.6]], np.float32),
)


def check_saturation(saturation: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the fraction of saturated units on random outputs and at both ends of tanh."""
    check = Check(EXERCISES["saturation"])
    answer = subject(saturation, "saturation")

    def try_value(case: tuple[np.ndarray, float]) -> None:
        y, eps = case
        near(answer(y, eps), _saturated(y, eps), _wrong_fractions(y, eps))

    def try_default(y: np.ndarray) -> None:
        near(answer(y), _saturated(y, 0.01), _wrong_fractions(y, 0.01))

    check.each("it is the fraction of entries with 1 - y² < eps", _outputs(seeds), try_default)
    check.each("eps sets the limit", [(SPREAD, eps) for eps in LIMITS], try_value)
    check.each("both ends of tanh count", ENDS, try_default)
    check.each("units in the middle do not count", MIDDLES, try_default)
    return check.report()


def _outputs(seeds: Sequence[int]) -> list[np.ndarray]:
    """Outputs of a tanh with two digits behind the 0.9, some of them saturated."""
    draws = [np.random.default_rng(seed).normal(0, 3, shape) for shape in SHAPES for seed in seeds]
    return [np.tanh(sums).astype(np.float32).round(3) for sums in draws]


def _saturated(y: np.ndarray, eps: float) -> float:
    return float(np.mean(1 - y.astype(np.float64) ** 2 < eps))


def _wrong_fractions(y: np.ndarray, eps: float) -> list[tuple[str, float]]:
    return [
        ("small-for-saturated", np.mean(np.abs(y) < eps)),
        ("count-for-fraction", np.sum(1 - y**2 < eps)),
        ("only-positive", np.mean((1 - y**2 < eps) & (y > 0))),
        ("only-positive", np.mean(1 - y < eps)),
        ("value-for-slope", np.mean(np.abs(y) > 1 - eps)),
        ("value-for-slope", np.mean(1 - np.abs(y) < eps)),  # rounded in another way
        ("the-others-counted", np.mean(1 - y**2 >= eps)),
        ("eps-ignored", np.mean(1 - y**2 < 0.01)),
    ]
