"""What follows a sequence's end: no value of it, and no state that no step had, reaches a cell."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.unroll import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    pack_sequence,
    static_bidirectional_rnn,
    static_rnn,
    unpack_sequence,
)
from tests.rnn_cases import assert_same


class Log:
    """Can't bear an input of 0."""

    state_size = output_size = 1

    def __init__(self):
        self.k = tf.Variable([[0.7]])

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.fill([batch_size, 1], 4.0)

    def __call__(self, inputs, state):
        output = tf.tanh(tf.math.log(inputs) @ self.k)
        return output, output


class Share(Log):
    """Can't bear inputs that add up to 0."""

    def __call__(self, inputs, state):
        output = (inputs / tf.reduce_sum(inputs, axis=1, keepdims=True))[:, :1] @ self.k
        return output + 0.5 * state, output


class Root(Log):
    """Can't bear an input at a state that it has brought below the input."""

    def __call__(self, inputs, state):
        output = tf.sqrt(state - inputs @ self.k)
        return output, output


def dynamic(cells, inputs, lengths):
    return dynamic_rnn(cells[0], inputs, lengths)


def static(cells, inputs, lengths):
    outputs, state = static_rnn(cells[0], unpack_sequence(inputs), sequence_length=lengths)
    return pack_sequence(outputs), state


def both_ways(cells, inputs, lengths):
    return bidirectional_dynamic_rnn(*cells, inputs, lengths)


def static_both_ways(cells, inputs, lengths):
    outputs, *states = static_bidirectional_rnn(
        *cells, unpack_sequence(inputs), sequence_length=lengths
    )
    return pack_sequence(outputs), states


LOOPS = [dynamic, static, both_ways, static_both_ways]
MODES = ["eager", "function", "jit"]


def results(loop, cells, inputs, lengths, mode):
    """Outputs, states, and the gradients of the sum of all for the weights and the inputs."""
    weights = [cell.k for cell in cells]

    def run(inputs, lengths):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            found = loop(cells, inputs, lengths)
            loss = tf.add_n([tf.reduce_sum(part) for part in tf.nest.flatten(found)])
        zero = tf.UnconnectedGradients.ZERO
        return found, tape.gradient(loss, [inputs, *weights], unconnected_gradients=zero)

    run = run if mode == "eager" else tf.function(run, jit_compile=mode == "jit")
    return run(tf.constant(inputs, tf.float32), tf.constant(lengths))


def alone(loop, cells, inputs):
    """The same for each row by itself, without padding, put together again."""
    inputs = tf.constant(inputs, tf.float32)[tf.newaxis]
    return results(loop, cells, inputs, [inputs.shape[1]], "eager")


@pytest.mark.parametrize("mode", MODES)
def test_a_logarithm_of_padding_gives_the_gradient_of_the_real_step(mode):
    """By hand: y = tanh(k log 2) = 0.4505, and dy/dk = (1 - y²) log 2, for output and state."""
    cell = Log()
    inputs, lengths = [[[2.0], [2.0]]], [1]
    (outputs, _), (for_inputs, for_k) = results(dynamic, [cell], inputs, lengths, mode)
    y = np.tanh(0.7 * np.log(2))
    np.testing.assert_allclose(outputs[0, :, 0], [y, 0], rtol=1e-5)
    np.testing.assert_allclose(for_k, [[2 * (1 - y**2) * np.log(2)]], rtol=1e-5)
    np.testing.assert_allclose(for_inputs[0, :, 0], [2 * (1 - y**2) * 0.7 / 2, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("loop", "mode"),
    [
        *((loop, "function") for loop in LOOPS),
        (dynamic, "eager"),
        (static, "eager"),
        (dynamic, "jit"),
    ],
)
@pytest.mark.parametrize("filler", [0.0, np.nan])
@pytest.mark.parametrize("cell", [Log, Share, Root])
def test_a_padded_batch_equals_its_rows_alone(cell, loop, filler, mode):
    rows = [[[2.0], [1.5], [1.0]], [], [[0.5]], [[1.0], [2.0]]]
    inputs = np.full([4, 4, 1], filler)
    for padded, row in zip(inputs, rows, strict=True):
        padded[: len(row)] = np.reshape(row, [-1, 1])
    cells = [cell(), cell()]
    found, (for_inputs, *for_weights) = results(loop, cells, inputs, [3, 0, 1, 2], mode)
    expected_weights = 0
    for i, row in enumerate(rows):
        if not row:
            assert not np.any(for_inputs[i])
            continue
        expected, (expected_inputs, *gradients) = alone(loop, cells, row)
        row_of = tf.nest.map_structure(lambda part, i=i: part[i : i + 1], found)
        cut = tf.nest.map_structure(
            lambda part, row=row: part[:, : len(row)] if part.shape.rank == 3 else part, row_of
        )
        for a, b in zip(tf.nest.flatten(cut), tf.nest.flatten(expected), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5)
        real = for_inputs[i, : len(row)]
        np.testing.assert_allclose(real, expected_inputs[0], rtol=1e-4, atol=1e-6)
        assert not np.any(for_inputs[i, len(row) :])
        expected_weights = expected_weights + np.array(gradients)
    np.testing.assert_allclose(for_weights, expected_weights, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("mode", ["eager", "function"])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_batch_of_empty_sequences_calls_for_nothing(loop, mode):
    inputs = np.full([2, 3, 1], np.nan)
    found, gradients = results(loop, [Log(), Log()], inputs, [0, 0], mode)
    outputs, states = found
    assert not any(np.any(part) for part in tf.nest.flatten(outputs))
    assert all(np.all(part == 4.0) for part in tf.nest.flatten(states))  # the zero state
    assert not any(np.any(gradient) for gradient in gradients)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("loop", "time"), [*((loop, 3) for loop in LOOPS), (dynamic, 0)])
def test_a_cell_that_is_never_called_has_gradients_of_zeros(loop, time, mode):
    """As TensorFlow 1's `dynamic_rnn` over a batch of empty sequences; None would be no number."""
    cells = [Log(), Log()]
    weights = [cell.k for cell in cells]
    for cell in cells:
        cell.trainable_variables = [cell.k]

    def run(inputs, lengths):
        with tf.GradientTape() as tape:
            found = loop(cells, inputs, lengths)
            total = tf.add_n([tf.reduce_sum(part) for part in tf.nest.flatten(found)])
        return tape.gradient(total, weights)

    run = run if mode == "eager" else tf.function(run, jit_compile=mode == "jit")
    gradients = run(tf.fill([2, time, 1], np.float32(np.nan)), tf.constant([0, 0]))
    used = gradients if loop in (both_ways, static_both_ways) else gradients[:1]
    np.testing.assert_array_equal(np.ravel(used), np.zeros(len(used)))


@pytest.mark.parametrize("loop", LOOPS)
def test_an_empty_batch_stays_empty(loop):
    found = loop([Log(), Log()], tf.zeros([0, 3, 1]), tf.zeros([0], tf.int32))
    assert all(part.shape[0] == 0 for part in tf.nest.flatten(found))


@pytest.mark.parametrize("loop", [dynamic, both_ways])
def test_an_empty_batch_of_unknown_size_stays_empty(loop):
    cells = [Log(), Log()]
    signature = [tf.TensorSpec([None, None, 1]), tf.TensorSpec([None], tf.int32)]
    run = tf.function(lambda x, lengths: loop(cells, x, lengths), input_signature=signature)
    found = run(tf.zeros([0, 3, 1]), tf.zeros([0], tf.int32))
    assert all(part.shape[0] == 0 for part in tf.nest.flatten(found))


def test_a_dynamic_and_a_static_loop_agree_on_all_of_it():
    inputs = np.abs(np.random.default_rng(3).normal(size=[4, 5, 1])) + 0.1
    runs = [results(loop, [Log(), Log()], inputs, [5, 2, 0, 4], "function") for loop in LOOPS[:2]]
    assert_same(*runs)
