"""The check of `two-step-rnn`: two steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import (
    as_array,
    as_items,
    close,
)
from course_utils.checks.engine.report import Report
from course_utils.checks.two_step_rnn.rnn_step import SIZES, Case, Size

EXERCISES = load_exercises("two_step_rnn")
_TwoSteps = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # X0, X1, Wx, Wh, b


def check_two_step_rnn(
    two_step_rnn: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks both outputs of two steps, the zero start and the link between the steps."""
    check = Check(EXERCISES["two-step-rnn"])
    answer = subject(two_step_rnn, "two_step_rnn")

    def outputs(*arguments: np.ndarray) -> list[Any]:
        return as_items(answer(*arguments), 2, "Y0 and Y1")

    def arguments(seed: int, size: Size) -> _TwoSteps:
        first, second = Case(seed, size), Case(seed + 1000, size)
        return first.x, second.x, first.Wx, first.Wh, first.b

    cases = [arguments(seed, size) for seed in seeds for size in sizes]
    for index, name in enumerate(["Y0 is one step, from zeros", "Y1 is one step, from Y0"]):
        with check.property(name):
            for case in cases:
                wrong = [(slug, pair[index]) for slug, pair in _wrong_two_steps(case)]
                close(outputs(*case)[index], _two_steps(case)[index], "batch, unit", wrong)
    with check.property("with all inputs and b at zero, both outputs are zero", "nonzero-start"):
        for X0, X1, Wx, Wh, b in cases:
            for y in outputs(X0 * 0, X1 * 0, Wx, Wh, b * 0):
                close(y, np.zeros([len(X0), len(b)]), "batch, unit")
    with check.property("a change of X0 reaches Y1", "y1-without-y0"):
        for X0, X1, Wx, Wh, b in cases:
            before, after = (outputs(x, X1, Wx, Wh, b)[1] for x in (X0, X0 + 0.5))
            expected = [_two_steps((x, X1, Wx, Wh, b))[1] for x in (X0, X0 + 0.5)]
            change = as_array(after, expected[0].shape) - as_array(before, expected[0].shape)
            close(change, expected[1] - expected[0], "batch, unit")
    return check.report()


def _two_steps(case: _TwoSteps, start: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    X0, X1, Wx, Wh, b = case
    Y0 = np.tanh(X0 @ Wx + np.full([len(X0), len(b)], start) @ Wh + b)
    return Y0, np.tanh(X1 @ Wx + Y0 @ Wh + b)


def _wrong_two_steps(case: _TwoSteps) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    X0, X1, Wx, _, b = case
    Y0, Y1 = _two_steps(case)
    return [
        ("y1-without-y0", (Y0, np.tanh(X1 @ Wx + b))),
        ("x0-twice", _two_steps((X0, X0, *case[2:]))),
        ("nonzero-start", _two_steps(case, start=1.0)),
        ("outputs-swapped", (Y1, Y0)),
    ]
