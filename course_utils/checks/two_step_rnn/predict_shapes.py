"""The check of `predict-shapes`: predict the shapes."""

from __future__ import annotations

from typing import Any

from course_utils.checks.engine.boundary import AnswerError, value_of
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_integer,
)
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("two_step_rnn")


def check_predict_shapes(
    shapes: Any, batch: int = 4, n_inputs: int = 3, n_units: int = 5
) -> Report:
    """Checks a dict of shapes, one property an entry."""
    check = Check(EXERCISES["predict-shapes"])
    expected: dict[str, list[tuple[int, ...]]] = {
        "Wx": [(n_inputs, n_units)],
        "Wh": [(n_units, n_units)],
        "b": [(n_units,), (1, n_units)],
        "Y0": [(batch, n_units)],
        "Y1": [(batch, n_units)],
    }

    def try_shape(name: str) -> None:
        shape, right = _shape(entry_of(shapes, "shapes", name)), expected[name]
        if shape not in right:
            mistake = _shape_mistake(name, shape, right[0], expected["Wx"][0], batch)
            raise Failed(f"{name} can't be {shape}.", mistake)

    for name in expected:
        check.each(f"{name} has the right shape", [name], try_shape)
    return check.report()


def entry_of(answer: Any, name: str, key: str) -> Any:
    """An entry of a dict that the student fills in."""
    entries = value_of(answer, name)
    if not isinstance(entries, dict):
        raise Failed(f"`{name}` must be a dict with the key {key!r}.")
    if entries.get(key) is None or isinstance(entries[key], type(...)):
        raise AnswerError(f"Not filled in: `{name}` has no entry for {key!r}.", blank=True)
    return entries[key]


def _shape(value: Any) -> tuple[int, ...]:
    sizes = value if isinstance(value, (tuple, list)) else [value]
    return tuple(as_integer(size) for size in sizes)


def _shape_mistake(
    name: str, shape: tuple[int, ...], right: tuple[int, ...], wx: tuple[int, ...], batch: int
) -> str | None:
    if name.startswith("Y"):
        return "one-instance" if shape == right[1:] else _if_transposed(shape, right)
    if batch in shape:
        return "batch-in-a-weight"
    if name == "Wh" and shape == wx:
        return "wh-like-wx"
    return _if_transposed(shape, right)


def _if_transposed(shape: tuple[int, ...], right: tuple[int, ...]) -> str | None:
    return "transposed" if shape == right[::-1] else None
