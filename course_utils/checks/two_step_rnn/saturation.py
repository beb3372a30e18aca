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


def check_saturation(saturation: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the fraction of saturated units on random outputs and at both ends of tanh."""
    check = Check(EXERCISES["saturation"])
    answer = subject(saturation, "saturation")
    with check.property("it is the fraction of entries with 1 - y² < eps"):
        for seed in seeds:
            for shape in ((4, 5), (1, 3), (2, 7)):
                y = np.tanh(np.random.default_rng(seed).normal(0, 3, shape)).astype(np.float32)
                near(answer(y), _saturated(y, 0.01), _wrong_fractions(y, 0.01))
    with check.property("eps sets the limit"):
        y = np.array([[0.5, -0.8], [0.9, 0.97], [-0.99, 0.999]], np.float32)
        for eps in (0.5, 0.2, 0.05, 0.001):
            near(answer(y, eps), _saturated(y, eps), _wrong_fractions(y, eps))
    with check.property("both ends of tanh count"):
        for y in (np.array([[-1, 0, 0, 1]], np.float32), -np.ones([2, 3], np.float32)):
            near(answer(y), _saturated(y, 0.01), _wrong_fractions(y, 0.01))
    with check.property("units in the middle do not count"):
        y = np.array([[0.0, 0.3], [-0.3, 1.0]], np.float32)
        near(answer(y), 0.25, _wrong_fractions(y, 0.01))
    return check.report()


def _saturated(y: np.ndarray, eps: float) -> float:
    return float(np.mean(1 - y.astype(np.float64) ** 2 < eps))


def _wrong_fractions(y: np.ndarray, eps: float) -> list[tuple[str, float]]:
    return [
        ("small-for-saturated", np.mean(np.abs(y) < eps)),
        ("count-for-fraction", np.sum(1 - y**2 < eps)),
        ("only-positive", np.mean((1 - y**2 < eps) & (y > 0))),
        ("value-for-slope", np.mean(np.abs(y) > 1 - eps)),
    ]
