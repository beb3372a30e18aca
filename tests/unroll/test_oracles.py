"""The loops equal TensorFlow 1's and Keras's, gradients included.

`tf.compat.v1.nn.static_rnn` and `dynamic_rnn` run the same cell object; `keras.layers.SimpleRNN`
shares no code with ours.
"""

import keras
import pytest
import tensorflow as tf

from tests.rnn_cases import (
    MODES,
    SIZES,
    PairCell,
    assert_same,
    classic_dynamic,
    classic_static,
    make_cell,
    mixed_lengths,
    ours_dynamic,
    ours_static,
    random_array,
    random_state,
    results,
)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
class TestAgainstClassicTensorFlow:
    def test_static_rnn_is_equal(self, sizes, mode, dtype):
        batch, time, features, units = sizes
        cell, inputs = (
            make_cell(features, units, dtype),
            random_array([batch, time, features], dtype),
        )
        state = random_state(cell, batch, dtype)
        found = results(ours_static, cell, inputs, None, state, mode=mode)
        assert_same(found, results(classic_static, cell, inputs, None, state, mode=mode))

    def test_dynamic_rnn_is_equal(self, sizes, mode, dtype):
        batch, time, features, units = sizes
        cell, inputs = (
            make_cell(features, units, dtype),
            random_array([batch, time, features], dtype),
        )
        lengths, state = mixed_lengths(batch, time), random_state(cell, batch, dtype)
        found = results(ours_dynamic, cell, inputs, lengths, state, mode=mode)
        assert_same(found, results(classic_dynamic, cell, inputs, lengths, state, mode=mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("with_lengths", [False, True])
@pytest.mark.parametrize("cell", [make_cell(4, 3), PairCell(4)], ids=["single", "nested"])
def test_dynamic_rnn_equals_the_classic_loops_however_called(cell, with_lengths, with_state, mode):
    inputs = random_array([5, 6, 4])
    lengths = mixed_lengths(5, 6) if with_lengths else None
    state = random_state(cell, 5) if with_state else None
    found = results(ours_dynamic, cell, inputs, lengths, state, mode=mode)
    assert_same(found, results(classic_dynamic, cell, inputs, lengths, state, mode=mode))
    if not with_lengths:
        assert_same(found, results(ours_static, cell, inputs, None, state, mode=mode))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_dynamic_rnn_equals_keras(sizes, with_state, dtype):
    batch, time, features, units = sizes
    cell, inputs = make_cell(features, units, dtype), random_array([batch, time, features], dtype)
    lengths = mixed_lengths(batch, time)
    state = random_state(cell, batch, dtype) if with_state else None
    layer = keras.layers.SimpleRNN(
        units, dtype=dtype, return_sequences=True, return_state=True, zero_output_for_mask=True
    )
    layer.build(inputs.shape)

    class KerasCell:  # the layer's weights in the order of ours, for `results`
        trainable_variables = tuple(
            next(w.value for w in layer.weights if w.name == name)
            for name in ("bias", "kernel", "recurrent_kernel")
        )

    for weight, value in zip(KerasCell.trainable_variables, cell.trainable_variables, strict=True):
        weight.assign(value)

    def keras_rnn(_, inputs, lengths, state):
        mask = tf.sequence_mask(lengths, time)
        outputs, final_state = layer(inputs, mask=mask, initial_state=state)
        return outputs, final_state

    expected = results(keras_rnn, KerasCell, inputs, lengths, state, mode="eager")
    assert_same(results(ours_dynamic, cell, inputs, lengths, state), expected)
