"""Compares what an answer gave with what was expected, and says where they differ.

Each function reads one plain value (see `boundary`), returns it in a known type, or raises
`Failed` with a sentence: what was got, what was expected, where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import CheckFault
from course_utils.checks.engine.boundary import AnswerError, Received, describe
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.evidence import weigh_later

TOLERANCE = 1e-4  # float32 answers, sums of a few dozen products of numbers near one
TIGHT = 1e-5  # what is small by nature: probabilities, weights, gradients of a mean
Suspects = Iterable[tuple[str, Any]]


def as_array(value: Any, shape: Sequence[int], axes: str = "") -> np.ndarray:
    """The value as a float64 array of this shape, all entries finite.

    Args:
      value: a plain value; nested lists of numbers count as an array.
      shape: the expected shape.
      axes: the axes' names for messages, as in "batch, units".

    Raises:
      Failed: if it is no array, has another shape, or holds NaN or infinity.
      AnswerError: if it is None: the exercise is not answered yet.

    >>> as_array([[1, 2]], (1, 2))
    array([[1., 2.]])
    """
    expected = f"an array of shape {_sizes(shape)}" + (f" [{axes}]" if axes else "")
    if value is None or value is ...:
        raise AnswerError(f"Not answered yet: got None, expected {expected}.", blank=True)
    array = _number_array(value)
    if array is None:
        raise Failed(f"Got {describe(value)}, expected {expected}.")
    if array.shape != tuple(shape):
        raise Failed(f"Got an array of shape {_sizes(array.shape)}, expected {expected}.")
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(array))[0]
        raise Failed(
            f"The result holds {array[tuple(where)]} at index {_sizes(where)}; "
            "every entry must be a finite number."
        )
    return array


def close(
    value: Any,
    expected: np.ndarray,
    axes: str = "",
    suspects: Suspects = (),
    tolerance: float = TOLERANCE,
) -> None:
    """Raises `Failed` unless the value equals the expected array within the tolerance.

    Args:
      value: a plain value, read with `as_array`.
      expected: what a right answer gives.
      axes: the axes' names for messages, as in "batch, units".
      suspects: pairs of a misconception's slug and the array that it leads to. A value that equals
        such an array, even if its shape is wrong, speaks for that misconception; one that equals
        none of its arrays, even if it is right, speaks against it. An iterator is read only if
        the property fails for some input.
      tolerance: greatest allowed difference, relative to the larger of 1 and the expected entry.
    """
    expected = _expected_array(expected)
    hold_against(value, expected, suspects, tolerance)
    array = as_array(value, expected.shape, axes)
    apart = _apart(array, expected, tolerance)
    if apart.any():
        raise Failed(_difference(array, expected, apart, axes, tolerance))


def or_right(suspects: Suspects, right: Any) -> list[tuple[str, Any]]:
    """Suspects against which a right value does not speak.

    For what may be wrong in one part of an answer and right in another, as in one of two gradients.

    >>> or_right([("doubled", 6), ("negative", -3)], 3)
    [('doubled', 6), ('negative', -3), ('doubled', 3), ('negative', 3)]
    """
    listed = list(suspects)
    return listed + [(slug, right) for slug in dict.fromkeys(slug for slug, _ in listed)]


def as_integer(value: Any) -> int:
    """The value as an int; a whole number in any numeric type counts.

    Raises:
      Failed: if it is not one whole number.
      AnswerError: if it is None.
    """
    number = as_number(value)
    if number != round(number):
        raise Failed(f"Got {number:g}, expected a whole number.")
    return round(number)


def as_number(value: Any) -> float:
    """The value as a float; an array of one entry counts.

    Raises:
      Failed: if it is not one finite number.
      AnswerError: if it is None.
    """
    if value is None or value is ...:
        raise AnswerError("Not answered yet: got None, expected a number.", blank=True)
    array = _number_array(value)
    if array is None or array.shape not in ((), (1,)):
        raise Failed(f"Got {describe(value)}, expected one number.")
    if not np.isfinite(array).all():
        raise Failed(f"Got {array.item()}, expected a finite number.")
    return float(array.item())


def near(
    value: Any,
    expected: float,
    suspects: Suspects = (),
    tolerance: float = TOLERANCE,
) -> None:
    """Raises `Failed` unless the value is this number; `suspects` as in `close`."""
    expected = _expected_array(expected).item()
    hold_against(value, expected, suspects, tolerance)
    number = as_number(value)
    if abs(number - expected) > tolerance * max(1.0, abs(expected)):
        raise Failed(f"Got {number:.6g}, expected {expected:.6g}.")


def as_text(value: Any) -> str:
    """The value as a text.

    Raises:
      Failed: if it is not a text.
      AnswerError: if it is None.
    """
    if value is None or value is ...:
        raise AnswerError("Not answered yet: got None, expected a text.", blank=True)
    Received.count += 1
    if not isinstance(value, str):
        raise Failed(f"Got {describe(value)}, expected a text in quotes.")
    return value


def as_items(value: Any, count: int, what: str) -> list[Any]:
    """The value as a list of so many items; an array counts as the list of its rows.

    Args:
      value: a plain value.
      count: how many items there must be.
      what: what an item is, for messages, as in "one [batch, features] array a step".

    Raises:
      Failed: if it is no list or has another length.
      AnswerError: if it is None.
    """
    if value is None or value is ...:
        raise AnswerError(f"Not answered yet: got None, expected a list ({what}).", blank=True)
    Received.count += 1
    if isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    if not isinstance(value, (list, tuple)):
        raise Failed(f"Got {describe(value)}, expected a list ({what}).")
    if len(value) != count:
        raise Failed(f"Got a list of {len(value)}, expected {count} ({what}).")
    return list(value)


def _expected_array(value: Any) -> np.ndarray:
    """The check's own expected value, or what it suspects, as a float64 array."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CheckFault(f"The check expects what is no array of numbers: {error}") from None


def _number_array(value: Any) -> np.ndarray | None:
    Received.count += 1
    if isinstance(value, (str, bytes, dict, set)):
        return None
    try:
        return np.asarray(value).astype(np.float64, casting="same_kind")
    except (TypeError, ValueError):
        return None


def _sizes(shape: Sequence[int] | np.ndarray) -> str:
    return "[" + ", ".join(str(int(size)) for size in shape) + "]"


def _apart(array: np.ndarray, expected: np.ndarray, tolerance: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        near = np.abs(array - expected) <= tolerance * np.maximum(1.0, np.abs(expected))
    return ~near & (array != expected)  # NaN is near nothing, infinity is equal to itself


def hold_against(
    value: Any, expected: Any, suspects: Suspects, tolerance: float = TOLERANCE
) -> None:
    """Holds numbers against what each suspect leads to, and judges nothing; as `close` does first.

    For properties that are about a part of the value, or about its form.

    Args:
      value: a plain value.
      expected: what a right answer gives.
      suspects: as in `close`.
      tolerance: as in `close`.
    """
    array, right = _number_array(value), _expected_array(expected)
    if array is not None:
        array = array[0] if array.shape == (1,) and not right.shape else array
        weigh_later(suspects, right, lambda other: _is_close(array, other, tolerance))


def equal(value: Any, expected: Any, suspects: Suspects = ()) -> bool:
    """Whether a plain value is the expected one: texts, ids, lists of them, anything with `==`.

    Args:
      value: a plain value.
      expected: what a right answer gives.
      suspects: pairs of a misconception's slug and the value that it leads to, as in `close`.
    """
    weigh_later(suspects, expected, lambda other: bool(value == other))
    return bool(value == expected)


def _is_close(array: np.ndarray, other: Any, tolerance: float) -> bool:
    wrong = _expected_array(other)
    return wrong.shape == array.shape and not _apart(array, wrong, tolerance).any()


def _difference(
    array: np.ndarray, expected: np.ndarray, apart: np.ndarray, axes: str, tolerance: float
) -> str:
    """Where the largest difference is, how far off, and how many entries differ."""
    worst = np.unravel_index(np.argmax(np.abs(array - expected)), array.shape)
    names = (
        [name.strip() for name in axes.split(",")]
        if axes
        else [f"axis {i}" for i in range(array.ndim)]
    )
    place = ", ".join(f"{name} {index}" for name, index in zip(names, worst, strict=False))
    return (
        f"{apart.sum()} of {array.size} entries differ; most at {place or 'the only entry'}: "
        f"got {array[worst]:.5g}, expected {expected[worst]:.5g} (tolerance {tolerance:g})."
    )
