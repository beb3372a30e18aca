"""The check of `basic-rnn-cell`, seen from outside: the cell's weights have no known names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_integer, as_items, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("static_unrolling")
PAIR = "the output and the new state"
# Where a weight is read off: small, for 32 bits keep little of a sum whose tanh is close to 1.
PROBED = 0.25
CellSize = tuple[int, int, int]  # batch, inputs, units; the batch is not 2, a pair's length


class CellCase:
    """One cell of the class under test, with random inputs and a random state for it.

    Each `check_...` raises `Failed` if the cell lacks one property.

    Args:
      answer: the class.
      seed: of the inputs, the state and the weights.
      size: batch, inputs and units.
    """

    def __init__(self, answer: Subject, seed: int, size: CellSize) -> None:
        self.batch, self.n_inputs, self.units = size
        self._answer, self._seed = answer, seed
        rng = np.random.default_rng([seed, *size])
        self._x = rng.uniform(-1, 1, [self.batch, self.n_inputs]).astype(np.float32)
        self._h = rng.uniform(-1, 1, [self.batch, self.units]).astype(np.float32)

    @cached_property
    def _cell(self) -> Subject:
        made, call = self._answer(self.units), f"BasicRNNCell({self.units})"
        if made is None:
            raise AnswerError(f"Not answered yet: {call} gives None.", blank=True)
        if not isinstance(made, Subject):
            raise Failed(f"{call} gives {describe(made)}, expected a cell object.")
        return made

    def check_sizes(self) -> None:
        """Checks the sizes that the cell tells about itself."""
        for name in ("units", "state_size", "output_size"):
            value = self._cell.get(name)
            if isinstance(value, Subject):
                raise Failed(f"`{name}` is a method or an object, expected {self.units}.")
            if as_integer(value) != self.units:
                raise Failed(f"`{name}` is {as_integer(value)}, expected {self.units}.")

    def check_zero_state(self) -> None:
        """Checks the zero state's shape and values."""
        zeros = self._cell.get("zero_state")(self.batch)
        right, axes = np.zeros([self.batch, self.units]), "batch, units"
        close(zeros, right, axes, [("zero-state-shape", np.zeros(np.shape(zeros)))])

    def check_inputs(self) -> None:
        """Checks that a new cell takes this many inputs, if it takes three as in the chapter."""
        CellCase(self._answer, self._seed, (4, 3, 5)).output()
        with blames("inputs-hard-coded"):
            CellCase(self._answer, self._seed, (4, self.n_inputs, 5)).output()

    def check_pair(self) -> None:
        """Checks that a call gives an output and, equal to it, a new state; also at the start."""
        for h in (self._h, self._cell.get("zero_state")(self.batch)):
            result = self._cell(self._x, h)
            if isinstance(result, np.ndarray):
                raise Failed(f"Got a single array, expected {PAIR}.", "no-new-state")
            pair, shape = as_items(result, 2, PAIR), (self.batch, self.units)
            output, state = (as_array(part, shape, "batch, units") for part in pair)
            apart = np.abs(state - output).max()
            if apart > TOLERANCE:
                raise Failed(
                    f"The new state is not the output: they are up to {apart:.3g} apart.",
                    "old-state-returned" if np.allclose(state, h) else "output-differs",
                )

    def output(self, x: np.ndarray | None = None, h: np.ndarray | None = None) -> np.ndarray:
        """The output of a call, whatever comes with it; by default for the case's own arguments."""
        x, h = (self._x, self._h) if x is None or h is None else (x, h)
        result = self._cell(x, h)
        output = result[0] if isinstance(result, (list, tuple)) and result else result
        return as_array(output, (len(x), self.units), "batch, units")

    def check_kept(self) -> None:
        """Checks that calls use variables, and that each uses those of the first."""
        self._weights()

    def check_weights(self) -> None:
        """Checks how many numbers the variables hold, and that the batch is in no shape."""
        shapes = self._weights()
        told = f"The variables have the shapes {', '.join(map(str, shapes))}"
        kernels = (self.n_inputs + self.units) * self.units
        total = sum(math.prod(shape) for shape in shapes)
        if total < kernels + self.units:
            raise Failed(
                f"{told}, {total} numbers in all; {self.n_inputs} inputs and {self.units} units "
                f"need {kernels + self.units}.",
                "no-bias" if total == kernels else None,
            )
        others = (1, self.n_inputs, self.units, self.n_inputs + self.units)
        if self.batch not in others and any(self.batch in shape for shape in shapes):
            raise Failed(f"{told}, in a batch of {self.batch}.", "batch-in-a-weight")

    def _weights(self) -> list[tuple[int, ...]]:
        self.output()
        shapes, kept = self._cell.probe("weights_used", self._x, self._h)
        if not shapes:
            raise Failed("A call uses no tf.Variable.", "weights-not-variables")
        if not kept:
            raise Failed(
                "A second call of the same cell uses other variables than the first.",
                "new-weights-each-call",
            )
        return shapes

    def check_formula(self) -> None:
        """Checks that arctanh(output) is one affine function of inputs and state.

        All weights can be read off a single call: with inputs and state at zero the output is
        tanh(b); with one `PROBED` among them, tanh of b plus that part of a row of Wx or of Wh.
        """
        size, rng = self.n_inputs + self.units, np.random.default_rng(self._seed)
        free = rng.uniform(-1, 1, [5, size])
        rows = np.vstack([np.zeros([1, size]), PROBED * np.eye(size), free]).astype(np.float32)
        x, h = rows[:, : self.n_inputs], rows[:, self.n_inputs :]
        self._cell.probe("redraw_weights", x, h, seed=self._seed)
        y = self.output(x, h)
        read, seen = y[: size + 1], y[size + 1 :]
        sums = _arctanh(read)
        wrong = [
            ("no-tanh", _affine(read, free)),
            ("bias-outside-tanh", np.tanh(_affine(_arctanh(read - read[0]), free)) + read[0]),
        ]
        close(seen, np.tanh(_affine(sums, free)), "row, unit", wrong)
        effects = np.abs(sums[1:] - sums[0])
        if effects[self.n_inputs :].max() < TOLERANCE:
            raise Failed("The output does not change with the state.", "state-ignored")
        if effects[: self.n_inputs].max() < TOLERANCE:
            raise Failed("The output does not change with the inputs.")
        if np.abs(sums[0]).max() < TOLERANCE and self._has_kept_weights():
            raise Failed("The output is zero where inputs and state are.", "no-bias")

    def _has_kept_weights(self) -> bool:
        """Whether there are variables that keep the values they are given."""
        shapes, kept = self._cell.probe("weights_used", self._x, self._h)
        return bool(shapes) and kept

    def check_rows(self) -> None:
        """Checks that a row alone gives what it gives in a batch."""
        x, h = np.vstack([self._x, -self._x]), np.vstack([self._h, self._h])
        for row, together in enumerate(self.output(x, h)):
            alone = self.output(x[row : row + 1], h[row : row + 1])
            close(alone[0], together, "unit")


def _arctanh(y: np.ndarray) -> np.ndarray:
    """arctanh, and a large number in place of none where y is outside of -1..1."""
    return np.arctanh(y.clip(-1 + 1e-7, 1 - 1e-7))


def _affine(read: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """At `rows`, the affine function that is read[0] at zero, read[1:] at PROBED unit vectors."""
    return rows @ (read[1:] - read[0]) / PROBED + read[0]


CELLS: Sequence[CellSize] = ((4, 3, 5), (3, 2, 4), (1, 4, 2), (5, 1, 3), (4, 3, 1))


def check_basic_rnn_cell(
    BasicRNNCell: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[CellSize] = CELLS
) -> Report:
    """Checks a class of cells: its sizes, its zero state, its weights and its equation."""
    check = Check(EXERCISES["basic-rnn-cell"])
    answer = subject(BasicRNNCell, "BasicRNNCell")
    cases = [CellCase(answer, seed, size) for size, seed in zip(sizes, cycle(seeds))]
    properties = {
        "units, state_size and output_size are the number of units": CellCase.check_sizes,
        "zero_state(batch_size) is [batch_size, units] zeros": CellCase.check_zero_state,
        "the first call may bring any number of inputs": CellCase.check_inputs,
        "a call returns the output and, equal to it, the new state": CellCase.check_pair,
        "the first call makes the weights as variables, all calls use them": CellCase.check_kept,
        "there are weights for all three terms: Wx, Wh and b": CellCase.check_weights,
        "the output is tanh(inputs @ Wx + state @ Wh + b)": CellCase.check_formula,
        "each row depends on its own instance only, in a batch of any size": CellCase.check_rows,
    }
    for name, holds in properties.items():
        with check.property(name):
            for case in cases:
                holds(case)
    return check.report()
