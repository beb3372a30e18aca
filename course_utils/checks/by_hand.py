"""What Keras's recurrent layers compute, in NumPy: the checks of chapter 09 compare with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Weights(NamedTuple):
    """The weights of a layer, in Keras's order.

    Attributes:
      kernel: [features, units] or, for an LSTM, [features, 4 * units] in the order i, f, g, o.
      recurrent_kernel: [units, units] or [units, 4 * units].
      bias: [units] or [4 * units].
    """

    kernel: Array
    recurrent_kernel: Array
    bias: Array


def draw_weights(kind: str, features: int, units: int, seed: int) -> Weights:
    """Random weights of a "SimpleRNN" or an "LSTM", float32, none of them zero."""
    width = {"SimpleRNN": units, "LSTM": 4 * units}[kind]
    rng = np.random.default_rng([seed, features, units])
    shapes = ([features, width], [units, width], [width])
    return Weights(*(rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes))


def run(
    inputs: Array, weights: Weights, start: Sequence[Array] | None = None
) -> tuple[Array, list[Array]]:
    """All outputs and the final state of a layer that has these weights.

    Args:
      inputs: [batch, time, features].
      weights: of a SimpleRNN or an LSTM; the widths tell which.
      start: the state to start from, [h] or [h, c]; zeros if left out.

    Returns:
      [batch, time, units], and the state's parts, each [batch, units].

    >>> outputs, state = run(np.ones([2, 3, 4]), draw_weights("LSTM", 4, 5, seed=1))
    >>> outputs.shape, len(state), bool((state[0] == outputs[:, -1]).all())
    ((2, 3, 5), 2, True)
    """
    units = len(weights.recurrent_kernel)
    is_lstm = weights.recurrent_kernel.shape[1] == 4 * units
    state = list(start) if start else [np.zeros([len(inputs), units])] * (1 + is_lstm)
    outputs = []
    for x in inputs.swapaxes(0, 1):  # [batch, features]
        total = x @ weights.kernel + state[0] @ weights.recurrent_kernel + weights.bias
        state = _lstm(total, state[1]) if is_lstm else [np.tanh(total)]
        outputs.append(state[0])
    return np.stack(outputs, axis=1), state


def _lstm(total: Array, c: Array) -> list[Array]:
    i, f, g, o = np.split(total, 4, axis=1)
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return [_sigmoid(o) * np.tanh(c), c]


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))
