"""The check of `two-step-rnn`: two steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
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
    answer = _TwoStepRNN(subject(two_step_rnn, "two_step_rnn"))
    cases = [_case(seed, size) for size in (SQUARE, *sizes) for seed in seeds]
    zeros = [(X0 * 0, X1, Wx, Wh, b * 0) for X0, X1, Wx, Wh, b in cases]
    start = check.each("Y0 is one step, from zeros", cases, answer.check_start)
    check.each("Y1 is one step, from Y0", cases, answer.check_second)
    check.each("with X0 and b at zero, Y0 is zero", zeros, answer.check_start)
    check.each("a change of X0 changes Y1 as it should", cases, answer.check_link, after=[start])
    return check.report()


class _TwoStepRNN:
    """The function under test, and what each of its two outputs must be."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _outputs(self, case: _TwoSteps) -> list[Any]:
        value = self._answer(*case)
        for expected in _two_steps(case):
            if np.shape(value) == expected.shape and np.allclose(value, expected, atol=TOLERANCE):
                raise Failed(f"Got one array of shape {list(expected.shape)}, expected two.", ONE)
        return as_items(value, 2, "Y0 and Y1")

    def _check_first(self, case: _TwoSteps) -> None:
        wrong = [(slug, pair[0]) for slug, pair in _wrong_two_steps(case)]
        close(self._outputs(case)[0], _two_steps(case)[0], "batch, unit", wrong)

    def check_start(self, case: _TwoSteps) -> None:
        """Checks the first output; a first state can come in through Wh, and nothing else can.

        Unless some sizes are equal: then anything may be multiplied by Wh, or Wh be added.
        """
        X0, X1, Wx, Wh, b = case
        self._check_first((X0, X1, Wx, 0 * Wh, b))
        try:
            self._check_first(case)
        except Failed as failure:
            told_apart = len(b) not in (1, *X0.shape)
            raise Failed(failure.detail, "nonzero-start" if told_apart else None) from None

    def check_second(self, case: _TwoSteps) -> None:
        """Checks the second output as a step from the first one that the answer gave."""
        first, second = self._outputs(case)
        first = as_array(first, _two_steps(case)[0].shape, "batch, units")
        close(second, _second(case, first), "batch, unit", _wrong_seconds(case, first))

    def check_link(self, case: _TwoSteps) -> None:
        """Checks how the second output follows the first input."""
        changed = (case[0] + np.float32(0.5), *case[1:])
        before, after = self._outputs(case)[1], self._outputs(changed)[1]
        expected = _two_steps(case)[1], _two_steps(changed)[1]
        change = as_array(after, expected[0].shape) - as_array(before, expected[0].shape)
        wrong = [("y1-without-y0", 0 * change)]
        close(change, expected[1] - expected[0], "batch, unit", wrong)


def _case(seed: int, size: Size) -> _TwoSteps:
    first, second = Case(seed, size), Case(seed + 1000, size)
    return first.x, second.x, first.Wx, first.Wh, first.b


def _two_steps(case: _TwoSteps) -> tuple[np.ndarray, np.ndarray]:
    X0, _, Wx, _, b = case
    Y0 = np.tanh(X0 @ Wx + b)
    return Y0, _second(case, Y0)


def _second(case: _TwoSteps, Y0: np.ndarray) -> np.ndarray:
    """The second output, from a first one."""
    _, X1, Wx, Wh, b = case
    return np.tanh(X1 @ Wx + Y0 @ Wh + b)


def _wrong_two_steps(case: _TwoSteps) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Both outputs, as known misconceptions lead to them."""
    X0, _, Wx, _, _ = case
    Y0, Y1 = _two_steps(case)
    first = np.tanh(X0 @ Wx)
    return [
        ("first-step-without-b", (first, _second(case, first))),
        ("outputs-swapped", (Y1, Y0)),
        *((slug, (Y0, second)) for slug, second in _wrong_seconds(case, Y0)),
    ]


def _wrong_seconds(case: _TwoSteps, Y0: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Second outputs from a first one, as known misconceptions lead to them."""
    X0, X1, Wx, Wh, b = case
    return [
        ("y1-without-y0", np.tanh(X1 @ Wx + b)),
        ("y1-without-x1", np.tanh(Y0 @ Wh + b)),
        ("y0-without-wh", np.tanh(X1 @ Wx + Y0 + b)),
        ("x0-twice", np.tanh(X0 @ Wx + Y0 @ Wh + b)),
        ("outputs-swapped", _two_steps(case)[0]),
    ]
