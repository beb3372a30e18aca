"""Stateful Keras layers with known weights, for chapter 09."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from course_utils.checks.keras_rnn_api.by_hand import draw_weights


def make_stateful_layer(kind: str, batch: int, features: int, units: int, seed: int) -> Any:
    """A new Keras layer that is stateful and returns sequences, with `by_hand.draw_weights`.

    Args:
      kind: "SimpleRNN" or "LSTM".
      batch: number of sequences.
      features: width of the inputs.
      units: width of the outputs.
      seed: of the weights.

    >>> make_stateful_layer("LSTM", batch=2, features=3, units=4, seed=1)(tf.ones([2, 7, 3])).shape
    TensorShape([2, 7, 4])
    """
    layer = getattr(tf.keras.layers, kind)(units, stateful=True, return_sequences=True)
    layer.build((batch, None, features))
    layer.set_weights(draw_weights(kind, features, units, seed))
    return layer
