"""The check of a Keras cell whose inputs and state are nested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.keras_rnn_api.keras_subjects import made, shake, tried, weights_of

CellSize = tuple[int, int, int, int, int, int, int]  # batch, i1, i2, i3, unit_1, unit_2, unit_3
SIZES: Sequence[CellSize] = ((3, 4, 2, 5, 7, 6, 8), (1, 2, 3, 1, 4, 1, 2))
MOVED = 1e-6  # a smaller change is none
PAIR = "the output and the new state"
PARTS = ("s1", "s2")


def check_nested_cell(
    NestedCell: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[CellSize] = SIZES,
) -> Report:
    """Checks a cell by what moves its results, and a second cell made of its config and weights.

    Args:
      NestedCell: the class.
      seeds: of the inputs, states and the noise on the weights; one for each size, in turn.
      sizes: batch, i1, i2, i3, unit_1, unit_2, unit_3.
    """
    check = Check(load_exercises("keras_rnn_api")["nested-cell"])
    answer = subject(NestedCell, "NestedCell")
    cases = [_Case(answer, size, seeds[i % len(seeds)]) for i, size in enumerate(sizes)]
    properties: dict[str, Callable[[_Case], None]] = {
        "the new state has the shapes of the old one": _Case.check_shapes,
        "both inputs matter": _Case.check_inputs,
        "each part of the new state depends on the old one": _Case.check_state,
        "the output depends on both parts of the state": _Case.check_output,
        "a second call computes the same": _Case.check_again,
        "a cell made of its config, with its weights, computes the same": _Case.check_config,
        "saved to a file and loaded, it computes the same": _Case.check_file,
    }
    return tried(check, properties, cases)


class _Case:
    """One cell of the class under test, made when it is needed, with inputs and a state."""

    def __init__(self, answer: Subject, size: CellSize, seed: int) -> None:
        self.answer, self.seed, self.units = answer, seed, size[4:]
        batch, i1, i2, i3, unit_1, unit_2, unit_3 = size
        rng = np.random.default_rng([seed, *size])

        def draw(*shape: int) -> np.ndarray:
            return rng.uniform(-0.5, 0.5, [batch, *shape]).astype(np.float32)

        self.inputs = draw(i1), draw(i2, i3)
        self.state = draw(unit_1), draw(unit_2, unit_3)
        self._cell: Subject | None = None

    def cell(self) -> Subject:
        """The cell, with noise on its weights."""
        if self._cell is None:
            cell = made(self.answer, "a cell", *self.units)
            self._read(cell(self.inputs, self.state))  # makes the weights
            shake(cell, self.seed)
            self._cell = cell
        return self._cell

    def results(self, cell: Subject | None = None, change: str = "") -> list[np.ndarray]:
        """s1, s2 and the parts of the output; a, b, s1 or s2 may be changed, for all rows."""
        names, arrays = ("a", "b", *PARTS), (*self.inputs, *self.state)
        a, b, s1, s2 = (
            array + np.float32(0.25) if name == change else array
            for name, array in zip(names, arrays, strict=True)
        )
        return self._read((cell or self.cell())((a, b), (s1, s2)))

    def _read(self, value: Any) -> list[np.ndarray]:
        output, state = as_items(value, 2, PAIR)
        parts = as_items(state, 2, "s1 and s2")
        shapes = [part.shape for part in self.state]
        new = [as_array(part, shape) for part, shape in zip(parts, shapes, strict=True)]
        outputs = list(_arrays(output))
        if not outputs:
            raise Failed("The output holds no array.")
        return [*new, *outputs]

    def _moved(self, name: str) -> list[bool]:
        """Which of s1, s2 and the output's parts change with an input or a part of the state."""
        pairs = zip(self.results(), self.results(change=name), strict=True)
        return [bool(np.abs(one - other).max(initial=0) > MOVED) for one, other in pairs]

    def check_shapes(self) -> None:
        self.results()

    def check_inputs(self) -> None:
        for name in ("a", "b"):
            if not any(self._moved(name)):
                raise Failed(f"Another {name} changes nothing.", "input-ignored")

    def check_state(self) -> None:
        for index, (name, old) in enumerate(zip(PARTS, self.state, strict=True)):
            if np.abs(self.results()[index] - old).max() <= MOVED:
                raise Failed(f"The new {name} is the old one.", "state-not-updated")
            if not self._moved(name)[index]:
                raise Failed(f"Another {name} leaves the new one as it was.", "state-forgotten")

    def check_output(self) -> None:
        still = [name for name in PARTS if not any(self._moved(name)[2:])]
        if still:
            slug = "state-ignored" if len(still) == len(PARTS) else "part-of-the-state-ignored"
            raise Failed(f"Another {still[0]} leaves the output as it was.", slug)

    def check_again(self) -> None:
        self._compare(self.results())

    def check_config(self) -> None:
        cell = self.cell()
        try:
            config = cell.get("get_config")()
        except AnswerError as error:  # Keras raises if a cell with arguments has none of its own
            known = "not-from-config" if "NotImplementedError" in str(error) else None
            raise Failed(str(error), known) from None
        try:
            twin = made(self.answer.get("from_config"), "a cell", config)
            self.results(twin)  # makes its weights
        except (AnswerError, Failed) as error:
            raise Failed(str(error), "not-from-config") from None
        twin.get("set_weights")(weights_of(cell))
        self._compare(self.results(twin))

    def check_file(self) -> None:
        self.results()
        self._compare(self._read(self.cell().probe("saved_and_loaded", self.inputs, self.state)))

    def _compare(self, results: list[np.ndarray]) -> None:
        expected = self.results()
        as_items(results, len(expected), "s1, s2 and the parts of the output")
        try:
            for value, right in zip(results, expected, strict=True):
                close(value, right)
        except Failed as failure:
            raise Failed(failure.detail, "weights-lost") from None


def _arrays(value: Any) -> Iterator[np.ndarray]:
    """The arrays of a structure, as float64, those of a dict in the order of its keys."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(item)
    else:
        yield as_array(value, np.shape(value))
