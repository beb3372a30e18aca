"""The check of `output-projection-wrapper`: an output projection wrapper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Recipe, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    TOLERANCE,
    as_array,
    as_integer,
    as_items,
    close,
    or_right,
)
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.cells import Sizes, cell_weights
from course_utils.checks.fixtures.made import as_pair
from course_utils.checks.fixtures.slopes import THROUGH_NUMPY, slope

# The batch is not 2, a pair's length; where the output is narrower than the state, it can be told
# which of the two was projected.
WrapperSize = tuple[int, int, Sizes, int, int]  # batch, features, state, cell's output, n
WRAPPERS: Sequence[WrapperSize] = ((4, 3, 6, 5, 2), (3, 2, 5, 1, 4), (1, 4, 3, 2, 1))
NESTED: WrapperSize = (4, 3, (5, 2), 6, 3)
EXERCISES = load_exercises("time_series")
EXERCISES["output-projection-wrapper"].knowing([THROUGH_NUMPY])


def check_output_projection_wrapper(
    OutputProjectionWrapper: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[WrapperSize] = WRAPPERS,
    nested: WrapperSize = NESTED,
) -> Report:
    """Checks a class of cells around cells: its sizes, its state, its weights, its output.

    Args:
      OutputProjectionWrapper: the class.
      seeds: of the inputs, the states and the weights.
      sizes: batch, features, width of the state, of the cell's output, of the new output.
      nested: the same, with a tuple for the state.
    """
    check = Check(EXERCISES["output-projection-wrapper"])
    answer = subject(OutputProjectionWrapper, "OutputProjectionWrapper")
    cases = [WrapperCase(answer, seed, size) for size, seed in zip(sizes, cycle(seeds))]
    parts = [WrapperCase(answer, seed, nested) for seed in seeds]
    each = check.each
    told = "state_size is the cell's, output_size the new one"
    sizes_told = each(told, cases, WrapperCase.check_sizes)
    zeros = each("zero_state is the cell's", cases, WrapperCase.check_zero_state)
    pair = "a call returns an output [batch, output_size] and a state"
    called = each(pair, cases, WrapperCase.check_shape)
    untouched = "the new state is the cell's own, untouched"
    state = each(untouched, cases, WrapperCase.check_state, [called])
    variables = "weights are made once, as variables, and kept"
    kept = each(variables, cases, WrapperCase.check_kept, [called])
    there = "there are a weight and a bias of the right sizes"
    each(there, cases, WrapperCase.check_weights, [kept])
    output = "the output is the cell's output @ weight + bias"
    right = each(output, cases, WrapperCase.check_output, [kept])
    through = "a gradient gets back to the inputs and to the state"
    flow = each(through, cases, WrapperCase.check_gradients, [state, right])
    each("a loop in a graph can use it", cases, WrapperCase.check_graph, [flow])
    several = "a state of several parts passes as well"
    each(several, parts, WrapperCase.check_nested, [sizes_told, zeros, state])
    return check.report()


class WrapperCase:
    """One wrapper of the class under test around a cell whose output is not its state.

    Each `check_...` raises `Failed` if the wrapper lacks one property.

    Args:
      answer: the class.
      seed: of the inputs, the state and the weights.
      size: batch, features, state, the cell's output, the new output.
    """

    def __init__(self, answer: Subject, seed: int, size: WrapperSize) -> None:
        self.batch, features, self.state_size, self.width, self.n = size
        self._answer, self._seed = answer, seed
        shape = (features, self.state_size, self.width, seed)
        names = ("features", "state_size", "output_size", "seed")
        self._inner = Recipe(
            "course_utils.checks.fixtures.cells:make_cell", dict(zip(names, shape, strict=True))
        )
        self._inner_weights = cell_weights(*shape)
        self.x, self.state = self._draw(self.batch, seed)

    @property
    def _widths(self) -> list[int]:
        single = isinstance(self.state_size, int)
        return [self.state_size] if single else list(self.state_size)  # type: ignore

    def _draw(self, batch: int, seed: int) -> tuple[np.ndarray, list[np.ndarray]]:
        """Inputs and the parts of a state, all different."""
        rng = np.random.default_rng([seed, batch])
        features = len(self._inner_weights[0]) - sum(self._widths)
        widths = (features, *self._widths)
        numbers = np.arange(-99, 100) / 100
        x, *state = (rng.choice(numbers, [batch, n]).astype(np.float32) for n in widths)
        return x, state

    def _cell_step(self, x: np.ndarray, state: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """The wrapped cell's output and new state, its parts side by side, in NumPy."""
        to_state, to_output = (weights.astype(float) for weights in self._inner_weights)
        new_state = np.tanh(np.hstack([x, *state]) @ to_state)
        return new_state @ to_output, new_state

    @cached_property
    def _wrapper(self) -> Subject:
        made, call = self._answer(self._inner, self.n), f"OutputProjectionWrapper(cell, {self.n})"
        if made is None:
            raise AnswerError(f"Not answered yet: {call} gives None.", blank=True)
        if not isinstance(made, Subject):
            raise Failed(f"{call} gives {describe(made)}, expected a cell object.")
        return made

    def _as_state(self, parts: list[np.ndarray]) -> Any:
        return parts[0] if isinstance(self.state_size, int) else tuple(parts)

    def check_sizes(self) -> None:
        """Checks the sizes that the wrapper tells about itself."""
        found = self._wrapper.get("state_size")
        right = self.state_size if isinstance(self.state_size, int) else list(self.state_size)
        if (found if isinstance(found, int) else list(_items(found))) != right:
            raise Failed(
                f"`state_size` is {found}, expected {self.state_size}, as the cell's.",
                "state-size-changed" if found in (self.n, (self.n,)) else None,
            )
        output_size = self._wrapper.get("output_size")
        if isinstance(output_size, Subject) or as_integer(output_size) != self.n:
            raise Failed(
                f"`output_size` is {output_size}, expected {self.n}.",
                "output-size-kept" if output_size == self.width != self.n else None,
            )

    def check_zero_state(self) -> None:
        """Checks that the zero state has the cell's shapes."""
        zeros = self._wrapper.get("zero_state")(self.batch)
        wrong = np.zeros([self.batch, self.n])
        for part, width in zip(self._parts(zeros), self._widths, strict=True):
            right = np.zeros([self.batch, width])
            suspects = or_right([("state-size-changed", wrong)], right)  # of state_size, that is
            close(part, right, "batch, width", suspects)

    def _parts(self, state: Any) -> list[Any]:
        if isinstance(self.state_size, int):
            return as_items(state, 1, "a state") if isinstance(state, (list, tuple)) else [state]
        return as_items(state, len(self.state_size), "one array for each part of the state")

    def _step(self, x: np.ndarray, state: list[np.ndarray]) -> list[Any]:
        return as_items(self._wrapper(x, self._as_state(state)), 2, "the output and the new state")

    def output(self, x: np.ndarray, state: list[np.ndarray]) -> np.ndarray:
        """The output of a call."""
        expected = (len(x), self.n)
        value = self._step(x, state)[0]
        if np.shape(value) == (len(x), self.width) != expected:
            self.check_sizes()
            raise Failed(f"The output is still {self.width} wide, expected {self.n}.")
        return as_array(value, expected, "batch, output_size")

    def check_shape(self) -> None:
        """Checks the shapes that a call returns, from any state and from the zero state."""
        self.output(self.x, self.state)
        zeros = [np.zeros_like(part) for part in self.state]
        self.output(self.x, zeros)
        self._parts(self._step(self.x, zeros)[1])

    def check_state(self) -> None:
        """Checks that the new state is that of the cell."""
        output, new_state = self._step(self.x, self.state)
        cell_output, right = self._cell_step(self.x, self.state)
        columns = np.split(right, np.cumsum(self._widths)[:-1], axis=1)
        for part, expected, old in zip(self._parts(new_state), columns, self.state, strict=True):
            wrong = [("output-as-state", cell_output), ("old-state-returned", old)]
            if isinstance(output, np.ndarray):
                wrong.append(("output-as-state", output))
            close(part, expected, "batch, width", wrong)

    def check_nested(self) -> None:
        """Checks all that a cell whose state has several parts asks for; for one part it is so."""
        try:
            self.check_sizes()
            self.check_zero_state()
            self.check_state()
        except AnswerError as error:
            raise error if error.blank else Failed(str(error), "nested-state") from None
        except Failed as failure:
            raise Failed(failure.detail, "nested-state") from None

    def _weights(self) -> list[tuple[int, ...]]:
        self.output(self.x, self.state)
        arguments = (self.x, self._as_state(self.state))
        shapes, kept = self._wrapper.probe("weights_used", *arguments)
        if not shapes:
            raise Failed("A call uses no tf.Variable.", "weights-not-variables")
        if not kept:
            raise Failed(
                "A second call of the same wrapper uses other variables than the first.",
                "new-weights-each-call",
            )
        return shapes

    def check_kept(self) -> None:
        """Checks that calls use variables, and that each uses those of the first."""
        self._weights()

    def check_weights(self) -> None:
        """Checks how many numbers the variables hold."""
        shapes = self._weights()
        told = f"The variables have the shapes {', '.join(map(str, shapes))}"
        total, kernel = sum(math.prod(shape) for shape in shapes), self.width * self.n
        of_state = sum(self._widths) * self.n
        slugs = {
            kernel: "no-bias",
            of_state: "state-projected",
            of_state + self.n: "state-projected",
        }
        if total != kernel + self.n:
            raise Failed(
                f"{told}, {total} numbers in all; from {self.width} to {self.n} it takes "
                f"{kernel + self.n}.",
                slugs.get(total),
            )

    def check_output(self) -> None:
        """Checks that the output is one affine function of the cell's output.

        The function is read off one batch and compared on another.
        """
        x, state = self._draw(8 * (self.width + 1), self._seed)
        self.output(self.x, self.state)
        self._wrapper.probe("redraw_weights", self.x, self._as_state(self.state), seed=self._seed)
        seen, (cell_output, new_state) = self.output(x, state), self._cell_step(x, state)
        if _is_affine(cell_output, seen):
            if np.abs(_fit(cell_output, seen)[-1]).max() < TOLERANCE and self._weights():
                raise Failed("Where the cell's output is zero, so is the output.", "no-bias")
            return
        slug = "state-projected" if _is_affine(new_state, seen) else None
        slug = slug or ("state-projected" if _is_affine(np.hstack(state), seen) else None)
        slug = slug or ("activation" if _is_affine(cell_output, _arctanh(seen)) else None)
        raise Failed("The output is no linear function of the cell's output.", slug)

    def check_gradients(self) -> None:
        """Checks the gradients of the sum of the output and the new state."""
        x, state = self._draw(8 * (self.width + 1), self._seed)
        affine = _fit(self._cell_step(x, state)[0], self.output(x, state))
        arguments = [self.x, *self.state]

        def of_state(x: np.ndarray, state: np.ndarray) -> float:
            return float(self._cell_step(x, [state])[1].sum())

        def of_both(x: np.ndarray, state: np.ndarray) -> float:
            output = self._cell_step(x, [state])[0] @ affine[:-1] + affine[-1]
            return float(output.sum()) + of_state(x, state)

        found = self._wrapper.probe("gradients", self.x, self._as_state(self.state))
        for place, what in enumerate(("inputs", "state")):
            if found[place] is None:
                raise Failed(f"No gradient gets to the {what}.", THROUGH_NUMPY)
            alone = slope(of_state, arguments, place)
            close(found[place], slope(of_both, arguments, place), "", [(THROUGH_NUMPY, alone)])

    def check_graph(self) -> None:
        """Checks that a traced call gives what a call gives."""
        seen, arguments = self.output(self.x, self.state), (self.x, self._as_state(self.state))
        output, new_state = as_pair(self._wrapper.probe("in_graph", *arguments))
        close(output, seen, "batch, output")
        close(np.hstack(self._parts(new_state)), self._cell_step(self.x, self.state)[1])


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _fit(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """The weights and, in the last row, the bias that lead from inputs to outputs."""
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    return np.linalg.lstsq(rows, outputs, rcond=None)[0]


def _is_affine(inputs: np.ndarray, outputs: np.ndarray) -> bool:
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    return bool(np.abs(rows @ _fit(inputs, outputs) - outputs).max() < TOLERANCE)


def _arctanh(y: np.ndarray) -> np.ndarray:
    """arctanh, and a large number in place of none where y is outside of -1..1."""
    return np.arctanh(y.clip(-1 + 1e-7, 1 - 1e-7))
