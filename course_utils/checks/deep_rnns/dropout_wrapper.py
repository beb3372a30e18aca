"""The check of `dropout-wrapper`: a wrapper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.checks.deep_rnns.dropout import (
    KEEPS,
    check_draws,
    check_dropped,
    check_values,
    draw_inputs,
)
from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.made import as_pair, check_told, made

EXERCISES = load_exercises("deep_rnns")
BATCH, FEATURES = 30, 45


class WrapperCase:
    """Wrapped cells of the class under test, around a cell that shows what it got.

    Each `check_...` raises `Failed` if the class lacks one property.

    Args:
      answer: the class.
      seed: of the inputs and the state.
      nested: whether the state has two parts.
    """

    def __init__(self, answer: Subject, seed: int, nested: bool = False) -> None:
        self._answer, self._nested = answer, nested
        self._x = draw_inputs([BATCH, FEATURES], seed)
        self._state = draw_inputs([BATCH, FEATURES], seed + 50)
        arguments = {"features": FEATURES, "nested": nested}
        self._cell = Recipe("course_utils.checks.deep_rnns.cells:make_glass_cell", arguments)

    def _wrapped(self, *keeps: float, variational: bool = False) -> Subject:
        """A new wrapper, its masks drawn."""
        keywords = {"variational": variational}
        cell = made(self._answer, "DropoutWrapper(cell)", self._cell, *keeps, **keywords)
        self._check_zeros(cell.get("zero_state")(BATCH))
        return cell

    def _check_zeros(self, zeros: Any) -> None:
        for part in as_items(zeros, 2, "the state's parts") if self._nested else [zeros]:
            close(part, np.zeros([BATCH, FEATURES]), "batch, unit")

    def _step(self, cell: Subject, **options: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the cell shows of the inputs and of the state it got, and the new state."""
        state = (self._state, -self._state) if self._nested else self._state
        output, new_state = as_pair(cell(self._x, state, **options))
        output = as_array(output, (BATCH, 2 * FEATURES), "batch, output_size")
        new_state = as_items(new_state, 2, "the state's parts") if self._nested else [new_state]
        parts = [as_array(part, self._state.shape, "batch, units") for part in new_state]
        if self._nested:
            close(parts[1], 3 * self._state, "row, unit", [])
        return output[:, :FEATURES], output[:, FEATURES:], parts[0]

    @cached_property
    def _dropped_inputs(self) -> list[tuple[float, Any]]:
        return [(k, self._step(self._wrapped(k, 1.0), training=True)) for k in KEEPS]

    @cached_property
    def _dropped_outputs(self) -> list[tuple[float, Any]]:
        return [(k, self._step(self._wrapped(1.0, k), training=True)) for k in KEEPS]

    def check_sizes(self) -> None:
        """Checks the sizes that the wrapper tells."""
        cell = self._wrapped()
        check_told(cell, "state_size", (FEATURES, FEATURES) if self._nested else FEATURES)
        check_told(cell, "output_size", 2 * FEATURES)

    def check_inference(self) -> None:
        """Checks that nothing is dropped unless it is training."""
        for variational in (False, True):
            cell = self._wrapped(0.5, 0.5, variational=variational)
            for options in ({}, {"training": False}):
                inputs, state, new_state = self._step(cell, **options)
                share = np.mean(np.hstack([inputs, state, new_state]) == 0)
                if share > 0:
                    raise Failed(f"{share:.0%} of the numbers are 0.", "on-at-inference")
                close(inputs, self._x, "row, feature")
                close(state, self._state, "row, unit")
                close(new_state, self._new_state(self._x), "row, unit")

    def _new_state(self, inputs: np.ndarray) -> np.ndarray:
        return self._state / 2 + inputs

    def check_state(self) -> None:
        """Checks that the state goes in and comes out untouched."""
        for keep, (inputs, state, new_state) in self._dropped_inputs:
            self._check_shown(state)
            # The cell's new state tells what went in, the outputs only what came out.
            if np.any(state == 0) and np.allclose(new_state, self._new_state(self._x)):
                raise Failed(
                    f"With input_keep_prob = {keep} and output_keep_prob = 1.0 the outputs have "
                    "values dropped, the inputs have not."
                )
            if np.any(state == 0):
                raise Failed("The cell gets a state with values dropped.", "state-dropped")
            self._check_new_state(new_state, inputs)
        for _, (_, _, new_state) in self._dropped_outputs:
            self._check_new_state(new_state, self._x)

    def _check_shown(self, state: np.ndarray) -> None:
        """Raises `Failed` if all outputs are dropped where they should all be kept."""
        if not np.any(state):
            raise Failed("With output_keep_prob = 1.0 every output is 0.", "keep-and-drop-swapped")

    def _check_new_state(self, new_state: np.ndarray, inputs: np.ndarray) -> None:
        if np.any(new_state == 0):
            raise Failed("The new state has values dropped.", "state-dropped")
        close(new_state, self._new_state(inputs), "row, unit")

    def check_inputs(self) -> None:
        """Checks what of the inputs the cell gets."""
        for keep, (inputs, state, _) in self._dropped_inputs:
            close(state, self._state, "row, unit")
            check_values(inputs, self._x, keep)
            check_draws(inputs, keep)

    def check_outputs(self) -> None:
        """Checks what of the cell's outputs comes out."""
        for keep, (inputs, state, _) in self._dropped_outputs:
            output = np.hstack([inputs, state])
            check_values(output, np.hstack([self._x, self._state]), keep)
            check_draws(output, keep)

    def check_own_draws(self) -> None:
        """Checks that each sequence and each value has a draw of its own."""
        for variational in (False, True):
            cell = self._wrapped(0.5, variational=variational)
            inputs, state, _ = self._step(cell, training=True)
            self._check_shown(state)
            check_dropped(inputs, self._x)
            check_draws(inputs, 0.5)

    def _masks(self, cell: Subject, n: int) -> list[np.ndarray]:
        """What is kept of the inputs and outputs in n steps."""
        masks = []
        for _ in range(n):
            inputs, state, _ = self._step(cell, training=True)
            masks.append(np.hstack([inputs, state]) != 0)
            check_dropped(state, self._state)
            check_draws(state, 0.8)
        return masks

    def check_changing(self) -> None:
        """Checks that an ordinary mask is new at every step, of the inputs and of the outputs."""
        for keeps in ((0.5, 0.8), (1.0, 0.8)):
            first, second, third = self._masks(self._wrapped(*keeps), 3)
            if (first == second).all() or (second == third).all():
                raise Failed("Two steps in a row drop the same values.", "mask-frozen")

    def check_staying(self) -> None:
        """Checks that a variational mask stays, of the inputs and of the outputs."""
        for keeps in ((0.5, 0.8), (1.0, 0.8)):
            first, second, third = self._masks(self._wrapped(*keeps, variational=True), 3)
            if (first != second).any() or (first != third).any():
                raise Failed("Two steps in a row drop different values.", "mask-varies")

    def check_renewed(self) -> None:
        """Checks that zero_state draws a new variational mask, and nothing else does."""
        for keeps in ((0.5, 0.8), (1.0, 0.8)):
            cell = self._wrapped(*keeps, variational=True)
            first, second = self._masks(cell, 2)
            if (first != second).any():
                raise Failed("The mask changes without a call of zero_state.", "mask-varies")
            self._check_zeros(cell.get("zero_state")(BATCH))
            if (self._masks(cell, 1)[0] == first).all():
                raise Failed("After zero_state the mask is still the old one.", "mask-kept-forever")


def check_dropout_wrapper(DropoutWrapper: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks what a wrapper drops, when its masks change, and that the state stays whole.

    Args:
      DropoutWrapper: the class.
      seeds: of the inputs and states.
    """
    check = Check(EXERCISES["dropout-wrapper"])
    answer = subject(DropoutWrapper, "DropoutWrapper")
    cases = [WrapperCase(answer, seed, nested) for seed in seeds for nested in (False, True)]
    properties = {
        "sizes and zero state are the cell's": WrapperCase.check_sizes,
        "out of training nothing is dropped": WrapperCase.check_inference,
        "the state goes in and comes out untouched": WrapperCase.check_state,
        "in training the cell gets inputs with values dropped": WrapperCase.check_inputs,
        "in training outputs come out with values dropped": WrapperCase.check_outputs,
        "every value of every sequence has a draw of its own": WrapperCase.check_own_draws,
        "an ordinary mask is new at every step": WrapperCase.check_changing,
        "a variational mask stays from step to step": WrapperCase.check_staying,
        "zero_state renews the variational mask": WrapperCase.check_renewed,
    }
    for name, holds in properties.items():
        with check.property(name):
            for case in cases:
                holds(case)
    return check.report()
