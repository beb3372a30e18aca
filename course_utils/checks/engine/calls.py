"""The calls that a check makes, and how a reader repeats one of them in a cell of a notebook."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

LONGEST = 1500  # characters of a cell that anybody would paste
MOST_NUMBERS = 300  # in one of its arrays
WIDTH = 88  # of a line
MOST_CALLS = 4  # to one object, the last ones
PROBES = "course_utils.checks.engine.probes"


@dataclass
class Call:
    """One thing that a check asked of an object of the answer.

    Attributes:
      target: the object, a `Subject`.
      attribute: what was got from it, if that was asked.
      probe: the probe's name, if one was run on it.
      args, kwargs: what was handed over.
      tensors: whether the answer wanted the arrays as tensors.
      before: what the object had been asked last before that.
    """

    target: Any
    attribute: str = ""
    probe: str = ""
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    tensors: bool = False
    before: Sequence[Call] = ()


class Calls:
    """What was called since it was emptied last; the first calls of very many are forgotten."""

    log: ClassVar[deque[Call]] = deque(maxlen=100)


class Kept:
    """A result that several properties look at: computed once, its calls belong to each of them.

    Args:
      compute: asks the answer.
    """

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute = compute
        self._calls: list[Call] | None = None
        self._value: Any = None

    def __call__(self) -> Any:
        """The result; an exception is raised anew, after another try."""
        if self._calls is None:
            earlier = len(Calls.log)
            self._value = self._compute()
            self._calls = list(Calls.log)[earlier:]
        else:
            Calls.log.extend(self._calls)
        return self._value


_MADE: dict[bytes, Any] = {}  # recipes, by the digest of what they make


def made_by(recipe: Any, array: np.ndarray) -> np.ndarray:
    """Notes that a recipe makes an array, so that a cell need not write out one that is long.

    Returns:
      The array.
    """
    _MADE[_digest_of(array)] = recipe
    return array


def _digest_of(value: Any) -> bytes:
    seen = hashlib.sha256()
    _add(seen, value)
    return seen.digest()


def as_cell(calls: Iterable[Call]) -> str:
    """The text of a cell that makes the last of these calls again, and those that led up to it.

    Returns:
      Python statements, imports first; "" if there is no call, or if they are too long to paste.
    """
    calls = list(calls)
    if not calls:
        return ""
    try:
        text = _Cell().text(calls)
    except _TooLong:
        return ""
    return text if len(text) <= LONGEST else ""


def digest(calls: Iterable[Call]) -> bytes:
    """The same bytes for calls with the same arguments, and others for others.

    What an object was made of counts as an argument of the calls to it.
    """
    seen = hashlib.sha256()
    for call in calls:
        if call.target.origin is not None:
            seen.update(digest([call.target.origin[0]]))
        seen.update(f"{call.attribute} {call.probe}".encode())
        _add(seen, [call.args, dict(call.kwargs)])
    return seen.digest()


def _add(seen: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        seen.update(f"{value.shape} {value.dtype}".encode() + value.tobytes())
    elif isinstance(value, dict):
        _add(seen, list(value.items()))
    elif isinstance(value, (list, tuple, set)):
        seen.update(f"{type(value).__name__} {len(value)}".encode())
        for item in value:
            _add(seen, item)
    elif hasattr(value, "arguments"):
        _add(seen, [value.name, dict(value.arguments)])
    else:
        seen.update(repr(value if not hasattr(value, "origin") else value.name).encode())


class _TooLong(Exception):  # noqa: N818 - no error
    """An array is too large to write it out."""


class _Cell:
    """Statements with names for what they need of each other."""

    def __init__(self) -> None:
        self._imports: dict[str, None] = {}
        self._lines: list[str] = []
        self._shown: list[str] = []  # expressions at the end; a notebook shows them as one tuple
        self._names: dict[int, str] = {}
        self._written: set[int] = set()

    def text(self, calls: list[Call]) -> str:
        last = calls[-1]
        for call in _with_what_led_to(last, calls):
            if id(call) not in self._written:
                self._written.add(id(call))
                self._shown.append(self._expression(call))
        shown = _called("", self._shown) if len(self._shown) > 1 else self._shown[0]
        return "\n".join([*self._imports, *self._lines, shown])

    def _expression(self, call: Call) -> str:
        target = self._name(call.target)
        if call.attribute:
            return f"{target}.{call.attribute}"
        arguments = [self._literal(value, call.tensors) for value in call.args]
        named = [f"{key}={self._literal(x, call.tensors)}" for key, x in call.kwargs.items()]
        if call.probe:
            self._imports[f"from {PROBES} import {call.probe}"] = None
            return _called(call.probe, [target, *arguments, *named])
        return _called(target, arguments + named)

    def _name(self, subject: Any) -> str:
        """The name of an object; one that a call made gets its statement first."""
        if subject.origin is None:
            return str(subject.name)
        if id(subject) not in self._names:
            call, path = subject.origin
            self._written.add(id(call))
            if call.attribute:
                return f"{self._name(call.target)}.{call.attribute}{path}"
            expression = self._expression(call) + path
            self._names[id(subject)] = f"made_{len(self._names) + 1}"
            self._lines += [*self._shown, f"{self._names[id(subject)]} = {expression}"]
            self._shown.clear()
        return self._names[id(subject)]

    def _literal(self, value: Any, tensors: bool) -> str:
        if isinstance(value, np.ndarray):
            text = self._array(value)
            return f"tf.constant({text})" if tensors else text
        if isinstance(value, (dict, list, tuple, set)):
            return self._container(value, tensors)
        if hasattr(value, "origin"):
            return self._name(value)
        return self._recipe(value) if hasattr(value, "arguments") else repr(value)

    def _array(self, array: np.ndarray) -> str:
        try:
            return _array(array)
        except _TooLong:
            recipe = _MADE.get(_digest_of(array))
            if recipe is None:
                raise
            return self._recipe(recipe)

    def _container(self, value: Any, tensors: bool) -> str:
        if isinstance(value, dict):
            pairs = [f"{key!r}: {self._literal(x, tensors)}" for key, x in value.items()]
            return f"{{{', '.join(pairs)}}}"
        text = ", ".join(self._literal(x, tensors) for x in value)
        if isinstance(value, tuple):
            return f"({text},)" if len(value) == 1 else f"({text})"
        if isinstance(value, list):
            return f"[{text}]"
        return f"{{{text}}}" if value else "set()"

    def _recipe(self, recipe: Any) -> str:
        module, _, attribute = recipe.name.partition(":")
        arguments = [f"{key}={self._literal(x, False)}" for key, x in recipe.arguments.items()]
        self._imports[f"from {module} import {attribute.partition('.')[0]}"] = None
        return f"{attribute}({', '.join(arguments)})"


def _with_what_led_to(last: Call, calls: list[Call]) -> list[Call]:
    """The last call after the others of its attempt that its result may depend on."""
    if last.target.origin is None and not last.probe:
        same = [call for call in calls if call.target is last.target]
        return same[-MOST_CALLS:] if len(same) <= MOST_CALLS else [last]
    return [*last.before, last] if last.target.origin else [last]


def _called(function: str, arguments: list[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    return "\n    ".join([f"{function}(", *(f"{argument}," for argument in arguments)]) + "\n)"


def _array(array: np.ndarray) -> str:
    shape, kind = list(array.shape), _type(array)
    if not array.any():
        return f"np.zeros({shape}{kind})"
    if array.size > 1 and (array == array.flat[0]).all():
        return f"np.full({shape}, {_number(np.asarray(array.flat[0]))}{kind})"
    if array.size > MOST_NUMBERS:
        raise _TooLong
    return f"np.array({_nested(array)}{kind})"


def _nested(array: np.ndarray) -> str:
    if array.ndim == 0:
        return _number(array)
    return f"[{', '.join(_nested(np.asarray(part)) for part in array)}]"


def _number(value: np.ndarray) -> str:
    text = str(value[()])
    return f"np.{text}" if text in ("nan", "inf") else text.replace("-inf", "-np.inf")


def _type(array: np.ndarray) -> str:
    usual = array.dtype in (np.dtype(float), np.dtype(int), np.dtype(bool))
    return "" if usual else f", np.{array.dtype.name}"
