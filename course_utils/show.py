"""Prints what an answer gives in one form, whichever library made it: for the try-it cells."""

from collections.abc import Mapping
from typing import Any

import numpy as np

DIGITS = 4  # behind the point
UNANSWERED = "Not answered yet: there is nothing to show."


def show(value: Any) -> None:
    """Prints a value on one line, with rounded numbers; arrays and tensors as nested lists.

    Args:
      value: numbers, texts, arrays, tensors, or containers of those. A dict is shown in the order
        of its keys. None is what a function without an answer returns.

    >>> show(np.array([[0.53704, 1.0]]))
    [[0.537, 1]]
    >>> show(None)
    Not answered yet: there is nothing to show.
    """
    print(UNANSWERED if _is_blank(value) else _text(value))


def show_parts(values: Any) -> None:
    """Prints the parts of a value that has several, each on a line of its own.

    Args:
      values: anything to loop over; in a dict the key stands before the value.

    >>> show_parts((np.array([[0.5]]), {"b": 3.0}))
    [[0.5]]
    {'b': 3}
    >>> show_parts({"Wx": np.ones([1, 2]), "b": np.zeros(2)})
    Wx: [[1, 1]]
    b: [0, 0]
    """
    if _is_blank(values):
        print(UNANSWERED)
    elif isinstance(values, Mapping):
        print("\n".join(f"{key}: {_text(values[key])}" for key in sorted(values)))
    else:
        print("\n".join(map(_text, values)))


def show_shape(value: Any) -> None:
    """Prints the shape of an array, a tensor or a list of numbers.

    >>> show_shape(np.zeros([2, 3]))
    (2, 3)
    """
    print(UNANSWERED if _is_blank(value) else tuple(np.shape(value)))


def show_shapes(values: Any) -> None:
    """Prints the shapes of the parts of a value that has several, each on a line of its own.

    >>> show_shapes((np.zeros([2, 3]), np.zeros(5)))
    (2, 3)
    (5,)
    """
    if _is_blank(values):
        print(UNANSWERED)
    else:
        print("\n".join(str(tuple(np.shape(value))) for value in values))


def _is_blank(value: Any) -> bool:
    return value is None or value is ...


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_text, value)) + "]"
    if hasattr(value, "__array__"):
        return _text(np.asarray(value).tolist())
    if isinstance(value, float):
        rounded = round(value, DIGITS)
        return str(int(rounded) if rounded.is_integer() else rounded)
    return repr(value)
