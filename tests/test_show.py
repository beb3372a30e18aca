"""What an answer gives is shown in one form, whichever library and containers it uses."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.show import UNANSWERED, show, show_parts, show_shape, show_shapes

ROWS = [[0.53704, 1.0], [-0.00001, 2.5]]


def printed(capsys, function, value):
    function(value)
    return capsys.readouterr().out


@pytest.mark.parametrize("form", [np.array, np.float32, tf.constant, tf.Variable, list, tuple])
def test_arrays_tensors_lists_and_tuples_look_the_same(capsys, form):
    assert printed(capsys, show, form(ROWS)) == "[[0.537, 1], [0, 2.5]]\n"


@pytest.mark.parametrize("form", [tuple, list, iter, np.array, tf.constant])
def test_parts_stand_on_lines_of_their_own_in_any_container(capsys, form):
    assert printed(capsys, show_parts, form(ROWS)) == "[0.537, 1]\n[0, 2.5]\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (np.int64(3), "3"),
        (tf.constant(3.0), "3"),
        (True, "True"),
        (np.bool_(False), "False"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("UNK", "'UNK'"),
        ([], "[]"),
        ({"b": [1.0], "a": None}, "{'a': None, 'b': [1]}"),
    ],
)
def test_single_values_are_short(capsys, value, text):
    assert printed(capsys, show, value) == f"{text}\n"


def test_a_dict_of_parts_is_shown_by_its_keys(capsys):
    assert printed(capsys, show_parts, {"b": np.ones(2), "a": 0.5}) == "a: 0.5\nb: [1, 1]\n"


def test_shapes_are_those_of_numpy(capsys):
    assert printed(capsys, show_shape, tf.zeros([2, 0, 3])) == "(2, 0, 3)\n"
    assert printed(capsys, show_shapes, (np.zeros([2, 3]), [1, 2])) == "(2, 3)\n(2,)\n"


@pytest.mark.parametrize("function", [show, show_parts, show_shape, show_shapes])
@pytest.mark.parametrize("blank", [None, ...])
def test_a_missing_answer_is_told(capsys, function, blank):
    assert printed(capsys, function, blank) == f"{UNANSWERED}\n"
