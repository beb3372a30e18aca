"""A student's object as a plain check cell meets it: it is used like any other object.

Every use calls over to the student's process (see `operations`). What it gives is compared here:
an object that claims to equal everything equals nothing.
"""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
import numpy as np

from course_utils.checks.engine.arguments import CheckFault
from course_utils.grading.wall import operations
from course_utils.grading.wall.shell import Stream

Ask = Callable[[str, bytes], list[Any]]  # an operation's name and its arguments, to its answer
_NOTE = "The answer raised this."
_NOT_ASKED = ("__", "_repr_", "_ipython_")  # attributes that libraries look for
_SWAPPED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


class Proxy:
    """An object in the student's process.

    Args:
      ask: has an operation done there, and gives the answer of `operations.perform`.
      number: of the object.
    """

    def __init__(self, ask: Ask, number: int) -> None:
        object.__setattr__(self, "_unrolled", (ask, number))

    def __getattr__(self, name: str) -> Any:
        if name.startswith(_NOT_ASKED) and name != "__name__":
            raise AttributeError(name)
        return _do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _do(self, "delattr", name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the object with whatever can be pickled."""
        return _do(self, "call", *args, **kwargs)

    def __iter__(self) -> Iterator[Any]:
        iterator = _do(self, "iter")
        while True:
            try:
                item = _do(iterator, "next")
            except StopIteration:
                return
            yield item

    def __next__(self) -> Any:
        return _do(self, "next")

    def __instancecheck__(self, instance: Any) -> bool:
        names = _do(instance, "types") if type(instance) is Proxy else []
        return [_do(self, "getattr", "__module__"), _do(self, "getattr", "__qualname__")] in names

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """A library's class, if it is an object of one, so that `isinstance` is right here."""
        for module, name in _do(self, "types"):
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type) and found is not object and module != "__main__":
                return found
        return Proxy

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        value = _plain(self)
        if isinstance(value, np.ndarray):
            return np.array(value, dtype)
        raise TypeError("The answer is no array of numbers.")

    def __hash__(self) -> int:
        return id(self)


def _do(self: Proxy, operation: str, *args: Any, **kwargs: Any) -> Any:
    ask, _ = object.__getattribute__(self, "_unrolled")
    return perform(ask, operation, self, *args, **kwargs)


def perform(ask: Ask, operation: str, *args: Any, **kwargs: Any) -> Any:
    """What an operation gives; arguments that it changed in place are changed here, too.

    Raises:
      CheckFault: if the check hands over what can't be sent.
      NameError: if the name that was looked up is not defined.
      Exception: what the student's code raised, as the nearest of Python's own types.
    """
    match ask(operation, _pickled([args, kwargs])):
        case [operations.DONE, value, str() as printed, dict() as now]:
            for place, after in now.items():
                _change(args[place], after)
            if printed and not isinstance(sys.stdout, Stream):  # the check reads what is printed
                sys.stdout.write(printed)
            return value
        case [operations.RAISED, list() as kinds, str() as said]:
            raise _exception(kinds, said)
        case [operations.MISSING]:
            raise NameError(args[0])
    raise RuntimeError("the result can't be read: it has the wrong form")


def _plain(value: Proxy) -> Any:
    """The plain value that an object is at heart, or the object."""
    return _do(value, "as_plain")


def _binary(name: str, swapped: bool) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, other: Any) -> Any:
        """Between two objects of the student's it is theirs; else it is done here, on values."""
        if type(other) is Proxy:
            return _do(self, name, other)
        value = _plain(self)
        if type(value) is Proxy:
            if name in ("eq", "ne"):
                return name == "ne"
            return NotImplemented
        function = operations.OPERATIONS[name]
        return function(other, value) if swapped else function(value, other)

    return operate


def _unary(name: str) -> Callable[..., Any]:
    return lambda self, *args: _do(self, name, *args)


for _name in operations.BINARY:
    _bare = _name.rstrip("_")
    setattr(Proxy, f"__{_bare}__", _binary(_name, swapped=False))
    if _name not in _SWAPPED:
        setattr(Proxy, f"__r{_bare}__", _binary(_name, swapped=True))
for _name in (*operations.UNARY, "len", "bool", "str", "repr", "int", "float", "round", "format"):
    setattr(Proxy, f"__{_name}__", _unary(_name))
for _name in ("getitem", "setitem", "delitem"):
    setattr(Proxy, f"__{_name}__", _unary(_name))


def _change(mine: Any, after: Any) -> None:
    """Makes an argument what the student's code has made of it."""
    if type(mine) is not type(after) or isinstance(mine, Proxy):
        return
    if isinstance(mine, list):
        mine[:] = after
    elif isinstance(mine, (dict, set)):
        mine.clear()
        mine.update(after)
    elif (mine.shape, mine.dtype) == (after.shape, after.dtype) and mine.flags.writeable:
        mine[...] = after


def _exception(kinds: list[Any], said: str) -> Exception:
    """An exception of the first of these types that is Python's own."""
    for name in kinds:
        kind = getattr(builtins, name, None) if type(name) is str else None
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                return _of_an_answer(kind(said))
            except TypeError:  # it takes more than a text
                continue
    return _of_an_answer(RuntimeError(f"{kinds[0] if kinds else ''}: {said}"))


def _of_an_answer(error: Exception) -> Exception:
    error.add_note(_NOTE)
    return error


def is_of_an_answer(error: BaseException) -> bool:
    """Whether it was raised by the student's code."""
    return _NOTE in getattr(error, "__notes__", [])


class _Pickler(cloudpickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return object.__getattribute__(obj, "_unrolled")[1] if type(obj) is Proxy else None


def _pickled(arguments: Any) -> bytes:
    file = io.BytesIO()
    try:
        _Pickler(file).dump(arguments)
    except Exception as error:
        raise CheckFault(f"The check hands over what can't be sent: {error}") from None
    return file.getvalue()
