"""The check of `gradient-reach`: how far does a window reach?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_integer, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("truncated_bptt")
Window = tuple[int, int]  # num_steps, lag
TELLING: Sequence[Window] = ((5, 3), (6, 1))  # here each misconception has a count of its own


def check_gradient_reach(
    reach: Any, cases: Sequence[Window] = ((5, 3), (6, 1), (9, 8), (10, 8), (10, 3))
) -> Report:
    """Checks how many outputs of a window can credit an input some steps back.

    Args:
      reach: the function.
      cases: num_steps and a lag below it.
    """
    check = Check(EXERCISES["gradient-reach"])
    answer = subject(reach, "reach")

    def compare(case: Window) -> None:
        num_steps, lag = case
        right = sum(t - lag >= 0 for t in range(num_steps))
        near(as_integer(answer(num_steps, lag)), right, _wrong_counts(num_steps, lag))

    def try_count(case: Window) -> None:
        for telling in TELLING:  # what speaks against a misconception there does so here
            with suppress(Failed):
                compare(telling)
        compare(case)

    def name(lag_of: str) -> str:
        return f"{lag_of} gets credit from the right number of outputs"

    none = [(lag, num_steps) for num_steps, lag in cases] + [(n, n) for n, _ in cases]
    check.each(name("an input within the window"), cases, try_count)
    check.each(name("an output's own input, a lag of 0,"), [(n, 0) for n, _ in cases], try_count)
    check.each("a lag as wide as the window, or wider, gets none", none, try_count)
    return check.report()


def _wrong_counts(num_steps: int, lag: int) -> list[tuple[str, int]]:
    right = num_steps - lag
    return [
        ("all-outputs", num_steps),
        ("all-outputs", num_steps if right > 0 else 0),
        ("one-too-few", right - 1),
        ("one-too-few", max(0, right - 1)),
        ("one-too-many", right + 1),
        ("one-too-many", max(0, right + 1)),
        ("one-too-many", max(0, right) + 1),
        ("negative", right),
        ("the-others-counted", min(num_steps, lag)),
        ("the-others-counted", lag),
    ]
