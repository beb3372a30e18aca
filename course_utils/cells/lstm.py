"""The LSTM cell: a long-term and a short-term state, and the gates between them."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from course_utils.cells.arguments import State, as_tensor, check_flag, match_state
from course_utils.cells.base import RecurrentCell


class LSTMState(NamedTuple):
    """The state of an `LSTMCell`, in Keras's order.

    Attributes:
      h: [batch, units], the short-term state, which is the output as well.
      c: [batch, units], the long-term state.
    """

    h: tf.Tensor
    c: tf.Tensor


class LSTMCell(RecurrentCell):
    """A cell that decides what to forget, what to store and what to show.

        i, f, g, o = four blocks of: inputs @ kernel + h @ recurrent_kernel + bias
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(c)

    With peepholes, each gate also sees the long-term state of its own unit: i and f the old c,
    o the new one.

    Args:
      units: width of h and of c, a positive integer.
      use_peepholes: whether the gates see c.
      forget_bias: what the forget gate's bias starts from; at 1 the cell begins by remembering.

    Attributes:
      kernel: [features, 4 * units], the blocks in Keras's order i, f, g, o.
      recurrent_kernel: [units, 4 * units].
      bias: [4 * units].
      peephole: [3, units], for i, f and o, zeros at the start; None without peepholes.

    Raises:
      TypeError: if `units` is not an integer.
      ValueError: if `units` is less than 1.

    >>> cell = LSTMCell(5)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, state.h.shape, state.c.shape, cell.kernel.shape
    (TensorShape([4, 5]), TensorShape([4, 5]), TensorShape([4, 5]), TensorShape([3, 20]))
    >>> bool(tf.reduce_all(output == state.h))
    True
    """

    gates = 4

    def __init__(self, units: int, use_peepholes: bool = False, forget_bias: float = 1.0) -> None:
        super().__init__(units)
        self.use_peepholes = check_flag("use_peepholes", use_peepholes)
        self.forget_bias = forget_bias
        self.peephole: tf.Variable = None

    @property
    def state_size(self) -> LSTMState:
        """Widths of the two parts of the state: `units` and `units`."""
        return LSTMState(self.units, self.units)

    def _step(
        self, inputs: tf.Tensor, state: LSTMState, *weights: tf.Tensor
    ) -> tuple[tf.Tensor, LSTMState]:
        *_, o, c = self._gates_and_c(inputs, state, *weights)
        h = o * tf.tanh(c)
        return h, LSTMState(h, c)

    def _gates_and_c(
        self, inputs: tf.Tensor, state: LSTMState, *weights: tf.Tensor
    ) -> list[tf.Tensor]:
        h, c = state
        kernel, recurrent_kernel, bias = weights[:3]
        peephole = weights[-1]  # if the gates see c
        i, f, g, o = tf.split(inputs @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        if self.use_peepholes:
            i += peephole[0] * c
            f += peephole[1] * c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        if self.use_peepholes:
            o += peephole[2] * c
        return [*map(tf.sigmoid, (i, f, o)), c]

    def _weights(self) -> list[tf.Variable]:
        return super()._weights() + ([self.peephole] if self.use_peepholes else [])

    def _weight_shapes(self, features: int) -> list[tuple[int, ...]]:
        return super()._weight_shapes(features) + [(3, self.units)] * self.use_peepholes

    def _first_bias(self, dtype: tf.DType) -> tf.Tensor:
        return tf.repeat(tf.constant([0, self.forget_bias, 0, 0], dtype), self.units)

    def _make_weights(self, features: int, dtype: tf.DType) -> None:
        super()._make_weights(features, dtype)
        if self.use_peepholes:
            with tf.init_scope(), tf.name_scope(""):
                zeros = tf.zeros([3, self.units], self.kernel.dtype)
                self.peephole = tf.Variable(zeros, name="peephole")

    def _check_state(self, state: State, inputs: tf.Tensor) -> LSTMState:
        if not tf.nest.is_nested(state) or len(state) != 2:
            raise ValueError(
                f"state must be a pair (h, c), got {_what(state)}. "
                "Start from cell.zero_state(batch_size), or pass LSTMState(h, c)."
            )
        h, c = match_state("state", state, self.state_size)
        return LSTMState(
            self._check_part("h of state", as_tensor("h of state", h), inputs),
            self._check_part("c of state", as_tensor("c of state", c), inputs),
        )


def gates_over_time(cell: LSTMCell, inputs: tf.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """What the gates of an LSTM do while it reads sequences, and its long-term state.

    Args:
      cell: it has been called before, so it has weights.
      inputs: [batch, time, features].

    Returns:
      (gates, c): [3, batch, time, units], the gates i, f and o, and [batch, time, units].

    >>> cell = LSTMCell(5)
    >>> _ = cell(tf.ones([2, 3]), cell.zero_state(2))
    >>> gates, c = gates_over_time(cell, tf.ones([2, 7, 3]))
    >>> gates.shape, c.shape
    ((3, 2, 7, 5), (2, 7, 5))
    """
    state, gates, long_term = cell.zero_state(len(inputs)), [], []
    for x in tf.unstack(inputs, axis=1):  # [batch, features]
        *opened, c = cell._gates_and_c(x, state, *cell._weights())
        gates.append(opened)
        long_term.append(c)
        state = LSTMState(opened[2] * tf.tanh(c), c)
    return np.stack(gates, axis=2), np.stack(long_term, axis=1)


def _what(state: State) -> str:
    if tf.nest.is_nested(state):
        return f"a {type(state).__name__} of {len(state)}"
    return f"one tensor of shape {tf.convert_to_tensor(state).shape}"
