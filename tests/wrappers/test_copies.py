"""Copies of wrapped cells, deep and pickled: the same numbers, and variables of their own."""

import copy
import pickle

import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell, LSTMCell
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import DropoutWrapper, LayerNormWrapper, MultiRNNCell
from tests.rnn_cases import assert_same, random_array

COPY = pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda cell: pickle.loads(pickle.dumps(cell))],
    ids=["deep", "pickled"],
)


@COPY
def test_a_copy_goes_its_own_way(copied):
    inputs = random_array([2, 5, 4])
    cell = MultiRNNCell([DropoutWrapper(LSTMCell(3)), LayerNormWrapper(BasicRNNCell(2))])
    expected = dynamic_rnn(cell, inputs)
    made = copied(cell)
    for weight in cell.trainable_variables:
        weight.assign(0 * weight)
    assert_same(dynamic_rnn(made, inputs), expected)


@COPY
def test_a_share_of_dropout_is_copied_with_the_cell(copied):
    cell = DropoutWrapper(BasicRNNCell(3), tf.Variable(0.5))
    made = copied(cell)
    cell.input_keep_prob.assign(1.0)
    assert made.input_keep_prob.numpy() == 0.5
