"""The wall between a check and a student's object: plain values in, plain values out.

A check never touches a student's object. It holds a `Subject`, calls it with plain values or
recipes, and gets plain values back: None, `...`, bool, int, float, str, bytes, numeric arrays, and
lists, tuples, sets and dicts of those. Whatever else an answer returns comes back as a `Subject`.
So a check works the same whether the object lives in this process (`Local`) or in another one.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import GeneratorType
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ITEMS,
    Plain,
    Recipe,
    Subject,
    describe,
    handed,
    in_either_style,
    is_tensor,
    probe_named,
    require_buildable,
)
from course_utils.checks.engine.quiet import quiet

__all__ = [
    "AnswerError",
    "Local",
    "Received",
    "Recipe",
    "Subject",
    "describe",
    "plain",
    "subject",
    "value_of",
]

TRACE_PREFIX = re.compile(r"\{\{[^}]*\}\}\s*")  # TensorFlow's "{{function_node ...}}"


class AnswerError(Exception):
    """An answer could not be used; the message is a sentence for the student.

    Attributes:
      blank: whether the exercise has simply not been answered yet.
    """

    def __init__(self, message: str, blank: bool = False) -> None:
        super().__init__(message)
        self.blank = blank


class Received:
    """Counts what checks got from answers.

    An exception in a check can be an answer's doing only if the answer had given something.
    """

    count = 0


class Local(Subject):
    """A subject in this process.

    Args:
      value: the student's object.
      name: what to call it in messages.
    """

    def __init__(self, value: Any, name: str) -> None:
        self._value = value
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Plain:
        """Calls the object; AnswerError if it can't be called or raises."""
        args, kwargs = handed(args), handed(kwargs)
        if not callable(self._value):
            raise AnswerError(
                f"`{self._name}` is {describe(self._value)}; it must be a function or a class.",
                blank=self._value is None or self._value is ...,
            )
        return self._run(self._value, args, kwargs, called=self._name)

    def get(self, attribute: str) -> Plain:
        """The attribute as a plain value or a subject; AnswerError if there is none."""
        name = f"{self._name}.{attribute}"
        try:
            with quiet():
                value = plain(getattr(self._value, attribute), name)
                Received.count += 1
                return value
        except AttributeError:
            raise AnswerError(
                f"{describe(self._value, self._name)} has no `{attribute}`."
            ) from None
        except Exception as error:
            raise _told(error, name) from None

    def probe(self, name: str, *args: Any, **kwargs: Any) -> Plain:
        """Runs the named probe on the object."""
        args, kwargs = handed(args), handed(kwargs)
        probe = probe_named(name, args, kwargs)

        def measure(*args: Any, **kwargs: Any) -> Any:
            return probe(self._value, *args, **kwargs)

        return self._run(measure, args, kwargs, called=self._name)

    def _run(self, function: Callable[..., Any], args: Any, kwargs: Any, called: str) -> Plain:
        try:
            with quiet():
                result = plain(in_either_style(function, args, kwargs), f"{called}(...)")
                Received.count += 1
                return result
        except AnswerError:
            require_buildable(args, kwargs)
            raise
        except (Exception, SystemExit) as error:
            require_buildable(args, kwargs)
            raise _told(error, called) from None

    def build(self) -> Any:
        """The object itself: an argument for another call on the student's side."""
        return self._value

    def __str__(self) -> str:
        return describe(self._value)


def subject(answer: Any, name: str) -> Subject:
    """Wraps a student's object, unless it is a subject already (behind a wall)."""
    return answer if isinstance(answer, Subject) else Local(answer, name)


def value_of(answer: Any, name: str) -> Plain:
    """The plain value of an answer that is a value, not a function.

    Raises:
      AnswerError: if it was not answered, or is no plain value.
    """
    if answer is None or answer is ...:
        raise AnswerError(f"Not answered yet: `{name}` has no value.", blank=True)
    result = plain(answer, name)
    if isinstance(result, Subject):
        raise AnswerError(f"`{name}` is {describe(answer)}; a plain value is needed.")
    Received.count += 1
    return result


def plain(value: Any, name: str, depth: int = 0) -> Plain:
    """A copy of the value in plain types; what is not plain comes back as a `Local`.

    Raises:
      AnswerError: if the value is too large or too deeply nested, or a tensor without a value.

    >>> plain((np.int64(3), range(2)), "shape")
    (3, [0, 1])
    """
    if depth > MAX_DEPTH:
        raise AnswerError(f"`{name}` is nested more than {MAX_DEPTH} levels deep.")
    if value is None or value is ... or isinstance(value, Subject):
        return value
    if type(value) in (bool, int, float, str, bytes):
        return value
    array = _array(value, name)
    if array is not None:
        return array
    return _container(value, name, depth)


def _container(value: Any, name: str, depth: int) -> Plain:
    def items(iterable: Iterable[Any]) -> Iterator[Any]:
        for count, item in enumerate(islice(iterable, MAX_ITEMS + 1)):
            if count == MAX_ITEMS:
                raise AnswerError(f"`{name}` has more than {MAX_ITEMS} items.")
            yield plain(item, f"{name}[{count}]", depth + 1)

    if isinstance(value, dict):
        return dict(zip(items(dict.keys(value)), items(dict.values(value)), strict=True))
    if isinstance(value, tuple):
        return tuple(items(tuple.__iter__(value)))
    if isinstance(value, (set, frozenset)):
        return set(items(value))
    if isinstance(value, (list, range, zip, map, GeneratorType)):
        return list(items(value))
    if type(value).__name__ == "TensorShape":
        return tuple(value.as_list())
    return Local(value, name)


def _array(value: Any, name: str) -> Any:
    """A NumPy copy of an array or tensor, a Python number for a NumPy scalar, else None."""
    if is_tensor(value):
        if not hasattr(value, "numpy"):
            raise AnswerError(
                f"`{name}` is a symbolic tensor without a value: return what was computed."
            )
        value = value.numpy()  # an array, or a NumPy scalar
    if isinstance(value, np.generic) and value.dtype.kind in "biufUS":
        return value.item()
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biufV":
        return None
    if value.nbytes > MAX_BYTES:
        raise AnswerError(
            f"`{name}` takes {value.nbytes / 2**20:.0f} MiB; at most {MAX_BYTES / 2**20:.0f}."
        )
    floats = value.dtype.kind == "V"  # bfloat16 is a void type to NumPy
    return np.array(value, dtype=np.float32 if floats else value.dtype, subok=False)


def _told(error: BaseException, called: str) -> AnswerError:
    """The sentence for an exception that came out of a student's code."""
    if isinstance(error, NotImplementedError) and not _of_a_library(error):
        return AnswerError(f"Not answered yet: `{called}` raises NotImplementedError.", blank=True)
    text = TRACE_PREFIX.sub("", str(error)).strip()
    message = (text.splitlines() or [""])[0][:200]
    return AnswerError(f"`{called}` raised {type(error).__name__}: {message}{_place(error)}")


def _of_a_library(error: BaseException) -> bool:
    """Whether an installed package raised it: Keras does so for a layer without `call`."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and bool(
        {"site-packages", "dist-packages"} & {*Path(frames[-1].filename).parts}
    )


def _place(error: BaseException) -> str:
    """Where in a notebook cell the exception came from."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input-")
    ]
    return f" (line {frames[-1].lineno} of the cell: {frames[-1].line})" if frames else ""
