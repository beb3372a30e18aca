"""The check of `gradient-highway`: the gradient's highway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_number,
    close,
    near,
)
from course_utils.checks.engine.report import Report

GATE_RUNS = ((3, 0.2), (5, 0.5), (8, 0.7), (2, 0.5))  # how many gates, and the lowest
EXERCISES = load_exercises("lstm_and_gru")


def check_gradient_highway(cell_gradient: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks dc_T/dc_0 for a few gates, for many, and for gates shut and wide open."""
    check = Check(EXERCISES["gradient-highway"])
    answer = subject(cell_gradient, "cell_gradient")

    def try_ratio(gates: np.ndarray) -> None:
        """Compares relative to the right value, which may be tiny."""
        value, right = answer(gates), along_the_path(gates)
        if np.ndim(value) == 1 and len(value) == gates.size > 1:
            close(value, np.asarray(right), "", [("one-for-each-step", w) for w in _runs(gates)])
        ratio = np.divide(as_number(value), right)
        try:
            wrong = [(slug, w / right) for slug, w in wrong_gradients(gates)]
            near(ratio, 1.0, wrong, tolerance=1e-3)
        except Failed:
            raise Failed(
                f"Got {as_number(value):.4g} for {_few(gates)}, expected {right:.4g}."
            ) from None

    def try_ends(gates: np.ndarray) -> None:
        near(answer(gates), float(gates.all()), wrong_gradients(gates))

    single = [np.array([gate], np.float32) for gate in (0.25, 0.9)]
    check.each("of a single gate it is that gate, one number", single, try_ratio)
    check.each("several gates: each takes its share of what is left", _few_gates(seeds), try_ratio)
    many = [np.full(100, gate, np.float32) for gate in (0.99, 0.5, 0.95)]
    check.each("a hundred gates, nearly open or half open", many, try_ratio)
    check.each(
        "gates wide open pass everything on", [np.ones(n, np.float32) for n in (3, 50)], try_ends
    )
    shut = [np.array(gates, np.float32) for gates in ([0, 0.9, 0.8], [0.9, 0.8, 0], [0.7, 0, 0.9])]
    check.each("a single shut gate lets nothing through", shut, try_ends)
    return check.report()


def _few_gates(seeds: Sequence[int]) -> list[np.ndarray]:
    """Runs of gates whose smallest one is the second, so that it is neither first nor last."""
    draws = [
        np.random.default_rng([seed, count]).uniform(lowest, 0.95, count)
        for count, lowest in GATE_RUNS
        for seed in seeds
    ]
    return [
        np.sort(gates)[[1, 0, *range(2, gates.size)]].round(2).astype(np.float32) for gates in draws
    ]


def along_the_path(gates: np.ndarray) -> float:
    """dc_T/dc_0 of c = f c + 0.1: nudge c_0 (by an imaginary number, without rounding)."""
    c = 1 + 1e-30j
    for gate in gates.astype(np.float64):
        c = gate * c + 0.1
    return float(c.imag / 1e-30)


def wrong_gradients(gates: np.ndarray) -> list[tuple[str, float]]:
    """What known misconceptions lead to."""
    f = gates.astype(np.float64)
    return [
        ("sum-for-product", float(f.sum())),
        ("gates-own-gradient", float(np.prod(f * (1 - f)))),
        ("gates-own-gradient", float(np.prod(f + f * (1 - f)))),
        ("one-left-out", float(np.prod(f[1:]))),
        ("one-left-out", float(np.prod(f[:-1]))),
        ("mean-for-all", float(f.mean() ** f.size)),
        ("mean-for-all", float(f.mean())),
        ("last-gate-only", float(f[-1])),
        ("first-gate-for-all", float(f[0] ** f.size)),
        ("sigmoid-again", float(np.prod(1 / (1 + np.exp(-f))))),
        ("lost-for-kept", float(np.prod(1 - f))),
        ("lost-for-kept", float(1 - np.prod(f))),
        ("all-steps-added", float(np.sum(np.cumprod(f)))),
        ("all-steps-added", float(np.sum(np.cumprod(f[::-1])))),
        ("smallest-only", float(f.min())),
    ]


def _runs(gates: np.ndarray) -> list[np.ndarray]:
    """What reaches each step, or the last step from each."""
    f = gates.astype(np.float64)
    return [np.cumprod(f), np.cumprod(f[::-1]), np.cumprod(f[::-1])[::-1]]


def _few(gates: np.ndarray) -> str:
    shown = ", ".join(f"{gate:.3g}" for gate in gates[:5])
    return f"the gates {shown}" + (f", ... ({gates.size} in all)" if gates.size > 5 else "")
