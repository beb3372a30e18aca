"""The check of `gradient-reach`: how far does a window reach?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.blame import about
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_integer, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("truncated_bptt")


def check_gradient_reach(
    reach: Any, cases: Sequence[tuple[int, int]] = ((5, 3), (10, 8), (10, 3), (6, 1), (9, 8))
) -> Report:
    """Checks how many outputs of a window can credit an input some steps back.

    Args:
      reach: the function.
      cases: num_steps and a lag below it.
    """
    check = Check(EXERCISES["gradient-reach"])
    answer = subject(reach, "reach")

    def compare(num_steps: int, lag: int) -> None:
        right = sum(t - lag >= 0 for t in range(num_steps))
        wrong = [
            ("all-outputs", num_steps),
            ("one-too-few", num_steps - lag - 1),
            ("one-too-many", num_steps - lag + 1),
            ("negative", num_steps - lag),
        ]
        with about(f"reach({num_steps}, {lag})"):
            near(as_integer(answer(num_steps, lag)), right, wrong)

    with check.property("an input within the window gets credit from the outputs after it"):
        for num_steps, lag in cases:
            compare(num_steps, lag)
    with check.property("every output can credit its own input"):
        for num_steps, _ in cases:
            compare(num_steps, 0)
    with check.property("a lag as wide as the window, or wider, gets none"):
        for num_steps, lag in cases:
            compare(num_steps, num_steps)
            compare(lag, num_steps)
    return check.report()
