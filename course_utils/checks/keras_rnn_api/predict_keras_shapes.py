"""The check of `predict-keras-shapes`: predict the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import (
    AnswerError,
    describe,
    value_of,
)
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_integer
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("keras_rnn_api")
Shape = tuple[int, ...]
BATCH, TIME, UNITS = 4, 7, 5
LAST, SEQUENCE = (BATCH, UNITS), (BATCH, TIME, UNITS)
SHAPES: Mapping[str, Sequence[Shape]] = {
    "lstm": [LAST],
    "lstm_sequences": [SEQUENCE],
    "lstm_state": [LAST, LAST, LAST],
    "gru_both": [SEQUENCE, LAST],
    "bidirectional": [(BATCH, TIME, 2 * UNITS)],
}


def check_predict_keras_shapes(keras_shapes: Any) -> Report:
    """Checks a dict of shapes, one property an entry: a tuple, or a list of them."""
    check = Check(EXERCISES["predict-keras-shapes"])

    def try_entry(name: str) -> None:
        shapes, right = _shapes(value_of(keras_shapes, "keras_shapes"), name), SHAPES[name]
        if shapes != list(right):
            raise Failed(f"{name} can't be {_told(shapes)}.", _shape_mistake(shapes, right))

    for name, right in SHAPES.items():
        check.each(f"{name} has the right shape" + "s" * (len(right) > 1), [name], try_entry)
    return check.report()


def _shapes(entries: Any, name: str) -> list[Shape]:
    """An entry as a list of shapes; a single shape is a list of one."""
    if not isinstance(entries, dict):
        raise Failed(f"`keras_shapes` must be a dict with the key {name!r}.")
    entry = entries.get(name)
    if entry is None or entry is ...:
        raise AnswerError(f"Not filled in: `keras_shapes` has no entry for {name!r}.", blank=True)
    if isinstance(entry, np.ndarray):
        entry = entry.tolist()
    if not isinstance(entry, (list, tuple)) or not entry:
        raise Failed(
            f"{name} is {describe(entry)}, expected a tuple of sizes, or a list of tuples."
        )
    shapes = entry if isinstance(entry[0], (list, tuple)) else [entry]
    return [tuple(as_integer(size) for size in shape) for shape in shapes]


def _told(shapes: Sequence[Shape]) -> str:
    return str(shapes[0]) if len(shapes) == 1 else str(list(shapes))


def _shape_mistake(shapes: Sequence[Shape], right: Sequence[Shape]) -> str | None:
    """The slug of the misconception that leads to these shapes."""
    with_time_and_units_swapped = [
        (s[0], s[2], s[1]) if len(s) == 3 else (s[0], TIME) for s in right
    ]
    if shapes == with_time_and_units_swapped:
        return "units-and-time-swapped"
    if len(shapes) < len(right) and shapes == list(right[: len(shapes)]):
        return "missing-states"
    if len(right) == 2 and shapes == [SEQUENCE, LAST, LAST]:
        return "gru-with-two-states"
    if right[0] == (BATCH, TIME, 2 * UNITS) and shapes in ([SEQUENCE], [SEQUENCE, SEQUENCE]):
        return "not-joined"
    if len(shapes) == len(right) and all(
        {*got, TIME} == {*asked, TIME} and got[0] == BATCH and got[-1] == asked[-1]
        for got, asked in zip(shapes, right, strict=True)
    ):
        return "sequence-or-last"
    return None
