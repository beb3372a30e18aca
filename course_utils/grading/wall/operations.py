"""What a plain check cell does with an object of the student's, done where the object lives.

A plain check cell uses Python's own means: it calls, reads attributes, compares, and catches
exceptions. `proxy` is the other side of it. What is handed over was made by the trusted examiner,
so it is pickled; what goes back is plain values, and handles for everything else.
"""

from __future__ import annotations

import contextlib
import io
import operator
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import MAX_DEPTH, is_tensor
from course_utils.checks.engine.boundary import Local

DONE, RAISED, MISSING = "done", "raised", "missing"
_LONGEST_MESSAGE = 2000  # characters of an exception
NUMERIC = "biuf"  # kinds of arrays that can be sent
_BASES: tuple[type, ...] = (bool, int, float, str, bytes, list, tuple, set, dict)
BINARY = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"),
    *("eq", "ne", "lt", "le", "gt", "ge"),
)
UNARY = ("neg", "pos", "abs", "invert")


def perform(name: str, data: bytes, objects: list[Local], names: dict[str, Any]) -> list[Any]:
    """Does one thing.

    Args:
      name: what, as in "call" or "getattr".
      data: its arguments, pickled; the student's objects in it are numbers.
      objects: those objects.
      names: the student's variables.

    Returns:
      DONE, the value, what was printed, and the lists, dicts, sets and arrays among the arguments
      as they are now, by place; RAISED with the names of the exception's types, and its message;
      or MISSING if a name is not defined.
    """
    operations, printed = {**OPERATIONS, **_of_names(names)}, io.StringIO()
    try:
        args, kwargs = _Arguments(io.BytesIO(data), objects).load()
        with contextlib.redirect_stdout(printed):
            value = operations[name](*args, **kwargs)
        now = {place: packed(arg) for place, arg in enumerate(args) if type(arg) in _CHANGEABLE}
        return [DONE, packed(value), printed.getvalue(), now]
    except _Missing:
        return [MISSING]
    except BaseException as error:
        kinds = [kind.__name__ for kind in type(error).__mro__ if kind is not object]
        return [RAISED, kinds, str(error)[:_LONGEST_MESSAGE]]


_CHANGEABLE = (list, dict, set, np.ndarray)


class _Missing(Exception):  # noqa: N818 - a state of the student's variables
    """A name is not defined."""


class _Arguments(pickle.Unpickler):
    """Reads arguments; a number in place of an object of the student's is that object."""

    def __init__(self, file: io.BytesIO, objects: list[Local]) -> None:
        super().__init__(file)
        self._objects = objects

    def persistent_load(self, pid: Any) -> Any:
        return self._objects[pid].build()


def packed(value: Any, depth: int = 0) -> Any:
    """The value if it is plain through and through, else with `Local` for what is not."""
    kind = type(value)
    if value is None or value is ... or kind in (bool, int, float, str, bytes):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in NUMERIC:
        return value.item()
    if kind is np.ndarray and value.dtype.kind in NUMERIC:
        return value
    if kind in (list, tuple, set) and depth < MAX_DEPTH:
        return kind(packed(item, depth + 1) for item in value)
    if kind is dict and depth < MAX_DEPTH:
        return {packed(key, depth + 1): packed(item, depth + 1) for key, item in value.items()}
    return Local(value, kind.__name__)


def _as_plain(value: Any) -> Any:
    """What a value is at heart: an array for a tensor or a series, a tuple for a named one."""
    if is_tensor(value) or hasattr(value, "__array__"):
        return np.asarray(value)
    if type(value).__name__ == "TensorShape":
        return tuple(value.as_list())
    return next((base(value) for base in _BASES if isinstance(value, base)), value)


def _types(value: Any) -> list[list[str]]:
    """Module and name of each type that a value has."""
    return [[kind.__module__, kind.__qualname__] for kind in type(value).__mro__]


def _of_names(names: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    def look(name: str) -> Any:
        if name not in names:
            raise _Missing
        return names[name]

    return {"look": look, "bind": names.__setitem__, "forget": lambda name: names.pop(name, None)}


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "call": lambda function, *args, **kwargs: function(*args, **kwargs),
    "as_plain": _as_plain,
    "types": _types,
    **{f.__name__: f for f in (getattr, setattr, delattr, len, iter, next, bool, str, repr)},
    **{f.__name__: f for f in (int, float, round, format)},
    **{name: getattr(operator, name) for name in ("getitem", "setitem", "delitem")},
    **{name: getattr(operator, name) for name in (*BINARY, *UNARY)},
}
