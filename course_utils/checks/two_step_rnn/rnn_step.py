"""The check of `rnn-step`: one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_array,
    close,
)
from course_utils.checks.engine.report import Report

Size = tuple[int, int, int]  # batch, n_inputs, n_units
SIZES: Sequence[Size] = ((4, 3, 5), (1, 2, 3), (3, 4, 1), (2, 1, 4))
NUMBERS = [n / 10 for n in range(-12, 13) if n]  # short ones, none of them zero
SQUARE = (2, 2, 2)  # here a wrong product still has a value, and the value tells which one it is
EXERCISES = load_exercises("two_step_rnn")


class Case:
    """Random arguments of one step: x, h [batch, ...], Wx, Wh, b, and what the step should give."""

    def __init__(self, seed: int, size: Size, keep: str = "xhb") -> None:
        batch, n_inputs, n_units = size
        rng = np.random.default_rng([seed, *size])

        def draw(term: str, *shape: int) -> np.ndarray:
            numbers = rng.choice(NUMBERS, shape) * (not term or term in keep)
            return (numbers + 0.0).astype(np.float32)

        self.x, self.h = draw("x", batch, n_inputs), draw("h", batch, n_units)
        self.Wx, self.Wh = draw("", n_inputs, n_units), draw("", n_units, n_units)
        self.b = draw("b", n_units)

    @property
    def arguments(self) -> tuple[np.ndarray, ...]:
        """In the order in which the answer takes them."""
        return self.x, self.h, self.Wx, self.Wh, self.b

    @property
    def expected(self) -> np.ndarray:
        """The new state, [batch, units]."""
        return np.tanh(self.x @ self.Wx + self.h @ self.Wh + self.b)

    @property
    def suspects(self) -> list[tuple[str, np.ndarray]]:
        """What known misconceptions make of it."""
        x, h, Wx, Wh, b = self.arguments
        wrong = [
            ("no-tanh", x @ Wx + h @ Wh + b),
            ("bias-left-out", np.tanh(x @ Wx + h @ Wh)),
            ("h-ignored", np.tanh(x @ Wx + b)),
            ("h-ignored", np.tanh(x @ Wx + b + b)),
            ("wh-transposed", np.tanh(x @ Wx + h @ Wh.T + b)),
            ("a-tanh-for-each-term", np.tanh(x @ Wx) + np.tanh(h @ Wh) + np.tanh(b)),
            ("a-tanh-for-each-term", np.tanh(x @ Wx) + np.tanh(h @ Wh) + b),
            ("a-tanh-for-each-term", np.tanh(x @ Wx) + np.tanh(h @ Wh + b)),
            ("a-tanh-for-each-term", np.tanh(x @ Wx + b) + np.tanh(h @ Wh)),
            ("result-transposed", self.expected.T),
        ]
        if len(x) in (1, len(b)):  # b can be added to the transposed sums
            wrong.append(("result-transposed", np.tanh((x @ Wx + h @ Wh).T + b)))
        if x.shape == h.shape == Wx.shape:  # all sizes equal: wrong products have values too
            wrong += [
                ("weights-on-the-left", np.tanh(Wx @ x + Wh @ h + b)),
                ("weights-swapped", np.tanh(x @ Wh + h @ Wx + b)),
                ("elementwise-product", np.tanh(x * Wx + h * Wh + b)),
                ("elementwise-product", np.tanh(x @ Wx + h * Wh + b)),
                ("elementwise-product", np.tanh(x * Wx + h @ Wh + b)),
            ]
        return wrong


def check_rnn_step(
    rnn_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks one step: all terms together, each term alone, and the batch's order."""
    check = Check(EXERCISES["rnn-step"])
    answer = subject(rnn_step, "rnn_step")
    properties = {
        "all three terms add up under one tanh": "xhb",
        "with h and b at zero it is tanh(x @ Wx)": "x",
        "with x and b at zero it is tanh(h @ Wh)": "h",
        "with x and h at zero it is tanh(b) in every row": "b",
    }
    for name, keep in properties.items():
        cases = [Case(seed, size, keep) for size in (SQUARE, *sizes) for seed in seeds]
        check.each(name, cases, lambda case: _check_value(answer, case))
    orders = [Case(seed, sizes[0]) for seed in seeds]
    check.each(
        "each row depends on its own instance only",
        orders,
        lambda case: _check_batch_order(answer, case),
    )
    return check.report()


def _check_value(answer: Subject, case: Case) -> None:
    close(answer(*case.arguments), case.expected, "batch, unit", case.suspects)


def _check_batch_order(answer: Subject, case: Case) -> None:
    shape = case.expected.shape
    forward = as_array(answer(*case.arguments), shape, "batch, units")
    backward = as_array(answer(case.x[::-1], case.h[::-1], case.Wx, case.Wh, case.b), shape)
    if len(np.unique(forward.round(6), axis=0)) < len(forward):
        raise Failed("Different instances get the same output.")
    close(backward[::-1], forward, "batch, unit")
