"""A cell whose inputs are added to its output."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import LSTMCell
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import DropoutWrapper, ResidualWrapper
from tests.rnn_cases import assert_same, make_cell, random_array


def test_the_inputs_are_added_to_the_output_and_not_to_the_state():
    cell, inputs = LSTMCell(3), random_array([2, 5, 3])
    outputs, state = dynamic_rnn(cell, inputs)
    assert_same(dynamic_rnn(ResidualWrapper(cell), inputs), (outputs + inputs, state))


def test_training_is_handed_on():
    cell = ResidualWrapper(DropoutWrapper(make_cell(3, 3), output_keep_prob=1e-6))
    inputs = random_array([2, 3])
    output, _ = cell(inputs, cell.zero_state(2), training=True)
    np.testing.assert_array_equal(output, inputs)


def test_another_width_is_refused():
    cell = ResidualWrapper(make_cell(4, 3))
    with pytest.raises(ValueError, match=r"inputs has the shape \(2, 4\), .* output \(2, 3\)"):
        cell(tf.ones([2, 4]), cell.zero_state(2))
