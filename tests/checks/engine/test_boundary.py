"""The boundary: plain values in, plain values out."""

import sys
import warnings

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


@pytest.mark.parametrize("value", [np.float32(0.5), tf.constant(0.5), np.float64(0.5)])
def test_a_scalar_becomes_a_python_number(value):
    assert type(plain(value, "x")) is float


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
