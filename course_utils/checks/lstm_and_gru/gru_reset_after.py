"""The check of `gru-reset-after`: the other convention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.gru_cases import check_gru
from course_utils.checks.lstm_and_gru.lstm_cases import (
    SIZES,
    Size,
)

EXERCISES = load_exercises("lstm_and_gru")


def check_gru_reset_after(
    gru_step_reset_after: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of a GRU that resets after the product, with gates shut or open."""
    answer = subject(gru_step_reset_after, "gru_step_reset_after")
    return check_gru("gru-reset-after", answer, True, seeds, sizes)
