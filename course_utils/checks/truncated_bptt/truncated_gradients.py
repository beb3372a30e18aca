"""The check of `truncated-gradients`: truncated gradients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from course_utils.checks.engine.blame import about
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.bptt_by_hand import AXES, compare_gradients
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    Network,
    Size,
    draw_network,
    reached,
    wrong_truncations,
)

EXERCISES = load_exercises("truncated_bptt")
Truncation = tuple[Size, int]  # sizes of a network, num_steps
TRUNCATIONS: Sequence[Truncation] = (
    ((3, 8, 2, 4, 5), 2),
    ((2, 6, 4, 5, 3), 3),
    ((1, 6, 1, 3, 2), 2),
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
    answer = subject(truncated_gradients, "truncated_gradients")
    cases = [(draw_network(size, seed), n) for size, n in truncations for seed in seeds]

    def compare(network: Network, num_steps: int, *styles: str) -> None:
        for style in styles:
            grads = answer(*network.arguments, num_steps, style)
            right = network.gradients(reached(network.time, num_steps, style))
            wrong = partial(wrong_truncations, network, num_steps, style)
            with about(f"num_steps {num_steps} of {network.time}, {style}"):
                compare_gradients(grads, right, wrong, [*AXES])

    with check.property('"windowed": the state crosses the borders, the gradient does not'):
        for network, num_steps in cases:
            compare(network, num_steps, "windowed")
    with check.property('"true": each error goes back over num_steps steps, fewer at the start'):
        for network, num_steps in cases:
            compare(network, num_steps, "true")
    with check.property("one window as long as the sequence: the whole gradient in both styles"):
        for network, _ in cases:
            compare(network, network.time, "windowed", "true")
    with check.property("windows of one step: nothing flows back in either style"):
        for network, _ in cases:
            compare(network, 1, "windowed", "true")
    return check.report()
