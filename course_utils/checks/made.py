"""Cells that a class under test makes: what comes of making one, calling it, asking its sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_utils.checks.boundary import AnswerError, Subject, describe
from course_utils.checks.check import Failed
from course_utils.checks.compare import as_items

PAIR = "the output and the new state"


def made(answer: Subject, call: str, *args: Any, **kwargs: Any) -> Subject:
    """The object that a class makes of its arguments.

    Args:
      answer: the class.
      call: how the call reads, for messages, as in "MultiRNNCell(cells)".
      *args: for the class.
      **kwargs: for the class.

    Raises:
      Failed: if it is no object, but a plain value.
      AnswerError: if it is None: the exercise is not answered yet.
    """
    result = answer(*args, **kwargs)
    if result is None or result is ...:
        raise AnswerError(f"Not answered yet: {call} gives None.", blank=True)
    if not isinstance(result, Subject):
        raise Failed(f"{call} gives {describe(result)}, expected a cell object.")
    return result


def as_pair(result: Any) -> list[Any]:
    """What a call of a cell returns, as a list of output and new state.

    Raises:
      Failed: if it is not two things; a single array is not, whatever its shape.
      AnswerError: if it is None.

    >>> as_pair(([1.0], [2.0]))
    [[1.0], [2.0]]
    """
    if isinstance(result, np.ndarray):
        raise Failed(f"Got a single array, expected {PAIR}.")
    return as_items(result, 2, PAIR)


def check_told(cell: Subject, name: str, expected: Any) -> None:
    """Raises `Failed` unless an attribute of a cell is this size; a list may stand for a tuple."""
    told = cell.get(name)
    as_told = tuple(told) if isinstance(told, list) else told
    if as_told != expected:
        plain = isinstance(told, (int, tuple, list))
        raise Failed(f"`{name}` is {told if plain else describe(told)}, expected {expected}.")


@contextmanager
def about(what: str) -> Iterator[None]:
    """A `with` block whose failures say what they are about.

    >>> with about("Layer 2"):
    ...     raise Failed("Got 3, expected 4.")
    Traceback (most recent call last):
    course_utils.checks.check.Failed: Layer 2: got 3, expected 4.
    """
    try:
        yield
    except Failed as failure:
        detail = failure.detail[0].lower() + failure.detail[1:]
        raise Failed(f"{what}: {detail}", failure.misconception) from None
