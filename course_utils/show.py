"""Prints what an answer gives, and what was measured, each in one form."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

DIGITS = 4  # behind the point
UNANSWERED = "Not answered yet: there is nothing to show."
MISSED = "Not so in this run"  # the build refuses an output that says it


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


def measured(
    what: str,
    value: ArrayLike,
    at_most: float | None = None,
    at_least: float | None = None,
    near: tuple[float, float] | None = None,
    predicted: Any = ...,
    digits: int = 3,
) -> None:
    """Prints a measured number beside what it is held against.

    A bound that does not hold is told in a sentence, and the build refuses to store that.

    Args:
      what: what was measured, with its unit.
      value: a number, or several that all have to keep the bounds.
      at_most: a bound.
      at_least: a bound.
      near: a number and how far from it the value may be.
      predicted: what the reader has predicted; shown if it is not `...`.
      digits: how many significant digits are shown.

    Raises:
      ValueError: if there is nothing to hold the number against.

    >>> measured("left after 100 steps", 0.00312, at_most=0.01, predicted=0.2)
    left after 100 steps: ≈ 0.00312 (at most 0.01); you predicted 0.2
    >>> measured("loss", [0.52031, 0.51894], near=(0.5192, 0.006), digits=4)
    loss: ≈ 0.5203 0.5189 (0.5192 ± 0.006)
    """
    numbers = np.ravel(np.asarray(value, dtype=float))
    bounds = {}
    if at_least is not None:
        bounds[f"at least {at_least:g}"] = np.all(numbers >= at_least)
    if at_most is not None:
        bounds[f"at most {at_most:g}"] = np.all(numbers <= at_most)
    if near is not None:
        bounds[f"{near[0]:.{digits}g} ± {near[1]:g}"] = np.all(np.abs(numbers - near[0]) <= near[1])
    if not bounds:
        raise ValueError(f"{what!r} needs a bound. Pass at_most, at_least or near.")
    shown = " ".join(_rounded(number, digits) for number in numbers)
    guess = "" if _is_blank(predicted) else f"; you predicted {_plain(predicted)}"
    print(f"{what}: ≈ {shown} ({', '.join(bounds)}){guess}")
    for bound in (bound for bound, held in bounds.items() if not held):
        print(f"{MISSED}: {bound}. {_why_missed()}")


def your_prediction(prediction: Any) -> None:
    """Prints what the reader has predicted, and nothing where that is `...`.

    >>> your_prediction("yes")
    You predicted: yes
    >>> your_prediction(...)
    """
    if not _is_blank(prediction):
        print("You predicted:", _plain(prediction))


def _why_missed() -> str:
    if os.environ.get("COURSE_PROFILE") == "quick":
        return "This is the quick profile, in which networks are trained for a few steps only."
    return "What was changed above? If nothing was, run all cells from the top."


def _rounded(number: float, digits: int) -> str:
    return f"{number:,.0f}" if 10**digits <= abs(number) < np.inf else f"{number:.{digits}g}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _text(value)


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
