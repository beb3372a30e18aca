"""The check of `truncated-gradients`: truncated gradients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.bptt_by_hand import (
    AXES,
    are_equal,
    as_gradients,
    compare_gradients,
)
from course_utils.checks.truncated_bptt.several import all_of
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    Network,
    Params,
    Size,
    draw_network,
)
from course_utils.checks.truncated_bptt.wrong_gradients import (
    other_style,
    reached,
    wrong_truncations,
)

EXERCISES = load_exercises("truncated_bptt")
Truncation = tuple[Size, int]  # sizes of a network, num_steps
Case = tuple[Network, int]
TRUNCATIONS: Sequence[Truncation] = (
    ((1, 6, 1, 2, 2), 2),
    ((1, 6, 1, 3, 2), 3),
    ((2, 8, 2, 3, 3), 2),
    ((3, 6, 4, 4, 3), 3),
)
EXERCISES["truncated-gradients"].knowing(
    slug for slug, _ in wrong_truncations(draw_network(*TRUNCATIONS[0][:1], 1), 2, "true")
)


def check_truncated_gradients(
    truncated_gradients: Any,
    seeds: Sequence[int] = (1,),
    truncations: Sequence[Truncation] = TRUNCATIONS,
) -> Report:
    """Checks both truncations, and where they meet each other and the whole gradient.

    Args:
      truncated_gradients: the function.
      seeds: of weights and sequences.
      truncations: sizes of networks (batch, time, features, units, classes), and a num_steps of 2
        or more that divides the time at least twice.
    """
    check = Check(EXERCISES["truncated-gradients"])
    answer = _Truncating(subject(truncated_gradients, "truncated_gradients"))
    cases = [(draw_network(size, seed), n) for size, n in truncations for seed in seeds]
    whole = [(network, network.time) for network, _ in cases]
    steps = [(network, 1) for network, _ in cases]
    right = "the gradients are right in the style"
    check.each(f'{right} "windowed"', cases, answer.check_windowed)
    check.each(f'{right} "true"', cases, answer.check_true)
    both = "both styles give the gradients"
    no_effect = f"with a window as long as the sequence, {both} of no truncation"
    check.each(no_effect, whole, answer.check_both)
    alone = f"with windows of one step, {both} of each step alone"
    check.each(alone, steps, answer.check_both)
    return check.report()


class _Truncating:
    """The function under test, and what its gradients must be in each style."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _gradients(self, case: Case, style: str) -> dict[str, Any]:
        network, num_steps = case
        return as_gradients(self._answer(*network.arguments, num_steps, style))

    def _about_styles(self, case: Case, style: str) -> list[tuple[str, Params]]:
        """What the style gives if the two are mixed up, as the other one shows."""
        network, num_steps = case
        other = other_style(style)
        found, others = self._gradients(case, other), _right(case, other)
        scaled = {key: value * (network.time / num_steps) for key, value in others.items()}
        swapped = _right(case, style), ("styles-swapped", others)
        same = others, ("styles-the-same", others)
        same_of_windows = scaled, ("styles-the-same", scaled)  # means of a window, besides
        listed = (swapped, same, same_of_windows)
        return [wrong for right, wrong in listed if are_equal(found, right)]

    def _check_style(self, style: str, case: Case) -> None:
        grads = self._gradients(case, style)  # first, so that a call to paste shows it first
        wrong = [*self._about_styles(case, style), *wrong_truncations(*case, style)]
        compare_gradients(grads, _right(case, style), wrong, AXES)

    def check_windowed(self, case: Case) -> None:
        """Checks the gradients in the style "windowed"."""
        self._check_style("windowed", case)

    def check_true(self, case: Case) -> None:
        """Checks the gradients in the style "true"."""
        self._check_style("true", case)

    def check_both(self, case: Case) -> None:
        """Checks both styles where a truncation has no effect, or is the same in both."""
        for style in ("windowed", "true"):
            wrong = wrong_truncations(*case, style)
            grads = self._gradients(case, style)
            compare = partial(compare_gradients, grads, _right(case, style), wrong, AXES)
            all_of([(f"Style {style!r}", compare)])


def _right(case: Case, style: str) -> Params:
    network, num_steps = case
    return network.gradients(reached(network.time, num_steps, style))
