"""Messages between the examiner and a student's process: a strict codec and framed sockets.

What crosses the wall is `None`, `...`, bool, int, float, str, bytes, numeric arrays, lists, tuples,
sets and dicts of those, handles of objects that stay behind, and, from a check to an answer only,
NumPy's numbers and recipes. The format is our own
because the reader must refuse before it allocates: one budget of items, depth and bytes holds for a
whole message, not for each container in it, and the decoder is short enough to be read in full.
"""

from __future__ import annotations

import secrets
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import MAX_INT_BYTES, NUMBER_CODES, Recipe

MAX_FRAME = 80 * 2**20  # bytes; room for one array of boundary.MAX_BYTES
MAX_ITEMS = 1_000_000  # of all containers of a message together
MAX_DEPTH = 40
MAX_NDIM = 32
_TOKEN = 16  # bytes
_SINGLES: dict[bytes, Any] = {b"N": None, b"T": True, b"F": False, b".": ...}


class WireError(Exception):
    """A message can't be written or read; the text says why, in a part of a sentence."""


class Closed(Exception):  # noqa: N818 - the other side's end, not a fault of this one
    """The other process is gone, or sent something that is no message."""


class Late(Exception):  # noqa: N818 - the same
    """No answer came in time."""


@dataclass(frozen=True)
class Handle:
    """Stands for an object that stays in the student's process.

    Attributes:
      number: which object it is.
      text: what it is, in a few words for messages.
    """

    number: int
    text: str = ""


def encode(value: Any, hide: Callable[[Any], Handle | None] = lambda value: None) -> bytes:
    """The bytes of a value.

    Args:
      value: what to write.
      hide: gives the handle for an object that is no plain value, or None if it has none.

    Raises:
      WireError: if the value, or something in it, can't be written.

    >>> decode(encode([1, (2.5, "three"), {"four": np.arange(2)}]))
    [1, (2.5, 'three'), {'four': array([0, 1])}]
    """
    parts: list[bytes] = []
    try:
        _write(value, parts.append, hide, 0)
    except UnicodeEncodeError:
        raise WireError("a text holds characters that are not valid Unicode") from None
    return b"".join(parts)


def _write(value: Any, put: Callable[[bytes], None], hide: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise WireError(f"it is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if value is None or value is ... or kind is bool:
        put(next(tag for tag, single in _SINGLES.items() if single is value))
    elif kind in _SCALARS:
        tag, to_bytes = _SCALARS[kind]
        _write_block(put, tag, to_bytes(value))
    elif kind in _CONTAINERS:
        put(_CONTAINERS[kind] + struct.pack(">I", len(value)))
        for item in [x for pair in value.items() for x in pair] if kind is dict else value:
            _write(item, put, hide, depth + 1)
    elif kind is np.ndarray:
        put(b"a")
        _write(_array_parts(value), put, hide, depth + 1)
    elif isinstance(value, np.generic):
        put(b"n")
        code, _, data = _array_parts(np.asarray(value))
        _write([code, data], put, hide, depth + 1)
    elif kind is Recipe:
        put(b"r")
        _write([value.name, dict(value.arguments)], put, hide, depth + 1)
    else:
        handle = value if kind is Handle else hide(value)
        if handle is None:
            raise WireError(f"a {kind.__name__} can't be sent")
        put(b"h")
        _write([handle.number, handle.text], put, hide, depth + 1)


def _int_to_bytes(value: int) -> bytes:
    size = value.bit_length() // 8 + 1
    if size > MAX_INT_BYTES:
        raise WireError(f"an integer has more than {8 * MAX_INT_BYTES} bits")
    return value.to_bytes(size, "big", signed=True)


_SCALARS: dict[type, tuple[bytes, Callable[[Any], bytes]]] = {
    int: (b"i", _int_to_bytes),
    float: (b"f", lambda value: struct.pack(">d", value)),
    str: (b"s", str.encode),
    bytes: (b"b", bytes),
}
_CONTAINERS: dict[type, bytes] = {list: b"l", tuple: b"t", set: b"e", dict: b"d"}


def _write_block(put: Callable[[bytes], None], tag: bytes, data: bytes) -> None:
    put(tag + struct.pack(">I", len(data)))
    put(data)


def _array_parts(array: np.ndarray) -> list[Any]:
    code = array.dtype.newbyteorder("<").str
    if code not in NUMBER_CODES:
        raise WireError(f"an array has the type {array.dtype}")
    return [code, list(array.shape), array.astype(code, copy=False).tobytes()]


def decode(
    data: bytes | memoryview,
    show: Callable[[Handle], Any] | None = None,
    recipes: bool = False,
    text_keys: bool = False,
) -> Any:
    """The value of some bytes, which may come from anyone.

    Args:
      data: what `encode` wrote, or rubbish.
      show: gives the object for a handle; without it, handles are refused.
      recipes: whether recipes and NumPy's numbers are accepted.
      text_keys: whether only texts are accepted as keys and no sets: their hashes are salted, so
        nobody can choose keys that collide and make a dict take forever.

    Raises:
      WireError: if the bytes are not exactly one value within the limits.
    """
    reader = _Reader(memoryview(data), show, recipes, text_keys)
    value = reader.value(0)
    if reader.position != len(data):
        raise WireError("something follows the end of the message")
    return value


class _Reader:
    """Reads values off the front of some bytes, within one budget of items."""

    def __init__(self, data: memoryview, show: Any, recipes: bool, text_keys: bool) -> None:
        self._data = data
        self._show = show
        self._recipes = recipes
        self._text_keys = text_keys
        self._budget = MAX_ITEMS
        self.position = 0
        self._readers: dict[bytes, Callable[[int], Any]] = {
            b"i": lambda depth: self._int(),
            b"f": lambda depth: struct.unpack(">d", self._block(8))[0],
            b"s": lambda depth: self._text(),
            b"b": lambda depth: bytes(self._block()),
            b"l": self._items,
            b"t": lambda depth: tuple(self._items(depth)),
            b"e": self._set,
            b"d": self._dict,
            b"a": self._array,
            b"n": self._number,
            b"h": self._handle,
            b"r": self._recipe,
        }

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise WireError(f"it is nested more than {MAX_DEPTH} levels deep")
        tag = bytes(self._take(1))
        if tag in _SINGLES:
            return _SINGLES[tag]
        if tag not in self._readers:
            raise WireError("it holds something that is no plain value")
        return self._readers[tag](depth)

    def _take(self, size: int) -> memoryview:
        end = self.position + size
        if end > len(self._data):
            raise WireError("the message ends too early")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _count(self) -> int:
        return struct.unpack(">I", self._take(4))[0]

    def _block(self, size: int | None = None) -> memoryview:
        length = self._count()
        if size not in (None, length):
            raise WireError("a number has a wrong size")
        return self._take(length)

    def _int(self) -> int:
        data = self._block()
        if len(data) > MAX_INT_BYTES:
            raise WireError(f"an integer has more than {8 * MAX_INT_BYTES} bits")
        return int.from_bytes(data, "big", signed=True)

    def _text(self) -> str:
        try:
            return str(self._block(), "utf-8")
        except UnicodeDecodeError:
            raise WireError("a text is not valid Unicode") from None

    def _items(self, depth: int, each: int = 1) -> list[Any]:
        count = self._count() * each
        self._budget -= count
        if self._budget < 0:
            raise WireError(f"it has more than {MAX_ITEMS} items")
        return [self.value(depth + 1) for _ in range(count)]

    def _set(self, depth: int) -> set[Any]:
        if self._text_keys:
            raise WireError("it holds a set")
        return set(map(_hashable, self._items(depth)))

    def _dict(self, depth: int) -> dict[Any, Any]:
        items = self._items(depth, each=2)
        keys = items[::2]
        if self._text_keys and not all(type(key) is str for key in keys):
            raise WireError("a key is no text")
        return dict(zip(map(_hashable, keys), items[1::2], strict=True))

    def _array(self, depth: int) -> np.ndarray:
        parts = self.value(depth + 1)
        if not _has_types(parts, str, list, bytes) or parts[0] not in NUMBER_CODES:
            raise WireError("an array has a type that can't be read")
        code, shape, data = parts
        if len(shape) > MAX_NDIM or not all(type(n) is int and 0 <= n < 2**32 for n in shape):
            raise WireError("an array has a shape that can't be read")
        try:
            return np.frombuffer(data, code).reshape(shape).copy()
        except ValueError:
            raise WireError("an array's data do not fit its shape") from None

    def _number(self, depth: int) -> np.generic:
        pair = self.value(depth + 1)
        if not self._recipes or not _has_types(pair, str, bytes) or pair[0] not in NUMBER_CODES:
            raise WireError("it holds a number of NumPy's")
        if len(pair[1]) != np.dtype(pair[0]).itemsize:
            raise WireError("a number has a wrong size")
        return np.frombuffer(pair[1], pair[0])[0]

    def _handle(self, depth: int) -> Any:
        pair = self.value(depth + 1)
        if self._show is None or not _has_types(pair, int, str):
            raise WireError("it holds an object that can't be used here")
        return self._show(Handle(*pair))

    def _recipe(self, depth: int) -> Recipe:
        pair = self.value(depth + 1)
        if not self._recipes or not _has_types(pair, str, dict):
            raise WireError("it holds a recipe")
        return Recipe(*pair)


def _has_types(parts: Any, *types: type) -> bool:
    return type(parts) is list and [type(part) for part in parts] == list(types)


def _hashable(key: Any) -> Any:
    try:
        hash(key)
    except TypeError:
        raise WireError(f"a {type(key).__name__} is used as a key") from None
    return key


class Channel:
    """A stream socket that carries requests and replies, one at a time.

    Every request has a random number that its reply must repeat, so a reply that was forged ahead
    of its request is noticed.

    Args:
      sock: one end of a socket pair.
      max_frame: the largest message to accept, in bytes.

    Attributes:
      socket: that end.
    """

    def __init__(self, sock: socket.socket, max_frame: int = MAX_FRAME) -> None:
        self.socket = sock
        self._max_frame = max_frame
        self._token = b""

    def ask(self, data: bytes, seconds: float | None = None) -> bytes:
        """Sends a request and waits for its reply.

        Raises:
          Late: if the reply does not come in time; `await_reply` may still get it.
          Closed: if the other side is gone or does not keep to the protocol.
        """
        self._token = secrets.token_bytes(_TOKEN)
        self._send(self._token + data, seconds)
        return self.await_reply(seconds)

    def await_reply(self, seconds: float | None) -> bytes:
        """The reply to the last request."""
        token, data = self.receive(seconds)
        if token != self._token:
            raise Closed("it wrote to the channel that belongs to the grader")
        return data

    def receive(self, seconds: float | None = None) -> tuple[bytes, bytes]:
        """The token and the data of the next request."""
        deadline = None if seconds is None else time.monotonic() + seconds
        (size,) = struct.unpack(">I", self._read(4, deadline))
        if not _TOKEN <= size <= self._max_frame:
            raise Closed(f"it sent a message of {size} bytes; at most {self._max_frame} are read")
        frame = self._read(size, deadline)
        return frame[:_TOKEN], frame[_TOKEN:]

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing comes for some time in which nothing is asked."""
        return not select.select([self.socket], [], [], seconds)[0]

    def reply(self, token: bytes, data: bytes) -> None:
        """Answers a request."""
        self._send(token + data, None)

    def _send(self, frame: bytes, seconds: float | None) -> None:
        self.socket.settimeout(seconds)
        try:
            self.socket.sendall(struct.pack(">I", len(frame)) + frame)
        except TimeoutError:
            raise Late from None
        except OSError as error:
            raise Closed(str(error)) from None

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise Late
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(min(size - len(parts), 2**20))
            except TimeoutError:
                raise Late from None
            except OSError as error:
                raise Closed(str(error)) from None
            if not part:
                raise Closed("it is gone")
            parts += part
        return bytes(parts)
