"""The check of `jacobian-norms`: by nudged states, and in known wrong ways."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    NUDGE,
)

EXERCISES = load_exercises("truncated_bptt")


def draw_states(time: int, units: int, seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Random Wh [units, units], and states [time, units] in -scale..scale, both float32."""
    rng = np.random.default_rng([seed, time, units])
    Wh = rng.uniform(-1, 1, [units, units])
    return Wh.astype(np.float32), (rng.uniform(-scale, scale, [time, units])).astype(np.float32)


def nudged_norms(Wh: np.ndarray, states: np.ndarray) -> list[float]:
    """The 2-norms of dh_T/dh_t for each t: nudge the entries of h_t and go forward to h_T.

    The nudges are imaginary, as in `unrolled_gradients`.
    """
    states = states.astype(np.float64)
    fixed = np.arctanh(states[1:]) - states[:-1] @ Wh  # what inputs and bias must have added
    norms = []
    for t, state in enumerate(states):
        h = state + 1j * NUDGE * np.eye(len(state))  # a row for each nudged entry
        for total in fixed[t:]:
            h = np.tanh(total + h @ Wh)
        norms.append(float(np.linalg.norm(h.imag / NUDGE, 2)))
    return norms


def wrong_norms(Wh: np.ndarray, states: np.ndarray) -> list[tuple[str, list[float]]]:
    """What known misconceptions lead to, for the same states."""
    slopes = 1 - states.astype(np.float64) ** 2
    steps = Wh * slopes[1:, np.newaxis]  # [time - 1, units, units], dh_s/dh_(s-1): rows are old
    lengths = np.linalg.norm(steps, 2, axis=(1, 2))
    powers = np.arange(len(steps), -1, -1)
    return [
        ("wrong-order", _norms([steps[t:][::-1] for t in range(len(states))])),
        ("slope-left-out", _norms(_rests(steps * 0 + Wh))),
        ("slope-of-the-step-before", _norms(_rests(Wh * slopes[:-1, np.newaxis]))),
        ("wh-transposed", _norms(_rests(Wh.T * slopes[1:, np.newaxis]))),
        ("power-of-the-norm", list(np.linalg.norm(Wh, 2) ** powers)),
        ("norms-multiplied", [float(np.prod(rest)) for rest in _rests(lengths)]),
        ("frobenius-norm", _norms(_rests(steps), order=None)),
    ]


def _rests(factors: np.ndarray) -> list[np.ndarray]:
    """The factors from each one on, and at last none."""
    return [factors[t:] for t in range(len(factors) + 1)]


def _norms(rests: Sequence[np.ndarray], order: int | None = 2) -> list[float]:
    units = rests[-1].shape[1]
    return [float(np.linalg.norm(reduce(np.matmul, rest, np.eye(units)), order)) for rest in rests]


def check_jacobian_norms(
    jacobian_norms: Any,
    seeds: Sequence[int] = (1,),
    sizes: Sequence[tuple[int, int]] = ((5, 4), (3, 6)),
) -> Report:
    """Checks the norms of products of Jacobians, against states nudged one by one.

    Args:
      jacobian_norms: the function.
      seeds: of the weights and the states.
      sizes: time, at least 3, and units.
    """
    check = Check(EXERCISES["jacobian-norms"])
    answer = subject(jacobian_norms, "jacobian_norms")

    def compare(size: tuple[int, int], seed: int, scale: float = 0.9) -> None:
        Wh, states = draw_states(*size, seed, scale)
        expected = np.array(nudged_norms(Wh, states))
        close(answer(Wh, states), expected, "state", wrong_norms(Wh, states))

    cases = [(size, seed) for size in sizes for seed in seeds]
    with check.property("there is a norm for each state, and the last is 1"):
        for size, seed in cases:
            Wh, states = draw_states(*size, seed, 0.9)
            norms = as_array(answer(Wh, states), (size[0],), "state")
            near(norms[-1], 1, [(slug, wrong[-1]) for slug, wrong in wrong_norms(Wh, states)])
    with check.property("over several steps, the Jacobians are multiplied in order"):
        for size, seed in cases:
            compare(size, seed)
    with check.property("one step back, it is the norm of Wh times the slopes of tanh"):
        for (_, units), seed in cases:
            compare((2, units), seed)
    with check.property("with states of zero, it is the norm of a power of Wh"):
        for size, seed in cases:
            compare(size, seed, scale=0)
    with check.property("one unit, or one state, is enough"):
        for size in ((4, 1), (1, 3), (1, 1)):
            compare(size, seeds[0])
    return check.report()
