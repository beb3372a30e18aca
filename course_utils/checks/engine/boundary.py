"""The wall between a check and a student's object: plain values in, plain values out.

A check never touches a student's object. It holds a `Subject`, calls it with plain values or
recipes, and gets plain values back: None, `...`, bool, int, float, str, bytes, numeric arrays, and
lists, tuples, sets and dicts of those. Whatever else an answer returns comes back as a `Subject`.
So a check works the same whether the object lives in this process (`Local`) or in another one.
"""

from __future__ import annotations

import contextlib
import dis
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice, pairwise
from types import CodeType, GeneratorType
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INT_BYTES,
    MAX_ITEMS,
    Plain,
    Received,
    Recipe,
    Subject,
    describe,
    in_either_style,
    is_tensor,
    probe_named,
    require_buildable,
)
from course_utils.checks.engine.calls import Call
from course_utils.checks.engine.earlier import StandIn
from course_utils.checks.engine.exceptions import is_installed, is_of_a_library, place_of, text_of
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


class AnswerError(Exception):
    """An answer could not be used; the message is a sentence for the student.

    Attributes:
      blank: whether the exercise has simply not been answered yet.
    """

    def __init__(self, message: str, blank: bool = False) -> None:
        super().__init__(message)
        self.blank = blank


class Local(Subject):
    """A subject in this process.

    Args:
      value: the student's object.
      name: what to call it in messages.
    """

    def __init__(self, value: Any, name: str) -> None:
        super().__init__(name)
        self._value = value

    def _ask(self, call: Call) -> Plain:
        value = self._value
        if isinstance(value, StandIn):
            raise AnswerError(
                f"`{self.name}` is the course's, which took the place of your answer. Run the cell "
                "of your answer again."
            )
        if call.attribute:
            return self._got(call.attribute)
        if call.probe:
            probe = probe_named(call.probe, call.args, call.kwargs)
            return self._run(lambda *args, **kwargs: probe(value, *args, **kwargs), call)
        if not callable(value):
            raise AnswerError(
                f"`{self.name}` is {describe(value)}; it must be a function or a class.",
                blank=value is None or value is ...,
            )
        printed = Printed()
        with contextlib.redirect_stdout(printed):
            result = self._run(value, call)
        if result is None and printed.anything:
            raise AnswerError(
                f"`{self.name}` printed something and returned nothing. Printing shows a value to "
                "a reader; `return` hands it to the code that called."
            )
        if result is None and not is_stub(value):
            asked = "" if has_return(value) else " Is a `return` missing?"
            raise AnswerError(f"`{self.name}` returned None.{asked}")
        return result

    def _got(self, attribute: str) -> Plain:
        name = f"{self.name}.{attribute}"
        try:
            with quiet():
                return plain(getattr(self._value, attribute), name)
        except AttributeError:
            raise AnswerError(f"{describe(self._value, self.name)} has no `{attribute}`.") from None
        except Exception as error:
            raise _told(error, name) from None

    def _run(self, function: Callable[..., Any], call: Call) -> Plain:
        try:
            with quiet():
                return plain(in_either_style(function, call, self.name), f"{self.name}(...)")
        except AnswerError:
            require_buildable(call.args, call.kwargs)
            raise
        except (Exception, SystemExit) as error:
            require_buildable(call.args, call.kwargs)
            raise _told(error, self.name) from None

    def build(self) -> Any:
        """The object itself: an argument for another call on the student's side."""
        return self._value

    def __str__(self) -> str:
        return describe(self._value)


class Printed(io.TextIOBase):
    """A standard output that passes on what it gets and remembers whether that was anything."""

    def __init__(self) -> None:
        self._stdout = sys.stdout
        self.anything = False

    def write(self, text: str) -> int:
        """Passes the text on."""
        self.anything |= bool(text.strip())
        return self._stdout.write(text)

    def flush(self) -> None:
        """Flushes what is behind it."""
        self._stdout.flush()


def is_stub(function: Any) -> bool:
    """Whether nothing has been written into a function yet, or by nobody who is asked here.

    A method of Keras, such as `set_weights`, may well return None.

    >>> def answer(x):
    ...     ...
    >>> is_stub(answer), is_stub(lambda x: x)
    (True, False)
    """
    code = _code_of(function)
    if not isinstance(code, CodeType) or is_installed(code.co_filename):
        return True
    done = {step.opname for step in dis.get_instructions(code)}
    return done <= {"RESUME", "NOP", "POP_TOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def has_return(function: Any) -> bool:
    """Whether somewhere in a function a `return` with a value stands.

    >>> has_return(lambda x: x), has_return(Printed.flush)
    (True, False)
    """
    code = _code_of(function)
    steps = dis.get_instructions(code) if isinstance(code, CodeType) else ()
    return any(
        step.opname == "RETURN_VALUE" and (before.opname, before.argval) != ("LOAD_CONST", None)
        for before, step in pairwise(steps)
    )


def _code_of(function: Any) -> Any:
    return getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)


def subject(answer: Any, name: str) -> Subject:
    """Wraps a student's object, unless it is a subject already (behind a wall)."""
    if not isinstance(answer, Subject):
        return Local(answer, name)
    if answer.origin is None:
        answer.name = name
    return answer


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
    if value is None or value is ... or type(value) is bool or isinstance(value, Subject):
        return value
    single = _single(value, name)
    if single is not None:
        return single
    array = _array(value, name)
    if array is not None:
        return array
    return _container(value, name, depth)


def _single(value: Any, name: str) -> int | float | str | bytes | None:
    """A number or text in Python's own type; None for anything else.

    Subclasses lose what they add: members of an `IntEnum` or a `StrEnum` are numbers and texts.
    """
    if isinstance(value, int):
        number = int.__index__(value)
        if number.bit_length() >= 8 * MAX_INT_BYTES:
            raise AnswerError(f"`{name}` has more than {8 * MAX_INT_BYTES} bits.")
        return number
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return bytes.__bytes__(value)
    if isinstance(value, (Fraction, Decimal)):
        with contextlib.suppress(OverflowError, ValueError):  # too large, or a signalling NaN
            return float(value)
    return None


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
    kind = _number_type(value.dtype) if isinstance(value, (np.generic, np.ndarray)) else None
    if kind is None:
        return None
    if value.nbytes > MAX_BYTES:
        raise AnswerError(
            f"`{name}` takes {value.nbytes / 2**20:.0f} MiB; at most {MAX_BYTES / 2**20:.0f}."
        )
    with np.errstate(over="ignore"):
        array = np.array(value, dtype=kind, subok=False)
    return array.item() if isinstance(value, np.generic) else array


def _number_type(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """The type of these numbers that is the same on every machine; None if they are none."""
    if dtype.kind == "V" and not issubclass(dtype.type, np.void):
        return np.dtype(np.float32)  # bfloat16 and other small ones, which NumPy does not know
    if dtype.kind == "f" and dtype.itemsize > 8:
        return np.dtype(np.float64)  # a long double
    return dtype.newbyteorder("=") if dtype.kind in "biuf" else None


def _told(error: BaseException, called: str) -> AnswerError:
    """The sentence for an exception that came out of a student's code."""
    if isinstance(error, NotImplementedError) and not is_of_a_library(error):
        return AnswerError(f"Not answered yet: `{called}` raises NotImplementedError.", blank=True)
    return AnswerError(f"`{called}` raised {text_of(error)}{place_of(error)}")
