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
    generate: Any, seeds: Sequence[int] = (1, 2), size: int = 20_000, starts: int = 200
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

    def try_size(length: int) -> None:
        draws.pair(length, seeds[0])

    def try_coin(seed: int) -> None:
        draws.check_coin(size, seed, starts)

    def try_rule(seed: int) -> None:
        check_frequencies(*draws.pair(size, seed))

    def try_start(some_seeds: Sequence[int]) -> None:
        check_start(*draws.starts(some_seeds, starts))

    kinds = "x and y are zeros and ones, as many as asked for"
    sizes = check.each(kinds, (1, 2, 5, 9, 100), try_size)
    check.each("x is a fair coin, tossed at each step", seeds, try_coin, [sizes])
    rule = "P(y_t = 1) is 0.5, plus 0.5 if x_(t-3) = 1, minus 0.25 if x_(t-8) = 1"
    follows = check.each(rule, seeds, try_rule, [sizes])
    groups = [*([seed] for seed in seeds), seeds]  # all of them show what is too rare for one
    check.each("inputs before the start count as 0", groups, try_start, [follows])
    check.each("all chance comes from rng", seeds, draws.check_generator, [sizes])
    return check.report()
