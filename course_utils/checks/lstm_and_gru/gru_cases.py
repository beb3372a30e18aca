"""One step of a GRU for chapter 07, in NumPy and in both conventions, and known ways to err."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import (
    as_array,
    close,
)
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.lstm_cases import (
    THIN_SIZES,
    WIDE,
    Size,
    draw,
    sigmoid,
)

EXERCISES = load_exercises("lstm_and_gru")
Mistakes = Iterable[tuple[str, np.ndarray]]  # a misconception's slug and what it leads to


class GRUCase:
    """Random arguments for one step of a GRU.

    Args:
      seed: of the arguments.
      size: batch, inputs and units.
      reset_after: whether the bias has two rows, and the reset comes after the product.
      **biases: numbers to add to the bias of a gate, in its first row, named z or r.

    >>> GRUCase(1, (4, 3, 5), reset_after=False).right.shape
    (4, 5)
    """

    def __init__(self, seed: int, size: Size, reset_after: bool, **biases: float) -> None:
        drawn = draw(seed, size, "zrh", 2 if reset_after else 0, biases)
        names = ("x", "h", "kernel", "recurrent_kernel", "bias")
        self.arguments = tuple(drawn[name] for name in names)
        self._reset_after = reset_after

    @property
    def h(self) -> np.ndarray:
        """The state before the step, [batch, units]."""
        return self.arguments[1]

    @property
    def right(self) -> np.ndarray:
        """What the step should return."""
        return self._step(self._candidate)

    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to, made when it is read."""
        step, candidate = self._step, self._candidate
        orders = ["".join(order) for order in permutations("zrh")][1:]
        yield from [
            ("z-swapped", step(candidate, z_keeps=False)),
            *(("gate-order", step(candidate, order=order)) for order in orders),
            ("no-reset", step(lambda parts: candidate(parts._replace(r=1.0)))),
            ("reset-on-the-input", step(_reset_on_the_input)),
            *(self._mistakes_after() if self._reset_after else self._mistakes_before()),
        ]

    def _mistakes_before(self) -> Mistakes:
        return [
            ("reset-after", self._step(_reset_after)),
            ("bias-left-out", self._step(_reset_before, bias=0 * self.arguments[4])),
        ]

    def _mistakes_after(self) -> Mistakes:
        first, second = self.arguments[4]
        one_bias = [(first, 0 * second), (0 * first, second), (first + second, 0 * second)]
        return [
            ("reset-before", self._step(_reset_before)),
            *(("one-bias", self._step(_reset_after, bias=bias)) for bias in one_bias),
            ("biases-swapped", self._step(_reset_after, bias=(second, first))),
        ]

    @property
    def _candidate(self) -> Callable[[_Parts], np.ndarray]:
        return _reset_after if self._reset_after else _reset_before

    def _step(
        self,
        candidate: Callable[[_Parts], np.ndarray],
        order: str = "zrh",
        z_keeps: bool = True,
        bias: Sequence[np.ndarray] | np.ndarray | None = None,
    ) -> np.ndarray:
        """A step whose gates' blocks are taken for those at their place in `order`."""
        x, h, kernel, recurrent_kernel, own = (a.astype(np.float64) for a in self.arguments)
        biases = np.atleast_2d(own if bias is None else bias)
        from_x, from_h, U, b = (
            [np.split(a, 3, axis=1)[order.index(gate)] for gate in "zrh"]
            for a in (x @ kernel, h @ recurrent_kernel, recurrent_kernel, biases)
        )
        z, r = (sigmoid(from_x[gate] + from_h[gate] + b[gate].sum(axis=0)) for gate in (0, 1))
        new = candidate(_Parts(r, from_x[2], h, U[2], (b[2][0], b[2][1:].sum(axis=0))))
        return z * h + (1 - z) * new if z_keeps else (1 - z) * h + z * new


class _Parts(NamedTuple):
    """What a candidate is made of."""

    r: np.ndarray | float
    from_x: np.ndarray
    h: np.ndarray
    U: np.ndarray
    b: tuple[np.ndarray, np.ndarray]


def _reset_before(p: _Parts) -> np.ndarray:
    return np.tanh(p.from_x + p.b[0] + (p.r * p.h) @ p.U + p.b[1])


def _reset_after(p: _Parts) -> np.ndarray:
    return np.tanh(p.from_x + p.b[0] + p.r * (p.h @ p.U + p.b[1]))


def _reset_on_the_input(p: _Parts) -> np.ndarray:
    return np.tanh(p.r * p.from_x + p.b[0] + p.h @ p.U + p.b[1])


def check_gru(
    exercise: str, answer: Subject, after: bool, seeds: Sequence[int], sizes: Sequence[Size]
) -> Report:
    """Checks a step of a GRU of either convention: its value, and each gate shut or open."""
    check, every = Check(EXERCISES[exercise]), (*sizes, *THIN_SIZES)
    with check.property("the new state has the shape [batch, units]"):
        for case in (GRUCase(seed, sizes[0], after) for seed in seeds):
            as_array(answer(*case.arguments), case.h.shape, "batch, units")
    properties: dict[str, dict[str, float]] = {
        "the new state is right": {},
        "with z open the state stays as it was": {"z": WIDE},
        "with z and r shut the state is made from the input alone": {"z": -WIDE, "r": -WIDE},
        "with z shut and r open it is that of a basic cell": {"z": -WIDE, "r": WIDE},
    }
    for name, biases in properties.items():
        with check.property(name):
            for case in (GRUCase(s, size, after, **biases) for size in every for s in seeds):
                expected = case.h if biases == {"z": WIDE} else case.right
                close(answer(*case.arguments), expected, "row, unit", case.mistakes())
    return check.report()
