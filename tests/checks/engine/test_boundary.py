"""The boundary: plain values in, plain values out."""

import enum
import sys
import warnings
from decimal import Decimal
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks.engine.boundary import (
    MAX_ITEMS,
    AnswerError,
    Local,
    Recipe,
    Subject,
    plain,
    subject,
    value_of,
)
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.compare import as_number
from course_utils.grading.wall.wire import decode, encode


class Level(enum.IntEnum):
    LOW = 3


class Colour(enum.Enum):
    RED = 3


class Word(enum.StrEnum):
    HELLO = "hello"


class Metres(float):
    def __float__(self):
        return 99.0


LONG = np.longdouble(0.5)
# What students return for a number, and what a check sees of it.
NUMBERS = {
    **{
        f"{kind.__name__} {form}": (make(kind(3)), expected(kind))
        for kind in (np.bool_, np.int8, np.uint64, np.float16, np.float32, np.float64)
        for form, make, expected in (
            ("scalar", lambda x: x, lambda kind: kind(3).item()),
            ("without axes", np.asarray, lambda kind: np.array(3, kind)),
            ("array", lambda x: np.array([x]), lambda kind: np.array([3], kind)),
            ("in a list", lambda x: [x], lambda kind: [kind(3).item()]),
        )
    },
    "long double": (LONG, 0.5),
    "long double without axes": (np.asarray(LONG), np.array(0.5)),
    "array of long doubles": (np.array([LONG, 0]), np.array([0.5, 0.0])),
    "empty array of long doubles": (np.zeros([0, 2], np.longdouble), np.zeros([0, 2])),
    "long double past all doubles": (np.longdouble("1e4000"), np.inf),
    "long doubles in a dict": ({LONG: [LONG]}, {0.5: [0.5]}),
    "another byte order": (np.array([1, 2], ">i4"), np.array([1, 2], "=i4")),
    "masked array": (np.ma.array([1.0, 2.0], mask=[0, 1]), np.array([1.0, 2.0])),
    "matrix": (np.array([[1.0, 2.0]]).view(np.matrix), np.array([[1.0, 2.0]])),
    "tensor": (tf.constant(0.5), 0.5),
    "integer tensor": (tf.constant(3), 3),
    "boolean tensor": (tf.constant(True), True),
    "half tensor": (tf.constant(0.5, tf.float16), 0.5),
    "bfloat16 tensor": (tf.constant(0.5, tf.bfloat16), 0.5),
    "variable": (tf.Variable(0.5), 0.5),
    "Keras variable": (tf.keras.Variable(0.5), 0.5),
    "bfloat16": (ml_dtypes.bfloat16(0.5), 0.5),
    "bfloat16 without axes": (np.array(0.5, ml_dtypes.bfloat16), np.array(0.5, np.float32)),
    "member of an IntEnum": (Level.LOW, 3),
    "member of a StrEnum": (Word.HELLO, "hello"),
    "subclass of float": (Metres(0.5), 0.5),
    "fraction": (Fraction(1, 2), 0.5),
    "decimal": (Decimal("0.5"), 0.5),
    "decimal past all doubles": (Decimal("1e999"), np.inf),
}
NO_NUMBERS = {
    "complex": 1j,
    "complex scalar": np.complex64(1),
    "complex array without axes": np.array(1j),
    "complex tensor": tf.constant(1j),
    "member of an Enum": Colour.RED,
    "fraction past all doubles": Fraction(10**400),
    "signalling decimal": Decimal("sNaN"),
    "time span": np.timedelta64(3, "s"),
    "record": np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    "object without axes": np.array(None, object),
    "array of texts": np.array(["a"]),
    "ragged tensor": tf.ragged.constant([[1.0], []]),
}


def call(function, *args, **kwargs):
    return Local(function, "answer")(*args, **kwargs)


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, "text", b"bytes", (1, [2]), {"a": {1, 2}}, [None]]
)
def test_plain_values_pass_unchanged(value):
    assert plain(value, "x") == value


@pytest.mark.parametrize(
    "value",
    [
        tf.constant([[1.0, 2.0]]),
        tf.Variable([[1.0, 2.0]]),
        tf.keras.Variable(np.array([[1.0, 2.0]])),
        tf.constant([[1.0, 2.0]], tf.bfloat16),
        np.ma.array([[1.0, 2.0]]),
    ],
)
def test_every_kind_of_tensor_becomes_a_numpy_array(value):
    array = plain(value, "x")
    assert type(array) is np.ndarray
    np.testing.assert_array_equal(array, [[1, 2]])


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_a_number_at_home_is_the_same_number_behind_the_wall(name):
    value, expected = NUMBERS[name]
    at_home = plain(value, "x")
    sealed = decode(encode(at_home))
    for seen in (at_home, sealed):
        assert type(seen) is type(expected)
        np.testing.assert_array_equal(seen, expected)
        assert getattr(seen, "dtype", None) == getattr(expected, "dtype", None)


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_what_is_no_number_at_home_is_none_behind_the_wall(name):
    value = NO_NUMBERS[name]
    assert isinstance(plain(value, "x"), Local)
    with pytest.raises(Failed, match="expected one number"):
        as_number(plain(value, "x"))


def test_an_integer_too_long_for_the_wall_is_too_long_at_home():
    assert plain(2**8190, "x") == 2**8190
    with pytest.raises(AnswerError, match="more than 8192 bits"):
        plain(2**8191, "x")
    assert decode(encode(2**8190)) == 2**8190


def test_a_generator_is_read_into_a_list():
    assert plain((i * i for i in range(4)), "x") == [0, 1, 4, 9]


def test_an_endless_generator_is_an_answer_error():
    def endless():
        while True:
            yield 1

    with pytest.raises(AnswerError, match=f"more than {MAX_ITEMS} items"):
        plain(endless(), "x")


def test_a_value_nested_without_end_is_an_answer_error():
    value: list = []
    value.append(value)
    with pytest.raises(AnswerError, match="levels deep"):
        plain(value, "x")


def test_a_subclass_of_dict_is_read_as_a_dict_whatever_it_overrides():
    class Sly(dict):
        def items(self):
            return [("a", 2)]

        def __eq__(self, other):
            return True

        __hash__ = None

    value = plain(Sly(a=1), "x")
    assert type(value) is dict
    assert value["a"] == 1


def test_an_object_comes_back_as_a_subject_with_attributes_and_methods():
    class Cell:
        units = 5

        def zero_state(self, batch_size):
            return np.zeros([batch_size, self.units])

    cell = call(Cell)
    assert isinstance(cell, Subject)
    assert cell.get("units") == 5
    assert cell.get("zero_state")(2).shape == (2, 5)
    with pytest.raises(AnswerError, match="has no `state_size`"):
        cell.get("state_size")


def test_an_answer_can_not_change_the_checks_own_arrays():
    values = np.ones(3)

    def spoil(x):
        x[:] = 7
        return x

    assert call(spoil, values).tolist() == [7, 7, 7]
    assert values.tolist() == [1, 1, 1]


@pytest.mark.parametrize("function", [lambda x: x.tolist(), lambda x: x.get_shape().as_list()])
def test_an_answer_may_be_written_for_numpy_or_for_tensorflow(function):
    assert call(function, np.ones([2], np.float32)) in ([1, 1], [2])


def test_recipes_are_built_on_the_students_side():
    recipe = Recipe("numpy.random:default_rng", {"seed": 5})
    expected = np.random.default_rng(5).random(3)
    np.testing.assert_array_equal(call(lambda rng: rng.random(3), recipe), expected)


def test_an_exception_becomes_a_sentence_with_its_type_and_message():
    def broken(x):
        return x["missing"]

    with pytest.raises(AnswerError, match="`answer` raised KeyError: 'missing'"):
        call(broken, {})


def test_an_exception_of_an_object_that_an_answer_made_names_both():
    class Cell:
        def __call__(self, inputs):
            raise ValueError("{{function_node __wrapped__MatMul}} Matrix size-incompatible")

    with pytest.raises(AnswerError, match=r"^`answer\(...\)` raised ValueError: Matrix size-inc"):
        call(Cell)(1)


@pytest.mark.parametrize("code", [None, 0, 3])
def test_sys_exit_in_an_answer_does_not_end_the_check(code):
    with pytest.raises(AnswerError, match="SystemExit"):
        call(lambda: sys.exit(code))


def test_not_implemented_counts_as_blank():
    def stub():
        raise NotImplementedError

    with pytest.raises(AnswerError) as caught:
        call(stub)
    assert caught.value.blank


def test_a_layer_without_its_call_is_an_answer_though_a_wrong_one():
    class Layer(tf.keras.layers.Layer):
        pass

    with pytest.raises(AnswerError, match="raised NotImplementedError") as caught:
        call(Layer(), tf.ones([1, 2]))
    assert not caught.value.blank


def test_a_symbolic_tensor_is_an_answer_error():
    with tf.Graph().as_default():
        symbolic = tf.constant(1.0) + 1.0
    with pytest.raises(AnswerError, match="symbolic tensor"):
        plain(symbolic, "x")


def test_nothing_an_answer_writes_to_stderr_gets_out(capfd):
    def noisy():
        print("noise", file=sys.stderr)
        warnings.warn("deprecated", stacklevel=1)
        tf.get_logger().warning("retracing")
        return 1

    assert call(noisy) == 1
    assert capfd.readouterr().err == ""


def test_a_subject_is_not_wrapped_again():
    wrapped = subject(3, "x")
    assert subject(wrapped, "x") is wrapped


@pytest.mark.parametrize("value", [None, ...])
def test_a_value_not_given_counts_as_blank(value):
    with pytest.raises(AnswerError, match="Not answered yet") as caught:
        value_of(value, "shapes")
    assert caught.value.blank


def test_a_method_of_a_library_may_return_none():
    layer = tf.keras.layers.Dense(2)
    layer.build([None, 3])
    assert Local(layer, "layer").get("set_weights")([np.ones([3, 2]), np.zeros(2)]) is None
