"""The check of `two-step-rnn`: two steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.two_step_rnn.rnn_step import SIZES, SQUARE, Case, Size

EXERCISES = load_exercises("two_step_rnn")
ONE = "one-output-only"
_TwoSteps = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # X0, X1, Wx, Wh, b


def check_two_step_rnn(
    two_step_rnn: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks both outputs of two steps, the zero start and the link between the steps."""
    check = Check(EXERCISES["two-step-rnn"])
    answer = subject(two_step_rnn, "two_step_rnn")

    cases = [_case(seed, size) for size in (SQUARE, *sizes) for seed in seeds]
    zeros = [(X0 * 0, X1, Wx, Wh, b * 0) for X0, X1, Wx, Wh, b in cases]

    def outputs(case: _TwoSteps) -> list[Any]:
        value = answer(*case)
        for expected in _two_steps(case):
            if np.shape(value) == expected.shape and np.allclose(value, expected, atol=TOLERANCE):
                raise Failed(f"Got one array of shape {list(expected.shape)}, expected two.", ONE)
        return as_items(value, 2, "Y0 and Y1")

    def try_first(case: _TwoSteps) -> None:
        wrong = [(slug, pair[0]) for slug, pair in _wrong_two_steps(case)]
        close(outputs(case)[0], _two_steps(case)[0], "batch, unit", wrong)

    def try_start(case: _TwoSteps) -> None:
        X0, X1, Wx, Wh, b = case
        try_first((X0, X1, Wx, 0 * Wh, b))
        try:
            try_first(case)
        except Failed as failure:  # the state can come in through Wh only
            raise Failed(failure.detail, "nonzero-start") from None

    def try_second(case: _TwoSteps) -> None:
        Y0, Y1 = outputs(case)
        Y0 = as_array(Y0, _two_steps(case)[0].shape, "batch, units")
        wrong = [(slug, pair[1]) for slug, pair in _wrong_two_steps(case)]
        close(Y1, _second(case, Y0), "batch, unit", wrong)

    def try_link(case: _TwoSteps) -> None:
        changed = (case[0] + np.float32(0.5), *case[1:])
        before, after = outputs(case)[1], outputs(changed)[1]
        expected = _two_steps(case)[1], _two_steps(changed)[1]
        change = as_array(after, expected[0].shape) - as_array(before, expected[0].shape)
        wrong = [("y1-without-y0", 0 * change)]
        close(change, expected[1] - expected[0], "batch, unit", wrong)

    start = check.each("Y0 is one step, from zeros", cases, try_start)
    check.each("Y1 is one step, from Y0", cases, try_second)
    check.each("with X0 and b at zero, Y0 is zero", zeros, try_start)
    check.each("a change of X0 changes Y1 as it should", cases, try_link, after=[start])
    return check.report()


def _case(seed: int, size: Size) -> _TwoSteps:
    first, second = Case(seed, size), Case(seed + 1000, size)
    return first.x, second.x, first.Wx, first.Wh, first.b


def _two_steps(case: _TwoSteps, start: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    X0, _, Wx, Wh, b = case
    Y0 = np.tanh(X0 @ Wx + np.full([len(X0), len(b)], start) @ Wh + b)
    return Y0, _second(case, Y0)


def _second(case: _TwoSteps, Y0: np.ndarray) -> np.ndarray:
    """The second output, from a first one."""
    _, X1, Wx, Wh, b = case
    return np.tanh(X1 @ Wx + Y0 @ Wh + b)


def _wrong_two_steps(case: _TwoSteps) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    X0, X1, Wx, Wh, b = case
    Y0, Y1 = _two_steps(case)
    first = np.tanh(X0 @ Wx)
    return [
        ("y1-without-y0", (Y0, np.tanh(X1 @ Wx + b))),
        ("y1-without-x1", (Y0, np.tanh(Y0 @ Wh + b))),
        ("y0-without-wh", (Y0, np.tanh(X1 @ Wx + Y0 + b))),
        ("first-step-without-b", (first, np.tanh(X1 @ Wx + first @ Wh + b))),
        ("x0-twice", _two_steps((X0, X0, *case[2:]))),
        ("nonzero-start", _two_steps(case, start=1.0)),
        ("outputs-swapped", (Y1, Y0)),
    ]
