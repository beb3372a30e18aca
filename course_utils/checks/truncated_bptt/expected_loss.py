"""The check of `expected-loss`: the expected loss."""

from __future__ import annotations

import math
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.binary_task import (
    KNOWLEDGE,
    entropy,
    wrong_losses,
)

EXERCISES = load_exercises("truncated_bptt")


def check_expected_loss(expected_loss: Any) -> Report:
    """Checks the four expected losses, one property each."""
    check = Check(EXERCISES["expected-loss"])
    answer = subject(expected_loss, "expected_loss")
    names = ["neither lag", "lag 3 only", "lag 8 only", "both lags"]
    for name, (lags, seen) in zip(names, KNOWLEDGE.items(), strict=True):
        with check.property(f"the loss of a model that knows {name} is right"):
            loss = answer(set(lags))
            if isinstance(loss, float) and math.isnan(loss):
                raise Failed("Got nan, expected a number.", "zero-times-log-zero")
            near(loss, entropy(seen), wrong_losses(lags))
    return check.report()
