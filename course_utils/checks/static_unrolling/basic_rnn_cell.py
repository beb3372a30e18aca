"""The check of `basic-rnn-cell`, seen from outside: the cell's weights have no known names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_integer, close, equal
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.made import as_pair, made
from course_utils.checks.fixtures.runs import NUMBERS

EXERCISES = load_exercises("static_unrolling")
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
        self._x = rng.choice(NUMBERS, [self.batch, self.n_inputs]).astype(np.float32)
        self._h = rng.choice(NUMBERS, [self.batch, self.units]).astype(np.float32)

    def with_inputs(self, n_inputs: int) -> CellCase:
        """The same case for another number of inputs."""
        return CellCase(self._answer, self._seed, (self.batch, n_inputs, self.units))

    @cached_property
    def _cell(self) -> Subject:
        return made(self._answer, f"BasicRNNCell({self.units})", self.units)

    def check_sizes(self) -> None:
        """Checks the sizes that the cell tells about itself."""
        for name in ("units", "state_size", "output_size"):
            value = self._cell.get(name)
            if isinstance(value, (tuple, list)):
                raise Failed(f"`{name}` is {value}, expected {self.units}.", "sizes-in-a-tuple")
            if isinstance(value, Subject):
                raise Failed(f"`{name}` is a method or an object, expected {self.units}.")
            if as_integer(value) != self.units:
                raise Failed(f"`{name}` is {as_integer(value)}, expected {self.units}.")

    def check_zero_state(self) -> None:
        """Checks the zero state's shape and values."""
        zeros, batch, units = self._cell.get("zero_state")(self.batch), self.batch, self.units
        shapes = [(units,), (1, units), (units, batch), (batch,), (batch, 1), (units, units)]
        wrong = [("zero-state-shape", np.zeros(shape)) for shape in shapes]
        wrong.append(("zero-state-not-zero", np.ones([batch, units])))
        close(zeros, np.zeros([batch, units]), "batch, units", wrong)

    def check_dtype(self) -> None:
        """Checks that the zero state is float32, or what a caller asks for."""
        zero_state = self._cell.get("zero_state")
        usual = zero_state(self.batch)
        if getattr(usual, "dtype", np.float32) != np.float32:
            known = "double-precision" if usual.dtype == np.float64 else None
            raise Failed(f"zero_state({self.batch}) is of type {usual.dtype}.", known)
        asked = zero_state(self.batch, "float64")
        if getattr(asked, "dtype", np.float64) != np.float64:
            raise Failed(f"Asked for float64, it gave {asked.dtype}.", "dtype-ignored")

    def check_pair(self) -> None:
        """Checks that a call gives two arrays [batch, units]."""
        result = self._cell(self._x, self._h)
        if isinstance(result, np.ndarray):
            raise Failed(
                f"Got one array of shape {list(result.shape)}, expected the output and the new "
                "state.",
                "no-new-state",
            )
        for part in as_pair(result):
            as_array(part, (self.batch, self.units), "batch, units")

    def check_inputs(self) -> None:
        """Checks that a new cell takes this many inputs; it is known to take three."""
        try:
            self.output()
        except AnswerError as error:
            others = [self.with_inputs(n) for n in (1, 2, 4, 6)]
            fixed = self.n_inputs != 3 and not any(map(CellCase._runs, others))
            raise Failed(str(error), "inputs-hard-coded" if fixed else None) from None

    def _runs(self) -> bool:
        try:
            self.output()
        except (Failed, AnswerError):
            return False
        return True

    def check_same(self) -> None:
        """Checks that the new state is the output."""
        output, state = (np.asarray(part) for part in as_pair(self._cell(self._x, self._h)))
        if np.abs(state - output).max() <= TOLERANCE:
            return
        known = "output-differs"
        if np.allclose(state, self._h):
            known = "old-state-returned"
        elif np.allclose(output, self._h):
            known = "output-is-the-old-state"
        apart = f"they are up to {np.abs(state - output).max():.3g} apart"
        raise Failed(f"The new state is not the output: {apart}.", known)

    def output(self, x: np.ndarray | None = None, h: np.ndarray | None = None) -> np.ndarray:
        """The output of a call, whatever comes with it; by default for the case's own arguments."""
        x, h = (self._x, self._h) if x is None or h is None else (x, h)
        return as_array(as_pair(self._cell(x, h))[0], (len(x), self.units), "batch, units")

    def check_kept(self) -> None:
        """Checks that calls use variables, and that each uses those of the first."""
        self._weights()

    def check_any_batch(self) -> None:
        """Checks that the batch size is in no variable's shape."""
        shapes = self._weights()
        others = (1, self.n_inputs, self.units, self.n_inputs + self.units)
        if self.batch not in others and any(self.batch in shape for shape in shapes):
            told = f"{_told(shapes)}, in a batch of {self.batch}."
            raise Failed(told, "batch-in-a-weight")

    def check_weights(self) -> None:
        """Checks how many numbers the variables hold."""
        shapes = self._weights()
        inputs, state, bias = self.n_inputs * self.units, self.units**2, self.units
        total, needed = sum(math.prod(shape) for shape in shapes), inputs + state + bias
        wrong = [
            ("no-bias", inputs + state),
            ("state-without-weights", inputs + bias),
            ("state-ignored", inputs + bias),
            ("inputs-ignored", state + bias),
        ]
        if not equal(min(total, needed), needed, wrong):
            raise Failed(
                f"{_told(shapes)}, {total} numbers in all; {self.n_inputs} inputs and {self.units} units "
                f"need {needed}."
            )

    def _weights(self) -> list[tuple[int, ...]]:
        self.output()
        shapes, kept = self._cell.probe("weights_used", self._x, self._h)
        if not shapes:
            raise Failed("A call uses no trainable tf.Variable.", "weights-not-variables")
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
        free = rng.choice(NUMBERS, [5, size])
        rows = np.vstack([np.zeros([1, size]), PROBED * np.eye(size), free]).astype(np.float32)
        x, h = rows[:, : self.n_inputs], rows[:, self.n_inputs :]
        self._cell.probe("redraw_weights", x, h, seed=self._seed)
        y = self.output(x, h)
        read, seen = y[: size + 1], y[size + 1 :]
        sums = _arctanh(read)
        close(seen, np.tanh(_affine(sums, free)), "row, unit", self._wrong(read, free))
        self._check_terms(np.abs(sums[1:] - sums[0]).max(axis=1), sums)

    def _wrong(self, read: np.ndarray, free: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """What misconceptions give for rows, if these are right for zeros and single entries."""
        outside = _arctanh(read - read[0])
        return [
            ("no-tanh", _affine(read, free)),
            ("bias-outside-tanh", np.tanh(_affine(outside, free)) + read[0]),
            ("sigmoid-for-tanh", _sigmoid(_affine(_logit(read), free))),
            ("tanh-twice", np.tanh(np.tanh(_affine(_arctanh(_arctanh(read)), free)))),
            ("output-is-the-old-state", free[:, self.n_inputs :]),
        ]

    def _check_terms(self, effects: np.ndarray, sums: np.ndarray) -> None:
        """Checks that inputs, state and bias have an effect each, and the state by weights."""
        has_effect = {
            "the inputs": effects[: self.n_inputs].max() > TOLERANCE,
            "the state": effects[self.n_inputs :].max() > TOLERANCE,
            "a bias": np.abs(sums[0]).max() > TOLERANCE or not self._has_kept_weights(),
        }
        heard = [name for name, there in has_effect.items() if there]
        wrong = [
            ("inputs-ignored", ["the state", "a bias"]),
            ("state-ignored", ["the inputs", "a bias"]),
            ("no-bias", ["the inputs", "the state"]),
        ]
        if not equal(heard, list(has_effect), wrong):
            missing = [name for name in has_effect if name not in heard]
            raise Failed(f"The output does not change with {' or '.join(missing)}.")
        if self.units > 1:
            alone = np.abs(sums[1 + self.n_inputs :] - sums[0] - PROBED * np.eye(self.units))
            as_it_is = bool(alone.max() < TOLERANCE)
            if not equal(as_it_is, False, [("state-without-weights", True)]):
                raise Failed("The state is added as it is.")

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

    def check_graph(self) -> None:
        """Checks that a trace of a call gives what a call gives."""
        right = self.output()
        result = as_pair(self._cell.probe("in_graph", self._x, self._h))
        close(result[0], right, "batch, unit")

    def check_gradients(self) -> None:
        """Checks that a gradient gets through to the inputs and to the state."""
        found = self._cell.probe("gradients", self._x, self._h)
        for what, gradient in zip(("inputs", "state"), found, strict=True):
            if gradient is None:
                raise Failed(f"No gradient gets from the results to the {what}.")


def _told(shapes: Sequence[tuple[int, ...]]) -> str:
    return f"The variables have the shapes {', '.join(map(str, shapes))}"


def _arctanh(y: np.ndarray) -> np.ndarray:
    """arctanh, and a large number in place of none where y is outside of -1..1."""
    return np.arctanh(y.clip(-1 + 1e-7, 1 - 1e-7))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _logit(y: np.ndarray) -> np.ndarray:
    y = y.clip(1e-7, 1 - 1e-7)
    return np.log(y / (1 - y))


def _affine(read: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """At `rows`, the affine function that is read[0] at zero, read[1:] at PROBED unit vectors."""
    return rows @ (read[1:] - read[0]) / PROBED + read[0]


THREE_INPUTS: Sequence[CellSize] = ((3, 3, 2), (4, 3, 5))
CELLS: Sequence[CellSize] = ((4, 3, 5), (3, 2, 4), (1, 4, 2), (5, 1, 3), (4, 3, 1))


def check_basic_rnn_cell(
    BasicRNNCell: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[CellSize] = CELLS
) -> Report:
    """Checks a class of cells: its sizes, its zero state, its weights and its equation."""
    check = Check(EXERCISES["basic-rnn-cell"])
    answer = subject(BasicRNNCell, "BasicRNNCell")
    three = [CellCase(answer, seed, size) for size, seed in zip(THREE_INPUTS, cycle(seeds))]
    cases = [CellCase(answer, seed, size) for size, seed in zip(sizes, cycle(seeds))]

    def each(name: str, attempt: Callable[[CellCase], None], *after: Any) -> Any:
        return check.each(name, cases, attempt, after)

    each("units, state_size and output_size are the number of units", CellCase.check_sizes)
    zeros = each("zero_state(batch_size) is [batch_size, units] zeros", CellCase.check_zero_state)
    each("they are float32, or of the dtype that is asked for", CellCase.check_dtype, zeros)
    name = "a call with three inputs gives an output and a new state, [batch, units] both"
    pair = check.each(name, three, CellCase.check_pair)
    any_size = each("the first call may bring any number of inputs", CellCase.check_inputs, pair)
    each("the output is the new state", CellCase.check_same, any_size)
    name = "the first call makes the weights as variables, all calls use them"
    kept = each(name, CellCase.check_kept, any_size)
    any_batch = each("the weights do not depend on the batch", CellCase.check_any_batch, kept)
    each("there are weights for all three terms: Wx, Wh and b", CellCase.check_weights, kept)
    name = "the output is tanh(inputs @ Wx + state @ Wh + b)"
    each(name, CellCase.check_formula, any_batch)
    each("each row depends on its own instance only", CellCase.check_rows, any_batch)
    graph = check.each("a call can be traced into a graph", three, CellCase.check_graph, [pair])
    name = "gradients get through to inputs and state"
    check.each(name, three, CellCase.check_gradients, [graph])
    return check.report()
