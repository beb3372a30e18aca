"""The check of `gru-step`: one step of a GRU."""

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


def check_gru_step(
    gru_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of a GRU that resets before the product, with gates shut or open."""
    return check_gru("gru-step", subject(gru_step, "gru_step"), False, seeds, sizes)
