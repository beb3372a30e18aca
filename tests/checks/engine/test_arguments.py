"""What a check hands over arrives the same at home and behind the wall, or is refused in both."""

import datetime
import socket
import threading
from collections import namedtuple

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks.engine.arguments import MAX_ITEMS, CheckFault, Recipe, handed
from course_utils.checks.engine.boundary import AnswerError, Local
from course_utils.grading.wall.examiner import Link
from course_utils.grading.wall.shell import Shell
from course_utils.grading.wall.student import LOOK, Student
from course_utils.grading.wall.wire import Channel, Closed

SEEN = """
import numpy as np

def seen(value):
    "The types and values of all that it holds, as one text."
    name = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"{name} {value.dtype.str} {value.shape} {value.tolist()}"
    if isinstance(value, dict):
        return name + str([(seen(key), seen(item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return name + str([seen(item) for item in value])
    if isinstance(value, set):
        return name + str(sorted(map(seen, value)))
    return f"{name} {value!r}"
"""


@pytest.fixture
def sealed():
    """A function that makes a subject of what a source defines, over the real wire."""
    mine, theirs = socket.socketpair()
    shell, far = Shell(), Channel(theirs)

    def serve():
        student = Student(shell)
        while True:
            try:
                token, data = far.receive(20)
            except Closed:
                return
            far.reply(token, student.answer(data))

    thread = threading.Thread(target=serve)
    thread.start()

    def make(source, name):
        shell.execute(source)
        return Link(Channel(mine)).ask(LOOK, name)

    yield make
    mine.close()
    thread.join()
    theirs.close()


def at_home(source, name):
    space = {}
    exec(source, space)
    return Local(space[name], name)


NUMBERS = [
    np.float64(0.1),
    np.float32(0.1),
    np.float16(0.1),
    np.int64(-7),
    np.uint8(200),
    np.bool_(1),
]


@pytest.mark.parametrize(
    "value",
    [
        *NUMBERS,
        NUMBERS,
        tuple(NUMBERS),
        set(NUMBERS),
        {np.int64(3): np.float32(0.5), "name": [np.bool_(False)]},
        np.str_("GRU"),
        np.bytes_(b"GRU"),
        np.array(2.5, np.float32),
        np.arange(3, dtype=">i4"),
        np.ones([2, 3], np.float16)[:, ::2],
        tf.constant([[1.0, 2.0]]),
        tf.constant(3),
        tf.Variable([1.0]),
        [None, ..., True, 2**70, 0.5, "text", b"bytes"],
        Recipe("builtins:dict", {"a": np.float32(0.5), "b": [np.int64(1)], "c": np.arange(2)}),
        Recipe("builtins:dict", {"inner": Recipe("builtins:dict", {"x": np.int8(1)})}),
    ],
    ids=repr,
)
def test_it_arrives_the_same_in_both_places(sealed, value):
    here, there = at_home(SEEN, "seen")(value), sealed(SEEN, "seen")(value)
    assert here == there
    assert "Recipe" not in here


def test_numbers_of_numpy_arrive_as_what_they_are():
    told = at_home(SEEN, "seen")(NUMBERS)
    assert told.startswith("list['float64 np.float64(0.1)', 'float32 np.float32(0.1)'")
    assert told.endswith("'uint8 np.uint8(200)', 'bool np.True_']")


Pair = namedtuple("Pair", "h c")
DEEP: list = []
DEEP.append(DEEP)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        1j,
        range(3),
        Pair(1, 2),
        frozenset(),
        datetime.date(2026, 1, 1),
        np.complex64(1j),
        np.datetime64("2026-01-01"),
        np.longdouble(1),
        np.array(["a"]),
        np.array([None]),
        np.array([1j]),
        np.ma.array([1.0]),
        2**9000,
        "\ud800",
        DEEP,
        [0] * (MAX_ITEMS + 1),
        [np.zeros(5 * 2**20)] * 2,
        [[object()]],
        {"key": object()},
        Recipe("builtins:dict", {"a": object()}),
        Recipe("no.such.module:thing"),
        Recipe("builtins:no_such_thing"),
        Recipe("numpy:zeros", {"no_such_argument": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_is_refused_as_a_fault_of_the_check_in_both_places(sealed, value):
    for subject in at_home(SEEN, "seen"), sealed(SEEN, "seen"):
        with pytest.raises(CheckFault):
            subject(value)
        with pytest.raises(CheckFault):
            subject(argument=value)


@pytest.mark.parametrize(
    "call", [("no_such_probe",), ("graph_loops", object()), ("lines_run",), ("lines_run", [], [])]
)
def test_a_probe_that_can_not_be_used_is_a_fault_of_the_check_in_both_places(sealed, call):
    for subject in at_home(SEEN, "seen"), sealed(SEEN, "seen"):
        with pytest.raises(CheckFault):
            subject.probe(*call)


def test_a_recipe_that_an_answer_can_not_use_is_the_answers_matter(sealed):
    source = "def broken(rng): return rng.no_such_method()"
    for subject in at_home(source, "broken"), sealed(source, "broken"):
        with pytest.raises(AnswerError, match="no_such_method"):
            subject(Recipe("numpy.random:default_rng", {"seed": 3}))


def test_an_answer_can_not_change_an_array_of_a_recipe():
    values = np.ones(2)
    at_home("def spoil(made): return made['x'].fill(7) or 1", "spoil")(
        Recipe("builtins:dict", {"x": values})
    )
    assert values.tolist() == [1, 1]


def test_what_is_handed_over_says_what_it_was_and_what_may_be():
    with pytest.raises(
        CheckFault, match=r"hands over a object of the type object.*Hand over plain"
    ):
        handed([object()])
