"""The check of `generate-data`: draw the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.binary_task import (
    Draws,
    check_frequencies,
    check_start,
)

EXERCISES = load_exercises("truncated_bptt")


def check_generate_data(
    generate: Any, seeds: Sequence[int] = (1, 2), size: int = 20_000, starts: int = 300
) -> Report:
    """Checks drawn sequences by their frequencies, within five standard deviations.

    Args:
      generate: the function.
      seeds: of the generators, one long sequence each.
      size: length of the long sequences.
      starts: how many short sequences to draw, to look at their first steps.
    """
    check = Check(EXERCISES["generate-data"])
    draws = Draws(subject(generate, "generate"))
    with check.property("x and y are zeros and ones, as many as asked for"):
        for length in (100, 9, 5, 2, 1):
            draws.pair(length, seeds[0])
    with check.property("x is a fair coin"):
        for seed in seeds:
            draws.check_coin(size, seed)
    with check.property("P(y_t = 1) is 0.5, plus 0.5 if x_(t-3) = 1, minus 0.25 if x_(t-8) = 1"):
        for seed in seeds:
            check_frequencies(*draws.pair(size, seed))
    with check.property("inputs before the start count as 0"):
        check_start(*draws.starts(seeds[0], starts))
    with check.property("all chance comes from rng"):
        draws.check_generator(seeds[0])
    return check.report()
