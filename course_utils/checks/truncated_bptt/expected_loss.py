"""The check of `expected-loss`: the expected loss."""

from __future__ import annotations

import math
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.binary_task import (
    KNOWLEDGE,
    entropy,
    wrong_losses,
)

EXERCISES = load_exercises("truncated_bptt")
EXERCISES["expected-loss"].knowing(slug for slug, _ in wrong_losses(frozenset({3})))
Lags = frozenset[int]


def check_expected_loss(expected_loss: Any) -> Report:
    """Checks the four expected losses, one property each."""
    check = Check(EXERCISES["expected-loss"])
    answer = subject(expected_loss, "expected_loss")

    def is_right(lags: Lags) -> bool:
        loss = answer(set(lags))
        expected = entropy(KNOWLEDGE[lags])
        return isinstance(loss, float) and abs(loss - expected) < TOLERANCE

    def try_loss(lags: Lags) -> None:
        near(answer(set(lags)), entropy(KNOWLEDGE[lags]), wrong_losses(lags))

    def try_both(known: Lags) -> None:
        """Both lags; only here something is sure, which nan shows if fewer lags are right."""
        fewer_right, both = is_right(known), frozenset({3, 8})
        loss = answer(set(both))
        if isinstance(loss, float) and math.isnan(loss) and fewer_right:
            raise Failed("Got nan, expected a number.", "zero-times-log-zero")
        near(loss, entropy(KNOWLEDGE[both]), wrong_losses(both))

    names = ["neither lag", "lag 3 only", "lag 8 only"]
    fewer = list(KNOWLEDGE)[: len(names)]
    for name, lags in zip(names, fewer, strict=True):
        check.each(f"the loss of a model that knows {name} is right", [lags], try_loss)
    check.each("the loss of a model that knows both lags is right", fewer[1:], try_both)
    return check.report()
