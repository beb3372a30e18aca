"""The check of a stack of cells: fixture cells on top of each other, by NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.blame import about, blames
from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.cells import Sizes, cell_weights
from course_utils.checks.fixtures.made import as_pair, check_told, made

EXERCISES = load_exercises("deep_rnns")
State = list[np.ndarray]  # the parts of one layer's state, each [batch, width]
StackSize = tuple[int, int, Sequence[tuple[Sizes, int]]]  # batch, features, layers: state, output
# In the first all widths are equal, so that nothing but values tells a layer from another.
EQUAL: StackSize = (4, 3, ((3, 3), (3, 3), (3, 3)))
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
    """What a call of a stack gives: the output, and the parts of each layer's new state."""

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
        self._answer = answer
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
        return rng.uniform(-1, 1, [self.batch, width]).astype(np.float32)

    @cached_property
    def _stack(self) -> Subject:
        recipes = [layer.recipe for layer in self.layers]
        return made(self._answer, "MultiRNNCell(cells)", recipes)

    def check_sizes(self) -> None:
        """Checks what the stack tells about its sizes, and its zero state."""
        self._zeros()
        check_told(self._stack, "state_size", tuple(layer.state_size for layer in self.layers))
        check_told(self._stack, "output_size", self.layers[-1].output_size)

    def check_zero_state(self) -> None:
        """Checks that the zero state has the zeros of every layer."""
        for i, (parts, layer) in enumerate(zip(self._zeros(), self.layers, strict=True)):
            for part, width in zip(parts, layer.widths, strict=True):
                with about(f"Layer {i}"):
                    close(part, np.zeros([self.batch, width]), "batch, unit")

    def _zeros(self) -> list[list[Any]]:
        return self._by_layer(self._stack.get("zero_state")(self.batch))

    def check_structure(self) -> None:
        """Checks that a call gives an output, and a state of one entry a layer."""
        output, states = self._called(self._x, self._states)
        as_array(output, (self.batch, self.layers[-1].output_size), "batch, output_size")
        for parts, layer in zip(states, self.layers, strict=True):
            for part, width in zip(parts, layer.widths, strict=True):
                as_array(part, (self.batch, width), "batch, units")

    def check_output(self) -> None:
        """Checks the output of one step."""
        wrong = [(slug, result.output) for slug, result in self._mistakes()]
        output = as_pair(self._call(self._x, self._states))[0]
        close(output, self._run(self._x, self._states).output, "row, unit", wrong)

    def check_states(self) -> None:
        """Checks the new state of each layer."""
        _, states = self._called(self._x, self._states)
        for parts, layer in zip(states, self.layers, strict=True):
            for part, width in zip(parts, layer.widths, strict=True):
                as_array(part, (self.batch, width), "batch, units")
        right = _in_one(self._run(self._x, self._states).states)
        # All layers at once: of a single one, several mistakes may make the same.
        wrong = [(slug, _in_one(result.states)) for slug, result in self._mistakes()]
        with about("New states of all layers, side by side"):
            close(_in_one(states), right, "row, unit", wrong)

    def check_steps(self, n_steps: int = 3) -> None:
        """Checks that the stack's own states carry it through several steps from zero."""
        states = self._zeros()
        expected = [[np.zeros([self.batch, n]) for n in layer.widths] for layer in self.layers]
        for step in range(n_steps):
            x = self._x / (1 + step)
            right = self._run(x, expected)
            output, states = self._called(x, states)
            with about(f"Step {step}"):
                close(output, right.output, "row, unit")
            expected = right.states

    def _call(self, x: np.ndarray, states: list[list[Any]]) -> Any:
        structured = [layer.in_structure(p) for layer, p in zip(self.layers, states, strict=True)]
        return self._stack(x, tuple(structured))

    def _called(self, x: np.ndarray, states: list[list[Any]]) -> tuple[Any, list[list[Any]]]:
        output, new_state = as_pair(self._call(x, states))
        return output, self._by_layer(new_state)

    def _by_layer(self, state: Any) -> list[list[Any]]:
        """The state's parts, layer by layer."""
        self._check_not_top_only(state)
        entries = as_items(state, len(self.layers), "a tuple with one state for each layer")
        return [
            [entry]
            if isinstance(layer.state_size, int)
            else as_items(entry, len(layer.widths), "a state's parts")
            for entry, layer in zip(entries, self.layers, strict=True)
        ]

    def _check_not_top_only(self, state: Any) -> None:
        """A lone array in place of a tuple, where there is more than one layer."""
        alone = state[0] if isinstance(state, (list, tuple)) and len(state) == 1 else state
        one_array = isinstance(alone, np.ndarray) and alone.ndim == 2
        if one_array and len(self.layers) > 1 and alone.shape[1] == self.layers[-1].widths[0]:
            raise Failed(
                "Got one state, expected a tuple with one for each layer.", "only-top-state"
            )

    def _run(self, x: np.ndarray, states: list[State], cells: Sequence[int] = ()) -> Result:
        """A right step; `cells` may name other layers' cells to use."""
        new_states = []
        for i, parts in enumerate(states):
            x, new_parts = self.layers[cells[i] if cells else i].step(x, parts)
            new_states.append(new_parts)
        return Result(x, new_states)

    def _mistakes(self) -> list[tuple[str, Result]]:
        """What misconceptions lead to, where the widths allow them."""
        right, top = self._run(self._x, self._states), len(self.layers) - 1
        wrong = [
            ("only-top-state", right._replace(states=[right.states[-1]] * (top + 1))),
            ("states-in-reverse", right._replace(states=right.states[::-1])),
            ("old-states", right._replace(states=self._states)),
        ]
        sizes = {(n.features, n.output_size, str(n.state_size)) for n in self.layers}
        if top and len(sizes) == 1 and self.layers[0].features == self.layers[0].output_size:
            wrong += self._mistakes_of_equal_layers(right, top)
        return wrong

    def _mistakes_of_equal_layers(self, right: Result, top: int) -> list[tuple[str, Result]]:
        unchained = [n.step(self._x, p) for n, p in zip(self.layers, self._states, strict=True)]
        from_below = []
        x = self._x
        for layer, parts in zip(self.layers, self._states, strict=True):
            output, new_parts = layer.step(x, parts)
            from_below.append((output, new_parts))
            x = new_parts[0]
        upside_down = self._run(self._x, self._states[::-1], range(top, -1, -1))
        return [
            *[
                ("one-cell-shared", self._run(self._x, self._states, [i] * (top + 1)))
                for i in range(top + 1)
            ],
            ("inputs-not-chained", _collected(unchained)),
            ("state-handed-up", _collected(from_below)),
            ("upside-down", Result(upside_down.output, upside_down.states[::-1])),
            ("states-in-reverse", self._run(self._x, self._states[::-1])),
        ]


def _collected(steps: list[tuple[np.ndarray, State]]) -> Result:
    return Result(steps[-1][0], [state for _, state in steps])


def _in_one(states: list[State]) -> np.ndarray:
    """All parts of all layers side by side, [batch, all widths]."""
    return np.hstack([part for parts in states for part in parts])


def check_multi_rnn_cell(
    MultiRNNCell: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StackSize] = SIZES
) -> Report:
    """Checks a stack's sizes, its output, and the states of its layers.

    Args:
      MultiRNNCell: the class.
      seeds: of the inputs, states and weights.
      sizes: batch, features, and of each layer the widths of state and output.
    """
    check = Check(EXERCISES["multi-rnn-cell"])
    answer = subject(MultiRNNCell, "MultiRNNCell")
    cases = [StackCase(answer, size, seed) for size in (EQUAL, *sizes) for seed in seeds]
    single, nested = (StackCase(answer, size, seeds[0]) for size in (SINGLE, NESTED))
    properties = {
        "the output is the top cell's, each cell fed by the one below": StackCase.check_output,
        "zero_state is a tuple with the zero state of each layer": StackCase.check_zero_state,
        "state_size is a tuple, output_size that of the top cell": StackCase.check_sizes,
        "a call returns the output and a tuple of states": StackCase.check_structure,
        "each layer's new state comes out in its own place": StackCase.check_states,
        "with its own states it goes through several steps": StackCase.check_steps,
    }
    for name, holds in properties.items():
        with check.property(name):
            for case in cases:
                holds(case)
    with check.property("one layer is a stack, too"):
        _check_call(single)
    with check.property("a cell whose state has parts can be a layer"):
        for case in cases:
            _check_call(case)
        with blames("single-state-assumed"):
            _check_call(nested)
    return check.report()


def _check_call(case: StackCase) -> None:
    case.check_output()
    case.check_states()
