"""Two cells in opposite directions, against TensorFlow 1's loop and a plain reversal."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.unroll import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    static_bidirectional_rnn,
)
from tests.rnn_cases import (
    SIZES,
    PairCell,
    assert_same,
    make_cell,
    mixed_lengths,
    random_array,
    random_state,
    spec,
)

CELLS = {
    "single": lambda features: (make_cell(features, 3), make_cell(features, 5)),
    "nested": lambda features: (make_cell(features, 2), PairCell(features)),
}


def results(loop, cells, inputs, lengths, states, **options):
    """What the loop returns, and the gradients for inputs and weights of a loss of all of it."""
    inputs = tf.constant(inputs)
    weights = [w for cell in cells for w in cell.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs, final_states = loop(*cells, inputs, lengths, *states, **options)
        parts = tf.nest.flatten([outputs, final_states])
        loss = sum(
            tf.reduce_sum(part * random_array(part.shape, seed=seed))
            for seed, part in enumerate(parts, start=40)
        )
    zero = tf.UnconnectedGradients.ZERO
    gradients = tape.gradient(loss, [inputs, *weights], unconnected_gradients=zero)
    return {"outputs": outputs, "states": final_states, "gradients": gradients}


def classic(*arguments, **options):
    return tf.compat.v1.nn.bidirectional_dynamic_rnn(*arguments, dtype=tf.float32, **options)


@pytest.mark.parametrize("with_states", [False, True])
@pytest.mark.parametrize("with_lengths", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_it_equals_classic_tensorflow_however_called(kind, with_lengths, with_states):
    cells, inputs = CELLS[kind](4), random_array([5, 6, 4])
    lengths = mixed_lengths(5, 6) if with_lengths else None
    states = [random_state(cell, 5) if with_states else None for cell in cells]
    found, expected = (
        results(loop, cells, inputs, lengths, states)
        for loop in (bidirectional_dynamic_rnn, classic)
    )
    assert_same(found, expected)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_it_equals_classic_tensorflow_for_odd_sizes(sizes):
    batch, time, features, _ = sizes
    cells, inputs = CELLS["single"](features), random_array([batch, time, features])
    lengths = mixed_lengths(batch, time)
    found, expected = (
        results(loop, cells, inputs, lengths, [None, None])
        for loop in (bidirectional_dynamic_rnn, classic)
    )
    assert_same(found, expected)


def test_time_major_equals_classic_tensorflow():
    cells, inputs, lengths = CELLS["single"](4), random_array([6, 5, 4]), mixed_lengths(5, 6)
    found, expected = (
        results(loop, cells, inputs, lengths, [None, None], time_major=True)
        for loop in (bidirectional_dynamic_rnn, classic)
    )
    assert_same(found, expected)


def test_the_backward_cell_starts_at_each_sequences_own_end():
    forward, backward = CELLS["single"](4)
    inputs, lengths = random_array([3, 5, 4]), [2, 5, 3]
    (_, outputs), (_, state) = bidirectional_dynamic_rnn(forward, backward, inputs, lengths)
    for row, length in enumerate(lengths):
        alone = inputs[row : row + 1, :length][:, ::-1]
        expected, expected_state = dynamic_rnn(backward, alone)
        np.testing.assert_allclose(outputs[row, :length], expected[0][::-1], atol=1e-6)
        np.testing.assert_allclose(state[row], expected_state[0], atol=1e-6)
        assert not np.any(outputs[row, length:])


def test_what_stands_in_the_padding_changes_nothing():
    cells, inputs, lengths = CELLS["single"](4), random_array([3, 5, 4]), np.array([2, 5, 0])
    padding = (np.arange(5) >= lengths[:, np.newaxis])[..., np.newaxis]
    changed = np.where(padding, np.float32(np.nan), inputs)
    found, expected = (
        results(bidirectional_dynamic_rnn, cells, x, lengths, [None, None])
        for x in (changed, inputs)
    )
    assert_same(found, expected)


def test_one_trace_serves_every_batch_and_length():
    cells, traces = CELLS["single"](4), []

    @tf.function(input_signature=[spec(None, None, 4), spec(None, dtype=tf.int32)])
    def run(inputs, lengths):
        traces.append(1)
        return bidirectional_dynamic_rnn(*cells, inputs, lengths)

    for batch, time in [(2, 5), (1, 1), (4, 3)]:
        inputs, lengths = random_array([batch, time, 4]), mixed_lengths(batch, time)
        found = run(inputs, tf.constant(lengths, tf.int32))
        assert_same(found, bidirectional_dynamic_rnn(*cells, inputs, lengths))
    assert len(traces) == 1


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_lengths_may_be_of_any_integer_type(dtype):
    cells, inputs = CELLS["single"](4), random_array([3, 5, 4])
    found, expected = (
        bidirectional_dynamic_rnn(*cells, inputs, tf.constant([2, 5, 0], kind))
        for kind in (dtype, "int32")
    )
    assert_same(found, expected)


def test_the_options_reach_both_loops():
    cells = CELLS["single"](3)

    @tf.function
    def run(inputs):
        return bidirectional_dynamic_rnn(*cells, inputs, parallel_iterations=7)

    operations = run.get_concrete_function(spec(2, 5, 3)).graph.get_operations()
    loops = [op for op in operations if "While" in op.type]
    assert [op.get_attr("parallel_iterations") for op in loops] == [7, 7]


def test_lengths_that_do_not_fit_are_refused_as_by_dynamic_rnn():
    cells = CELLS["single"](3)
    with pytest.raises(ValueError, match=r"sequence_length must be in 0\.\.5, got \[6, 2\]"):
        bidirectional_dynamic_rnn(*cells, tf.ones([2, 5, 3]), [6, 2])


class Sums:
    """Its output is the sum of the inputs so far."""

    state_size = output_size = 1

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 1], dtype)

    def __call__(self, inputs, state):
        return state + inputs, state + inputs


def static(cell_fw, cell_bw, inputs, lengths):
    outputs, *states = static_bidirectional_rnn(
        cell_fw, cell_bw, tf.unstack(inputs, axis=1), sequence_length=lengths
    )
    return tf.split(tf.stack(outputs, axis=1), 2, axis=-1), states


@pytest.mark.parametrize("loop", [bidirectional_dynamic_rnn, static])
@pytest.mark.parametrize(
    ("length", "forward", "backward"),
    [
        (2, [1, 3, 0], [3, 2, 0]),
        (3, [1, 3, 7], [7, 6, 4]),
        (4, [1, 3, 7], [7, 6, 4]),
        (2**32 + 1, [1, 3, 7], [7, 6, 4]),  # as an int32 it would be 1
        (-1, [0, 0, 0], [0, 0, 0]),
    ],
)
def test_compiled_by_xla_a_length_beyond_the_end_counts_as_all_steps(
    loop, length, forward, backward
):
    inputs = tf.constant([[[1.0], [2.0], [4.0]]])
    run = tf.function(lambda lengths: loop(Sums(), Sums(), inputs, lengths), jit_compile=True)
    outputs, states = run(tf.constant([length], tf.int64))
    np.testing.assert_array_equal(np.ravel(outputs), forward + backward)
    np.testing.assert_array_equal(np.ravel(states), [max(forward), max(backward)])
