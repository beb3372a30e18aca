"""One step of a GRU for chapter 07, in NumPy and in both conventions, and known ways to err."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cached_property, partial
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
    SMALLEST,
    THIN_SIZES,
    WIDE,
    Size,
    Squash,
    draw,
    interleaved,
    refuted_by,
    sigmoid,
)

EXERCISES = load_exercises("lstm_and_gru")
Mistakes = list[tuple[str, np.ndarray]]  # a misconception's slug and what it leads to


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

    @cached_property
    def right(self) -> np.ndarray:
        """What the step should return."""
        return self._step(self._candidate)

    @cached_property
    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to."""
        step, candidate = self._step, self._candidate
        orders = ["".join(order) for order in permutations("zrh")][1:]
        return [
            ("z-swapped", step(candidate, keep=lambda z, _, h: (1 - z) * h, take=np.asarray)),
            *(("gate-order", step(candidate, order=order)) for order in orders),
            ("columns-interleaved", step(candidate, interleave=True)),
            ("no-reset", step(lambda parts: candidate(parts._replace(r=1.0)))),
            *(
                ("reset-on-the-input", step(wrong))
                for wrong in (_reset_on_the_input, _reset_on_the_biased_input, _reset_on_the_sum)
            ),
            ("z-for-r", step(candidate, reset_by_z=True)),
            ("reset-state-kept", step(candidate, keep=lambda z, r, h: z * (r * h))),
            ("old-state-not-kept", step(candidate, keep=lambda z, _, h: 0 * h)),
            ("old-state-not-scaled", step(candidate, keep=lambda z, _, h: h)),
            ("new-state-not-scaled", step(candidate, take=np.ones_like)),
            *(
                ("gate-without-sigmoid", step(candidate, gate=gate))
                for gate in (np.asarray, np.tanh)
            ),
            *(("candidate-not-tanh", step(candidate, squash=s)) for s in (sigmoid, np.asarray)),
            ("h-ignored", step(lambda parts: candidate(parts._replace(h=0 * parts.h)))),
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
            ("reset-on-the-bias", self._step(_reset_on_the_bias)),
            *(("one-bias", self._step(_reset_after, bias=bias)) for bias in one_bias),
            ("biases-swapped", self._step(_reset_after, bias=(second, first))),
        ]

    @property
    def _candidate(self) -> Callable[[_Parts], np.ndarray]:
        return _reset_after if self._reset_after else _reset_before

    def _step(
        self, candidate: Callable[[_Parts], np.ndarray],
        order: str = "zrh", interleave: bool = False, reset_by_z: bool = False,
        keep: Callable[..., np.ndarray] = lambda z, _, h: z * h, take: Squash = lambda z: 1 - z,
        gate: Squash = sigmoid, squash: Squash = np.tanh,
        bias: Sequence[np.ndarray] | np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        """A step whose gates' blocks are taken for those at their place in `order`."""
        x, h, kernel, recurrent_kernel, own = (a.astype(np.float64) for a in self.arguments)
        biases = np.atleast_2d(own if bias is None else bias)

        def blocks(whole: np.ndarray) -> list[np.ndarray]:
            parts = np.split(whole, 3, axis=1)
            parts = interleaved(parts) if interleave else parts
            return [parts[order.index(name)] for name in "zrh"]

        from_x, from_h = blocks(x @ kernel), blocks(h @ recurrent_kernel)
        b, U = blocks(biases), blocks(recurrent_kernel)[2]
        z, r = (gate(from_x[k] + from_h[k] + b[k].sum(axis=0)) for k in (0, 1))
        new = candidate(
            _Parts(z if reset_by_z else r, from_x[2], h, U, (b[2][0], b[2][1:].sum(axis=0)), squash)
        )
        return keep(z, r, h) + take(z) * new


class _Parts(NamedTuple):
    """What a candidate is made of."""

    r: np.ndarray | float
    from_x: np.ndarray
    h: np.ndarray
    U: np.ndarray
    b: tuple[np.ndarray, np.ndarray]
    squash: Squash


def _reset_before(p: _Parts) -> np.ndarray:
    return p.squash(p.from_x + p.b[0] + (p.r * p.h) @ p.U + p.b[1])


def _reset_after(p: _Parts) -> np.ndarray:
    return p.squash(p.from_x + p.b[0] + p.r * (p.h @ p.U + p.b[1]))


def _reset_on_the_input(p: _Parts) -> np.ndarray:
    return p.squash(p.r * p.from_x + p.b[0] + p.h @ p.U + p.b[1])


def _reset_on_the_biased_input(p: _Parts) -> np.ndarray:
    return p.squash(p.r * (p.from_x + p.b[0]) + p.h @ p.U + p.b[1])


def _reset_on_the_sum(p: _Parts) -> np.ndarray:
    return p.squash(p.r * (p.from_x + p.b[0] + p.h @ p.U + p.b[1]))


def _reset_on_the_bias(p: _Parts) -> np.ndarray:
    return p.squash(p.from_x + p.b[0] + p.h @ p.U + p.r * p.b[1])


def check_gru(
    exercise: str, answer: Subject, after: bool, seeds: Sequence[int], sizes: Sequence[Size]
) -> Report:
    """Checks a step of a GRU of either convention: its value, and each gate shut or open."""
    check = Check(EXERCISES[exercise])

    def cases(**biases: float) -> list[GRUCase]:
        every = (SMALLEST, *sizes, *THIN_SIZES)
        return [GRUCase(seed, size, after, **biases) for size in every for seed in seeds]

    def try_shape(case: GRUCase) -> None:
        as_array(answer(*case.arguments), case.h.shape, "batch, units")

    def try_value(case: GRUCase, ruled_out: Container[str] = ()) -> None:
        suspects = [mistake for mistake in case.mistakes if mistake[0] not in ruled_out]
        close(answer(*case.arguments), case.right, "row, unit", suspects)

    shape = check.each("the new state has the shape [batch, units]", cases(), try_shape)
    value = check.each("the new state is right", cases(), try_value, [shape])
    gated: dict[str, dict[str, float]] = {
        "with z open the state stays as it was": {"z": WIDE},
        "with z and r shut it is tanh(x @ kernel + bias), by the candidate's columns": {
            "z": -WIDE,
            "r": -WIDE,
        },
        "with z shut and r open it is the step of a basic cell": {"z": -WIDE, "r": WIDE},
    }
    try_gated = partial(try_value, ruled_out=refuted_by(value))
    for name, biases in gated.items():
        check.each(name, cases(**biases), try_gated, [shape])
    return check.report()


for _exercise, _after in (("gru-step", False), ("gru-reset-after", True)):
    EXERCISES[_exercise].knowing(slug for slug, _ in GRUCase(1, SMALLEST, _after).mistakes)
