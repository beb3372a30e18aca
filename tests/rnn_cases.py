"""Cells, arrays and comparisons that the tests of the loops through time share."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.unroll import dynamic_rnn, pack_sequence, static_rnn, unpack_sequence

# float32 gradients are sums over all steps and rows, so they are compared relative to their size.
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}
# batch, time, features, units: all different, and each of them 1.
SIZES = [(2, 3, 4, 5), (1, 1, 1, 1), (3, 1, 2, 4), (1, 4, 2, 3), (5, 4, 1, 3), (4, 6, 3, 1)]
MODES = ["eager", "function"]


class PairState(NamedTuple):
    vector: tf.Tensor
    matrix: tf.Tensor


class PairCell:
    """Its state is a pair with parts of unlike shapes, and its output is neither of them."""

    state_size = PairState(3, tf.TensorShape([2, 2]))
    output_size = 5

    def __init__(self, features, dtype="float32"):
        rng = np.random.default_rng(7)
        shapes = {"vector": [features, 3], "matrix": [3, 4], "output": [7, 5]}
        self.weights = {k: tf.Variable(rng.normal(size=s).astype(dtype)) for k, s in shapes.items()}
        self.trainable_variables = tuple(self.weights.values())

    def zero_state(self, batch_size, dtype=tf.float32):
        return PairState(tf.zeros([batch_size, 3], dtype), tf.zeros([batch_size, 2, 2], dtype))

    def __call__(self, inputs, state):
        vector = tf.tanh(inputs @ self.weights["vector"] - 0.5 * state.vector)
        matrix = state.matrix + tf.reshape(vector @ self.weights["matrix"], [-1, 2, 2])
        both = tf.concat([vector, tf.reshape(matrix, [-1, 4])], axis=1)
        return tf.sin(both @ self.weights["output"]), PairState(vector, matrix)


def random_array(shape, dtype="float32", seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def make_cell(features, units, dtype="float32"):
    """A BasicRNNCell whose weights exist and are all different, the bias too."""
    cell = BasicRNNCell(units)
    cell(tf.zeros([1, features], dtype), cell.zero_state(1, tf.as_dtype(dtype)))
    for seed, weight in enumerate((cell.kernel, cell.recurrent_kernel, cell.bias), start=1):
        weight.assign(0.6 * random_array(weight.shape, dtype, seed))
    return cell


def mixed_lengths(batch, time):
    """Full, none, one, then lengths between; one sequence alone gets a length between."""
    return np.array([time, 0, 1, time - 1, time // 2][:batch] if batch > 1 else [time // 2])


def random_state(cell, batch, dtype="float32"):
    sizes = tf.nest.flatten(cell.state_size)
    shapes = [tf.TensorShape([batch]).concatenate(size) for size in sizes]
    parts = [tf.constant(random_array(s, dtype, seed)) for seed, s in enumerate(shapes, start=20)]
    return tf.nest.pack_sequence_as(cell.state_size, parts)


def ours_static(cell, inputs, sequence_length, initial_state):
    assert sequence_length is None
    outputs, state = static_rnn(cell, unpack_sequence(inputs), initial_state)
    return pack_sequence(outputs), state


def ours_dynamic(cell, inputs, sequence_length, initial_state):
    return dynamic_rnn(cell, inputs, sequence_length, initial_state)


def classic_static(cell, inputs, sequence_length, initial_state):
    outputs, state = tf.compat.v1.nn.static_rnn(
        cell, tf.unstack(inputs, axis=1), initial_state, inputs.dtype, sequence_length
    )
    return tf.stack(outputs, axis=1), state


def classic_dynamic(cell, inputs, sequence_length, initial_state):
    return tf.compat.v1.nn.dynamic_rnn(
        cell, inputs, sequence_length, initial_state, dtype=inputs.dtype
    )


def results(loop, cell, inputs, sequence_length=None, initial_state=None, *, mode="function"):
    """Outputs, final state, and the gradients of a loss in which every number counts differently.

    The gradients are those for the inputs, the initial state (if one is given) and the weights.
    """
    inputs = tf.constant(inputs)
    flat_state = [] if initial_state is None else tf.nest.flatten(initial_state)
    sources = [inputs, *flat_state]

    def run():
        with tf.GradientTape() as tape:
            tape.watch(sources)
            outputs, state = loop(cell, inputs, sequence_length, initial_state)
            parts = [outputs, *tf.nest.flatten(state)]
            loss = sum(
                tf.reduce_sum(part * random_array(part.shape, part.dtype.name, seed))
                for seed, part in enumerate(parts, start=40)
            )
        gradients = tape.gradient(
            loss,
            [*sources, *cell.trainable_variables],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        return {"outputs": outputs, "state": state, "gradients": gradients}

    return (tf.function(run) if mode == "function" else run)()


def assert_same(found, expected):
    tf.nest.assert_same_structure(found, expected)
    for a, b in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        assert a.dtype == b.dtype
        tolerance = TOLERANCE[a.dtype.name]
        scale = max(1.0, float(np.max(np.abs(b), initial=0)))
        np.testing.assert_allclose(a, b, atol=tolerance * scale, rtol=0)


def traced(loop, cell, *signature):
    return tf.function(lambda *arguments: loop(cell, *arguments)).get_concrete_function(*signature)


def spec(*shape, dtype=tf.float32):
    return tf.TensorSpec(shape, dtype)
