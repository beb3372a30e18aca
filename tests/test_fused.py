"""Keras is asked for its kernel, and left as it was."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import fused
from course_utils.checks.keras_rnn_api.fused_kernel import (
    CONDITIONS,
    HARMLESS,
    STATED,
    combinations,
)

RIGHT = [[True, True, False], [True, False, False]]
LEFT = [[False, True, True], [True, True, True]]
HOLE = [[True, False, True], [True, True, True]]
EMPTY_ROW = [[False, False, False], [True, True, True]]
EITHER = [("tanh", fused.FUSED), ("relu", fused.LOOP)]


def lstm_kernel(**options):
    return fused.kernel_for(keras.layers.LSTM(**{"units": 2, **options}))


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        *((options, False) for cases in CONDITIONS.values() for options in cases),
        *((options, True) for cases in HARMLESS.values() for options in cases),
        *combinations(),
        ({}, True),
        (STATED, True),
    ],
    ids=str,
)
def test_the_check_of_fused_kernel_expects_what_keras_decides(options, verdict):
    assert (lstm_kernel(**options) == fused.FUSED) == verdict


def test_a_demand_that_cannot_be_met_is_an_error():
    assert lstm_kernel(use_cudnn=True, activation="relu") == fused.ERROR


@pytest.mark.parametrize("use_cudnn", [True, "auto"])
def test_a_demand_that_can_be_met_is_met(use_cudnn):
    assert lstm_kernel(use_cudnn=use_cudnn) == fused.FUSED


@pytest.mark.parametrize(("reset_after", "kernel"), [(True, fused.FUSED), (False, fused.LOOP)])
def test_a_gru_is_fused_in_one_of_its_conventions(reset_after, kernel):
    assert fused.kernel_for(keras.layers.GRU(2, reset_after=reset_after)) == kernel


@pytest.mark.parametrize("layer", [keras.layers.LSTM, keras.layers.GRU])
@pytest.mark.parametrize("mask", [LEFT, HOLE, EMPTY_ROW], ids=["left", "hole", "empty row"])
def test_a_mask_that_is_no_length_is_a_loop_or_in_a_graph_an_error(layer, mask):
    assert fused.kernel_for(layer(2), mask) == fused.LOOP
    assert fused.kernel_for(layer(2), mask, in_graph=True) == fused.ERROR


@pytest.mark.parametrize("in_graph", [False, True])
def test_padding_on_the_right_is_fused(in_graph):
    assert fused.kernel_for(keras.layers.LSTM(2), RIGHT, in_graph) == fused.FUSED


@pytest.mark.parametrize("in_graph", [False, True])
def test_without_the_kernel_any_mask_will_do(in_graph):
    layer = keras.layers.LSTM(2, use_cudnn=False)
    assert fused.kernel_for(layer, LEFT, in_graph) == fused.LOOP


@pytest.mark.parametrize("in_graph", [False, True])
@pytest.mark.parametrize("layer", [keras.layers.LSTM, keras.layers.GRU])
class TestLayersThatWereBuilt:
    @pytest.mark.parametrize(
        ("activation", "kernel"), [("tanh", fused.FUSED), ("relu", fused.LOOP)]
    )
    def test_for_any_number_of_features(self, layer, activation, kernel, in_graph):
        built = layer(2, activation=activation)
        built.build([None, None, 5])
        assert fused.kernel_for(built, in_graph=in_graph) == kernel
        assert fused.kernel_for(built, RIGHT, in_graph) == kernel

    @pytest.mark.parametrize(
        ("activation", "kernel"), [("tanh", fused.FUSED), ("relu", fused.LOOP)]
    )
    def test_with_a_state_for_any_batch(self, layer, activation, kernel, in_graph):
        built = layer(2, activation=activation, stateful=True)
        built.build([4, 3, 5])
        assert fused.kernel_for(built, in_graph=in_graph) == kernel


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_bfloat16", "float16", "float64"])
@pytest.mark.parametrize(("activation", "kernel"), EITHER)
def test_a_layer_of_any_dtype_gets_its_answer(dtype, activation, kernel):
    assert lstm_kernel(dtype=dtype, activation=activation) == kernel


def test_asking_leaves_keras_as_it_was():
    layer, inputs = keras.layers.LSTM(2), tf.ones([1, 4, 1])
    before, kernel = layer(inputs), tf.raw_ops.CudnnRNNV3
    fused.kernel_for(layer)
    np.testing.assert_array_equal(layer(inputs), before)
    assert tf.raw_ops.CudnnRNNV3 is kernel


def test_asking_leaves_a_stateful_layer_clean():
    layer = keras.layers.LSTM(2, stateful=True)
    fused.kernel_for(layer)
    assert not any(np.any(state) for state in layer.states)
