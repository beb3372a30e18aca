"""The check of `jacobian-norms`: by nudged states, and in known wrong ways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
TENTHS = [n / 10 for n in range(-10, 11) if n]
Case = tuple[np.ndarray, np.ndarray]  # Wh, states


def draw_states(time: int, units: int, seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Random Wh [units, units], and states [time, units] in -scale..scale, both float32."""
    rng = np.random.default_rng([seed, time, units])
    Wh, states = (rng.choice(TENTHS, shape) for shape in ([units, units], [time, units]))
    return Wh.astype(np.float32), (scale * states + 0.0).astype(np.float32).round(2)


def nudged_norms(Wh: np.ndarray, states: np.ndarray) -> list[float]:
    """The 2-norms of ∂h_T/∂h_t for each t: nudge the entries of h_t and go forward to h_T.

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
    by_rows = slopes[1:, :, np.newaxis] * Wh
    lengths = np.linalg.norm(steps, 2, axis=(1, 2))
    powers = np.arange(len(steps), -1, -1)
    twice = Wh * (1 - np.tanh(states[1:, np.newaxis].astype(np.float64)) ** 2)
    products = [reduce(np.matmul, rest, np.eye(len(Wh))) for rest in _rests(steps)]
    radii = [float(np.abs(np.linalg.eigvals(product)).max()) for product in products]
    return [
        ("wrong-order", _norms([steps[t:][::-1] for t in range(len(states))])),
        ("slope-left-out", _norms(_rests(steps * 0 + Wh))),
        ("slope-of-the-step-before", _norms(_rests(Wh * slopes[:-1, np.newaxis]))),
        ("wh-transposed", _norms(_rests(Wh.T * slopes[1:, np.newaxis]))),
        ("wh-transposed", _norms(_rests(by_rows))),
        ("power-of-the-norm", list(np.linalg.norm(Wh, 2) ** powers)),
        ("norms-multiplied", [float(np.prod(rest)) for rest in _rests(lengths)]),
        *(("another-norm", _norms(_rests(steps), order)) for order in (None, 1, np.inf)),
        ("another-norm", radii),
        ("slope-of-tanh-of-h", _norms(_rests(twice))),
        ("list-reversed", _norms(_rests(steps))[::-1]),
        ("one-step-each", [*lengths, 1.0]),
    ]


def _rests(factors: np.ndarray) -> list[np.ndarray]:
    """The factors from each one on, and at last none."""
    return [factors[t:] for t in range(len(factors) + 1)]


def _norms(rests: Sequence[np.ndarray], order: float | None = 2) -> list[float]:
    units = rests[-1].shape[1]
    return [float(np.linalg.norm(reduce(np.matmul, rest, np.eye(units)), order)) for rest in rests]


def check_jacobian_norms(
    jacobian_norms: Any,
    seeds: Sequence[int] = (1,),
    sizes: Sequence[tuple[int, int]] = ((3, 2), (4, 3), (4, 5)),
) -> Report:
    """Checks the norms of products of Jacobians, against states nudged one by one.

    Args:
      jacobian_norms: the function.
      seeds: of the weights and the states.
      sizes: time, at least 3, and units.
    """
    check = Check(EXERCISES["jacobian-norms"])
    answer = subject(jacobian_norms, "jacobian_norms")

    def try_shape(case: Case) -> None:
        as_array(answer(*case), (len(case[1]),), "state")

    def try_last(case: Case) -> None:
        norms = as_array(answer(*case), (len(case[1]),), "state")
        near(norms[-1], 1, [(slug, wrong[-1]) for slug, wrong in wrong_norms(*case)])

    def try_norms(case: Case) -> None:
        close(answer(*case), np.array(nudged_norms(*case)), "state", wrong_norms(*case))

    def drawn(sizes: Iterable[tuple[int, int]], scale: float = 0.9) -> list[Case]:
        return [draw_states(*size, seed, scale) for size in sizes for seed in seeds]

    several, zeros = drawn(sizes), drawn(sizes[:2], scale=0)
    single = drawn((2, units) for _, units in sizes)
    thin = drawn(((1, 3), (1, 1), (4, 1)))
    shapes = check.each("there is a norm for each state", several[:2], try_shape)
    check.each("the last one is 1", several[:2], try_last, [shapes])
    product = "over several steps, it is the norm of the product of the Jacobians, in order"
    check.each(product, several, try_norms, [shapes])
    slopes = "one step back, it is the norm of Wh times the slopes of tanh"
    check.each(slopes, single, try_norms, [shapes])
    power = "with states of zero, it is the norm of a power of Wh"
    check.each(power, zeros, try_norms, [shapes])
    check.each("it is right for one unit and for one state", thin, try_norms, [shapes])
    return check.report()
