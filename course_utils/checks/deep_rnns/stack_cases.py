"""Stacks of fixture cells, by NumPy, and what known misconceptions make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, describe
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_items, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.fixtures.cells import Sizes, cell_weights
from course_utils.checks.fixtures.made import as_pair, made

NUMBERS = [n / 10 for n in range(-12, 13) if n]  # short ones, none of them zero
State = list[np.ndarray]  # the parts of one layer's state, each [batch, width]
StackSize = tuple[int, int, Sequence[tuple[Sizes, int]]]  # batch, features, layers: state, output
# In the first all widths are equal, so that nothing but values tells a layer from another.
EQUAL: StackSize = (2, 2, ((2, 2), (2, 2), (2, 2)))
SIZES: Sequence[StackSize] = (EQUAL, (3, 2, ((4, 5), (1, 6))), (5, 4, ((3, 3), (3, 2), (6, 1))))
SINGLE: StackSize = (3, 2, ((4, 5),))
NESTED: StackSize = (4, 2, (((5, 3), 6), (2, 1)))


class Layer:
    """One fixture cell of a stack, and its step by NumPy.

    Args:
      features: width of the inputs.
      state_size: width of the state, or a tuple with the width of each of its parts.
      output_size: width of the output.
      seed: of the weights.
    """

    def __init__(self, features: int, state_size: Sizes, output_size: int, seed: int) -> None:
        self.features, self.state_size, self.output_size = features, state_size, output_size
        self._seed = seed
        self._weights = cell_weights(features, state_size, output_size, seed)

    @property
    def recipe(self) -> Recipe:
        """Of the cell."""
        sizes = {"state_size": self.state_size, "output_size": self.output_size}
        arguments = {"features": self.features, "seed": self._seed, **sizes}
        return Recipe("course_utils.checks.fixtures.cells:make_cell", arguments)

    @property
    def widths(self) -> list[int]:
        """The width of each part of the state."""
        return [self.state_size] if isinstance(self.state_size, int) else list(self.state_size)

    def in_structure(self, parts: State) -> Any:
        """The parts as the cell has its state: one array, or a tuple."""
        return parts[0] if isinstance(self.state_size, int) else tuple(parts)

    def step(self, x: np.ndarray, parts: State) -> tuple[np.ndarray, State]:
        """The output and the parts of the new state."""
        to_state, to_output = self._weights
        new_state = np.tanh(np.hstack([x, *parts]) @ to_state)
        return new_state @ to_output, np.split(new_state, np.cumsum(self.widths)[:-1], axis=1)


class Result(NamedTuple):
    """What a call of a stack gives: the output, and the parts of each layer's new state.

    A mistake may have more or fewer states than layers.
    """

    output: np.ndarray
    states: list[State]


class StackCase:
    """A stack of the class under test over fixture cells, with inputs and a state for it.

    Each `check_...` raises `Failed` if the stack lacks one property.

    Args:
      answer: the class.
      size: batch, features, and of each layer the widths of state and output.
      seed: of the inputs, the states and the weights.
    """

    def __init__(self, answer: Subject, size: StackSize, seed: int) -> None:
        self._answer, self.size = answer, size
        self.batch, features, layers = size
        widths = [features, *(output_size for _, output_size in layers)]
        self.layers = [
            Layer(n, *layer, seed=10 * seed + i)
            for i, (n, layer) in enumerate(zip(widths, layers, strict=False))
        ]
        rng = np.random.default_rng([seed, *widths])
        self._x = self._draw(rng, features)
        self._states = [[self._draw(rng, n) for n in layer.widths] for layer in self.layers]

    def _draw(self, rng: np.random.Generator, width: int) -> np.ndarray:
        return rng.choice(NUMBERS, [self.batch, width]).astype(np.float32)

    @cached_property
    def _stack(self) -> Subject:
        recipes = [layer.recipe for layer in self.layers]
        return made(self._answer, "MultiRNNCell(cells)", recipes)

    def check_sizes(self) -> None:
        """Checks what the stack tells about its sizes."""
        sizes = tuple(layer.state_size for layer in self.layers)
        told = self._stack.get("state_size")
        if told == list(sizes):
            raise Failed(f"`state_size` is the list {told}, expected a tuple.", "not-a-tuple")
        weigh(
            {"states-joined"} if told == sum(map(_width, sizes)) else (), ["states-joined"], False
        )
        _check_size("state_size", told, sizes)
        _check_size("output_size", self._stack.get("output_size"), self.layers[-1].output_size)

    def check_entries(self) -> None:
        """Checks that the zero state has an entry for each layer, of whatever kind."""
        state = self._stack.get("zero_state")(self.batch)
        total = sum(_width(layer.state_size) for layer in self.layers)
        joined = isinstance(state, np.ndarray) and state.shape == (self.batch, total)
        if len(self.layers) > 1:
            weigh({"states-joined"} if joined else (), ["states-joined"], as_expected=False)
        if joined:
            raise Failed(f"Got {describe(state)}, expected a tuple with one state for each layer.")
        self._by_layer(state)

    def check_zero_state(self, *dtype: str) -> None:
        """Checks that the zero state has the zeros of every layer, of this type if one is told."""
        state = self._stack.get("zero_state")(self.batch, *dtype)
        self._check_tuple(state)
        for i, (parts, layer) in enumerate(zip(self._by_layer(state), self.layers, strict=True)):
            for part, width in zip(parts, layer.widths, strict=True):
                _told_of(i, partial(close, part, np.zeros([self.batch, width])))
                if dtype and np.asarray(part).dtype != dtype[0]:
                    raise Failed(f"Asked for {dtype[0]}, got zeros of {np.asarray(part).dtype}.")

    def check_structure(self) -> None:
        """Checks that a call gives an output, and a tuple with one state a layer."""
        output, state = as_pair(self._call(self._x, self._states))
        self._weigh(output, state)
        as_array(output, (self.batch, self.layers[-1].output_size), "batch, output_size")
        self._check_tuple(state)
        for parts, layer in zip(self._by_layer(state), self.layers, strict=True):
            for part, width in zip(parts, layer.widths, strict=True):
                as_array(part, (self.batch, width), "batch, units")

    def check_output(self) -> None:
        """Checks the output of one step."""
        output, state = as_pair(self._call(self._x, self._states))
        self._weigh(output, state)
        close(output, self._right.output, "row, unit")

    def check_states(self) -> None:
        """Checks the new state of each layer."""
        output, state = as_pair(self._call(self._x, self._states))
        self._weigh(output, state)
        self._compare_states(state)

    def _compare_states(self, state: Any) -> None:
        for i, (parts, right) in enumerate(
            zip(self._by_layer(state), self._right.states, strict=True)
        ):
            for part, expected in zip(parts, right, strict=True):
                _told_of(i, partial(close, part, expected, "row, unit"))

    def check_graph(self) -> None:
        """Checks that a traced call gives the same."""
        output, state = as_pair(
            self._stack.probe("in_graph", self._x, self._structured(self._states))
        )
        close(output, self._right.output, "row, unit")
        self._compare_states(state)

    def check_call(self) -> None:
        """Checks output and states."""
        self.check_output()
        self.check_states()

    def _structured(self, states: list[State]) -> tuple[Any, ...]:
        pairs = zip(self.layers, states, strict=True)
        return tuple(layer.in_structure(parts) for layer, parts in pairs)

    def _call(self, x: np.ndarray, states: list[State]) -> Any:
        return self._stack(x, self._structured(states))

    def _check_tuple(self, state: Any) -> None:
        if isinstance(state, list):
            raise Failed(
                f"Got a list of {len(state)}, or what can only be gone through once; expected a "
                "tuple.",
                "not-a-tuple",
            )

    def _by_layer(self, state: Any) -> list[list[Any]]:
        """The state's parts, layer by layer."""
        entries = as_items(state, len(self.layers), "a tuple with one state for each layer")
        return [
            [entry]
            if isinstance(layer.state_size, int)
            else as_items(entry, len(layer.widths), "a state's parts")
            for entry, layer in zip(entries, self.layers, strict=True)
        ]

    def _weigh(self, output: Any, state: Any) -> None:
        """Holds output and states together against what each misconception leads to."""
        found = [output, *_leaves(state)]

        def same(result: Result) -> bool:
            wanted = [result.output, *(part for parts in result.states for part in parts)]
            return [np.shape(a) for a in found] == [b.shape for b in wanted] and all(
                np.allclose(a, b, atol=TOLERANCE) for a, b in zip(found, wanted, strict=True)
            )

        alike = {slug for slug, wrong in self._mistakes if same(wrong)}
        weigh(alike, {slug for slug, _ in self._mistakes}, as_expected=same(self._right))

    def _run(self, x: np.ndarray, states: list[State], cells: Sequence[int] = ()) -> Result:
        """A right step; `cells` may name other layers' cells to use."""
        new_states = []
        for i, parts in enumerate(states):
            x, new_parts = self.layers[cells[i] if cells else i].step(x, parts)
            new_states.append(new_parts)
        return Result(x, new_states)

    @cached_property
    def _right(self) -> Result:
        return self._run(self._x, self._states)

    @cached_property
    def _mistakes(self) -> list[tuple[str, Result]]:
        """What misconceptions lead to, where the widths allow them."""
        right, top = self._right, len(self.layers) - 1
        wrong = [
            ("only-top-state", right._replace(states=[right.states[-1]])),
            ("only-top-state", right._replace(states=[right.states[-1]] * (top + 1))),
            ("states-joined", right._replace(states=[[_in_one(right.states)]])),
            ("states-in-reverse", right._replace(states=right.states[::-1])),
            ("old-states", right._replace(states=self._states)),
            ("top-state-for-output", right._replace(output=right.states[-1][0])),
            *self._with_all_outputs(right),
        ]
        sizes = {(n.features, n.output_size, str(n.state_size)) for n in self.layers}
        if top and len(sizes) == 1 and self.layers[0].features == self.layers[0].output_size:
            wrong += self._mistakes_of_equal_layers(right, top)
        return [mistake for mistake in wrong if top or mistake[0] == "top-state-for-output"]

    def _with_all_outputs(self, right: Result) -> list[tuple[str, Result]]:
        outputs = [
            self._run(self._x, self._states[: n + 1]).output for n in range(len(self.layers))
        ]
        if len({output.shape for output in outputs}) > 1:
            return []
        return [("all-outputs", right._replace(output=np.stack(outputs, axis=k))) for k in (0, 1)]

    def _mistakes_of_equal_layers(self, right: Result, top: int) -> list[tuple[str, Result]]:
        unchained = [n.step(self._x, p) for n, p in zip(self.layers, self._states, strict=True)]
        from_below = []
        x = self._x
        for layer, parts in zip(self.layers, self._states, strict=True):
            output, new_parts = layer.step(x, parts)
            from_below.append((output, new_parts))
            x = new_parts[0]
        downwards = range(top, -1, -1)
        upside_down = self._run(self._x, self._states[::-1], downwards)
        handed_on, parts, x = [], self._states[0], self._x
        for layer in self.layers:
            x, parts = layer.step(x, parts)
            handed_on.append((x, parts))
        return [
            *[
                ("one-cell-shared", self._run(self._x, self._states, [i] * (top + 1)))
                for i in range(top + 1)
            ],
            ("inputs-not-chained", _collected(unchained)),
            ("state-handed-up", _collected(from_below)),
            ("state-for-the-next-layer", _collected(handed_on)),
            ("upside-down", Result(upside_down.output, upside_down.states[::-1])),
            ("upside-down", upside_down),
            ("upside-down", self._run(self._x, self._states, downwards)),
            ("states-in-reverse", self._run(self._x, self._states[::-1])),
        ]


def _collected(steps: list[tuple[np.ndarray, State]]) -> Result:
    return Result(steps[-1][0], [state for _, state in steps])


def _in_one(states: list[State]) -> np.ndarray:
    """All parts of all layers side by side, [batch, all widths]."""
    return np.hstack([part for parts in states for part in parts])


def _width(size: Sizes) -> int:
    return size if isinstance(size, int) else sum(size)


def _leaves(state: Any) -> Iterator[Any]:
    """The arrays in a state, in whatever lists and tuples they are."""
    if isinstance(state, (list, tuple)):
        for entry in state:
            yield from _leaves(entry)
    else:
        yield state


def _check_size(name: str, told: Any, expected: Any) -> None:
    if told != expected:
        plain = isinstance(told, (int, tuple, list))
        raise Failed(f"`{name}` is {told if plain else describe(told)}, expected {expected}.")


def _told_of(layer: int, compare: Callable[[], None]) -> None:
    """Says which layer's state differs."""
    try:
        compare()
    except Failed as failure:
        raise Failed(f"Layer {layer}: {failure.detail}") from None
