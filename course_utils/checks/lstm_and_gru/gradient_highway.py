"""The check of `gradient-highway`: the gradient's highway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_number,
    near,
)
from course_utils.checks.engine.report import Report

GATE_RUNS = ((3, 0.2), (5, 0.5), (8, 0.7))  # how many gates, and the lowest
EXERCISES = load_exercises("lstm_and_gru")


def check_gradient_highway(cell_gradient: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks dc_T/dc_0 for a few gates, for many, and for gates shut and wide open."""
    check = Check(EXERCISES["gradient-highway"])
    answer = subject(cell_gradient, "cell_gradient")

    def ratio(gates: np.ndarray) -> None:
        """Compares relative to the right value, which may be tiny."""
        right = along_the_path(gates)
        wrong = [(slug, value / right) for slug, value in _suspects(gates)]
        try:
            near(np.divide(as_number(answer(gates)), right), 1.0, wrong, tolerance=1e-3)
        except Failed as failure:
            raise Failed(
                f"Got {as_number(answer(gates)):.4g} for {_few(gates)}, expected {right:.4g}.",
                failure.misconception,
            ) from None

    with check.property("it is one number: a single gate gives that gate"):
        for gate in (0.25, 0.9):
            ratio(np.array([gate], np.float32))
    with check.property("a few gates"):
        for count, lowest in GATE_RUNS:
            for seed in seeds:
                rng = np.random.default_rng([seed, count])
                ratio(rng.uniform(lowest, 0.95, count).astype(np.float32))
    with check.property("a hundred gates, nearly open or half open"):
        for gate in (0.99, 0.95, 0.5):
            ratio(np.linspace(gate - 0.01, gate + 0.01, 100).astype(np.float32))
    with check.property("gates wide open pass everything on, and one shut gate nothing"):
        near(answer(np.ones(50, np.float32)), 1, _suspects(np.ones(50)))
        shut = np.array([0.9, 0.8, 0.0, 0.95], np.float32)
        near(answer(shut), 0, wrong_gradients(shut))
    return check.report()


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
    ]


def _suspects(gates: np.ndarray) -> list[tuple[str, float]]:
    """Wrong gradients, without those as good as 0 beside the right one: many a slip leads there."""
    least = along_the_path(gates) / 100
    return [(slug, value) for slug, value in wrong_gradients(gates) if value > least]


def _few(gates: np.ndarray) -> str:
    shown = ", ".join(f"{gate:.3g}" for gate in gates[:5])
    return f"the gates {shown}" + (f", ... ({gates.size} in all)" if gates.size > 5 else "")
