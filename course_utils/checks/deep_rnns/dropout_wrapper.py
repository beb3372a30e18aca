"""The check of `dropout-wrapper`: a wrapper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.deep_rnns.dropout import (
    KEEPS,
    SLUGS,
    check_draws,
    check_share,
    check_values,
    draw_inputs,
    margin_of,
)
from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.calls import Kept
from course_utils.checks.engine.check import Check, Failed, Line, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.made import as_pair, check_told, made

ONE_MASK = "one-mask-for-both"
EXERCISES = load_exercises("deep_rnns")
EXERCISES["dropout-wrapper"].knowing(SLUGS)
BATCH, FEATURES = 30, 45
MASKED = ((0.5, 1.0), (1.0, 0.8))  # inputs alone, outputs alone


class Step(NamedTuple):
    """What a call of a wrapped cell shows.

    Attributes:
      inputs: what the output shows of the inputs that the cell got.
      state: what it shows of the state.
      new_state: the new state, or its first part.
      second: a list of the second part, as it was before the step, if there is one.
    """

    inputs: np.ndarray
    state: np.ndarray
    new_state: np.ndarray
    second: list[np.ndarray]


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
        self._dropped_inputs = {keep: self._dropped(keep, 1.0) for keep in KEEPS}
        self._dropped_outputs = {keep: self._dropped(1.0, keep) for keep in KEEPS}

    def _wrapped(self, *keeps: float, variational: bool = False) -> Subject:
        """A new wrapper, its masks drawn."""
        keywords = {"variational": True} if variational else {}  # False by default
        cell = made(self._answer, "DropoutWrapper(cell)", self._cell, *keeps, **keywords)
        self._check_zeros(cell.get("zero_state")(BATCH))
        return cell

    def _check_zeros(self, zeros: Any) -> None:
        for part in as_items(zeros, 2, "the state's parts") if self._nested else [zeros]:
            close(part, np.zeros([BATCH, FEATURES]), "batch, unit")

    def _step_all(self, cell: Subject, **options: bool) -> Step:
        state = (self._state, -self._state) if self._nested else self._state
        output, new_state = as_pair(cell(self._x, state, **options))
        output = as_array(output, (BATCH, 2 * FEATURES), "batch, output_size")
        new_state = as_items(new_state, 2, "the state's parts") if self._nested else [new_state]
        parts = [as_array(part, self._state.shape, "batch, units") for part in new_state]
        # The second part of a state triples: so it is told from the first.
        return Step(
            output[:, :FEATURES], output[:, FEATURES:], parts[0], [p / 3 for p in parts[1:]]
        )

    def _step(self, cell: Subject, **options: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the cell shows of the inputs and of the state it got, and the new state."""
        return self._step_all(cell, **options)[:3]

    def _dropped(self, *keeps: float) -> Kept:
        return Kept(lambda: self._step_all(self._wrapped(*keeps), training=True))

    def check_sizes(self) -> None:
        """Checks the sizes that the wrapper tells."""
        cell = self._wrapped()
        check_told(cell, "state_size", (FEATURES, FEATURES) if self._nested else FEATURES)
        check_told(cell, "output_size", 2 * FEATURES)

    def check_inference(self) -> None:
        """Checks that nothing is dropped unless it is training."""
        steps = [
            self._step(self._wrapped(*keeps, variational=variational), **options)
            for variational in (False, True)
            for keeps in ((0.5, 1.0), (1.0, 0.5))
            for options in ({}, {"training": False})
        ]
        dropped = any(self._is_dropped(np.hstack(step[:2])) for step in steps)
        weigh({"on-at-inference"} if dropped else (), ["on-at-inference"], as_expected=False)
        for inputs, state, new_state in steps:
            close(inputs, self._x, "row, feature")
            close(state, self._state, "row, unit")
            close(new_state, self._new_state(self._x), "row, unit")

    def _is_dropped(self, shown: np.ndarray) -> bool:
        """Whether inputs, or inputs and state, are dropped with a keep_prob of 0.5."""
        kept = shown != 0
        wrong = [np.hstack([2 * self._x, s * self._state]) * kept for s in (1, 2)]
        return not kept.all() and any(np.allclose(shown, values) for values in wrong)

    def _new_state(self, inputs: np.ndarray) -> np.ndarray:
        return self._state / 2 + inputs

    def check_state(self) -> None:
        """Checks that the state goes in and comes out untouched."""
        steps = [*self._dropped_inputs.items(), *self._dropped_outputs.items()]
        dropped = [self._is_state_dropped(step()) for _, step in steps]
        weigh({"state-dropped"} if any(dropped) else (), ["state-dropped"], as_expected=False)
        for keep, step_again in steps:
            step = step_again()
            used = step.new_state - self._state / 2  # what went in, if the state is whole
            possible = [
                0 * used,
                *(self._x * scale for scale in (1, keep, 1 / keep, 1 / (1 - keep))),
            ]
            whole = np.any([np.isclose(used, values, atol=1e-4) for values in possible], axis=0)
            if not whole.all():
                raise Failed(f"{np.mean(~whole):.0%} of the new state's numbers differ.")
            for part in step.second:
                close(part, self._state, "row, unit")

    def _is_state_dropped(self, step: Step) -> bool:
        """Whether some numbers, and not all, are gone from the new state or from what went in."""
        gone = np.isclose(step.new_state, 0) | np.isclose(step.new_state, step.inputs)
        return bool(0.05 < np.mean(gone) < 0.95)

    def _got(self, shown: np.ndarray, new_state: np.ndarray) -> np.ndarray:
        """The inputs that the cell got: as it shows them, or as it used them if it shows none."""
        if np.any(shown):
            return shown
        used = new_state - self._state / 2
        return np.where(np.abs(used) < 1e-4, 0, used)

    def check_inputs(self) -> None:
        """Checks what of the inputs the cell gets."""
        for keep, step in self._dropped_inputs.items():
            shown, _, new_state, _ = step()
            inputs = self._got(shown, new_state)
            check_values(inputs, self._x, keep)
            check_share(inputs, self._x, keep)

    def check_only_inputs(self) -> None:
        """Checks that outputs stay if output_keep_prob is 1, and inputs if input_keep_prob is."""
        for keep, step in self._dropped_inputs.items():
            if np.any(step().state == 0):
                raise Failed(
                    f"With input_keep_prob = {keep} and output_keep_prob = 1.0 the outputs have "
                    "values dropped."
                )
        for keep, step in self._dropped_outputs.items():
            if not np.allclose(step().new_state, self._new_state(self._x)):
                raise Failed(
                    f"With input_keep_prob = 1.0 and output_keep_prob = {keep} the cell does not "
                    "get the inputs as they are, or its state does not come out so."
                )
        inputs, state, _ = self._step(self._wrapped(), training=True)
        if not (np.allclose(inputs, self._x) and np.allclose(state, self._state)):
            raise Failed("DropoutWrapper(cell), with no keep_prob, drops or scales values.")

    def check_outputs(self) -> None:
        """Checks what of the cell's outputs comes out."""
        for keep, step in self._dropped_outputs.items():
            inputs, state, _, _ = step()
            if state.any() and not inputs.any():  # the cell got none
                check_share(state, self._state, keep)
            output, right = np.hstack([inputs, state]), np.hstack([self._x, self._state])
            check_values(output, right, keep)
            check_share(output, right, keep)

    def check_own_draws(self) -> None:
        """Checks that each sequence and each value has a draw of its own."""
        for variational in (False, True):
            for draw, x in ((self._drawn_inputs, self._x), (self._drawn_outputs, self._state)):
                if variational and np.allclose(draw(True, 0), x):
                    raise Failed("With variational=True nothing is dropped in training.")
                check_draws(partial(draw, variational), x, 0.5)

    def _drawn_inputs(self, variational: bool, _number: int) -> np.ndarray:
        """The inputs that the cell of a new wrapper got."""
        cell = self._wrapped(0.5, variational=variational)
        shown, _, new_state = self._step(cell, training=True)
        return self._got(shown, new_state)

    def _drawn_outputs(self, variational: bool, _number: int) -> np.ndarray:
        """What comes out of a new wrapper of the state that its cell shows."""
        cell = self._wrapped(1.0, 0.5, variational=variational)
        return self._step(cell, training=True)[1]

    def check_own_masks(self) -> None:
        """Checks that inputs and outputs of one width have masks that do not know each other."""
        inner = Recipe("course_utils.checks.deep_rnns.cells:EvenCell", {"features": FEATURES})
        for variational in (False, True):
            keywords = {"variational": variational}
            cell = made(self._answer, "DropoutWrapper(cell)", inner, 0.5, 0.5, **keywords)
            cell.get("zero_state")(BATCH)
            output, new_state = as_pair(cell(self._x, self._state, training=True))
            outputs, state = (
                as_array(part, self._state.shape, "batch, unit") for part in (output, new_state)
            )
            alike = float(np.mean((outputs != 0) == (np.abs(state - self._state / 2) > 1e-4)))
            if abs(alike - 0.5) > margin_of(0.5, outputs.size):
                raise Failed(
                    f"With 0.5 for both, {alike:.0%} of the places are kept, or dropped, in inputs "
                    "and outputs alike; by chance it would be about a half.",
                    ONE_MASK if alike == 1 else None,
                )

    def _masks(self, cell: Subject, n: int) -> list[np.ndarray]:
        """What is kept of the inputs and outputs in n steps."""
        masks = []
        for _ in range(n):
            inputs, state, _ = self._step(cell, training=True)
            masks.append(np.hstack([inputs, state]) != 0)
        return masks

    def check_changing(self) -> None:
        """Checks that an ordinary mask is new at every step, of the inputs and of the outputs."""
        for keeps in MASKED:
            first, second, third = self._masks(self._wrapped(*keeps), 3)
            if (first == second).all() or (second == third).all():
                raise Failed("Two steps in a row drop the same values.", "mask-frozen")

    def check_staying(self) -> None:
        """Checks that a variational mask stays, of the inputs and of the outputs."""
        for keeps in MASKED:
            first, second, third = self._masks(self._wrapped(*keeps, variational=True), 3)
            if (first != second).any() or (first != third).any():
                raise Failed("Two steps in a row drop different values.", "mask-varies")

    def check_renewed(self) -> None:
        """Checks that zero_state draws a new variational mask."""
        for keeps in MASKED:
            cell = self._wrapped(*keeps, variational=True)
            (first,) = self._masks(cell, 1)
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

    def line(name: str, attempt: Callable[[WrapperCase], None], *after: Line) -> Line:
        return check.each(name, cases, attempt, after)

    sizes = line("sizes and zero state are the cell's", WrapperCase.check_sizes)
    line("out of training nothing is dropped", WrapperCase.check_inference, sizes)
    state = line("the state goes in and comes out untouched", WrapperCase.check_state, sizes)
    line("in training inputs are 0 or x / input_keep_prob", WrapperCase.check_inputs, sizes)
    line("in training outputs are 0 or y / output_keep_prob", WrapperCase.check_outputs, sizes)
    one = line("a keep_prob of 1 drops nothing", WrapperCase.check_only_inputs, state)
    name = "every value of every sequence has a draw of its own"
    draws = line(name, WrapperCase.check_own_draws, sizes)
    line("inputs and outputs have a mask each", WrapperCase.check_own_masks, draws, one)
    line("an ordinary mask is new at every step", WrapperCase.check_changing, draws, one)
    staying = line(
        "a variational mask stays from step to step", WrapperCase.check_staying, draws, one
    )
    line("zero_state renews the variational mask", WrapperCase.check_renewed, staying)
    return check.report()
