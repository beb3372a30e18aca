"""The codec refuses whatever is not one plain value within the limits, and never crashes."""

from __future__ import annotations

import math
import socket
import struct
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.checks.engine.boundary import Recipe
from course_utils.grading.wall import wire
from course_utils.grading.wall.wire import Channel, Closed, Handle, Late, WireError, decode, encode

_KEYS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary()
)
_DTYPES = st.sampled_from(["?", "i1", "u2", "<i4", ">i8", "f2", "<f4", ">f8"])
_ARRAYS = hnp.arrays(
    _DTYPES, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0), elements={"allow_nan": False}
)
_VALUES = st.recursive(
    st.one_of(_KEYS, st.just(...), _ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.sets(_KEYS),
        st.dictionaries(_KEYS, inner),
    ),
    max_leaves=20,
)


def _same(one: object, other: object) -> bool:
    """Equal in type and value, arrays included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        same_type = one.dtype == other.dtype.newbyteorder("=")
        return same_type and one.shape == other.shape and bool((one == other).all())
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return _same(list(one.items()), list(other.items()))
    return one == other


@given(_VALUES)
@settings(deadline=None)
def test_every_plain_value_comes_back_as_it_was(value):
    assert _same(decode(encode(value)), value)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=500)
def test_rubbish_is_a_wire_error_and_nothing_else(data):
    try:
        decode(data, show=lambda handle: handle, recipes=True)
    except WireError as error:
        assert str(error)  # noqa: PT017 - valid messages may come up too


@given(_VALUES, st.data())
@settings(deadline=None)
def test_a_damaged_message_is_a_wire_error_or_another_value(value, data):
    message = bytearray(encode(value))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] = data.draw(st.integers(0, 255))
    try:
        decode(message, show=lambda handle: handle, recipes=True)
    except WireError as error:
        assert str(error)  # noqa: PT017


@given(_VALUES, st.data())
@settings(deadline=None)
def test_a_cut_message_is_a_wire_error(value, data):
    message = encode(value)
    with pytest.raises(WireError):
        decode(message[: data.draw(st.integers(0, len(message) - 1))])


def test_trailing_bytes_are_refused():
    with pytest.raises(WireError, match="follows the end"):
        decode(encode(3) + b"N")


def test_not_a_number_survives_also_as_a_key():
    assert math.isnan(decode(encode(math.nan)))
    (key,) = decode(encode({math.nan: 1}))
    assert math.isnan(key)


def test_a_decoded_array_is_writable_and_owns_its_memory():
    array = decode(encode(np.arange(3.0)))
    array[0] = 7
    assert array.base is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**9000, "more than 8192 bits"),
        (object(), "a object can't be sent"),
        (np.array([1 + 2j]), "complex128"),
        (np.array(["text"]), "<U4"),
        (np.array([object()]), "object"),
        (np.longdouble(1) * np.ones(2), r"longdouble|float128|float96"),
        ("\ud800", "not valid Unicode"),
        (type("Sneaky", (int,), {})(3), "a Sneaky can't be sent"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_not_plain_is_not_written(value, reason):
    with pytest.raises(WireError, match=reason):
        encode([value])


def test_deep_nesting_is_refused_on_both_sides():
    deep: list = []
    for _ in range(wire.MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(WireError, match="levels deep"):
        encode(deep)
    with pytest.raises(WireError, match="levels deep"):
        decode(b"l\0\0\0\1" * 100_000 + b"N")


def test_a_container_that_promises_too_much_is_refused_before_anything_is_allocated():
    with pytest.raises(WireError, match="more than 1000000 items"):
        decode(b"l\xff\xff\xff\xff")


def test_the_items_of_all_containers_count_together(monkeypatch):
    monkeypatch.setattr(wire, "MAX_ITEMS", 10)
    decode(encode([[1] * 4, [1] * 4]))
    with pytest.raises(WireError, match="more than 10 items"):
        decode(encode([[1] * 5, [1] * 5]))


@pytest.mark.parametrize(
    "parts",
    [
        ["<f4", [2], b"\0" * 7],
        ["<f4", [3], b"\0" * 8],
        ["<f4", [2**31, 2**31], b"\0" * 8],
        ["<f4", [-1], b"\0" * 8],
        ["<f4", [1.0], b"\0" * 4],
        ["<f4", [1] * 33, b"\0" * 4],
        ["O", [1], b"\0" * 8],
        ["<U2", [1], b"\0" * 8],
        ["f4,f4", [1], b"\0" * 8],
        [b"<f4", [1], b"\0" * 4],
        ["<f4", [1]],
        "<f4",
    ],
    ids=repr,
)
def test_an_array_whose_parts_do_not_fit_is_refused(parts):
    with pytest.raises(WireError, match="array"):
        decode(b"a" + encode(parts))


@pytest.mark.parametrize("key", [b"l\0\0\0\0", b"d\0\0\0\0", b"a" + encode(["<f4", [0], b""])])
def test_a_key_that_can_not_be_hashed_is_refused(key):
    with pytest.raises(WireError, match="used as a key"):
        decode(b"d\0\0\0\1" + key + b"N")
    with pytest.raises(WireError, match="used as a key"):
        decode(b"e\0\0\0\1" + b"t\0\0\0\1" + key)


def test_handles_and_recipes_are_refused_unless_asked_for():
    message = encode([Handle(3, "a model"), Recipe("numpy:zeros", {"shape": 2})])
    assert decode(message, show=lambda handle: handle, recipes=True) == [
        Handle(3, "a model"),
        Recipe("numpy:zeros", {"shape": 2}),
    ]
    with pytest.raises(WireError, match="object"):
        decode(message, recipes=True)
    with pytest.raises(WireError, match="recipe"):
        decode(message, show=lambda handle: handle)


def test_objects_that_stay_behind_are_written_as_handles():
    message = encode([object()], hide=lambda value: Handle(5, "an object"))
    assert decode(message, show=lambda handle: handle.number) == [5]


@pytest.mark.parametrize("value", [{1: 2}, {(1, 2): 3}, {4}, [{b"5": 6}]], ids=repr)
def test_keys_that_could_be_made_to_collide_are_refused_on_request(value):
    decode(encode(value))
    with pytest.raises(WireError, match=r"key|set"):
        decode(encode(value), text_keys=True)


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    yield Channel(one, max_frame=1000), Channel(other), other
    one.close()
    other.close()


def test_a_reply_belongs_to_its_request(ends):
    asking, answering, _ = ends

    def answer() -> None:
        token, data = answering.receive(5)
        answering.reply(token, data + b"!")

    thread = threading.Thread(target=answer)
    thread.start()
    assert asking.ask(b"hello", 5) == b"hello!"
    thread.join()


def test_a_reply_forged_ahead_of_its_request_closes_the_channel(ends):
    asking, answering, _ = ends
    answering.reply(b"0" * 16, b"full marks")
    with pytest.raises(Closed, match="belongs to the grader"):
        asking.ask(b"how many?", 5)


def test_silence_and_half_a_message_are_late(ends):
    asking, _, raw = ends
    with pytest.raises(Late):
        asking.ask(b"hello", 0.05)
    raw.sendall(struct.pack(">I", 100) + b"half")
    with pytest.raises(Late):
        asking.await_reply(0.05)


@pytest.mark.parametrize("size", [0, 15, 1001, 2**32 - 1])
def test_a_message_of_impossible_size_closes_the_channel(ends, size):
    asking, _, raw = ends
    raw.sendall(struct.pack(">I", size))
    with pytest.raises(Closed, match=f"message of {size} bytes"):
        asking.receive(1)


def test_the_end_of_the_other_process_closes_the_channel(ends):
    asking, _, raw = ends
    raw.close()
    with pytest.raises(Closed):
        asking.ask(b"hello", 1)
