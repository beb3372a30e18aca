"""What chapter 09 tells about Keras's recurrent layers, asked of the Keras that is installed."""

import keras
import numpy as np
import pytest
import tensorflow as tf

INPUTS = np.random.default_rng(1).uniform(-1, 1, [2, 5, 3]).astype(np.float32)
MASK = tf.constant([[True, True, False, False, False], [True] * 5])


def test_the_last_output_of_an_lstm_is_its_h():
    output, h, c = keras.layers.LSTM(4, return_state=True)(INPUTS)
    np.testing.assert_array_equal(output, h)
    assert np.abs(h - c).max() > 1e-3


def test_past_the_end_the_last_output_is_repeated():
    outputs = keras.layers.LSTM(4, return_sequences=True)(INPUTS, mask=MASK)
    for step in (2, 3, 4):
        np.testing.assert_array_equal(outputs[0, step], outputs[0, 1])


def test_past_the_end_outputs_are_zero_on_demand():
    layer = keras.layers.LSTM(4, return_sequences=True, zero_output_for_mask=True)
    outputs = layer(INPUTS, mask=MASK)
    assert not np.any(outputs[0, 2:])
    assert np.any(outputs[0, 1])


def test_within_bidirectional_they_are_zero_anyway():
    layer = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
    assert not np.any(layer(INPUTS, mask=MASK)[0, 2:])


def test_embedding_and_masking_make_the_mask():
    ids = np.array([[3, 1, 0, 0]], np.int32)
    steps = np.array([[[1.0, 0.0], [0.0, 0.0]]], np.float32)
    by_id = keras.layers.Embedding(5, 2, mask_zero=True).compute_mask(ids)
    by_value = keras.layers.Masking().compute_mask(steps)
    assert np.asarray(by_id).tolist() == [[True, True, False, False]]
    assert np.asarray(by_value).tolist() == [[True, False]]


def test_a_stateful_layer_takes_one_batch_size():
    layer = keras.layers.LSTM(4, stateful=True)
    layer(INPUTS)
    with pytest.raises(ValueError, match="batch size"):
        layer(INPUTS[:1])


def test_a_new_layers_biases_are_zero_but_for_the_forget_gate():
    layer = keras.layers.LSTM(2)
    layer.build((None, None, 3))
    assert layer.get_weights()[2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


@pytest.mark.skipif(bool(tf.config.list_logical_devices("GPU")), reason="there is a GPU")
def test_without_a_gpu_the_demand_for_the_kernel_is_refused():
    with pytest.raises(ValueError, match="use_cudnn=True"):
        keras.layers.LSTM(4, use_cudnn=True)(INPUTS)
