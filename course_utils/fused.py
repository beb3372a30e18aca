"""Which kernel Keras would run an LSTM or a GRU on if a GPU were there, asked of Keras itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

FUSED, LOOP, ERROR = "fused", "loop", "error"
BACKEND = "keras.src.backend.tensorflow.rnn"  # a module; a function of this name hides it


def kernel_for(
    layer: keras.layers.Layer, mask: ArrayLike | None = None, in_graph: bool = False
) -> str:
    """What Keras would run the layer on if a GPU were there.

    Keras decides at each call. So the layer is called on a few zeros, Keras is told that there is a
    GPU, and a stand-in takes the place of the fused kernel and notes whether Keras gets to it. That
    leans on two names inside of Keras 3; where they have moved, it raises an AttributeError.

    Args:
      layer: a `keras.layers.LSTM` or `GRU`; it is built if it was not. If it is stateful, its state
        is reset.
      mask: [batch, time] booleans, which of the steps are real; None means all.
      in_graph: whether the call is traced by a `tf.function` first.

    Returns:
      "fused", "loop" (one operation after the other), or "error" if Keras refuses.

    >>> kernel_for(keras.layers.LSTM(2)), kernel_for(keras.layers.LSTM(2, activation="relu"))
    ('fused', 'loop')
    """
    layer = _askable(layer)
    batch, features = _sizes(layer)
    real = np.ones([batch, 3], bool) if mask is None else np.asarray(mask, bool)
    inputs = tf.zeros([*real.shape, features])

    def call() -> None:
        layer(inputs, mask=None if mask is None else tf.constant(real))

    with _pretended_gpu() as kernel_calls:
        try:
            tf.function(call).get_concrete_function()() if in_graph else call()
        except (ValueError, tf.errors.InvalidArgumentError):
            return ERROR
        finally:
            if layer.stateful:
                layer.reset_state()
    return FUSED if kernel_calls else LOOP


def _askable(layer: keras.layers.Layer) -> keras.layers.Layer:
    """The layer, or one like it if TensorFlow can't draw its orthogonal weights, in bfloat16."""
    if layer.built or layer.variable_dtype != "bfloat16":
        return layer
    return type(layer).from_config({**layer.get_config(), "recurrent_initializer": "zeros"})


def _sizes(layer: keras.layers.Layer) -> tuple[int, int]:
    """The batch size and the number of features that the layer was built for, or any."""
    batch = layer.states[0].shape[0] if layer.stateful and layer.built else 2
    return batch, layer.cell.kernel.shape[0] if layer.built else 1


@contextmanager
def _pretended_gpu() -> Iterator[list[str]]:
    """Makes Keras believe in a GPU, and collects what it asks of the fused kernel.

    Off the graph, Keras tries the kernel and takes the loop when the mask does not fit it. In a
    graph the same assertion waits until the graph runs: hence a stand-in that gives numbers.
    """
    calls: list[str] = []

    def stand_in(**arguments: Any) -> tuple[tf.Tensor, ...]:
        calls.append(arguments["rnn_mode"])
        inputs, state = arguments["input"], arguments["input_h"]
        outputs = tf.zeros([*inputs.shape[:2], state.shape[-1]], inputs.dtype)
        return outputs, state, state, tf.zeros([]), tf.zeros([])

    with (
        mock.patch.object(import_module(BACKEND), "_is_gpu_available", return_value=True),
        mock.patch.object(tf.raw_ops, "CudnnRNNV3", stand_in),
    ):
        yield calls
