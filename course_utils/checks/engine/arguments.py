"""What a check hands to an answer: the same things in this process and behind a wall."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from course_utils.checks.engine.calls import MOST_CALLS, Call, Calls
from course_utils.checks.engine.quiet import quiet

Plain = Any  # a plain value, or a Subject standing for an object that is not plain
_MUST_STAY: tuple[type, ...] = (
    np.ndarray,
    dict,
    list,
    tuple,
    int,
    float,
    str,
)  # in what a call was handed
MAX_ITEMS = 100_000  # of one list, tuple, set, dict or generator
MAX_BYTES = 64 * 2**20  # of one array
MAX_DEPTH = 20
MAX_INT_BYTES = 1024  # keeps an int printable: Python refuses over 4,300 digits
# bool, integers and floats that are the same on every machine, in NumPy's codes
NUMBER_CODES = frozenset(np.dtype(char).newbyteorder("<").str for char in "?bBhHiIqQefd")


class CheckFault(Exception):  # noqa: N818 - it tells an instructor what to mend
    """The check itself is wrong, whatever the answer is; the message says how."""


@dataclass(frozen=True)
class Recipe:
    """An object to be built where the answer lives: an importable name and plain arguments.

    Attributes:
      name: module and attribute, as in "course_utils.cells:BasicRNNCell".
      arguments: keyword arguments for it.

    >>> Recipe("numpy.random:default_rng", {"seed": 3}).build().integers(10).item()
    8
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def build(self) -> Any:
        """Imports and calls what the recipe names."""
        module, _, attribute = self.name.partition(":")
        named = getattr(importlib.import_module(module), attribute)
        return named(**_built(dict(self.arguments)))


class Subject(ABC):
    """A student's object, as a check sees it.

    Attributes:
      name: what to call it in messages.
      origin: the call that made it and where in its result it stood; None for an object that the
        student's own code has a name for.
      history: what was asked of it last.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.origin: tuple[Call, str] | None = None
        self.history: deque[Call] = deque(maxlen=MOST_CALLS)

    def __call__(self, *args: Any, **kwargs: Any) -> Plain:
        """Calls the object with plain values, recipes and subjects."""
        return self._do(Call(self, args=handed(args), kwargs=handed(kwargs)))

    def get(self, attribute: str) -> Plain:
        """One of the object's attributes."""
        return self._do(Call(self, attribute))

    def probe(self, name: str, *args: Any, **kwargs: Any) -> Plain:
        """What a named function of `course_utils.checks.engine.probes` measures on the object."""
        args, kwargs = handed(args), handed(kwargs)
        probe_named(name, args, kwargs)
        return self._do(Call(self, probe=name, args=args, kwargs=kwargs))

    @abstractmethod
    def _ask(self, call: Call) -> Plain:
        """Does what the call says, where the object lives; AnswerError if that fails."""

    def _do(self, call: Call) -> Plain:
        Calls.log.append(call)
        call.before = tuple(self.history) if self.origin else ()
        value = self._ask(call)
        self.history.append(call)
        Received.count += 1
        _tell_origin(value, call, "")
        return value


def _tell_origin(value: Plain, call: Call, path: str) -> None:
    """Notes which call made the subjects in a value."""
    if isinstance(value, Subject):
        if value.origin is None:
            value.origin = call, path
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _tell_origin(item, call, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            _tell_origin(item, call, f"{path}[{key!r}]")


class Received:
    """What came from answers.

    Attributes:
      count: how many things came. An exception in a check can be an answer's doing only if the
        answer had given something.
      changed: sentences, one for each call that changed what it was handed.
    """

    count: ClassVar[int] = 0
    changed: ClassVar[list[str]] = []


def handed(value: Any) -> Any:
    """A value as answers get it, here and behind a wall: plain values, recipes and subjects.

    NumPy's numbers stay what they are. A tensor becomes an array.

    Raises:
      CheckFault: if a part of it can't be sent, or if it is too large, too many or too deep.

    >>> handed((np.float32(0.5), {"name": np.str_("GRU")}))
    (np.float32(0.5), {'name': 'GRU'})
    """
    return _Handed().part(value, 0)


class _Handed:
    """Copies what one call hands over, within one budget of items and of bytes."""

    def __init__(self) -> None:
        self._items, self._bytes = MAX_ITEMS, MAX_BYTES

    def part(self, value: Any, depth: int) -> Any:
        self._items -= 1
        self._bytes -= len(value) if isinstance(value, (str, bytes)) else 0
        self._bytes -= value.nbytes if isinstance(value, np.ndarray) else 0
        if self._items < 0 or self._bytes < 0 or depth > MAX_DEPTH:
            raise CheckFault(
                f"The check hands over too much at once: at most {MAX_ITEMS} items of "
                f"{MAX_BYTES // 2**20} MiB, nested {MAX_DEPTH} levels deep."
            )
        if is_tensor(value) and hasattr(value, "numpy"):
            value = value.numpy()
        kind = type(value)
        if kind in (list, tuple, set):
            return kind(self.part(item, depth + 1) for item in value)
        if kind is dict:
            pairs = value.items()
            return {self.part(key, depth + 1): self.part(x, depth + 1) for key, x in pairs}
        if kind is Recipe:
            return Recipe(value.name, self.part(dict(value.arguments), depth + 1))
        return _handed_leaf(value)


def _handed_leaf(value: Any) -> Any:
    kind = type(value)
    if value is None or value is ... or kind in (bool, float) or isinstance(value, Subject):
        return value
    if kind is int and value.bit_length() < 8 * MAX_INT_BYTES:
        return value
    if kind in (str, np.str_) and _is_unicode(value):
        return str(value)
    if kind in (bytes, np.bytes_):
        return bytes(value)
    if kind is np.ndarray or isinstance(value, np.generic):
        code = value.dtype.newbyteorder("<").str
        if code in NUMBER_CODES:
            return value.astype(value.dtype.newbyteorder("="), copy=False)
        raise CheckFault(f"The check hands over {describe(value)} of the type {value.dtype}.")
    raise CheckFault(
        f"The check hands over {describe(value)} of the type {kind.__name__}, which can't be sent "
        "to an answer. Hand over plain values, arrays of numbers, recipes or subjects."
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def probe_named(name: str, args: Any, kwargs: Any) -> Callable[..., Any]:
    """The probe of this name.

    Raises:
      CheckFault: if there is none, or if it does not take these arguments.
    """
    from course_utils.checks.engine import probes  # noqa: PLC0415 - it imports TensorFlow

    try:
        probe: Callable[..., Any] = getattr(probes, name)
        inspect.signature(probe).bind(None, *args, **kwargs)
    except (AttributeError, TypeError) as error:
        raise CheckFault(f"The check can't use the probe {name!r}: {error}.") from None
    return probe


def require_buildable(*values: Any) -> None:
    """Raises `CheckFault` if a recipe in what a failed call was handed can't be built at all."""
    for value in values:
        if isinstance(value, (list, tuple, dict)):
            require_buildable(*(value.values() if isinstance(value, dict) else value))
        elif isinstance(value, Recipe) and not _has_subject(value.arguments):
            try:
                with quiet():
                    value.build()
            except Exception as error:
                raise CheckFault(
                    f"The check's recipe {value.name!r} can't be built: "
                    f"{type(error).__name__}: {error}"
                ) from None


def _has_subject(value: Any) -> bool:
    if isinstance(value, Recipe):
        return _has_subject(value.arguments)
    if isinstance(value, Mapping):
        return any(map(_has_subject, value.values()))
    return isinstance(value, Subject) or (
        isinstance(value, (list, tuple)) and any(map(_has_subject, value))
    )


def in_either_style(function: Callable[..., Any], call: Call, called: str) -> Any:
    """Calls with NumPy arrays, and if that raises, once more with TensorFlow's.

    Exercises promise "NumPy or TensorFlow", and honest answers are written for one of the two. A
    call that changes its arguments is noted in `Received.changed`.
    """
    try:
        return _called(function, call, called)
    except (AttributeError, TypeError, ValueError):
        if not _has_array((call.args, call.kwargs)):
            raise
        with contextlib.suppress(Exception):
            result = function(*_built(call.args, tensors=True), **_built(call.kwargs, tensors=True))
            call.tensors = True
            return result
        raise


def _called(function: Callable[..., Any], call: Call, called: str) -> Any:
    args, kwargs = _built(call.args), _built(call.kwargs)
    result = function(*args, **kwargs)
    before, after = [*call.args, *call.kwargs.values()], [*args, *kwargs.values()]
    for place, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        if not call.probe and not _same(old, new):
            Received.changed.append(f"`{called}` changes its argument {place} in place.")
    return result


def _same(handed_over: Any, now: Any) -> bool:
    """Whether arrays, lists and dicts are as they were; objects may change."""
    if handed_over is now or not isinstance(handed_over, _MUST_STAY):
        return True
    of_one_kind = type(handed_over) is type(now)
    if not of_one_kind:
        return False
    if isinstance(handed_over, np.ndarray):
        return np.array_equal(handed_over, now, equal_nan=handed_over.dtype.kind == "f")
    if isinstance(handed_over, dict):
        values = zip(handed_over.values(), now.values(), strict=False)
        return list(handed_over) == list(now) and all(_same(*pair) for pair in values)
    if isinstance(handed_over, (list, tuple)):
        return len(handed_over) == len(now) and all(map(_same, handed_over, now))
    return bool(handed_over == now)


def _has_array(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_array, value))
    return (
        _has_array(list(value.values()))
        if isinstance(value, dict)
        else isinstance(value, np.ndarray)
    )


def _built(value: Any, tensors: bool = False) -> Any:
    """Arguments as the answer gets them: recipes built, arrays copied or turned into tensors."""
    if isinstance(value, Recipe) or hasattr(value, "build"):  # a subject that lives here
        return value.build()
    if isinstance(value, np.ndarray):
        return _as_tensor(value) if tensors else value.copy()
    if isinstance(value, dict):
        return {key: _built(item, tensors) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_built(item, tensors) for item in value)
    return value


def _as_tensor(array: np.ndarray) -> Any:
    import tensorflow as tf  # noqa: PLC0415 - only answers written for tensors need it

    return tf.constant(array)


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor or a variable of TensorFlow or Keras; neither is imported for that."""
    tf, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    return (tf is not None and isinstance(value, (tf.Tensor, tf.Variable))) or (
        keras is not None and isinstance(value, keras.Variable)
    )


def describe(value: Any, name: str = "") -> str:
    """What a value is, in a few words for an error message.

    >>> describe("abc"), describe(None), describe(np.zeros([2, 3]))
    ("the text 'abc'", 'None', 'an array of shape [2, 3]')
    """
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {list(value.shape)}"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None or isinstance(value, (bool, int, float, Subject)):
        return str(value)
    return f"`{name}`" if name else f"a {type(value).__name__}"
